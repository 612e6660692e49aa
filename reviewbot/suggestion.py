"""A Suggestion: new code in place of some lines, written by a rule, by a model, or in somebody's patch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Protocol

from reviewbot.change import Change, SourceFile, split_lines
from reviewbot.errors import GenerationError
from reviewbot.finding import Finding
from reviewbot.prompt import Prompt, Reply, fix_prompt, parse_reply, repair_prompt
from reviewbot.rule_fix import add_imports, rule_fix

MAX_COMPARED_LINES = 1_000
"""More lines than this, between the first and the last that differ, become one edit: difflib is cubic at worst."""


MAX_READ_CHARACTERS = 5_000_000
"""How much text a review reads to write suggestions, each finding counting its whole file: about a minute for Python.

A file of the largest size that is scanned can hold tens of thousands of findings; the graver ones go first.
"""


class Origin(StrEnum):
    """Who wrote a suggestion."""

    RULE = "rule"
    MODEL = "model"
    PATCH = "patch"


@dataclass(frozen=True, slots=True)
class Edit:
    """Whole lines replaced by others, as a GitHub suggestion does it.

    `anchor` is the text of lines `start_line` to `end_line` that the edit was written against, and
    `replacement` what takes its place, both with their line ends. An insertion before line n has
    `start_line == n`, `end_line == n - 1` and an empty anchor.
    """

    path: str
    start_line: int
    end_line: int
    anchor: str
    replacement: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Edits that stand or fall together.

    `finding` is the weakness that they claim to remove, None where they claim nothing. `rationale` is one
    sentence for the reader. `attempt` counts from 1; a repair is the next attempt. `model` is empty
    unless a model wrote it.
    """

    origin: Origin
    finding: Finding | None
    edits: tuple[Edit, ...]
    rationale: str
    attempt: int = 1
    model: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that are edited, each once."""
        return tuple(dict.fromkeys(edit.path for edit in self.edits))


class Generator(Protocol):
    """A model that writes code."""

    def generate(self, prompts: Sequence[Prompt]) -> Sequence[Reply]:
        """Answer each prompt, in the same order.

        Raises:
            GenerationError: the model did not answer.
        """


def apply(edits: Iterable[Edit], file: SourceFile) -> SourceFile | None:
    """Return `file` with those of `edits` that name its path applied.

    None if an anchor is not the text that stands there, if two edits overlap, or if a replacement without
    a line end would run into the line after it.
    """
    lines = split_lines(file.text)
    pieces: list[str] = []
    at = 0
    own = (edit for edit in edits if edit.path == file.path)
    for edit in sorted(own, key=lambda edit: (edit.start_line, edit.end_line)):
        start = edit.start_line - 1
        if not at <= start <= edit.end_line <= len(lines) or "".join(lines[start : edit.end_line]) != edit.anchor:
            return None
        pieces += ["".join(lines[at:start]), edit.replacement]
        at = edit.end_line
    written = [piece for piece in (*pieces, "".join(lines[at:])) if piece]
    if not all(piece.endswith("\n") for piece in written[:-1]):
        return None
    return SourceFile(file.path, "".join(written))


def edits_between(path: str, old: str, new: str) -> tuple[Edit, ...]:
    """Return the smallest line edits that turn `old` into `new`, in the order of the lines."""
    before, after = split_lines(old), split_lines(new)
    shortest = min(len(before), len(after))
    head = next((n for n in range(shortest) if before[n] != after[n]), shortest)
    left = shortest - head
    tail = next((n for n in range(left) if before[-1 - n] != after[-1 - n]), left)
    changed, becomes = before[head : len(before) - tail], after[head : len(after) - tail]
    return tuple(
        Edit(path, head + i1 + 1, head + i2, "".join(changed[i1:i2]), "".join(becomes[j1:j2]))
        for i1, i2, j1, j2 in _differences(changed, becomes)
    )


def _differences(old: list[str], new: list[str]) -> list[tuple[int, int, int, int]]:
    if max(len(old), len(new)) > MAX_COMPARED_LINES:
        return [(0, len(old), 0, len(new))]
    opcodes = SequenceMatcher(None, old, new).get_opcodes()
    return [(i1, i2, j1, j2) for tag, i1, i2, j1, j2 in opcodes if tag != "equal"]


def suggest(findings: Sequence[Finding], change: Change, generator: Generator | None) -> tuple[Suggestion, ...]:
    """Write at most one suggestion for each of `findings`, in their order: rule fixes, else the model's.

    Each stands on its own: two of them may edit the same lines. What the model does not answer in the format
    that was asked for is no suggestion, nor is there one beyond `MAX_READ_CHARACTERS`.

    Raises:
        GenerationError: the model did not answer, or not each prompt.
    """
    files = {file.path: file for file in change.after()}
    found = {i: _by_rule(findings[i], files[findings[i].path]) for i in _affordable(findings, files)}
    if generator is not None:
        left = {i: prompt for i, done in found.items() if not done and (prompt := _ask(findings[i], files))}
        replies = generator.generate(tuple(left.values())) if left else ()
        if len(replies) != len(left):
            raise GenerationError(f"The model answered {len(replies)} prompts of {len(left)}.")
        for i, reply in zip(left, replies, strict=True):
            found[i] = answered(reply, findings[i], files[findings[i].path])
    return tuple(suggestion for suggestion in found.values() if suggestion)


def _affordable(findings: Sequence[Finding], files: Mapping[str, SourceFile]) -> list[int]:
    left, chosen = MAX_READ_CHARACTERS, []
    for i in sorted(range(len(findings)), key=lambda i: -findings[i].severity):
        file = files.get(findings[i].path)
        if file is not None and len(file.text) <= left:
            left -= len(file.text)
            chosen.append(i)
    return sorted(chosen)


def _by_rule(finding: Finding, file: SourceFile) -> Suggestion | None:
    fixed = rule_fix(finding, file)
    edits = edits_between(file.path, file.text, fixed.text) if fixed else ()
    return Suggestion(Origin.RULE, finding, edits, fixed.rationale) if fixed and edits else None


def _ask(finding: Finding, files: Mapping[str, SourceFile]) -> Prompt | None:
    return fix_prompt(finding, files[finding.path])


def answered(reply: Reply, finding: Finding, file: SourceFile, attempt: int = 1) -> Suggestion | None:
    """Make a suggestion of what a model replied about `finding` in `file` at head.

    None if the reply cannot be read, or would leave the file as it is.
    """
    answer = parse_reply(reply.text)
    lines = split_lines(file.text)
    start, end = finding.region.start_line, finding.region.end_line
    if answer is None or finding.path != file.path or not 1 <= start <= end <= len(lines):
        return None
    flagged = "".join(lines[start - 1 : end])
    new = _like(flagged, answer.replacement)
    text = "".join([*lines[: start - 1], new, *lines[end:]])
    complete = add_imports(file.path, text, answer.imports)
    edits = edits_between(file.path, file.text, complete) if complete is not None else ()
    rationale = f"Written by the model for {finding.rule_id}."
    return Suggestion(Origin.MODEL, finding, edits, rationale, attempt, reply.model) if edits else None


def _like(flagged: str, replacement: str) -> str:
    """Give `replacement` the indentation of the `flagged` lines if it has another, and their line ends."""
    lines = split_lines(replacement)
    has, wants = _indentation(lines), _indentation(split_lines(flagged))
    if has != wants and all(line.startswith(has) or not line.strip() for line in lines):
        lines = [wants + line.removeprefix(has) if line.strip() else line for line in lines]
    text = "".join(lines)
    if not flagged.endswith("\n"):
        text = text.removesuffix("\n")
    return text.replace("\n", "\r\n") if "\r\n" in flagged else text


def _indentation(lines: Sequence[str]) -> str:
    first = next((line for line in lines if line.strip()), "")
    return first[: len(first) - len(first.lstrip(" \t"))]


def ask_again(suggestion: Suggestion, reasons: Sequence[str], file: SourceFile) -> Prompt | None:
    """Write the prompt that hands a refused `suggestion` back with the `reasons`, as sentences.

    `file` is the one at head. None if there is nothing to ask: the suggestion claims no finding in `file`.
    """
    finding, candidate = suggestion.finding, apply(suggestion.edits, file)
    if finding is None or finding.path != file.path or candidate is None:
        return None
    start, end = finding.region.start_line, finding.region.end_line
    for edit in suggestion.edits:
        growth = len(split_lines(edit.replacement)) - len(split_lines(edit.anchor))
        start += growth if edit.end_line < finding.region.start_line else 0
        end += growth if edit.start_line <= finding.region.end_line else 0
    return repair_prompt(finding, file, "".join(split_lines(candidate.text)[start - 1 : end]), reasons)
