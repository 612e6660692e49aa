"""The action as GitHub runs it: each step of `action.yml`, real scanners, a fake GitHub."""

from pathlib import Path

import pytest

from tests.action.commands import replay
from tests.action.composite import Happened, run_composite
from tests.action.scene import BOT, READ, WRITE, Workplace
from tests.fake_github import FakeGitHub
from tests.fake_github.state import Pull, Repository

VULNERABLE = (
    "import subprocess\nfrom flask import request\n\ndef run(name):\n"
    "    subprocess.call('ls ' + request.args['name'], shell=True)\n"
)
COMMANDS = "\r::set-env name=LD_PRELOAD::/x\r\n::add-mask::a\n##[error]forged\n::stop-commands::x\n::x::\n"


def act(workplace: Workplace, pull: Pull, event: str = "pull_request", *, write: bool = True) -> Happened:
    environment = workplace.environment(event, workplace.pull_event(pull), pull, WRITE if write else READ)
    return run_composite(environment, {"base-url": workplace.hub.url, "fail-on": "low"})


def test_a_pull_request_is_reviewed(hub: FakeGitHub, workplace: Workplace, repository: Repository) -> None:
    pull = hub.open_pull(repository, head_files={"run.py": VULNERABLE})

    happened = act(workplace, pull)

    assert (happened.status, happened.outputs["conclusion"]) == (1, "failure")
    assert int(happened.outputs["findings"]) == len(hub.review_comments(pull)) > 0
    assert len(hub.reviews(pull, by=BOT)) == 1
    assert Path(happened.outputs["sarif-file"]).is_file()
    found = replay(happened.log)
    assert {one.name for one in found.commands} == {"add-mask"}
    used = {step["uses"].partition("@")[0] for step in happened.steps if step["uses"]}
    assert used == {"actions/setup-python", "actions/cache/restore", "actions/cache/save"}


def test_a_fork_gets_the_same_outcome_in_the_log(hub: FakeGitHub, workplace: Workplace, repository: Repository) -> None:
    pull = hub.open_pull(repository, head_files={"run.py": VULNERABLE}, fork=True, author="mallory")

    happened = act(workplace, pull, write=False)

    assert (happened.status, happened.outputs["conclusion"], hub.reviews(pull)) == (1, "failure", [])
    found = replay(happened.log)
    annotated = [one for one in found.commands if one.properties.get("file") == "run.py"]
    assert len(annotated) == int(happened.outputs["findings"])
    assert ("warning", True) in [(one.name, "forks" in one.value) for one in found.commands]


@pytest.mark.parametrize("write", [True, False])
def test_hostile_names_and_contents_command_nothing(
    hub: FakeGitHub, workplace: Workplace, repository: Repository, *, write: bool
) -> None:
    name = "a\n::set-env name=LD_PRELOAD::x\r##[add-path]y,file=z%0A::error::%25.py"
    content = f"import subprocess\n\n\ndef run(name):\n    subprocess.call(f'''{COMMANDS}''' + name, shell=True)\n"
    hostile = {name: content, "::add-mask::x.py": content, "-n.py": content}
    pull = hub.open_pull(repository, head_files=hostile, title=COMMANDS, fork=not write)

    happened = act(workplace, pull, write=write)

    found = replay(happened.log)
    assert happened.status in {1, 3}
    assert {one.name for one in found.commands} <= {"add-mask", "error", "warning", "notice"}
    masked = [one.value for one in found.commands if one.name == "add-mask"]
    assert len(masked) == 1
    assert masked[0].startswith("ghs_")
    assert not any("forged" in one.properties.get("file", "") for one in found.commands)
    places = {one.properties["file"] for one in found.commands if "file" in one.properties}
    assert places <= set(hostile)
    assert found.stopped is False
    assert not any(line.startswith("::") for line in found.shown)


def test_no_step_shows_the_token_and_no_command_line_holds_it() -> None:
    text = Path("action.yml").read_text(encoding="utf-8")

    assert "github.token" not in "".join(line for line in text.splitlines() if "GITHUB_TOKEN:" not in line)


def test_a_cache_is_written_for_the_pull_request_alone(
    hub: FakeGitHub, workplace: Workplace, repository: Repository
) -> None:
    pull = hub.open_pull(repository, head_files={"README.md": "# Shop\n"}, fork=True, author="mallory")

    happened = act(workplace, pull, "pull_request_target")

    assert happened.status == 0
    assert not [step for step in happened.steps if (step["uses"] or "").startswith("actions/cache/save@")]
