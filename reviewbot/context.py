"""The code that a model is shown around the lines in question, within a budget of characters.

Characters and not tokens: a prompt must not depend on the tokenizer of whoever answers it. Code takes about three
characters for a token of DeepSeek Coder.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from posixpath import basename, dirname, splitext

from reviewbot.change import SourceFile, split_lines
from reviewbot.language import language_of
from reviewbot.syntax.outline import function_around, outline

CONTEXT_CHARACTERS = 12_000
"""A file up to this length is shown whole, of a longer one so much: about 4,000 tokens, which small models follow."""

CONTEXT_LINES = 40
"""How many lines before and after are shown of a longer file where no function is known around them."""

IMPORT_CHARACTERS = 2_000
"""How much of a longer file's imports is shown before its function."""

DEFINITION_CHARACTERS = 6_000
"""How much is shown of what the shown code uses from other files: about 2,000 tokens."""

MAX_OTHERS = 50
"""So many other files are searched for definitions: those that the file names first, then those next to it."""

_IMPORT = re.compile(r"\s*(import\b|from\b|use\b|using\b|package\b|require|include|(const|let|var)\b.*\brequire\()")
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Code around some lines. `code` has a number before each line; `definitions` come from other files.

    Of a file that is shown whole, the excerpt is the same wherever the lines are: prompts can share it.
    """

    code: str
    definitions: str


def excerpt(file: SourceFile, start: int, end: int, others: Sequence[SourceFile] = ()) -> Excerpt:
    """Choose what to show around the lines `start` to `end` of `file`, and of what it uses from `others`."""
    lines = split_lines(file.text)
    numbers = sorted(_chosen(file, lines, range(start, end + 1)))
    code = "".join(f"{number:>5}| {lines[number - 1]}" for number in numbers)
    used = set(_WORD.findall("".join(lines[number - 1] for number in numbers)))
    own = {part.name for part in outline(file.path, file.text)}
    around = function_around(file.path, file.text, start, end)
    first = set(_WORD.findall("".join(lines[around.first_line - 1 : around.last_line]))) if around else set[str]()
    return Excerpt(code, "\n".join(_within(_definitions(used - own, file, others), first)))


def _chosen(file: SourceFile, lines: Sequence[str], asked: range) -> set[int]:
    if len(file.text) <= CONTEXT_CHARACTERS:
        return set(range(1, len(lines) + 1))
    around = function_around(file.path, file.text, asked.start, asked.stop - 1)
    if around is None:
        first, last = max(asked.start - CONTEXT_LINES, 1), min(asked.stop - 1 + CONTEXT_LINES, len(lines))
    else:
        first, last = around.first_line, min(around.last_line, len(lines))
    return {*_imports(lines, first), *_nearest(lines, range(first, last + 1), asked)}


def _imports(lines: Sequence[str], before: int) -> Iterator[int]:
    room = IMPORT_CHARACTERS
    for number, line in enumerate(lines[: before - 1], start=1):
        if _IMPORT.match(line[:200]):
            room -= len(line)
            if room < 0:
                return
            yield number


def _nearest(lines: Sequence[str], around: range, asked: range) -> Iterator[int]:
    """Yield line numbers from the asked ones outwards, until the text is used up or would get too long."""
    above, below = range(asked.start - 1, around.start - 1, -1), range(asked.stop, around.stop)
    yield from asked
    for numbers in (above, below):
        room = (CONTEXT_CHARACTERS - IMPORT_CHARACTERS) // 2
        for number in numbers:
            room -= len(lines[number - 1])
            if room < 0:
                break
            yield number


def _definitions(used: set[str], file: SourceFile, others: Sequence[SourceFile]) -> Iterator[tuple[str, str]]:
    """Yield name and text of the outermost functions and classes of `others` that are used by name."""
    for other in _nearby(used, file, others):
        lines = split_lines(other.text)
        for part in outline(other.path, other.text):
            if part.top and part.name in used:
                yield part.name, "".join(lines[part.first_line - 1 : part.last_line]).rstrip("\n") + "\n"


def _within(definitions: Iterable[tuple[str, str]], first: set[str]) -> Iterator[str]:
    """Yield as much as there is room for. If that is not all, what the function uses goes `first`.

    While it is all, the order does not depend on the function: prompts about one file can share it.
    """
    found = list(definitions)
    if sum(len(text) for _, text in found) > DEFINITION_CHARACTERS:
        found.sort(key=lambda definition: definition[0] not in first)
    room = DEFINITION_CHARACTERS
    for _, text in found:
        if len(text) > room:
            yield _cut(text, room)
            return
        room -= len(text)
        yield text


def _nearby(used: set[str], file: SourceFile, others: Sequence[SourceFile]) -> list[SourceFile]:
    language, folder = language_of(file.path), dirname(file.path)
    found = [other for other in others if other.path != file.path and language_of(other.path) is language]

    def distance(other: SourceFile) -> tuple[bool, bool, str]:
        there = dirname(other.path)
        named = {splitext(basename(other.path))[0], basename(there)}
        return not used & named, there != folder, other.path

    return sorted(found, key=distance)[:MAX_OTHERS]


def _cut(text: str, room: int) -> str:
    """Return the lines of `text` that there is room for, and a line that says that they are not all."""
    return f"{text[:room].rpartition('\n')[0]}\n...\n"
