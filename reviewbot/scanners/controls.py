"""What is planted into each run of Semgrep, to know that this very run saw what there was to see.

A file with one known finding, one known and suppressed, and one line that must not be found; a file that is not there;
and for each language a rule that applies to every file, so that each one is parsed and a failure to parse is told,
even where no rule of the pack could match.
"""

import json
from collections.abc import Iterable

from reviewbot.scanners.semgrep_engine import Match, Report, Target

_PREFIX = "reviewbot-control-"
HIT = f"{_PREFIX}hit"
_MISS = f"{_PREFIX}miss"

FILE = Target(
    "control.py", "python", b"reviewbot_known_hit(1)\nreviewbot_known_hit(2)  # nosemgrep\nreviewbot_unknown(3)\n"
)
ABSENT = Target("absent.py", "python", b"")


def rules(languages: Iterable[str]) -> list[str]:
    """Return the control rules as JSON, for runs over files in `languages`."""
    found = [
        _rule(HIT, "python", "reviewbot_known_hit($X)"),
        _rule(_MISS, "python", "reviewbot_known_miss($X)"),
    ]
    return found + [_rule(f"{_PREFIX}{language}", language, "$X == $X") for language in sorted({*languages, "python"})]


def is_control(match: Match) -> bool:
    """Say whether `match` is none of the pack's."""
    return match.check_id.startswith(_PREFIX)


def disproof(report: Report) -> str:
    """Return why `report` is not to be believed, or nothing."""
    hits = sorted((m.path, m.check_id, m.start.offset) for m in report.results if m.path == FILE.name)
    expected = [(FILE.name, HIT, offset) for offset in (0, FILE.data.index(b"\n") + 1)]
    if hits != expected:
        return "does not find what is planted in the run"
    if report.skipped_rules or any(complaint.where is None for complaint in report.errors):
        return "does not accept all rules"
    if FILE.name not in report.paths.scanned or ABSENT.name in report.paths.scanned:
        return "reports files as scanned that it cannot have read"
    return ""


def _rule(rule_id: str, language: str, pattern: str) -> str:
    return json.dumps({"id": rule_id, "languages": [language], "severity": "INFO", "message": "-", "pattern": pattern})
