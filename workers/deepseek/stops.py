"""Where an answer ends, judged by its text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from reviewbot.reply import repeats

_OPENING = re.compile(r"(`{3,})[ \t]*([^`\n]*)")
_IMPORTS = "```imports"
_MAX_BLANK = 3
"""So many line ends after a fence end the answer: nothing more is coming."""


class Stop(Protocol):
    """Says where an answer ends."""

    def __call__(self, text: str, /) -> int | None:
        """Return how many characters of `text` are the answer, or None if it is not complete."""


def never(_: str, /) -> int | None:
    """Let the model itself end its answer."""
    return None


@dataclass(frozen=True, slots=True)
class Strings:
    """The answer ends before the first of some texts."""

    texts: Sequence[str]

    def __call__(self, text: str) -> int | None:
        """Return where the first of them starts."""
        return min((at for stop in self.texts if (at := text.find(stop)) >= 0), default=None)


@dataclass(frozen=True, slots=True)
class Repeats:
    """A filled hole ends before the whole line that repeats `after`, the first one that stands behind the hole."""

    after: str

    def __call__(self, text: str) -> int | None:
        """Return where that line starts."""
        lines = text.split("\n")
        found = repeats(lines[:-1], self.after)
        return None if found is None else sum(len(line) + 1 for line in lines[:found])


@dataclass(frozen=True, slots=True)
class Fences:
    """The answer ends with its first fenced block, or with a second one if that is marked `imports`.

    It also ends before a line outside of blocks that starts with one of `turns`: the other side's turn.
    """

    turns: Sequence[str] = ()

    def __call__(self, text: str) -> int | None:
        """Return where the last block that belongs to the answer ends, with its line end."""
        closing: re.Pattern[str] | None = None
        at = closed = end = 0
        *complete, last = text.split("\n")
        for line in complete:
            after = at + len(line) + 1
            if closing is not None:
                if closing.fullmatch(line):
                    closing, closed, end = None, closed + 1, after
                    if closed == 2:  # noqa: PLR2004  the code and its imports
                        return end
            elif closed and line.strip() and line.strip() != _IMPORTS:
                return end
            elif opening := _OPENING.fullmatch(line):
                closing = re.compile(f"`{{{len(opening[1])},}}[ \t]*")
            elif line.startswith(tuple(self.turns)):
                return at
            at = after
        if closing is not None:
            return None
        if last.startswith(tuple(self.turns)):
            return at
        return end if closed and _goes_on_otherwise(text[end:]) else None


def _goes_on_otherwise(text: str) -> bool:
    """Whether what comes after a block cannot become a second one with imports."""
    return not _IMPORTS.startswith(text.strip()) or text.count("\n") >= _MAX_BLANK
