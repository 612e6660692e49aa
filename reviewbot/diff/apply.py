"""Apply the diff of one file to its old text, in memory."""

from collections.abc import Iterable
from itertools import accumulate

from reviewbot.change import Hunk, Line, split_lines
from reviewbot.diff.file import FileDiff
from reviewbot.errors import ConfigError


def apply_diff(old: str, diff: FileDiff) -> str:
    """Return the new text of the file ("" for one that the diff deletes).

    The old lines of each hunk must stand in `old` letter by letter: at the lines that the hunk names or, if
    they are not there, at exactly one other place behind the hunk before.

    Raises:
        ConfigError: they do not. The message names the file and the hunk.
    """
    if diff.binary:
        raise ConfigError(f"{diff.path!a} is binary, and its contents cannot be patched as text.")
    text = "\n" + old  # so that a line feed stands before each line
    starts = [0, *accumulate(map(len, split_lines(old)))]
    done, at = [], 0
    for number, hunk in enumerate(diff.hunks, start=1):
        removed, added = (
            _joined(line for line in hunk.lines if line.old),
            _joined(line for line in hunk.lines if line.new),
        )
        named = starts[_first(hunk) - 1] if _first(hunk) <= len(starts) else 0
        place = _place(text, "\n" + removed, at, named)
        end = None if place is None else place + len(removed)
        if place is None or end is None or (added and not added.endswith("\n") and end < len(old)):
            raise ConfigError(
                f"Hunk {number} of {diff.path!a} does not fit the file: the lines that it shows are not there, "
                "or not in one place only. Make the diff again, from this very base."
            )
        done += [old[at:place], added]
        at = end
    new = "".join([*done, old[at:]])
    if new and diff.new_path is None:
        raise ConfigError(f"The diff deletes {diff.path!a}, but the file has more lines than the diff shows.")
    return new


def _joined(lines: Iterable[Line]) -> str:
    return "".join(line.text + ("\n" if line.ended else "") for line in lines)


def _first(hunk: Hunk) -> int:
    return next((line.old for line in hunk.lines if line.old is not None), 1)


def _place(text: str, block: str, at: int, named: int) -> int | None:
    """Return where the lines `block` stand in `text`, both of which begin with a line feed.

    That is at the offset `named`, or else at the only offset from `at` on.
    """
    if block == "\n":
        # Like `git apply`: lines that nothing surrounds could go anywhere, but into an empty file.
        return 0 if text == "\n" else None
    if not block.endswith("\n"):  # the end of the file
        place = len(text) - len(block)
        return place if place >= at and text.endswith(block) else None
    if named >= at and text.startswith(block, named):
        return named
    place = text.find(block, at)
    return place if place != -1 and text.find(block, place + 1) == -1 else None
