"""The words exchanged with a model: what it is asked, and how its answer is read."""

from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.change import SourceFile
from reviewbot.finding import Finding


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request to a model. `system` is ours alone; code under review stands only in `user`, as data."""

    system: str
    user: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `model` names the model and its revision. Empty `text` means that it had none."""

    text: str
    model: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reply says: the lines to put in place of the flagged ones, and the imports that they need."""

    replacement: str
    imports: tuple[str, ...] = ()


def fix_prompt(finding: Finding, file: SourceFile) -> Prompt:
    """Ask for lines to put in place of those that `finding` flags in `file`."""
    raise NotImplementedError


def repair_prompt(finding: Finding, file: SourceFile, replacement: str, reasons: Sequence[str]) -> Prompt:
    """Ask again, after `replacement` was refused for `reasons` (sentences). `file` is the one at head."""
    raise NotImplementedError


def parse_reply(text: str) -> Answer | None:
    """Read the text of a reply. None if it is not in the format that was asked for; it never raises."""
    raise NotImplementedError
