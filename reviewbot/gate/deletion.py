"""Whether a candidate merely deletes what a finding points at, instead of mending it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.change import split_lines
from reviewbot.finding import Finding, Region
from reviewbot.gate.candidate import Candidate, EditedFile
from reviewbot.gate.reason import Reason, Refusal
from reviewbot.syntax.code import Call, Span, Statement

_TALK = re.compile(
    r"(print|puts|echo|pprint|(\w+\.)*(console|log|logger|logging|warnings)(\.\w+(\(\))?)+|fmt\.Print\w*|System\.out\.\w+)"
)
"""Calls that only tell somebody something: they do not stand in for what was there."""

_PURE = frozenset({"str", "repr", "len", "bool", "int", "type", "id", "list", "tuple", "set", "dict", "isinstance"})
_PURE_ELSEWHERE = frozenset({"String", "Number", "Boolean", "Array", "Object", "Symbol"})


def deletions(candidate: Candidate, findings: Sequence[Finding]) -> tuple[Reason, ...]:
    """Return a reason for each of `findings` of which the code has gone, with nothing that does its work."""
    places = [_place(file, f.region) for f in findings if (file := candidate.file(f.path)) is not None]
    reasons = []
    for place in places:
        # Where several flagged calls became one block, each of them needs a call of its own in it.
        lost = {other.region.start_line for other in places if other.lost and other.meets(place)}
        if place.emptied or place.calls_are_gone(needed=len(lost)):
            reasons.append(_reason(place))
    return tuple(dict.fromkeys(reasons))


def _reason(place: "_Place") -> Reason:
    region, file = place.region, place.file
    one = region.start_line == region.end_line
    at = f"line {region.start_line}" if one else f"lines {region.start_line} to {region.end_line}"
    said = f"It deletes what the finding on {at} points at and puts nothing in its place that does the work."
    line = min(place.lines[0], len(split_lines(file.after.text)))
    return Reason(Refusal.DELETES_CODE, said, file.path, line or None)


@dataclass(frozen=True, slots=True)
class _Place:
    """What stood where a finding points, and what stands there now, on `lines` of the candidate.

    `lost` are the flagged calls that are not there any more, `came` counts the calls that are new there.
    """

    file: EditedFile
    region: Region
    lines: tuple[int, int]
    emptied: bool
    lost: tuple[Call, ...]
    came: int
    kept: tuple[str, ...]

    def meets(self, other: "_Place") -> bool:
        return self.file is other.file and (
            self.lines == other.lines or (self.lines[0] <= other.lines[1] and other.lines[0] <= self.lines[1])
        )

    def calls_are_gone(self, needed: int) -> bool:
        """Say whether a call is lost for which no call came, and of which no argument is kept."""
        return self.came < needed and any(c.discarded or not _keeps_an_argument(c, self.kept) for c in self.lost)


def _place(file: EditedFile, region: Region) -> _Place:
    old = file.old.statements if file.old else ()
    flagged = _over(old, region.start_line, region.end_line)
    first = min([region.start_line, *(statement.start_line for statement in flagged)])
    last = max([region.end_line, *(statement.end_line for statement in flagged)])
    edits = file.edits_on(first, last)
    start, end = lines = file.moved(first, last)
    replaced = min([first, *(e.start_line for e in edits)]), max([last, *(e.end_line for e in edits)])
    after = _over(file.new.statements if file.new else (), start, end)
    then = Counter(call.name for call in _calls(_over(old, *replaced)))
    now = Counter(call.name for call in _calls(after))
    blank = not "".join(split_lines(file.after.text)[start - 1 : end]).strip()
    return _Place(
        file=file,
        region=region,
        lines=lines,
        emptied=_nothing_acts(flagged, after) if flagged else blank,
        lost=tuple(call for call in _flagged(_calls(flagged), region) if now[call.name] < then[call.name]),
        came=sum((Counter(call.name for call in _calls(after) if _works(call)) - then).values()),
        kept=tuple(statement.text for statement in after if statement.acts),
    )


def _calls(statements: Sequence[Statement]) -> list[Call]:
    return [call for statement in statements for call in statement.calls]


def _over(statements: Sequence[Statement], start: int, end: int) -> list[Statement]:
    return [s for s in statements if s.start_line <= end and start <= s.end_line]


def _nothing_acts(before: Sequence[Statement], after: Sequence[Statement]) -> bool:
    if any(statement.acts and statement.calls and not statement.head for statement in before):
        return not any(s.acts and (not s.head or any(map(_works, s.calls))) for s in after)
    return any(s.acts for s in before) and not any(s.acts for s in after)


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
