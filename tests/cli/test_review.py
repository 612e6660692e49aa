"""The command line as a user sees it: exit status, standard output, standard error."""

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from reviewbot.cli import run
from tests.conftest import Checkout
from tests.schemas import sarif_schema

CLEAN = "def add(one, two):\n    return one + two\n"
EVAL = "def run(text):\n    return eval(text)\n"
SHELL = "import os\nfrom flask import request\n\ndef run(name):\n    os.system('ping ' + request.args['name'])\n"

Output = pytest.CaptureFixture[str]


@pytest.fixture
def branch(new_checkout: Callable[[str], Checkout]) -> Checkout:
    """A repository on a branch `topic` that does not differ from `main` yet."""
    checkout = new_checkout("repository")
    checkout.write("app.py", CLEAN)
    checkout.commit()
    checkout.git("branch", "-M", "main")
    checkout.git("switch", "--quiet", "--create", "topic")
    return checkout


def _run(checkout: Checkout, *arguments: str) -> int:
    command, *rest = arguments
    return run([command, "--repository", str(checkout.root), *rest])


def _json(checkout: Checkout, output: Output, *arguments: str) -> dict[str, Any]:
    _run(checkout, "review", "--format", "json", *arguments)
    parsed: dict[str, Any] = json.loads(output.readouterr().out)
    return parsed


def test_a_change_without_findings_exits_0_and_says_what_was_read(branch: Checkout, capsys: Output) -> None:
    branch.write("app.py", CLEAN + "\n\nTWO = 2\n")
    assert _run(branch, "review") == 0
    captured = capsys.readouterr()
    assert "Semgrep" in captured.out
    assert "Bandit" in captured.out
    assert "\x1b" not in captured.out
    assert captured.err == ""


def test_a_change_with_a_grave_finding_exits_1(branch: Checkout, capsys: Output) -> None:
    branch.write("app.py", SHELL)
    assert _run(branch, "review") == 1
    assert "app.py:5" in capsys.readouterr().out


def test_fail_on_decides_the_exit_status_alone(branch: Checkout, capsys: Output) -> None:
    branch.write("app.py", SHELL)
    assert _run(branch, "review", "--fail-on", "never") == 0
    assert "app.py:5" in capsys.readouterr().out


def test_a_file_that_cannot_be_read_makes_the_review_incomplete(branch: Checkout, capsys: Output) -> None:
    branch.write("app.py", b"x = 1\0\n")
    assert _run(branch, "review", "--fail-on", "never") == 3
    assert "holds NUL bytes" in capsys.readouterr().out


def test_only_what_the_change_brings_is_reported(branch: Checkout, capsys: Output) -> None:
    branch.write("old.py", EVAL)
    branch.write("moved.py", SHELL)
    branch.commit()
    branch.git("branch", "--force", "main")
    branch.write("old.py", "import json\n\n" + EVAL + "\n\n" + SHELL.replace("run", "other"))
    branch.git("mv", "moved.py", "renamed.py")
    found = {(f["path"], f["region"]["start_line"]) for f in _json(branch, capsys)["findings"]}
    assert found == {("old.py", 11)}


@pytest.mark.parametrize("state", ["staged", "worktree"])
def test_staged_and_working_tree_are_told_apart(branch: Checkout, capsys: Output, state: str) -> None:
    branch.write("staged.py", SHELL)
    branch.git("add", "staged.py")
    branch.write("worktree.py", SHELL)
    paths = {finding["path"] for finding in _json(branch, capsys, f"--{state}")["findings"]}
    assert paths == ({"staged.py"} if state == "staged" else {"staged.py", "worktree.py"})


def test_a_diff_is_reviewed_without_being_checked_out(branch: Checkout, capsys: Output) -> None:
    branch.write("app.py", SHELL)
    (branch.root.parent / "change.diff").write_text(branch.git("diff"))
    branch.git("restore", "app.py")
    report = _json(branch, capsys, "--diff", str(branch.root.parent / "change.diff"))
    assert [finding["path"] for finding in report["findings"]] == ["app.py"]


