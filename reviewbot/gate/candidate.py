"""A Candidate: the files as a suggestion would leave them, beside the files as they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reviewbot.change import SourceFile, split_lines
from reviewbot.suggestion import Edit, Suggestion, apply, edits_between
from reviewbot.syntax.code import Code

Reader = Callable[[str, str], Code | None]
"""Says what a text says by its grammar, given its path: see `reviewbot.syntax.read`."""


@dataclass(frozen=True, slots=True)
class EditedFile:
    """One file of a candidate. `edits` are the smallest that lead from `before` to `after`."""

    before: SourceFile
    after: SourceFile
    edits: tuple[Edit, ...]
    old: Code | None
    new: Code | None

    @property
    def path(self) -> str:
        """The path, the same on both sides."""
        return self.after.path

    def edits_on(self, start: int, end: int) -> tuple[Edit, ...]:
        """Return the edits that change the lines `start` to `end` of `before`, or insert right beside them."""
        return tuple(
            edit
            for edit in self.edits
            if (edit.start_line <= end and start <= edit.end_line)
            or (edit.end_line < edit.start_line and start <= edit.start_line <= end + 1)
        )

    def moved(self, start: int, end: int) -> tuple[int, int]:
        """Return the lines of `after` that stand for the lines `start` to `end` of `before`.

        What was inserted right beside them belongs to them. Where nothing is left, the second number is
        one less than the first.
        """
        firsts, lasts = [], []
        shift = {edit: sum(_growth(other) for other in self.edits[:n]) for n, edit in enumerate(self.edits)}
        for edit in self.edits_on(start, end):
            first = edit.start_line + shift[edit]
            firsts.append(first)
            lasts.append(first + len(split_lines(edit.replacement)) - 1)
        for line, places in ((start, firsts), (end, lasts)):
            if not any(edit.start_line <= line <= edit.end_line for edit in self.edits):
                places.append(line + sum(_growth(edit) for edit in self.edits if edit.end_line < line))
        return min(firsts), max(lasts)


def _growth(edit: Edit) -> int:
    return len(split_lines(edit.replacement)) - (edit.end_line - edit.start_line + 1)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a suggestion would make of the files that it edits."""

    suggestion: Suggestion
    files: tuple[EditedFile, ...]

    @property
    def tree(self) -> tuple[SourceFile, ...]:
        """The edited files, for the scanners."""
        return tuple(file.after for file in self.files)

    def file(self, path: str) -> EditedFile | None:
        """Return the edited file at `path`."""
        return next((file for file in self.files if file.path == path), None)


def build(suggestion: Suggestion, files: Mapping[str, SourceFile], read: Reader) -> Candidate | str:
    """Apply `suggestion` in memory, or return the path of the file to which it does not apply.

    A file that is not among `files` counts as empty: a patch may add it.
    """
    edited = []
    for path in suggestion.paths:
        before = files.get(path, SourceFile(path, ""))
        after = apply(suggestion.edits, before)
        if after is None:
            return path
        edits = edits_between(path, before.text, after.text)
        edited.append(EditedFile(before, after, edits, read(path, before.text), read(path, after.text)))
    return Candidate(suggestion, tuple(edited))
