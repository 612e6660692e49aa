"""Bandit itself reports each weakness before the rewrite, not after it, and nothing else of weight instead."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.codemod_cases import FIXES


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Counter[tuple[str, str]]]:
    """What Bandit says of all texts, before and after, in one run."""
    folder: Path = tmp_path_factory.mktemp("codemods")
    for i, case in enumerate(FIXES):
        assert case.after is not None
        (folder / f"{i}_before.py").write_text(case.before)
        (folder / f"{i}_after.py").write_text(case.after)
    command = [sys.executable, "-m", "bandit", "-q", "-f", "json", "-r", "--exit-zero", str(folder)]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert not report["errors"]
    found: dict[str, Counter[tuple[str, str]]] = {}
    for result in report["results"]:
        found.setdefault(Path(result["filename"]).stem, Counter())[result["test_id"], result["issue_severity"]] += 1
    return found


@pytest.mark.parametrize("i", range(len(FIXES)), ids=[f"{case.rule_id}-{i}" for i, case in enumerate(FIXES)])
def test_the_finding_is_gone_and_none_of_weight_is_new(i: int, reports: dict[str, Counter[tuple[str, str]]]) -> None:
    before, after = reports.get(f"{i}_before", Counter()), reports.get(f"{i}_after", Counter())
    assert FIXES[i].rule_id in {rule_id for rule_id, _ in before}
    assert FIXES[i].rule_id not in {rule_id for rule_id, _ in after}
    assert {key for key in after - before if key[1] != "LOW"} == set()
