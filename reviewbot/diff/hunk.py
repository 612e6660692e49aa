"""The hunks of a diff."""

import re
from dataclasses import replace

from reviewbot.change import Hunk, Line, split_lines
from reviewbot.diff.reader import Reader

_HEADER = re.compile(r"@@ -([0-9]{1,9})(?:,([0-9]{1,9}))? \+([0-9]{1,9})(?:,([0-9]{1,9}))? @@ ?(.*)", re.DOTALL)


def parse_hunks(text: str) -> tuple[Hunk, ...]:
    """Parse the hunks of one file without its header, as GitHub's API gives them.

    Raises:
        ConfigError: a hunk is damaged, or something follows the last one.
    """
    reader = Reader([line.removesuffix("\n") for line in split_lines(text)])
    hunks = read_hunks(reader)
    if not reader.at_end:
        raise reader.error("this is no hunk")
    return hunks


def read_hunks(reader: Reader) -> tuple[Hunk, ...]:
    """Read the hunks of one file; there is at least one.

    Raises:
        ConfigError: a hunk is damaged, or does not stand behind the one before.
    """
    hunks: list[Hunk] = []
    last = 0
    while reader.line().startswith("@@ ") or not hunks:
        first, hunk = _read_hunk(reader)
        if first <= last:
            raise reader.error("the hunk before is not behind the one before it")
        last = max([first - 1, *(line.old for line in hunk.lines if line.old is not None)])
        hunks.append(hunk)
    return tuple(hunks)


def _read_hunk(reader: Reader) -> tuple[int, Hunk]:
    """Return the hunk, and the number of its first line on the old side."""
    header = _HEADER.fullmatch(reader.line())
    if header is None:
        raise reader.error("this should be the header of a hunk, as in `@@ -1,3 +1,4 @@`")
    old, old_left, new, new_left = int(header[1]), int(header[2] or 1), int(header[3]), int(header[4] or 1)
    if not (old_left or new_left) or (old_left and not old) or (new_left and not new):
        raise reader.error("these numbers of lines are impossible")
    first, new = old + (old_left == 0), new + (new_left == 0)  # an empty side names the line before it
    old = first
    lines: list[Line] = []
    reader.step()
    while old_left or new_left or reader.line().startswith("\\"):
        if reader.line().startswith("\\"):
            _end_file(reader, lines)
            continue
        line = _read_line(reader, old if old_left else None, new if new_left else None)
        lines.append(line)
        old, old_left = (old, old_left) if line.old is None else (old + 1, old_left - 1)
        new, new_left = (new, new_left) if line.new is None else (new + 1, new_left - 1)
        reader.step()
    if _ends_early(lines):
        raise reader.error("a line of the hunk before follows what it calls the end of the file")
    return first, Hunk(tuple(lines), header[5])


def _read_line(reader: Reader, old: int | None, new: int | None) -> Line:
    """Read one line, given its number on each side; None where the hunk has no more lines."""
    mark, text = reader.line()[:1] or " ", reader.line()[1:]  # some editors strip the space of an empty line
    line = Line(text, old if mark in " -" else None, new if mark in " +" else None)
    counted = {" ": (line.old, line.new), "-": (line.old,), "+": (line.new,)}.get(mark, (None,))
    if reader.at_end or None in counted:
        raise reader.error("the hunk has other lines than its header says")
    return line


def _end_file(reader: Reader, lines: list[Line]) -> None:
    r"""Read `\ No newline at end of file`, which speaks of the line before it, in any language."""
    if not lines or not lines[-1].ended:
        raise reader.error("there is no line that this could speak of")
    lines[-1] = replace(lines[-1], ended=False)
    reader.step()


def _ends_early(lines: list[Line]) -> bool:
    old = [line.ended for line in lines if line.old is not None]
    new = [line.ended for line in lines if line.new is not None]
    return not (all(old[:-1]) and all(new[:-1]))
