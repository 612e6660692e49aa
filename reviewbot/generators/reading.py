"""An answer as it arrives: events, lines of JSON or one JSON document, whatever the server says that it sends."""

import json
import re
from typing import Any

from reviewbot.generators.dialect import STOPS, UnreadableError, read_part

MAX_ANSWER_BYTES = 8_000_000
"""An event is some 300 bytes for each token, so this is 25 times the longest answer that is asked for."""
MAX_CHARACTERS = 100_000
"""What a model may say, thoughts included. Of an answer, `parse_reply` reads a fifth of that."""
MAX_TALK_CHARACTERS = 300
"""After its code a model may introduce a second block in so many characters. Whoever goes on is not listened to."""

_FENCE = re.compile(r"(`{3,})[ \t]*[^`]*")
_THOUGHT_END = "</think>"


class Fences:
    """Follows the fenced blocks of a text line by line, as `parse_reply` reads them."""

    def __init__(self) -> None:
        self._line = ""
        self._closed = 0
        self._talk = 0
        self.open = ""
        """The backticks of the block that is open, empty if none is."""

    @property
    def enough(self) -> bool:
        """Say whether nothing more is expected: two blocks, or one and talk."""
        talk = self._talk + (0 if self._line.startswith("`") else len(self._line))
        return self._closed > 1 or (self._closed == 1 and not self.open and talk > MAX_TALK_CHARACTERS)

    def feed(self, text: str) -> None:
        """Read on."""
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            self._read(line.removesuffix("\r"))

    def end(self) -> None:
        """Read the last line, which has no end."""
        self._read(self._line)
        self._line = ""

    def _read(self, line: str) -> None:
        if not self.open:
            opening = _FENCE.fullmatch(line)
            self.open = opening[1] if opening else ""
            self._talk += 0 if opening or not self._closed else len(line)
        elif line.rstrip(" \t").strip("`") == "" and len(line.rstrip(" \t")) >= len(self.open):
            self.open = ""
            self._closed += 1


class Reading:
    """Collects one answer. `text` is what the model said up to now."""

    def __init__(self, *, fenced: bool) -> None:
        self._fenced = fenced
        self._fences = Fences()
        self._rest = bytearray()
        self._size = 0
        self._whole = False
        self._pieces: list[str] = []
        self._length = 0
        self._head = ""
        self.finish = ""
        self.model = ""
        self.over = False

    def feed(self, data: bytes) -> None:
        """Read on. `over` says afterwards whether what is still to come is of no interest.

        Raises:
            UnreadableError: this is no answer, or no end of it is in sight.
        """
        self._size += len(data)
        if self._size > MAX_ANSWER_BYTES:
            raise UnreadableError(f"more than {MAX_ANSWER_BYTES:,} bytes")
        start = len(self._rest)
        self._rest += data
        while not self._whole and not self.over and (end := self._rest.find(b"\n", start)) >= 0:
            line = bytes(self._rest[:end])
            if self._read_line(line):
                del self._rest[: end + 1]
                start = 0

    def end(self) -> None:
        """Read what is left when the server has closed.

        Raises:
            UnreadableError: this is no whole answer.
        """
        if not self.over and self._rest.strip():
            self._take(_parsed(bytes(self._rest).strip().removeprefix(b"data:")))
            # One whole document needs no word that it has ended.
            self.finish = self.finish or "unknown"
        if not self.over and not self.finish:
            raise UnreadableError("an answer without an end")

    def text(self) -> str:
        """Return what the model said, exactly up to the first stop string, and with the closing fence put back.

        A server that was set up to stop at a closing fence keeps it to itself.
        """
        text = "".join(self._pieces)
        if text.lstrip().startswith("<think>") and _THOUGHT_END in text:
            text = text.partition(_THOUGHT_END)[2]
        text = text[: min(at if (at := text.find(stop)) >= 0 else len(text) for stop in STOPS)]
        if not self._fenced or self.finish != "stop":
            return text
        fences = Fences()
        fences.feed(text)
        fences.end()
        return f"{text.removesuffix('\n')}\n{fences.open}\n" if fences.open else text

    def _read_line(self, line: bytes) -> bool:
        """Read a line, or find that the answer is one document of many lines; then it is no line."""
        line = line.strip()
        if line.startswith(b"{"):
            try:
                self._take(_parsed(line))
            except UnreadableError:
                # The first line of a document that is written over many.
                self._whole = not self._pieces and not self.finish
                if not self._whole:
                    raise
            return not self._whole
        if line == b"data: [DONE]":
            self.over, self.finish = True, self.finish or "unknown"
        elif line.startswith(b"data:"):
            self._take(_parsed(line.removeprefix(b"data:")))
        elif line and not line.startswith((b":", b"event:", b"id:", b"retry:")):
            raise UnreadableError("something else than an answer")
        return True

    def _take(self, said: Any) -> None:
        part = read_part(said)
        self.model = part.model or self.model
        self.finish = part.finish or self.finish
        self._pieces.append(part.text)
        self._length += len(part.text)
        if self._length > MAX_CHARACTERS:
            raise UnreadableError(f"an answer of more than {MAX_CHARACTERS:,} characters")
        self._head = self._head or part.text.lstrip()
        # A model that begins with a tag thinks aloud, and may draft blocks there.
        if self._fenced and not self._head.startswith("<"):
            self._fences.feed(part.text)
            self.over = self.over or self._fences.enough


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise UnreadableError("what is not JSON, or not all of it") from None
