"""Where results and progress go: results to standard output or a file, progress to a person only."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import click
from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from reviewbot.cli.exits import Exit
from reviewbot.cli.stopwatch import Timing
from reviewbot.errors import ConfigError
from reviewbot.finding import Tool
from reviewbot.outcome import Outcome
from reviewbot.policy import Severity
from reviewbot.reports import jsonreport, markdown, sarif, terminal

Step = Callable[[str], None]
"""Called with the name of each step as it starts."""

_TEXTS = {"markdown": markdown.report, "sarif": sarif.report}


def write(outcome: Outcome, form: str, output: Path | None, timings: Sequence[Timing] = ()) -> None:
    """Write `outcome` in the format `form` to the file `output`, or to standard output.

    Raises:
        ConfigError: the file cannot be written.
    """
    if form == "terminal":
        write_rich(terminal.report(outcome), output)
    elif form == "json":
        _write_text(jsonreport.report(outcome, [(timing.what, timing.seconds) for timing in timings]), output)
    else:
        _write_text(_TEXTS[form](outcome), output)


def write_timings(timings: Sequence[Timing], tools: Sequence[Tool]) -> None:
    """Print a table of where each second went to standard error, and how each tool was run."""
    table = Table(box=None, pad_edge=False)
    table.add_column("step")
    table.add_column("seconds", justify="right")
    for timing in timings:
        table.add_row(timing.what, f"{timing.seconds:.3f}")
    ways = ", ".join(f"{tool.name}: {tool.way}" for tool in tools if tool.way)
    console = Console(stderr=True, highlight=False)
    console.print(table)
    if ways:
        console.print(f"How they were run: {ways}.")


def write_rich(renderable: RenderableType, output: Path | None) -> None:
    """Write something for people: in colour where that is a terminal, and plain elsewhere."""
    if output is None:
        Console(highlight=False).print(renderable)
        return
    page = StringIO()
    Console(highlight=False, width=120, no_color=True, file=page).print(renderable)
    _write_text(page.getvalue(), output)


def _write_text(text: str, output: Path | None) -> None:
    if not text.endswith("\n"):
        text += "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise ConfigError(f"{output} cannot be written: {error.strerror}. Name another file with --output.") from None


@contextmanager
def progress(steps: int) -> Iterator[Step]:
    """Show a bar on a terminal, and nothing in a pipe. Yields what is to be called at the start of each step."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=20), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Starting", total=steps)
        yield lambda step: bar.update(task, description=step, advance=1)


def status(outcome: Outcome, fail_on: Severity | None) -> Exit:
    """Return the exit status: findings weigh more than gaps, since they are certain."""
    if fail_on is not None and any(finding.severity >= fail_on for finding in outcome.findings):
        return Exit.FINDINGS
    return Exit.CLEAN if outcome.complete else Exit.INCOMPLETE
