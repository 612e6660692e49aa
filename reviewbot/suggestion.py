"""A Suggestion: new code in place of some lines, written by a rule, by a model, or in somebody's patch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Protocol

from reviewbot.change import Change, SourceFile, split_lines
from reviewbot.finding import Finding
from reviewbot.prompt import Prompt, Reply

MAX_COMPARED_LINES = 1_000
"""More lines than this, between the first and the last that differ, become one edit: difflib is cubic at worst."""


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
    """Write suggestions for `findings`: rule fixes first, then the model's for what has none."""
    raise NotImplementedError


def answered(reply: Reply, finding: Finding, file: SourceFile, attempt: int = 1) -> Suggestion | None:
    """Make a suggestion of what a model replied about `finding` in `file` at head.

    None if the reply cannot be read, or would leave the file as it is.
    """
    raise NotImplementedError


def ask_again(suggestion: Suggestion, reasons: Sequence[str], file: SourceFile) -> Prompt | None:
    """Write the prompt that hands a refused `suggestion` back with the `reasons`, as sentences.

    `file` is the one at head. None if there is nothing to ask: the suggestion claims no finding in `file`.
    """
    raise NotImplementedError
