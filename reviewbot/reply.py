"""What a model answered, and how it is read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.change import split_lines

REPLY_CHARACTERS = 20_000
"""A longer reply is not read: it cannot be the few lines that were asked for."""

_FENCE = re.compile(r"(`{3,})[ \t]*([^`\n]*)")
_WEAKNESS = re.compile(r"CWE-(\d{1,4})(?!\d)")
_NOTHING = re.compile(r"(\s*`{3}\w*\n)?[\s`'\"*]*none[\s`'\"*.]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `model` names the model and its revision.

    Empty `text` means that it had none: `missing` says why, in a sentence, where that is known. With `cut` the text is
    the beginning of an answer that never ended, which can be of use where a hole was filled (`parse_infill`).
    """

    text: str
    model: str
    missing: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reply says: the lines to put in place of the flagged ones, and the imports that they need."""

    replacement: str
    imports: tuple[str, ...] = ()


def parse_reply(text: str) -> Answer | None:
    """Read the text of a reply. None if it is not in the format that was asked for; it never raises.

    There is one fenced block that is not empty, or two of which the second is marked `imports`. A fence is a line
    of three or more backticks, with an info string or none, up to the next line of at least as many backticks and
    nothing else. Text outside of fences is ignored, as small models like to introduce their answer. A fence that
    never ends was cut off, so a server that swallows its stop string must put it back.
    """
    if len(text) > REPLY_CHARACTERS:
        return None
    fences = _fences(text.replace("\r\n", "\n").split("\n"))
    match fences:
        case [(info, code)] if info != "imports" and "".join(code).strip():
            return Answer("\n".join(code) + "\n")
        case [(info, code), ("imports", statements)] if info != "imports" and "".join(code).strip():
            return Answer("\n".join(code) + "\n", tuple(line.strip() for line in statements if line.strip()))
    return None


def parse_infill(text: str, suffix: str, cut_in: str | None = None) -> Answer | None:
    """Read a reply that fills a hole before `suffix`. Where it begins to repeat the suffix, it has ended.

    With `cut_in`, the hole's indentation, the reply was cut off before its end: a model that was not tuned often
    writes on until it is stopped. Then it has also ended where its whole lines leave the block that they begin in;
    if they do neither, nobody knows where the fix ends, and there is none.
    """
    if len(text) > REPLY_CHARACTERS:
        return None
    lines = text.replace("\r\n", "\n").split("\n")
    end = repeats(lines, first_line(suffix))
    if end is None:
        end = len(lines) if cut_in is None else _block_end(lines[:-1], cut_in)
    code = "\n".join(lines[:end]).rstrip()
    return Answer(f"{code}\n") if code.strip() and "```" not in code else None


def first_line(suffix: str) -> str:
    """Return the first line of `suffix` that is not empty, without white space around it."""
    return next((line.strip() for line in split_lines(suffix) if line.strip()), "")


def repeats(lines: Sequence[str], after: str) -> int | None:
    """Return which of the `lines` that fill a hole, counted from 0, repeats the line `after` it; never the first."""
    return next((n for n, line in enumerate(lines) if after and n and line.strip() == after), None)


def _block_end(lines: Sequence[str], indentation: str) -> int:
    """Return the first line, from 0, that leaves the block with `indentation`; 0 if none does."""
    left = (n for n, line in enumerate(lines) if line.strip() and not line.startswith(indentation))
    return next(left, 0)


def declines(text: str) -> bool:
    """Say whether a reply is the word by which a model says that it has nothing to offer."""
    return _NOTHING.fullmatch(text[:100]) is not None and len(text) <= REPLY_CHARACTERS


def named_weakness(text: str) -> int | None:
    """Return the CWE number that a reply names before its first fence, None if it names none."""
    found = _WEAKNESS.search(text[:REPLY_CHARACTERS].partition("```")[0])
    return int(found[1]) if found else None


def _fences(lines: Sequence[str]) -> list[tuple[str, list[str]]] | None:
    fences: list[tuple[str, list[str]]] = []
    closing: re.Pattern[str] | None = None
    for line in lines:
        if closing is None:
            if opening := _FENCE.fullmatch(line):
                closing = re.compile(f"`{{{len(opening[1])},}}[ \t]*")
                fences.append((opening[2].strip(), []))
        elif closing.fullmatch(line):
            closing = None
        else:
            fences[-1][1].append(line)
    return fences if closing is None else None
