"""An Outcome as SARIF 2.1.0, for GitHub code scanning and other viewers.

One run, whose driver is reviewbot: two tools that report the same weakness are one result, so a run for each
tool would have it twice. The scanners stand as extensions, with their versions.

`suppressions` is always empty, which in SARIF says "not suppressed": by it, consumers such as GitHub's
dismiss-alerts hide a result, and a change has no say over its own review. A suppression comment stands in
the message and in the result's properties instead.

https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

import gzip
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from reviewbot import __version__
from reviewbot.cwe import weakness
from reviewbot.finding import Finding, Region
from reviewbot.outcome import Outcome, count, explanation, ranked, shown_snippet, title
from reviewbot.policy import Severity
from reviewbot.suggestion import Edit
from reviewbot.verdict import Verdict
from reviewbot.visible import shortened, visible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_RESULTS = 25_000
MAX_GZIP_BYTES = 10_000_000
"""GitHub refuses an upload with more results in a run, or of more bytes once compressed."""
MAX_TEXT_CHARACTERS = 1_000
MAX_SNIPPET_CHARACTERS = 2_000
MAX_FIX_CHARACTERS = 10_000

_LEVEL = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
_SCORE = {Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
"""Within the bands by which GitHub makes high, medium and low of a score."""

_Json = dict[str, Any]


def report(outcome: Outcome) -> str:
    """Write `outcome` as SARIF. What exceeds GitHub's limits is left out, the least severe first, and counted."""
    found = ranked(outcome.findings)
    kept = min(len(found), MAX_RESULTS)
    while True:
        text = json.dumps(_log(outcome, found[:kept]), indent=1) + "\n"
        if kept == 0 or len(text) <= MAX_GZIP_BYTES or len(gzip.compress(text.encode(), 6)) <= MAX_GZIP_BYTES:
            return text
        kept //= 2


def _log(outcome: Outcome, found: Sequence[Finding]) -> _Json:
    rules: dict[str, list[Finding]] = {}
    for finding in found:
        rules.setdefault(finding.rule_id, []).append(finding)
    numbers = sorted({number for finding in found for number in finding.cwe})
    places = {rule_id: index for index, rule_id in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "reviewbot",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(rule_id, findings, numbers) for rule_id, findings in rules.items()],
                "notifications": [{"id": "not-reviewed"}, {"id": "results-left-out"}],
                "supportedTaxonomies": [{"name": "CWE", "index": 0}],
            },
            "extensions": [{"name": tool.name, "version": tool.version} for tool in outcome.coverage.tools],
        },
        "automationDetails": {"id": "reviewbot/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(outcome, len(found))],
        "taxonomies": [_taxonomy(numbers)],
        "results": [_result(finding, places[finding.rule_id], outcome) for finding in found],
        "properties": {"conclusion": outcome.conclusion.value, "threshold": outcome.threshold.label},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule_id: str, findings: Sequence[Finding], numbers: Sequence[int]) -> _Json:
    """Describe a rule by what is known of its kind: the message of a finding may hold code of the change."""
    first, severity = findings[0], max(finding.severity for finding in findings)
    known = [weakness(number) for number in first.cwe]
    name = title(first)
    cwe = "".join(f" ({entry.label})" for entry in known[:1])
    links = "".join(f"\n\n[{entry.label}: {entry.name}]({entry.link})" for entry in known)
    rule: _Json = {
        "id": rule_id,
        "shortDescription": {"text": shortened(name, 120)},
        "fullDescription": {
            "text": f"{shortened(name, 120)}{cwe}, reported by {first.tool} {shortened(rule_id, 200)}."
        },
        "defaultConfiguration": {"level": _LEVEL[severity]},
        "properties": {
            "precision": first.confidence.label,
            "security-severity": _SCORE[severity],
            "tags": ["security", *(f"external/cwe/cwe-{number:03}" for number in first.cwe[:19])],
        },
    }
    if known:
        harm = known[0].harm
        rule["help"] = {"text": " ".join((known[0].name + ".", harm)).strip(), "markdown": f"{harm}{links}".strip()}
        rule["helpUri"] = first.page or known[0].link
        rule["relationships"] = [
            {
                "target": {
                    "id": str(number),
                    "index": numbers.index(number),
                    "toolComponent": {"name": "CWE", "index": 0},
                }
            }
            for number in first.cwe
        ]
    return rule


