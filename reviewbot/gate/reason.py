"""A Reason why the gate refuses a suggestion, as a sentence for the reader and for the model that repairs."""

from dataclasses import dataclass
from enum import StrEnum


class Refusal(StrEnum):
    """Why the gate refuses. The value is stable: it stands in records and reports."""

    ANCHOR_MISMATCH = "anchor-mismatch"
    NO_CHANGE = "no-change"
    DOES_NOT_PARSE = "does-not-parse"
    HIDDEN_CHARACTERS = "hidden-characters"
    NAME_REMOVED = "name-removed"
    SIGNATURE_CHANGED = "signature-changed"
    UNDEFINED_NAME = "undefined-name"
    UNKNOWN_IMPORT = "unknown-import"
    DELETES_CODE = "deletes-code"
    NEW_FINDING = "new-finding"
    NOT_FIXED = "not-fixed"
    NOT_SCANNED = "not-scanned"
    NOT_CHOSEN = "not-chosen"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a refusal. `text` is a sentence; `line` counts in the candidate, None: the whole file."""

    refusal: Refusal
    text: str
    path: str
    line: int | None = None