def test_the_policy_of_the_base_holds_and_that_of_the_change_does_not(branch: Checkout, capsys: Output) -> None:
    branch.write(".github/reviewbot.toml", 'exclude = ["*.py"]\nfail_on = "never"\n')
    branch.write("app.py", SHELL)
    assert _run(branch, "review") == 1
    branch.git("restore", "app.py")
    branch.commit()
    branch.git("branch", "--force", "main")
    branch.write("app.py", SHELL)
    capsys.readouterr()
    assert _run(branch, "review") == 0
    assert "left out by the policy" in capsys.readouterr().out


def test_a_mistake_in_the_policy_is_one_line_with_its_key(branch: Checkout, capsys: Output) -> None:
    branch.write(".github/reviewbot.toml", 'fail-on = "low"\n')
    branch.commit()
    branch.git("branch", "--force", "main")
    assert _run(branch, "review") == 2
    assert '"fail-on" is not a key. Did you mean "fail_on"?' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--base", "nowhere"], "nowhere"),
        (["--base", "--output=/tmp/x"], "no commit named"),
        (["--staged", "--worktree"], "--staged and --worktree"),
        (["--fail-on", "severe"], "Try `reviewbot review --help`"),
        (["--output", "/nonexistent/report"], "--output"),
    ],
)
def test_a_mistake_is_one_line_with_a_remedy(
    branch: Checkout, capsys: Output, arguments: list[str], expected: str
) -> None:
    assert _run(branch, "review", *arguments) == 2
    error = capsys.readouterr().err
    assert expected in error
    assert error.count("\n") == 1


def test_sarif_of_a_large_change_is_valid_and_holds_only_what_it_brings(branch: Checkout, capsys: Output) -> None:
    for number in range(20):
        branch.write(f"src/module {number}.py", f"# {number}\n" + EVAL)
    branch.commit()
    branch.git("branch", "--force", "main")
    for number in range(20):
        added = SHELL if number % 2 else CLEAN
        branch.write(f"src/module {number}.py", f"# {number}\n" + EVAL + "\n\n" + added)
    assert _run(branch, "review", "--format", "sarif") == 1
    sarif = json.loads(capsys.readouterr().out)
    jsonschema.validate(sarif, sarif_schema())
    places = [result["locations"][0]["physicalLocation"] for result in sarif["runs"][0]["results"]]
    assert len(places) == 10
    assert {place["region"]["startLine"] for place in places} == {10}
    assert {place["artifactLocation"]["uri"] for place in places} == {
        f"src/module%20{number}.py" for number in range(1, 20, 2)
    }


def test_accepted_suggestions_are_in_the_report_and_can_be_switched_off(branch: Checkout, capsys: Output) -> None:
    branch.write("app.py", SHELL)
    (suggestion,) = _json(branch, capsys)["suggestions"]
    assert suggestion["accepted"]
    assert 5 in {edit["start_line"] for edit in suggestion["edits"]}
    assert _json(branch, capsys, "--no-suggestions")["suggestions"] == []


def test_the_report_can_go_to_a_file(branch: Checkout, capsys: Output) -> None:
    branch.write("app.py", SHELL)
    report = branch.root.parent / "report.md"
    _run(branch, "review", "--format", "markdown", "--output", str(report))
    assert capsys.readouterr().out == ""
    assert "CWE-78" in report.read_text()


def test_timings_say_where_each_second_went_and_how_the_tools_were_run(branch: Checkout, capsys: Output) -> None:
    branch.write("app.py", SHELL)
    assert _run(branch, "review", "--format", "json", "--timings") == 1
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    seconds = {timing["what"]: timing["seconds"] for timing in report["timings"]}
    assert {
        "Reading the change",
        "Scanning the change: Semgrep",
        "Judging suggestions: Bandit",
        "All",
    } <= seconds.keys()
    steps = sum(value for what, value in seconds.items() if ":" not in what and what != "All")
    assert steps == pytest.approx(seconds["All"], abs=0.01)
    assert {tool["name"]: tool["way"] for tool in report["tools"]} == {
        "Semgrep": "engine",
        "Bandit": "process",
        "reviewbot": "",
    }
    assert "Judging suggestions: Semgrep" in captured.err
    assert "Semgrep: engine" in captured.err


def test_timings_are_not_told_unasked(branch: Checkout, capsys: Output) -> None:
    assert _json(branch, capsys)["timings"] == []
