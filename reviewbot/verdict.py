"""The gate. A Verdict says whether a Suggestion may be shown as code to take over, and if not, why."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reviewbot.change import SourceFile
from reviewbot.finding import Scan, Scanner
from reviewbot.policy import Policy
from reviewbot.suggestion import Generator, Suggestion


class Refusal(StrEnum):
    """Why the gate refuses. The value is stable: it stands in records and reports."""

    ANCHOR_MISMATCH = "anchor-mismatch"
    NO_CHANGE = "no-change"
    DOES_NOT_PARSE = "does-not-parse"
    HIDDEN_CHARACTERS = "hidden-characters"
    NAME_REMOVED = "name-removed"
    SIGNATURE_CHANGED = "signature-changed"
    UNDEFINED_NAME = "undefined-name"
    DELETES_CODE = "deletes-code"
    NEW_FINDING = "new-finding"
    NOT_FIXED = "not-fixed"
    NOT_SCANNED = "not-scanned"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a refusal. `text` is a sentence; `line` counts in the candidate, None: the whole file."""

    refusal: Refusal
    text: str
    path: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of one suggestion. `scan` holds the scanners' report on the candidate's files."""

    suggestion: Suggestion
    scan: Scan
    reasons: tuple[Reason, ...]

    @property
    def accepted(self) -> bool:
        """No reason against it was found."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Gate:
    """What suggestions are judged against: the files at head, their scan, the scanners and the policy."""

    files: tuple[SourceFile, ...]
    original: Scan
    scanners: tuple[Scanner, ...]
    policy: Policy


def judge(suggestions: Sequence[Suggestion], gate: Gate) -> tuple[Verdict, ...]:
    """Judge each suggestion on its own, in order. All candidates go through the scanners in one run.

    Raises:
        ScanError: a scanner failed; nothing is accepted then.
    """
    raise NotImplementedError


def repair(verdicts: Sequence[Verdict], gate: Gate, generator: Generator | None) -> tuple[Verdict, ...]:
    """Hand what was refused back to the model with the reasons, and judge what returns.

    At most `policy.max_repairs` rounds. The result holds the last verdict on each suggestion, in order.
    """
    raise NotImplementedError
