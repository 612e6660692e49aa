"""`reviewbot demo`: a small repository with a vulnerable change, reviewed live, and two patches judged."""

import io
import shutil
import subprocess
import tempfile
from importlib import resources
from pathlib import Path

import click
from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.syntax import Syntax
from rich.text import Text

from reviewbot.cli.exits import Exit
from reviewbot.cli.judge import JudgeOptions, run_judge
from reviewbot.cli.review import ReviewOptions, run_review
from reviewbot.errors import ConfigError

FILES = ("app.py", "server.js")
PATCHES = {
    "first.patch": "An assistant proposes to replace os.system like this. The gate judges the patch:",
    "second.patch": "Refused. The assistant tries again, with the reason in hand:",
}


def run_demo(*, keep: bool) -> int:
    """Build the repository in a temporary folder, review its change, judge the patches. Nothing is canned."""
    folder = Path(tempfile.mkdtemp(prefix="reviewbot-demo-"))
    try:
        _show(folder)
    finally:
        if keep:
            click.echo(f"The repository is at {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return Exit.CLEAN


def _show(folder: Path) -> None:
    build_repository(folder)
    console = Console(highlight=False)
    console.print(Rule("A branch adds a few pages to a service. reviewbot review", align="left"))
    run_review(
        ReviewOptions(
            repository=folder,
            base="main",
            head="add-pages",
            staged=False,
            worktree=False,
            diff=None,
            form="terminal",
            output=None,
            fail_on=None,
            no_suggestions=False,
        )
    )
    for name, words in PATCHES.items():
        console.print()
        console.print(Rule("reviewbot judge", align="left"))
        console.print(Text(words))
        patch = _data(name)
        console.print(Padding(Syntax(patch, "diff", background_color="default"), (1, 2)))
        run_judge(JudgeOptions(folder, io.BytesIO(patch.encode()), "add-pages", "terminal", None))


def build_repository(folder: Path) -> None:
    """Make the demo's repository: `main`, and a branch `add-pages` one commit ahead.

    Raises:
        ConfigError: git is missing or failed.
    """
    _git(folder, "init", "--quiet", "--initial-branch", "main")
    for state, branch in (("before", "main"), ("after", "add-pages")):
        if branch != "main":
            _git(folder, "switch", "--quiet", "--create", branch)
        for name in FILES:
            (folder / name).write_text(_data(f"{name}.{state}"), encoding="utf-8")
        _git(folder, "add", *FILES)
        _git(folder, "commit", "--quiet", "--message", f"The service on {branch}")


def _data(name: str) -> str:
    return resources.files("reviewbot").joinpath("_demo", name).read_text(encoding="utf-8")


def _git(folder: Path, *arguments: str) -> None:
    git = shutil.which("git")
    if git is None:
        raise ConfigError("git is not installed. reviewbot reads changes from a repository through it.")
    who = ("-c", "user.name=Demo", "-c", "user.email=demo@example.com", "-c", "commit.gpgsign=false")
    settings = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "LC_ALL": "C"}
    done = subprocess.run(  # noqa: S603  our own words, no shell
        [git, *who, *arguments], cwd=folder, env=settings, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ConfigError(f"git {arguments[0]} failed in {folder}: {done.stderr.strip()}")
