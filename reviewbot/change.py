"""The Change under review: which files differ between two commits, and on which lines.

Lines are counted from 1 and end at a line feed only, as git and GitHub count them. Paths are those of
the repository, POSIX style, as `str`; a path that is not UTF-8 never gets this far (it is `Skipped`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

MAX_FILE_BYTES = 1_000_000
"""Larger files are skipped, not scanned: Semgrep's own limit, above which it hangs (docs/architecture.md)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a hunk, without its line feed. `old` or `new` is None where that side lacks the line.

    A carriage return before the line feed belongs to `text`. `ended` is False for the last line of a file
    that does not end in a line feed.
    """

    text: str
    old: int | None
    new: int | None
    ended: bool = True


@dataclass(frozen=True, slots=True)
class Hunk:
    """A run of lines of a diff. `section` is what git prints after the second `@@`."""

    lines: tuple[Line, ...]
    section: str = ""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The text of one file at one commit."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that should have been scanned and was not. It makes the review incomplete."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Excluded:
    """A file with nothing to scan in it: deleted, binary, no rules for its language, or left out by policy."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A text file that the change adds or edits.

    `path` is the path at head. `old` is the text at base: None for a new file, and for one that could not be
    read as text there, so that all of `new` counts as added. `new` is the text at head. Both, and the hunks,
    are without a UTF-8 byte order mark: it is no code, and no tool counts it as a column.
    """

    path: str
    old: str | None
    new: str
    hunks: tuple[Hunk, ...]

    def commentable(self, start: int, end: int) -> bool:
        """Say whether GitHub takes a comment on the head lines `start` to `end`: all within one hunk."""
        return any({start, end} <= {line.new for line in hunk.lines} for hunk in self.hunks)

    def touched(self) -> frozenset[int]:
        """Return the numbers of the head lines that the change adds or edits."""
        return frozenset(
            line.new for hunk in self.hunks for line in hunk.lines if line.new is not None and line.old is None
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What is under review. `base` and `head` name commits, or a state such as `worktree` or `index`."""

    base: str
    head: str
    files: tuple[ChangedFile, ...]
    skipped: tuple[Skipped, ...] = ()
    excluded: tuple[Excluded, ...] = ()

    def before(self) -> tuple[SourceFile, ...]:
        """Return the files at base, under their paths at *head*: a rename introduces nothing."""
        return tuple(SourceFile(file.path, file.old) for file in self.files if file.old is not None)

    def after(self) -> tuple[SourceFile, ...]:
        """Return the files at head."""
        return tuple(SourceFile(file.path, file.new) for file in self.files)

    def without(self, unwanted: Callable[[str], bool], reason: str) -> "Change":
        """Return the change with every path that is `unwanted` moved to the excluded ones, for `reason`."""
        paths = [*(file.path for file in self.files), *(skipped.path for skipped in self.skipped)]
        return replace(
            self,
            files=tuple(file for file in self.files if not unwanted(file.path)),
            skipped=tuple(skipped for skipped in self.skipped if not unwanted(skipped.path)),
            excluded=(*self.excluded, *(Excluded(path, reason) for path in paths if unwanted(path))),
        )


def split_lines(text: str) -> list[str]:
    r"""Split `text` after each line feed and nowhere else, line ends kept; `"".join` gives `text` back.

    `str.splitlines` also splits at form feeds, bare carriage returns and U+2028, and would count other
    lines than git, GitHub and Semgrep do.
    """
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
