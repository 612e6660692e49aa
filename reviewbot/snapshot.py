"""The repository beyond what a change edits: its other files, at one commit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from reviewbot.change import SourceFile

MAX_SNAPSHOT_FILE_BYTES = 300_000
"""Larger files are not read for what they define: nobody reads their outline either."""


class Snapshot(Protocol):
    """The repository at one commit. It helps to write suggestions, so what cannot be read is missing, and no error."""

    def paths(self) -> Collection[str]:
        """Return the paths of its regular files; links and submodules are none. As many as are known, maybe none."""

    def read(self, paths: Sequence[str]) -> Sequence[SourceFile]:
        """Return those of the files that are text of at most `MAX_SNAPSHOT_FILE_BYTES`, and that could be read."""


class Nothing:
    """A snapshot of which nothing is known."""

    def paths(self) -> Collection[str]:
        """Return none."""
        return ()

    def read(self, paths: Sequence[str]) -> Sequence[SourceFile]:
        """Return none."""
        del paths
        return ()


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository at both ends of a change."""

    base: Snapshot
    head: Snapshot


UNKNOWN: Final = Repository(Nothing(), Nothing())
"""Where only the change itself is at hand."""
