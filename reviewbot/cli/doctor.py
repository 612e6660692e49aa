"""`reviewbot doctor`: what is installed, in which version, and what to do about what is missing."""

import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reviewbot import __version__
from reviewbot.change import SourceFile
from reviewbot.cli.exits import Exit
from reviewbot.errors import GenerationError, ReviewbotError
from reviewbot.model import TRIAL, opened
from reviewbot.scanners.installed import ToolState, default_scanners, tools
from reviewbot.scanners.rulepack import bundled_rules, load_pack
from reviewbot.settings import ModelSettings

PROBE = SourceFile("probe.py", "import pickle\n\npickle.loads(b'')\n")
"""Bandit has to find B301 here, and Semgrep to confirm that it read the file."""


def run_doctor() -> int:
    """Print a table of tools. The status is 0 if a review can be made here, with the model that is set."""
    console = Console()
    states = [_python(), _git(), *tools(), *_attempt("rules", _rules)]
    if not any(state.remedy for state in states):
        states += _attempt("trial scan", _trial)
    states += _attempt("model", _model)
    table = Table(box=None, show_header=False, pad_edge=False)
    for state in states:
        mark = Text("missing", "bold red") if state.remedy else Text("ok", "green")
        table.add_row(mark, state.name, Text(state.remedy or state.version))
    console.print(Text(f"reviewbot {__version__}", "bold"), table, sep="\n")
    return Exit.USAGE if any(state.remedy for state in states) else Exit.CLEAN


def _python() -> ToolState:
    return ToolState("Python", f"{platform.python_version()} at {sys.executable}")


def _git() -> ToolState:
    git = shutil.which("git")
    if git is None:
        return ToolState("git", "", "Install git: reviewbot reads changes from a repository through it.")
    version = subprocess.run([git, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603  a fixed argument list
    return ToolState("git", f"{version.strip().removeprefix('git version ')} at {Path(git)}")


def _attempt(name: str, check: Callable[[], str]) -> list[ToolState]:
    try:
        return [ToolState(name, check())]
    except ReviewbotError as error:
        return [ToolState(name, "", str(error))]


def _rules() -> str:
    pack = load_pack(bundled_rules())
    return f"{len(pack.rules)} rules, digest {pack.digest[:12]}"


def _model() -> str:
    """Ask the endpoint something. A model that would run in this process is not loaded for it."""
    settings = ModelSettings.read()
    if settings.model is None and settings.model_endpoint is None:
        return "none is set: rules alone write suggestions"
    with opened(settings) as generator:
        if generator is None or settings.runs_here:
            return f"{settings.model}, in the worker's own process"
        (reply,) = generator.generate([TRIAL])
        if not reply.text:
            raise GenerationError(reply.missing)
        return f"{reply.model} answers at {settings.model_endpoint}"


def _trial() -> str:
    """Scan one file for real: a tool may be installed and still not run here."""
    confirmed = set()
    for scanner in default_scanners(load_pack(bundled_rules())):
        (scan,) = scanner.scan([[PROBE]])
        confirmed |= {tool for tool, _path in scan.covered}
    return f"a file was read by {', '.join(sorted(confirmed))}"
