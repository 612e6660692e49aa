from functools import cache

import pytest

from reviewbot.change import SourceFile
from reviewbot.finding import reportable, scan
from reviewbot.policy import Policy
from reviewbot.scanners.installed import default_scanners
from reviewbot.scanners.rulepack import bundled_rules, load_pack
from reviewbot.suggestion import Origin, Suggestion, edits_between
from reviewbot.verdict import Gate, Verdict, judge
from tests.scanners.gate_cases import JAVASCRIPT, PYTHON, Case

_CASES = (*PYTHON, *JAVASCRIPT)


@cache
def _verdicts() -> dict[str, Verdict]:
    """Judge every case as the fix of the first finding in its file, all in one run of the real scanners."""
    files = tuple(SourceFile(case.path, case.before) for case in _CASES)
    scanners = default_scanners(load_pack(bundled_rules()))
    gate = Gate(files, scan([files], scanners)[0], scanners, Policy())
    found = reportable(gate.original.findings, gate.policy)
    claimed = {finding.path: finding for finding in reversed(found)}
    assert set(claimed) == {case.path for case in _CASES}
    suggestions = [
        Suggestion(Origin.PATCH, claimed[case.path], edits_between(case.path, case.before, case.after), "")
        for case in _CASES
    ]
    return {case.path: verdict for case, verdict in zip(_CASES, judge(suggestions, gate), strict=True)}


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.path)
def test_the_gate_tells_a_fix_from_what_only_looks_like_one(case: Case) -> None:
    verdict = _verdicts()[case.path]
    refusals = {reason.refusal for reason in verdict.reasons}
    if case.refusal is None:
        assert verdict.reasons == ()
        assert "Semgrep" in verdict.scan.vouched(case.path)
    else:
        assert case.refusal in refusals, verdict.reasons
