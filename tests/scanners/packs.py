"""Small rule packs for the tests of the scanners, written for them."""

import json
from pathlib import Path

from reviewbot.policy import Severity
from reviewbot.scanners.rulepack import Rule, RulePack

LANGUAGES = ("python", "javascript", "typescript", "go", "java", "ruby", "php", "csharp")


def rule(rule_id: str, pattern: str, *languages: str, fix: str | None = None) -> Rule:
    """Build a rule; without `languages` it is for all."""
    definition = {
        "id": rule_id,
        "languages": languages or LANGUAGES,
        "severity": "ERROR",
        "message": "Evil done to $X.",
        "pattern": pattern,
    } | ({"fix": fix} if fix else {})
    return Rule(
        id=rule_id,
        languages=languages or LANGUAGES,
        severity=Severity.HIGH,
        confidence=Severity.MEDIUM,
        message="Evil done to $X.",
        cwe=(95,),
        fix=fix,
        include=(),
        fix_imports=("import good",) if fix else (),
        no_fix="",
        path=Path(rule_id),
        definition=json.dumps(definition),
    )


def pack(*rules: Rule) -> RulePack:
    """Build a pack."""
    return RulePack(rules, "test")


EVIL = pack(rule("all-evil", "evil($X)", fix="good($X)"))
"""One rule for every language."""
