from collections import defaultdict
from functools import cache

import pytest

from reviewbot.change import SourceFile
from reviewbot.finding import Finding, scan
from reviewbot.policy import Policy
from reviewbot.rule_fix import rule_fix
from reviewbot.scanners.installed import default_scanners
from reviewbot.scanners.rulepack import Rule, bundled_rules, load_pack
from reviewbot.suggestion import Origin, Suggestion, edits_between
from reviewbot.verdict import Gate, Verdict, judge

_PACK = load_pack(bundled_rules())
_FIXING = tuple(rule for rule in _PACK.rules if rule.fix is not None)


def _examples(rule: Rule) -> list[SourceFile]:
    """Read the rule's test files, which hold what it finds."""
    beside = sorted(rule.path.parent.glob(f"{rule.id}.*"))
    return [
        SourceFile(path.name, path.read_bytes().decode())
        for path in beside
        if path.suffix != ".yaml" and ".fixed" not in path.suffixes
    ]


def _is_of(finding: Finding, rule: Rule) -> bool:
    return rule.id in " ".join((finding.rule_id, *finding.also)).split()


@cache
def _verdicts() -> dict[str, list[Verdict]]:
    """Judge the fix of every finding of every rule with one, each on its own, in one run of the real scanners."""
    files = tuple(file for rule in _FIXING for file in _examples(rule))
    texts = {file.path: file for file in files}
    scanners = default_scanners(_PACK)
    gate = Gate(files, scan([files], scanners)[0], scanners, Policy())
    rules, suggestions = [], []
    for rule in _FIXING:
        for finding in gate.original.findings:
            if _is_of(finding, rule) and finding.path.startswith(f"{rule.id}."):
                fixed = rule_fix(finding, texts[finding.path])
                assert fixed is not None, f"{rule.id}: no fix for {finding.path}:{finding.region.start_line}"
                edits = edits_between(finding.path, texts[finding.path].text, fixed.text)
                suggestions.append(Suggestion(Origin.RULE, finding, edits, fixed.rationale))
                rules.append(rule.id)
    verdicts = defaultdict(list)
    for rule_id, verdict in zip(rules, judge(suggestions, gate), strict=True):
        verdicts[rule_id].append(verdict)
    return verdicts


@pytest.mark.parametrize("rule", _FIXING, ids=lambda rule: rule.id)
def test_the_gate_accepts_every_fix_of_a_rule_on_the_rules_own_examples(rule: Rule) -> None:
    verdicts = _verdicts()[rule.id]
    assert verdicts
    refused = [(verdict.suggestion.edits, verdict.reasons) for verdict in verdicts if not verdict.accepted]
    assert refused == []
