"""The words of one comment on a finding, as GitHub-flavoured Markdown, and the lines that it can stand on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.change import ChangedFile, split_lines
from reviewbot.cwe import weakness
from reviewbot.finding import Finding, Region
from reviewbot.markdown import code_span, fence, prose
from reviewbot.opinion import Opinion
from reviewbot.outcome import Outcome, checks, count, explanation, title
from reviewbot.suggestion import Edit
from reviewbot.verdict import Verdict
from reviewbot.visible import shortened, visible

MAX_COMMENT_LINES = 10
"""A comment marks no more lines than a reader takes in; a longer region is marked by its first ones."""
MAX_SUGGESTION_LINES = 20
"""How many lines one click may replace; more is shown as a diff, to be read first."""
MAX_CODE_CHARACTERS = 10_000
"""Longer suggestions are not printed: GitHub takes 65,536 characters, and nobody reads that many."""
MAX_TEXT_CHARACTERS = 1_000
MAX_REASONS = 4

_SLASH_COMMAND = re.compile(r"^\s*/\w", re.MULTILINE)
"""A line that another bot could take for a command, even inside of a block."""


@dataclass(frozen=True, slots=True)
class Click:
    """One click's worth: the head lines `start_line` to `line` become `replacement`."""

    start_line: int
    line: int
    replacement: str


def place(file: ChangedFile, region: Region) -> tuple[int, int] | None:
    """Return the first and last line that a comment on `region` can stand on, None if GitHub would take none."""
    for hunk in file.hunks:
        new = [line.new for line in hunk.lines if line.new is not None]
        inside = [line for line in new if region.start_line <= line <= region.end_line]
        if inside:
            return inside[0], inside[:MAX_COMMENT_LINES][-1]
    return None


def click(verdict: Verdict, lines: tuple[int, int], file: ChangedFile) -> Click | None:
    """Return the suggestion as one replacement of lines that can be commented on and that hold `lines`.

    None if it cannot be that: then part of it would go in without the rest, and the gate judged the whole.
    """
    edits = sorted(verdict.suggestion.edits, key=lambda edit: (edit.start_line, edit.end_line))
    start = min(edits[0].start_line, lines[0])
    end = max(*(edit.end_line for edit in edits), lines[1])
    one_file = verdict.suggestion.paths == (file.path,)
    if not one_file or end - start >= MAX_SUGGESTION_LINES or not file.commentable(start, end):
        return None
    replacement = _replaced(edits, split_lines(file.new), start, end)
    if len(replacement) > MAX_CODE_CHARACTERS or _SLASH_COMMAND.search(replacement):
        return None
    return Click(start, end, replacement)


def _replaced(edits: Sequence[Edit], lines: Sequence[str], start: int, end: int) -> str:
    """Return the lines `start` to `end` with `edits`, which lie within them, applied."""
    parts, line = [], start
    for edit in edits:
        parts += [*lines[line - 1 : edit.start_line - 1], edit.replacement]
        line = edit.end_line + 1
    return "".join((*parts, *lines[line - 1 : end]))


def describe(finding: Finding, outcome: Outcome, clickable: Click | None = None) -> str:
    """Write all there is to say on `finding`. `clickable` is its accepted suggestion, if one click can do it."""
    verdicts = outcome.verdicts_on(finding)
    accepted = next((verdict for verdict in verdicts if verdict.accepted), None)
    parts = [_heading(finding), _prose(explanation(finding))]
    if finding.suppression:
        parts.append(f"{code_span(shortened(finding.suppression, 80))} is in the change; it does not hide this.")
    if accepted is not None:
        parts += _suggested(accepted, outcome, clickable)
    parts += [_withheld(verdicts), _found_by(finding)]
    return "\n\n".join(part for part in parts if part)


def describe_opinion(opinion: Opinion, outcome: Outcome, clickable: Click | None = None) -> str:
    """Write what a model thinks of a passage, so that nobody takes it for a finding. Only lists of ours name it."""
    known = () if opinion.cwe is None or weakness(opinion.cwe).name == weakness(opinion.cwe).label else (opinion.cwe,)
    named = f": {weakness(known[0]).name} ([{weakness(known[0]).label}]({weakness(known[0]).link}))" if known else ""
    said = "No scanner reports this. A model read the change and would write these lines in another way."
    parts = (f"**Opinion of a model**{named}", f"{said} It may be wrong, and it has no influence on the check.")
    return "\n\n".join((*parts, *_suggested(opinion.verdict, outcome, clickable)[1:]))


def _heading(finding: Finding) -> str:
    links = ", ".join(f"[{known.label}]({known.link})" for known in map(weakness, finding.cwe))
    bold = f"**{finding.severity.label.capitalize()}: {prose(title(finding))}**"
    return f"{bold} ({links})" if links else bold


def _found_by(finding: Finding) -> str:
    rules = ", ".join(code_span(name) for name in (f"{finding.tool} {finding.rule_id}", *finding.also))
    page = f" [What the rule looks for, and when it is wrong]({finding.page})." if finding.page else ""
    return f"Found by {rules}.{page}"


def _suggested(verdict: Verdict, outcome: Outcome, clickable: Click | None) -> list[str]:
    suggestion = verdict.suggestion
    size = sum(len(edit.anchor) + len(edit.replacement) for edit in suggestion.edits)
    if clickable is not None:
        code = fence(clickable.replacement, "suggestion")
    elif size > MAX_CODE_CHARACTERS:
        code = "The suggestion is too long to be shown here; `reviewbot review --format json` holds it."
    else:
        code = f"To be applied by hand, all of it:\n\n{fence(diff(suggestion.edits), 'diff')}"
    by = f" Written by {code_span(suggestion.model)}." if suggestion.model else ""
    return [_prose(suggestion.rationale), code, checks(verdict, outcome.threshold) + by]


def diff(edits: Sequence[Edit]) -> str:
    """Write `edits` as a diff for reading: each line with its sign, each place with its file and line."""
    lines = []
    for edit in edits:
        lines.append(f"@@ {visible(edit.path)}, line {edit.start_line} @@")
        lines += [f"-{line}" for line in _shown(edit.anchor)] + [f"+{line}" for line in _shown(edit.replacement)]
    return "\n".join(lines)


def _shown(code: str) -> list[str]:
    return [visible(line.rstrip("\r\n").replace("\t", "    ")) for line in split_lines(code)]


def _withheld(verdicts: Sequence[Verdict]) -> str:
    refused = [verdict for verdict in verdicts if not verdict.accepted]
    if not refused:
        return ""
    return f"{count(len(refused), 'suggestion')} withheld: {reasons(refused)}"


def reasons(refused: Sequence[Verdict]) -> str:
    """Return why the gate refused, each reason once, and no more of them than a reader wants."""
    texts = list(dict.fromkeys(reason.text for verdict in refused for reason in verdict.reasons))
    more = [f"And {count(len(texts) - MAX_REASONS, 'other reason')}."] if len(texts) > MAX_REASONS else []
    return " ".join((*map(_prose, texts[:MAX_REASONS]), *more))


def _prose(text: str) -> str:
    return prose(shortened(text, MAX_TEXT_CHARACTERS))
