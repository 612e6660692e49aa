"""The documentation: it builds, its links lead somewhere, and what it tells people to type exists."""

import os
import re
import shlex
import subprocess
import sys
from importlib import resources
from pathlib import Path

import click
import pytest

from docs import policy, settings
from reviewbot.cli.demo import build_repository
from reviewbot.cli.interface import cli

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
    if path.parent.name != "rules" and path.name != "CHANGELOG.md"
)
_SHELL = re.compile(r"^```(?:sh|bash|shell|console)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
_TEST = re.compile(r"^def (test_\w+)", re.MULTILINE)
_NAMED_TEST = re.compile(r"`(test_\w+)`")
_ENDS_A_COMMAND = {"|", "||", "&&", ";", ">", ">>", "&"}


def commands(page: Path, program: str) -> list[list[str]]:
    """Return what a page tells its reader to type after `program`, as words."""
    found = []
    for block in _SHELL.findall(page.read_text("utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            while program in words:
                words = words[words.index(program) + 1 :]
                end = next((n for n, word in enumerate(words) if word in _ENDS_A_COMMAND), len(words))
                found.append(words[:end])
    return found


def test_the_site_builds_and_every_link_in_it_leads_somewhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > len(PAGES) // 2
    for page in pages:
        for loaded in re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(https?://[^"]+)"', page.read_text("utf-8")):
            assert "canonical" in loaded, f"{page.name} loads {loaded}"


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent == ROOT], ids=lambda page: page.stem)
def test_every_file_that_a_page_of_the_repository_links_to_is_there(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text("utf-8")):
        assert (ROOT / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_of_ours_on_a_page_is_one_that_there_is(page: Path) -> None:
    for words in commands(page, "reviewbot"):
        if not words or "..." in words:
            continue
        command: click.Command = cli
        context = click.Context(cli)
        rest = list(words)
        while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
            name = rest.pop(0)
            inner = command.get_command(context, name)
            assert inner is not None, f"{page.name}: there is no `reviewbot {' '.join(words)}`"
            command = inner
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        for word in rest:
            if word.startswith("--"):
                assert word.partition("=")[0] in known | {"--help", "--version"}, f"{page.name}: {' '.join(words)}"


def test_the_table_of_keys_in_the_configuration_is_what_the_schema_says() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    assert policy.renewed(page) == page, "Run `make docs`."
    assert "`rules.disable`" in page


def test_the_tables_of_settings_are_what_the_services_read_and_say_something_of_each() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    assert settings.renewed(page) == page, "Run `make docs`."
    rows = re.findall(r"^\| `REVIEWBOT_\w+` \|.*\| (.*) \|$", page, re.MULTILINE)
    assert len(rows) > 40
    assert all(rows)


LOCAL = {
    tuple(words): page.stem
    for page in PAGES
    for words in commands(page, "reviewbot")
    if words and words[0] in {"review", "judge", "scan", "doctor", "schema"} and "--endpoint" not in words
}
"""The commands on our pages that need nothing but a repository."""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository as somebody has it who reads our pages: with a branch, sources and a patch."""
    folder = tmp_path_factory.mktemp("reader")
    build_repository(folder)
    (folder / "src").mkdir()
    (folder / "src" / "tool.py").write_text("import subprocess\n\nsubprocess.run(['ls'], check=True)\n", "utf-8")
    (folder / "fix.patch").write_text(resources.files("reviewbot._demo").joinpath("second.patch").read_text("utf-8"))
    return folder


@pytest.mark.parametrize("words", LOCAL, ids=" ".join)
def test_what_a_page_tells_people_to_type_runs_as_it_stands(words: tuple[str, ...], repository: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(repository), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "reviewbot", *words]
    done = subprocess.run(
        command, cwd=repository, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode in {0, 1}, done.stderr
    assert done.stdout or "--output" in words
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_target_of_make_on_a_page_is_in_the_makefile(page: Path) -> None:
    targets = set(_TARGET.findall((ROOT / "Makefile").read_text("utf-8")))
    for words in commands(page, "make"):
        names = [word for word in words if not word.startswith("-") and "=" not in word]
        assert set(names) <= targets, f"{page.name}: make {' '.join(words)}"


def test_each_test_that_a_page_names_is_there() -> None:
    there = {name for path in ROOT.glob("tests/**/test_*.py") for name in _TEST.findall(path.read_text("utf-8"))}
    named = {name for page in PAGES for name in _NAMED_TEST.findall(page.read_text("utf-8"))}
    assert named
    assert named <= there
