"""Whether a candidate merely deletes what a finding points at, instead of mending it."""

import re
from collections import Counter
from collections.abc import Sequence

from reviewbot.candidate import Candidate, EditedFile
from reviewbot.change import split_lines
from reviewbot.finding import Finding, Region
from reviewbot.reason import Reason, Refusal
from reviewbot.syntax.code import Call, Span, Statement

_TALK = re.compile(
    r"(print|puts|echo|pprint|(\w+\.)*(console|log|logger|logging|warnings)\.\w+|fmt\.Print\w*|System\.out\.\w+)"
)
"""Calls that only tell somebody something: they do not stand in for what was there."""

_PURE = frozenset({"str", "repr", "len", "bool", "int", "type", "id", "list", "tuple", "set", "dict", "isinstance"})
_PURE_ELSEWHERE = frozenset({"String", "Number", "Boolean", "Array", "Object", "Symbol"})


def deletions(candidate: Candidate, findings: Sequence[Finding]) -> tuple[Reason, ...]:
    """Return a reason for each of `findings` of which the code has gone, with nothing that does its work."""
    reasons = []
    for finding in findings:
        file = candidate.file(finding.path)
        if file is not None:
            rivals = [other.region for other in findings if other.path == finding.path]
            reasons.append(_merely_deletes(file, finding.region, rivals))
    return tuple(dict.fromkeys(reason for reason in reasons if reason is not None))


def _merely_deletes(file: EditedFile, region: Region, rivals: Sequence[Region]) -> Reason | None:
    before = _over(file.old.statements, region.start_line, region.end_line) if file.old else []
    first = min([region.start_line, *(statement.start_line for statement in before)])
    last = max([region.end_line, *(statement.end_line for statement in before)])
    start, end = file.moved(first, last)
    if not before:
        gone = not "".join(split_lines(file.after.text)[start - 1 : end]).strip()
    else:
        after = _over(file.new.statements, start, end) if file.new else []
        # Where several flagged lines became one block, each of them needs a call of its own in it.
        needed = len({r.start_line for r in rivals if _meet(file.moved(r.start_line, r.end_line), (start, end))})
        gone = _nothing_acts(before, after) or _call_is_gone(before, after, region, needed)
    if not gone:
        return None
    at = f"line {region.start_line}" if region.start_line == region.end_line else f"lines {first} to {last}"
    said = f"It deletes what the finding on {at} points at and puts nothing in its place that does the work."
    return Reason(Refusal.DELETES_CODE, said, file.path, min(start, len(split_lines(file.after.text))) or None)


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one == other or (one[0] <= other[1] and other[0] <= one[1])


def _over(statements: Sequence[Statement], start: int, end: int) -> list[Statement]:
    return [s for s in statements if s.start_line <= end and start <= s.end_line]


def _nothing_acts(before: Sequence[Statement], after: Sequence[Statement]) -> bool:
    if any(statement.acts and not statement.head for statement in before):
        return not any(s.acts and (not s.head or any(map(_works, s.calls))) for s in after)
    return any(s.acts for s in before) and not any(s.acts for s in after)


def _call_is_gone(before: Sequence[Statement], after: Sequence[Statement], region: Region, needed: int) -> bool:
    then = [call for statement in before for call in statement.calls]
    now = [call for statement in after for call in statement.calls]
    counted, still = Counter(call.name for call in then), Counter(call.name for call in now)
    working = Counter(call.name for call in now if _works(call))
    came = sum((working - counted).values())
    lost = [call for call in _flagged(then, region) if still[call.name] < counted[call.name]]
    kept = [statement.text for statement in after if statement.acts]
    return came < needed and any(call.discarded or not _keeps_an_argument(call, kept) for call in lost)


def _flagged(calls: Sequence[Call], region: Region) -> list[Call]:
    """Return the calls that the finding is about: the outermost in the region, else the one around it."""
    span = Span(region.start_line, region.start_column, region.end_line, region.end_column)
    inside = [call for call in calls if span.holds(call.span)]
    if inside:
        return [call for call in inside if not any(o is not call and o.span.holds(call.span) for o in inside)]
    around = [call for call in calls if call.span.holds(span)]
    return around[-1:] or list(calls)


def _works(call: Call) -> bool:
    pure = call.name in _PURE or call.name in _PURE_ELSEWHERE
    return _TALK.fullmatch(call.name) is None and not (pure and call.discarded)


def _keeps_an_argument(call: Call, texts: Sequence[str]) -> bool:
    words = [re.compile(rf"(?<!\w){re.escape(argument)}(?!\w)") for argument in call.arguments if argument]
    return any(word.search(text) for word in words for text in texts)
