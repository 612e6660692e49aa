import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reviewbot.finding import scan
from tests.scanners.hostile import CASES, SCANNERS, answer_of, expected_of, files_of

type Answers = Mapping[str, Mapping[str, list[str]]]


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("canary") / "ran"


@pytest.fixture(scope="module")
def answers(canary: Path, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Scan all cases at once, from inside a folder that holds the files of those that want to be run or read."""
    change = tmp_path_factory.mktemp("change")
    trees = [files_of(case, canary) for case in CASES]
    for tree in (tree for case, tree in zip(CASES, trees, strict=True) if case.startswith("added-")):
        for file in tree:
            (change / file.path).parent.mkdir(parents=True, exist_ok=True)
            (change / file.path).write_text(file.text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as surroundings:
        surroundings.chdir(change)
        surroundings.setenv("PYTHONPATH", str(change))
        surroundings.setenv("HOME", str(change))
        scans = scan(trees, SCANNERS)
    return {case: answer_of(joined) for case, joined in zip(CASES, scans, strict=True)}


@pytest.mark.parametrize("case", CASES)
def test_each_hostile_file_is_found_or_skipped_with_a_reason(case: str, answers: Answers) -> None:
    expected = expected_of(case)
    unsure = expected.pop("unsure", [])
    assert _without(answers[case], unsure) == _without(expected, unsure)
    for tool_and_path in unsure:
        assert (tool_and_path in answers[case]["covered"]) != _is_skipped(tool_and_path, answers[case])


def _is_skipped(tool_and_path: str, answer: Mapping[str, list[str]]) -> bool:
    tool, _, path = tool_and_path.partition(": ")
    return any(line.startswith(f"{path}: {tool}: ") for line in answer["skipped"])


@pytest.mark.parametrize("case", CASES)
def test_each_hostile_file_that_a_scanner_has_rules_for_is_accounted_for(case: str, answers: Answers) -> None:
    for file in files_of(case):
        tools = {"py": ("Semgrep", "Bandit"), "js": ("Semgrep",), "go": ("Semgrep",)}.get(
            file.path.rpartition(".")[2], ()
        )
        for tool in tools if file.path.rpartition("/")[2].rpartition(".")[0] else ():
            said = f"{tool}: {file.path}"
            assert (said in answers[case]["covered"]) != _is_skipped(said, answers[case])


def test_nothing_of_a_change_is_executed(answers: Answers, canary: Path) -> None:
    assert answers
    assert not canary.exists()


def test_the_canary_would_sing(tmp_path: Path) -> None:
    canary = tmp_path / "ran"
    [yaml] = [file for file in files_of("added-yaml-py", canary) if file.path == "yaml.py"]
    exec(yaml.text)  # noqa: S102  one line of ours
    assert canary.exists()


def _without(answer: Mapping[str, Any], unsure: list[str]) -> str:
    """Print `answer` without the lines on what is unsure: a difference is easy to see in it."""
    pairs = [line.partition(": ")[::2] for line in unsure]
    kept = {
        "findings": [
            line
            for line in answer["findings"]
            if not any(line.startswith(f"{path}:") and f" {tool} " in line for tool, path in pairs)
        ],
        "covered": [line for line in answer["covered"] if line not in unsure],
        "skipped": [
            line for line in answer["skipped"] if not any(line.startswith(f"{path}: {tool}: ") for tool, path in pairs)
        ],
    }
    return json.dumps(kept, indent=1)
