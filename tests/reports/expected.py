"""Whole outputs that are checked in under `expected/`. `python -m tests.reports.expected` writes them anew.

Read the difference before you commit it: it is what users will see.
"""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

from rich.console import Console, RenderableType

from reviewbot.policy import Severity
from reviewbot.reports import jsonreport, markdown, sarif, terminal
from tests.samples import hostile_review, review

FOLDER = Path(__file__).with_name("expected")


def drawn(renderable: RenderableType, *, width: int = 100, color: bool = False) -> str:
    """Draw as on a terminal, or as into a pipe if without `color`."""
    out = StringIO()
    system = "truecolor" if color else None
    Console(file=out, width=width, force_terminal=color, color_system=system).print(renderable)  # type: ignore[arg-type]  # rich names the systems in a private type
    return out.getvalue()


OUTPUTS: dict[str, Callable[[], str]] = {
    "review.txt": lambda: drawn(terminal.report(review())),
    "review-narrow.txt": lambda: drawn(terminal.report(review()), width=50),
    "review.md": lambda: markdown.report(review()),
    "review.json": lambda: jsonreport.report(review()),
    "review.sarif": lambda: sarif.report(review()),
    "verdicts.txt": lambda: drawn(terminal.verdicts(review().verdicts, Severity.MEDIUM)),
    "hostile.txt": lambda: drawn(terminal.report(hostile_review())),
    "hostile.md": lambda: markdown.report(hostile_review()),
}

if __name__ == "__main__":
    for name, write in OUTPUTS.items():
        (FOLDER / name).write_bytes(write().encode("utf-8", "surrogatepass"))
