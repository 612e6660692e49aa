"""A Suggestion: new code in place of some lines, written by a rule, by a model, or in somebody's patch."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Protocol, runtime_checkable

from reviewbot.change import SourceFile, split_lines
from reviewbot.finding import Finding
from reviewbot.prompt import Prompt, repair_prompt
from reviewbot.reply import Answer, Reply
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
    sentence for the reader. `attempt` counts from 1 for each finding. `model`, with its revision, and the
    hashes of what it was asked and of what it answered are empty unless a model wrote it.
    """

    origin: Origin
    finding: Finding | None
    edits: tuple[Edit, ...]
    rationale: str
    attempt: int = 1
    model: str = ""
    prompt_sha256: str = ""
    answer_sha256: str = ""

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


@runtime_checkable
class Infilling(Protocol):
    """What a Generator has as well if it can be asked to fill a hole (`Prompt.infill`)."""

    @property
    def infills(self) -> bool:
        """Say whether its model was trained to."""


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


def affordable(findings: Sequence[Finding], files: Iterable[SourceFile]) -> tuple[tuple[Finding, SourceFile], ...]:
    """Return those of `findings` that a suggestion is written for, each with its file, in their order.

    That is all of them up to `MAX_READ_CHARACTERS`, the graver ones first.
    """
    by_path = {file.path: file for file in files}
    left, chosen = MAX_READ_CHARACTERS, []
    for i in sorted(range(len(findings)), key=lambda i: -findings[i].severity):
        file = by_path.get(findings[i].path)
        if file is not None and len(file.text) <= left:
            left -= len(file.text)
            chosen.append((i, file))
    return tuple((findings[i], file) for i, file in sorted(chosen, key=lambda choice: choice[0]))


def by_rule(finding: Finding, file: SourceFile) -> Suggestion | None:
    """Write a suggestion without a model. None if no rule knows one, or it would leave the file as it is."""
    fixed = rule_fix(finding, file)
    edits = edits_between(file.path, file.text, fixed.text) if fixed else ()
    return Suggestion(Origin.RULE, finding, edits, fixed.rationale) if fixed and edits else None


def answered(reply: Reply, answer: Answer, finding: Finding, file: SourceFile) -> Suggestion | None:
    """Make a suggestion of the `answer` that was read in a model's `reply` about `finding` in `file` at head.

    None if it would leave the file as it is, or needs imports that we cannot add.
    """
    if finding.path != file.path:
        return None
    edits = replaced(answer, file, finding.region.start_line, finding.region.end_line)
    rationale = f"Written by the model for {finding.rule_id}."
    return by_model(reply, finding, edits, rationale) if edits else None


def by_model(reply: Reply, finding: Finding | None, edits: tuple[Edit, ...], rationale: str) -> Suggestion:
    """Make a suggestion of edits that come from a model's `reply`."""
    digest = hashlib.sha256(reply.text.encode("utf-8", "surrogatepass")).hexdigest()
    return Suggestion(Origin.MODEL, finding, edits, rationale, model=reply.model, answer_sha256=digest)


def replaced(answer: Answer, file: SourceFile, start: int, end: int) -> tuple[Edit, ...]:
    """Return the edits that put `answer` in place of the lines `start` to `end` of `file`, none if it cannot be."""
    lines = split_lines(file.text)
    if not 1 <= start <= end <= len(lines):
        return ()
    new = _like("".join(lines[start - 1 : end]), answer.replacement)
    complete = add_imports(file.path, "".join([*lines[: start - 1], new, *lines[end:]]), answer.imports)
    return edits_between(file.path, file.text, complete) if complete is not None else ()


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


def ask_again(
    suggestion: Suggestion, reasons: Sequence[str], file: SourceFile, others: Sequence[SourceFile] = ()
) -> Prompt | None:
    """Write the prompt that hands a refused `suggestion` back with the `reasons`, as sentences.

    `file` is the one at head; see `fix_prompt` for `others`.
    None if there is nothing to ask: the suggestion claims no finding in `file`.
    """
    finding, candidate = suggestion.finding, apply(suggestion.edits, file)
    if finding is None or finding.path != file.path or candidate is None:
        return None
    start, end = finding.region.start_line, finding.region.end_line
    for edit in suggestion.edits:
        growth = len(split_lines(edit.replacement)) - len(split_lines(edit.anchor))
        start += growth if edit.end_line < finding.region.start_line else 0
        end += growth if edit.start_line <= finding.region.end_line else 0
    return repair_prompt(finding, file, "".join(split_lines(candidate.text)[start - 1 : end]), reasons, others)