def _taxonomy(numbers: Sequence[int]) -> _Json:
    return {
        "name": "CWE",
        "organization": "MITRE",
        "shortDescription": {"text": "The MITRE Common Weakness Enumeration"},
        "informationUri": "https://cwe.mitre.org/data/index.html",
        "isComprehensive": False,
        "taxa": [
            {"id": str(number), "name": weakness(number).name, "helpUri": weakness(number).link} for number in numbers
        ],
    }


def _result(finding: Finding, rule_index: int, outcome: Outcome) -> _Json:
    region = {**_region(finding.region), "snippet": {"text": shortened(shown_snippet(finding), MAX_SNIPPET_CHARACTERS)}}
    result: _Json = {
        "ruleId": finding.rule_id,
        "ruleIndex": rule_index,
        "level": _LEVEL[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(finding.path), "region": region}}],
        "partialFingerprints": {"reviewbot/v1": finding.fingerprint},
        "suppressions": [],
        "properties": {"tool": finding.tool, "confidence": finding.confidence.label, "also": list(finding.also)},
    }
    if finding.suppression:
        result["properties"]["suppressionComment"] = shortened(finding.suppression, MAX_TEXT_CHARACTERS)
    accepted = [verdict for verdict in outcome.verdicts_on(finding) if verdict.accepted]
    fixes = [_fix(verdict) for verdict in accepted if _size(verdict) <= MAX_FIX_CHARACTERS]
    return {**result, "fixes": fixes} if fixes else result


def _message(finding: Finding) -> str:
    ignored = f" The comment {finding.suppression} does not hide this." if finding.suppression else ""
    text = visible(shortened(explanation(finding), MAX_TEXT_CHARACTERS) + shortened(" ".join(ignored.split()), 200))
    return text.replace("](", "] (")  # "[text](address)" is a link: SARIF 2.1.0, section 3.11.6


def _region(region: Region) -> _Json:
    return {
        "startLine": region.start_line,
        "startColumn": region.start_column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    }


def _artifact(path: str) -> _Json:
    return {"uri": quote(path, safe="/", errors="replace"), "uriBaseId": "%SRCROOT%"}


def _size(verdict: Verdict) -> int:
    return sum(len(edit.anchor) + len(edit.replacement) for edit in verdict.suggestion.edits)


def _fix(verdict: Verdict) -> _Json:
    suggestion = verdict.suggestion
    changes = [
        {
            "artifactLocation": _artifact(path),
            "replacements": [_replacement(edit) for edit in suggestion.edits if edit.path == path],
        }
        for path in suggestion.paths
    ]
    description = visible(shortened(" ".join(suggestion.rationale.split()), MAX_TEXT_CHARACTERS))
    return {"description": {"text": description}, "artifactChanges": changes}


def _replacement(edit: Edit) -> _Json:
    """Delete whole lines with their line ends, which is up to the start of the next line where there is one."""
    region = {"startLine": edit.start_line, "startColumn": 1, "endLine": edit.end_line + 1, "endColumn": 1}
    if edit.anchor and not edit.anchor.endswith("\n"):
        region |= {"endLine": edit.end_line, "endColumn": len(edit.anchor.rpartition("\n")[2]) + 1}
    return {"deletedRegion": region, "insertedContent": {"text": edit.replacement}}


def _invocation(outcome: Outcome, kept: int) -> _Json:
    notes = [
        {
            "descriptor": {"id": "not-reviewed", "index": 0},
            "level": "error",
            "message": {"text": f"Not reviewed: {visible(shortened(entry.reason, MAX_TEXT_CHARACTERS))}"},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(entry.path)}}],
        }
        for entry in outcome.coverage.skipped
    ]
    left_out = len(outcome.findings) - kept
    if left_out:
        text = f"{count(left_out, 'finding')} left out, the least severe ones: GitHub takes no more in one upload."
        descriptor = {"id": "results-left-out", "index": 1}
        notes.append({"descriptor": descriptor, "level": "warning", "message": {"text": text}})
    return {"executionSuccessful": outcome.complete, "toolExecutionNotifications": notes}
