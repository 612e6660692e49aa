"""The lines of suggestions, encrypted with a key that the database does not hold. Without a key none are kept."""

import base64
import hashlib
import zlib
from collections.abc import Iterable, Sequence
from typing import Protocol

from cryptography.fernet import Fernet, InvalidToken
from pydantic import SecretStr

from reviewbot.change import split_lines
from reviewbot.outcome import CREDENTIALS
from reviewbot.suggestion import Edit, Suggestion
from reviewbot.verdict import Verdict
from reviewbot.visible import visible

MAX_CHARACTERS = 20_000
"""Of one suggestion. A longer one is cut, and says so."""

_CUT = "… and more lines, which are not kept.\n"


class Seal(Protocol):
    """Encrypts what is kept, and opens it again."""

    def close(self, text: str) -> bytes:
        """Encrypt `text`."""

    def open(self, sealed: bytes) -> str | None:
        """Return the text; None if it was sealed with another key, or changed."""


class KeySeal:
    """A Seal with one key: AES-128-CBC and HMAC-SHA256, as https://github.com/fernet/spec defines."""

    def __init__(self, key: SecretStr) -> None:
        """`key` is random text of any form; its SHA-256 is the key of the cipher."""
        digest = hashlib.sha256(key.get_secret_value().encode()).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(digest))

    def close(self, text: str) -> bytes:
        """Encrypt `text`, compressed."""
        return self._fernet.encrypt(zlib.compress(text.encode("utf-8", "replace")))

    def open(self, sealed: bytes) -> str | None:
        """Return the text; None if it was sealed with another key, or changed."""
        try:
            return zlib.decompress(self._fernet.decrypt(sealed)).decode()
        except InvalidToken:
            return None


def seal_of(key: SecretStr | None) -> KeySeal | None:
    """Return the seal of a key that may not be set."""
    return None if key is None else KeySeal(key)


def diffs_of(verdicts: Iterable[Verdict]) -> dict[tuple[Edit, ...], str]:
    """Return the diff of each suggestion, by its edits. One for a credential is left out: its lines hold the secret."""
    suggestions = (verdict.suggestion for verdict in verdicts)
    return {one.edits: diff_of(one.edits) for one in suggestions if not _on_a_credential(one)}


def diff_of(edits: Sequence[Edit]) -> str:
    """Write edits as hunks of a unified diff without context, at most `MAX_CHARACTERS`, each file after `diff PATH`."""
    text = "".join(part for path in dict.fromkeys(edit.path for edit in edits) for part in _file(path, edits))
    if len(text) <= MAX_CHARACTERS:
        return text
    return text[: text.rfind("\n", 0, MAX_CHARACTERS) + 1] + _CUT


def _on_a_credential(suggestion: Suggestion) -> bool:
    return suggestion.finding is not None and bool(CREDENTIALS.intersection(suggestion.finding.cwe))


def _file(path: str, edits: Sequence[Edit]) -> Iterable[str]:
    # Lines of code have a sign before them, so none can pass for this one.
    yield f"diff {visible(path)}\n"
    moved = 0
    for edit in sorted((edit for edit in edits if edit.path == path), key=lambda edit: edit.start_line):
        old, new = split_lines(edit.anchor), split_lines(edit.replacement)
        # As diff -U0 counts: a side without lines names the line before it.
        start = edit.start_line - (not old)
        yield f"@@ -{start},{len(old)} +{edit.start_line + moved - (not new)},{len(new)} @@\n"
        yield from (_line("-", line) for line in old)
        yield from (_line("+", line) for line in new)
        moved += len(new) - len(old)


def _line(sign: str, line: str) -> str:
    return f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"
