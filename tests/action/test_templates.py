"""The workflows that users copy, and the page that tells of the action: they and the code speak of the same things."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from reviewbot.action.claim import ARTIFACT
from tests.action.composite import ROOT, run_node

FOLDER = ROOT / "docs/examples/workflows"
PAGE = (ROOT / "docs/action.md").read_text()


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


ACTION = loaded(ROOT / "action.yml")


def steps(name: str) -> list[dict[str, Any]]:
    (job,) = loaded(FOLDER / name)["jobs"].values()
    found: list[dict[str, Any]] = job["steps"]
    return found


def test_the_second_workflow_waits_for_the_first_and_finds_its_claim() -> None:
    (upload,) = [step for step in steps("reviewbot.yml") if "upload-artifact" in step["uses"]]

    assert loaded(FOLDER / "reviewbot-forks.yml")[True]["workflow_run"]["workflows"] == [
        loaded(FOLDER / "reviewbot.yml")["name"]
    ]
    assert upload["with"]["name"] == ARTIFACT


def test_every_output_and_input_that_a_template_names_is_there() -> None:
    for path in FOLDER.glob("*.yml"):
        text = path.read_text()
        assert set(re.findall(r"steps\.reviewbot\.outputs\.([\w-]+)", text)) <= set(ACTION["outputs"])
        given = [step.get("with", {}) for step in steps(path.name) if step["uses"].startswith("OWNER/")]
        assert set().union(*given) <= set(ACTION["inputs"])


def test_the_page_tells_of_every_input_and_output() -> None:
    told = set(re.findall(r"^\| ((?:`[\w-]+`(?:, )?)+) \|", PAGE, re.MULTILINE))
    names = {name for cell in told for name in re.findall(r"`([\w-]+)`", cell)}

    assert set(ACTION["inputs"]) | set(ACTION["outputs"]) <= names


def test_every_workflow_in_the_page_is_valid() -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

    first, model = map(yaml.safe_load, blocks)
    assert first["permissions"] == {}
    assert set(model[0]["with"]) <= set(ACTION["inputs"])


@pytest.mark.parametrize(
    ("event", "head", "runs"),
    [("pull_request", "mallory/shop", True), ("pull_request", "acme/shop", False), ("push", "mallory/shop", False)],
)
def test_the_second_workflow_runs_for_forks_alone(event: str, head: str, *, runs: bool) -> None:
    run = {"event": event, "head_repository": {"full_name": head}}
    condition = loaded(FOLDER / "reviewbot-forks.yml")["jobs"]["publish"]["if"]

    assert met(condition, {"repository": "acme/shop", "event": {"workflow_run": run}}) is runs


@pytest.mark.parametrize(
    ("issue", "text", "runs"),
    [
        ({"pull_request": {"url": "x"}}, "Thank you.\n/reviewbot review", True),
        ({"pull_request": {"url": "x"}}, "/review", True),
        ({"pull_request": {"url": "x"}}, "Thank you.", False),
        ({}, "/reviewbot review", False),
    ],
)
def test_a_comment_starts_a_job_only_where_it_may_hold_a_command(
    issue: dict[str, Any], text: str, *, runs: bool
) -> None:
    condition = loaded(FOLDER / "reviewbot-commands.yml")["jobs"]["command"]["if"]

    assert met(condition, {"event": {"issue": issue, "comment": {"body": text}}}) is runs


def met(condition: str, github: dict[str, Any]) -> bool:
    """Say whether GitHub's reader of expressions finds the condition of a job true."""
    (inside,) = re.findall(r"\$\{\{(.*)\}\}", condition, re.DOTALL)
    return bool(run_node("condition.mjs", stdin=json.dumps({"condition": f"!!({inside})", "github": github})))
