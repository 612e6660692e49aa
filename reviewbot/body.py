"""The words of a review's body, as GitHub-flavoured Markdown: the outcome first, little where little is to say."""

from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.comment import describe, reasons
from reviewbot.finding import Finding
from reviewbot.markdown import cell, code_span, plain, prose
from reviewbot.outcome import Coverage, Outcome, count, generated, headline, ranked, silence, title
from reviewbot.visible import shortened

MAX_ROWS = 50
"""How many findings, files or reasons one list names before it only counts."""
MAX_PATH_CHARACTERS = 120
MAX_TALLY_CHARACTERS = 1_000
MAX_BODY_CHARACTERS = 60_000
"""GitHub refuses a body of more than 65,536 characters; the rest is for the mark that the publisher adds."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What the comments do not say: findings told in full, under a heading, and how many are only in the table."""

    heading: str = ""
    findings: tuple[Finding, ...] = ()
    over_limit: int = 0


def write_body(outcome: Outcome, rest: Rest = Rest()) -> str:
    """Write the body of a review, or all that there is to say of a scan."""
    first = plain(headline(outcome))
    quiet = outcome.complete and not outcome.findings and not outcome.verdicts and not outcome.tally.asked
    if quiet and outcome.generation_error is None:
        return first
    coverage = outcome.coverage
    parts = [f"**{first}**", _unread(coverage), _table(outcome), _over_limit(rest.over_limit), _suggestions(outcome)]
    parts.append(plain(shortened(generated(outcome), MAX_TALLY_CHARACTERS)))
    parts.append(plain(shortened(silence(outcome), 400)))
    ending = _details("What was scanned", _scanned(coverage))
    parts += [_told(outcome, rest, MAX_BODY_CHARACTERS - sum(map(len, (*parts, ending)))), ending]
    return "\n\n".join(part for part in parts if part)


def _unread(coverage: Coverage) -> str:
    lines = [f"{_path(entry.path)}: {prose(shortened(entry.reason, 200))}" for entry in coverage.skipped]
    return f"**Not reviewed**\n\n{_bullets(lines)}" if lines else ""


def _table(outcome: Outcome) -> str:
    if not outcome.findings:
        return ""
    found = ranked(outcome.findings)
    head = "| Severity | Weakness | Rule | Place | Suggestion |\n|---|---|---|---|---|\n"
    rows = "\n".join(_row(finding, outcome) for finding in found[:MAX_ROWS])
    more = f"\n\n{count(len(found) - MAX_ROWS, 'further finding')} not listed." if len(found) > MAX_ROWS else ""
    return f"{head}{rows}{more}"


def _row(finding: Finding, outcome: Outcome) -> str:
    verdicts = outcome.verdicts_on(finding)
    state = "checked" if any(verdict.accepted for verdict in verdicts) else "withheld" if verdicts else ""
    rule = code_span(shortened(f"{finding.tool} {finding.rule_id}", MAX_PATH_CHARACTERS))
    cells = (finding.severity.label, prose(shortened(title(finding), 200)), rule, _place(finding), state)
    return "| " + " | ".join(cell(text) for text in cells) + " |"


def _place(finding: Finding) -> str:
    return code_span(f"{shortened(finding.path, MAX_PATH_CHARACTERS)}:{finding.region.start_line}")


def _over_limit(uncommented: int) -> str:
    if not uncommented:
        return ""
    verb = "has" if uncommented == 1 else "have"
    return f"{count(uncommented, 'finding')} {verb} no comment of their own: `max_comments` of the policy is reached."


def _suggestions(outcome: Outcome) -> str:
    withheld = [verdict for verdict in outcome.verdicts if not verdict.accepted]
    if not outcome.verdicts:
        return ""
    passed = len(outcome.verdicts) - len(withheld)
    line = (
        f"{count(len(outcome.verdicts), 'suggestion')} written: {passed} passed the checks, {len(withheld)} withheld."
    )
    helped = {verdict.suggestion.finding for verdict in outcome.verdicts if verdict.accepted}
    places = [
        f"{_path(verdict.suggestion.edits[0].path)} line {verdict.suggestion.edits[0].start_line}: {reasons([verdict])}"
        for verdict in withheld
        if verdict.suggestion.finding not in helped
    ]
    return "\n\n".join(part for part in (line, _bullets(places)) if part)


def _told(outcome: Outcome, rest: Rest, room: int) -> str:
    """Write as many findings in full as there is room for."""
    parts: list[str] = []
    for finding in rest.findings[:MAX_ROWS]:
        text = f"#### {_place(finding)}\n\n{describe(finding, outcome)}"
        room -= len(text) + 2
        if room < 0:
            break
        parts.append(text)
    if not rest.findings:
        return ""
    left = len(rest.findings) - len(parts)
    more = [f"{count(left, 'finding')} not told in full here."] if left else []
    return "\n\n".join((f"### {rest.heading}", *parts, *more))


def _scanned(coverage: Coverage) -> str:
    by_tools: dict[tuple[str, ...], list[str]] = {}
    for path, tools in coverage.scanned:
        by_tools.setdefault(tools, []).append(path)
    by_reason: dict[str, list[str]] = {}
    for entry in coverage.excluded:
        by_reason.setdefault(entry.reason, []).append(entry.path)
    versions = {tool.name: f"{tool.name} {tool.version}" for tool in coverage.tools}
    lines = [f"{plain(', '.join(versions.get(t, t) for t in tools))}: {_paths(by_tools[tools])}" for tools in by_tools]
    lines += [f"Left out, {prose(reason)}: {_paths(paths)}" for reason, paths in by_reason.items()]
    return _bullets(lines)


def _paths(paths: Sequence[str]) -> str:
    more = [f"and {count(len(paths) - MAX_ROWS, 'other file')}"] if len(paths) > MAX_ROWS else []
    return ", ".join((*map(_path, paths[:MAX_ROWS]), *more))


def _path(path: str) -> str:
    return code_span(shortened(path, MAX_PATH_CHARACTERS))


def _bullets(lines: Sequence[str]) -> str:
    more = [f"{len(lines) - MAX_ROWS:,} more"] if len(lines) > MAX_ROWS else []
    return "\n".join(f"- {line}" for line in (*lines[:MAX_ROWS], *more))


def _details(summary: str, text: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>" if text else ""
