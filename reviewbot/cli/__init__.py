"""The command line: reads arguments, wires scanners and pipeline, and turns outcomes into exit codes."""


def main() -> None:
    """Run the command line."""
    raise NotImplementedError
