"""The hidden mark under each text of ours, by which we find it again, and which nobody else can make.

It is the last line of a text, behind all that was quoted from the change, and holds an HMAC over what it marks.
A mark copied from elsewhere fits no other repository, pull request or head, and is looked for only in texts that
our App wrote.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum

from pydantic import SecretStr

from reviewbot.github.events import PullAddress

_MARK = re.compile(
    r"<!-- reviewbot:1 (?P<kind>[a-z]+) (?P<head>[0-9a-f]{40,64}) (?P<subject>[^\s<>]{1,100})"
    r" (?P<mac>[0-9a-f]{64}) -->\s*\Z"
)


class Kind(StrEnum):
    """What a text of ours is."""

    REVIEW = "review"
    """A review; its subject says on what occasion it was written."""
    FINDING = "finding"
    """A comment on a finding; its subject is the fingerprint."""
    GONE = "gone"
    """A comment on a finding that is no longer reported."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a text says of itself: its kind, the head that it is on, and its subject."""

    kind: Kind
    head: str
    subject: str


class Marker:
    """Writes and reads the marks of one pull request. With another `key`, texts written before are not found."""

    def __init__(self, key: SecretStr, address: PullAddress) -> None:
        self._key = key.get_secret_value().encode()
        self._place = (str(address.repository_id), str(address.number))

    def under(self, text: str, mark: Mark) -> str:
        """Return `text` with `mark` under it."""
        return f"{text}\n\n<!-- reviewbot:1 {mark.kind} {mark.head} {mark.subject} {self._mac(mark)} -->"

    def read(self, text: str | None) -> Mark | None:
        """Return the mark under `text`, None if there is none that we wrote for this pull request."""
        found = _MARK.search(text or "")
        if found is None or found["kind"] not in set(Kind):
            return None
        mark = Mark(Kind(found["kind"]), found["head"], found["subject"])
        return mark if hmac.compare_digest(self._mac(mark), found["mac"]) else None

    def _mac(self, mark: Mark) -> str:
        signed = "\0".join(("reviewbot:1", *self._place, mark.kind, mark.head, mark.subject))
        return hmac.new(self._key, signed.encode(), hashlib.sha256).hexdigest()


def without_mark(text: str) -> str:
    """Return `text` without the mark under it."""
    return _MARK.sub("", text).rstrip()
