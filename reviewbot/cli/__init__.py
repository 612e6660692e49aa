"""The command line: reads arguments, wires scanners and pipeline, and turns outcomes into exit codes.

`interface.py` declares the commands; each command's work stands in a module of its own, imported when it
runs, so that `--help` answers at once.
"""

import os
import sys
import traceback

import click

from reviewbot.cli.exits import Exit
from reviewbot.cli.interface import cli
from reviewbot.errors import ConfigError, ReviewbotError


def main() -> None:
    """Run the command line and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status. Errors become one line on standard error."""
    try:
        return int(cli.main(arguments, prog_name="reviewbot", standalone_mode=False) or 0)
    except (click.exceptions.Abort, click.ClickException, ReviewbotError, KeyboardInterrupt) as error:
        message, status = _explain(error)
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does. Python would complain again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.INCOMPLETE
    except Exception:  # noqa: BLE001  the outermost door: a bug of ours still ends in words and in its own status
        traceback.print_exc()
        message, status = "This is a bug in reviewbot. Please report it with the lines above.", Exit.BUG
    click.echo(f"reviewbot: {message}", err=True)
    return status


def _explain(error: BaseException) -> tuple[str, Exit]:
    if isinstance(error, click.ClickException):
        context = getattr(error, "ctx", None)
        hint = f" Try `{context.command_path} --help`." if context else ""
        return f"{error.format_message()}{hint}", Exit.USAGE
    if isinstance(error, ConfigError):
        return str(error), Exit.USAGE
    if isinstance(error, ReviewbotError):
        return f"{error} Nothing was reviewed.", Exit.INCOMPLETE
    return "Interrupted.", Exit.INTERRUPTED
