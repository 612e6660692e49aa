"""What one text says by its grammar, in the same words for every language.

Lines and columns count characters from 1, and lines end at a line feed, as everywhere in reviewbot.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

_NEEDLESS = re.compile(r" (?!\w)|(?<!\w) ")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text. `end_column` is the first column outside."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int

    def holds(self, other: "Span") -> bool:
        """Say whether `other` lies within this span."""
        return (self.start_line, self.start_column) <= (other.start_line, other.start_column) and (
            other.end_line,
            other.end_column,
        ) <= (self.end_line, self.end_column)


class Passing(StrEnum):
    """How an argument reaches its parameter."""

    POSITION = "position"
    POSITION_OR_NAME = "position or name"
    NAME = "name"
    REST = "rest"
    NAMED_REST = "named rest"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `type` is its type as written, where the language holds callers to it."""

    name: str
    passing: Passing
    required: bool = True
    type: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A name that other code may use, such as `run`, `Shell.run` or `LIMIT`.

    `parameters` is None for what is not called. A name with overloads has one definition for each.
    """

    name: str
    kind: str
    line: int
    parameters: tuple[Parameter, ...] | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call. `name` is what is called, dotted. `discarded`: nothing is done with what it returns."""

    name: str
    span: Span
    arguments: tuple[str, ...]
    discarded: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement, or the head of one that holds others: those stand beside it, not in it.

    `acts` is false for what does nothing: `pass`, a lone name, a bare `return`, a `raise`, an import, and
    all that is never reached. `calls` are those that are reached, outer before inner.
    """

    start_line: int
    end_line: int
    acts: bool
    head: bool
    text: str
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Name:
    """A name where it is used."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Flaw:
    """A place that is not in the language. `fatal`: nothing else of the text could be read."""

    line: int
    text: str
    fatal: bool = True


@dataclass(frozen=True, slots=True)
class Code:
    """What one text says. With a fatal flaw, the other fields are empty.

    `unresolved` are names that are used and come from nowhere. `essence` is the same for two texts that
    differ in white space and comments only.
    """

    flaws: tuple[Flaw, ...] = ()
    definitions: tuple[Definition, ...] = ()
    unresolved: tuple[Name, ...] = ()
    statements: tuple[Statement, ...] = ()
    essence: str = ""


class Source:
    """A text in which places are counted in UTF-8 bytes, as parsers do, and wanted in characters."""

    def __init__(self, text: str) -> None:
        self.data = text.encode("utf-8", "surrogatepass")
        self._lines = self.data.split(b"\n")
        self._ascii = text.isascii()

    def column(self, line: int, offset: int) -> int:
        """Return the column of the character at byte `offset` (from 0) of `line` (from 1)."""
        if self._ascii:
            return offset + 1
        return len(self._lines[line - 1][:offset].decode("utf-8", "replace")) + 1

    def between(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """Return the text between two places, each a line (from 1) and a byte offset (from 0), squeezed."""
        first, last = start[0] - 1, end[0] - 1
        if first == last:
            part = self._lines[first][start[1] : end[1]]
        else:
            inner = self._lines[first + 1 : last]
            part = b"\n".join((self._lines[first][start[1] :], *inner, self._lines[last][: end[1]]))
        return squeezed(part.decode("utf-8", "replace"))


def squeezed(text: str) -> str:
    """Return `text` without the white space that stands between two words nowhere."""
    return _NEEDLESS.sub("", " ".join(text.split()))


def words(text: str) -> frozenset[str]:
    """Return the set of the words in `text`."""
    return frozenset(text.split())
