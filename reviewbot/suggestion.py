"""A Suggestion: new code in place of some lines, written by a rule, by a model, or in somebody's patch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from reviewbot.change import Change, SourceFile
from reviewbot.finding import Finding
from reviewbot.prompt import Prompt, Reply


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

    None if an anchor is not the text that stands there, or if two edits overlap.
    """
    raise NotImplementedError


def edits_between(path: str, old: str, new: str) -> tuple[Edit, ...]:
    """Return the smallest line edits that turn `old` into `new`."""
    raise NotImplementedError


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
