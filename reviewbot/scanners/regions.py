"""From the places that scanners name, counted in bytes, to regions of our own text, counted in characters."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import Self

from reviewbot.change import SourceFile, split_lines
from reviewbot.finding import Region

BYTE_ORDER_MARK = "\ufeff"
_LINE_FEED = 0x0A


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file as a scanner gets it, with a way back.

    The scanners get it without a byte order mark: after one, Semgrep sees another name in a Python file's first
    statement and silently finds nothing there. `data` is what they get, and all offsets are offsets in it.
    """

    lines: tuple[str, ...]
    data: bytes
    starts: tuple[int, ...]
    marked: bool

    @classmethod
    def of(cls, file: SourceFile) -> Self:
        """Prepare `file`.

        Raises:
            UnicodeEncodeError: the text has no form in UTF-8.
        """
        bare = file.text.removeprefix(BYTE_ORDER_MARK)
        lines = tuple(split_lines(bare))
        starts = tuple(accumulate((len(line.encode()) for line in lines), initial=0))
        return cls(lines, bare.encode(), starts, marked=bare != file.text)

    def region(self, start: int, end: int) -> Region:
        """Return the region from the byte `start` up to before `end`. Offsets outside the text are moved into it."""
        start = min(max(start, 0), max(len(self.data) - 1, 0))
        end = min(max(end, start), len(self.data))
        if end - start > 1 and self.data[end - 1] == _LINE_FEED:
            end -= 1  # a region ends with its last line, not before the next one
        start_line, end_line = self._line(start), self._line(max(end - 1, start))
        return Region(start_line, end_line, self._column(start_line, start), self._column(end_line, end))

    def snippet(self, region: Region) -> str:
        """Return the whole lines of `region`, without the last line end."""
        return "".join(self.lines[region.start_line - 1 : region.end_line]).rstrip("\r\n")

    def _line(self, offset: int) -> int:
        return min(bisect_right(self.starts, offset), max(len(self.lines), 1))

    def _column(self, line: int, offset: int) -> int:
        before = self.data[self.starts[line - 1] : offset].decode("utf-8", "ignore")
        return len(before) + 1 + (1 if self.marked and line == 1 else 0)
