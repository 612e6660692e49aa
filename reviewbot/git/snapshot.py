"""The files of a local repository at one commit, for those who want to look beyond a change."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from reviewbot.change import SourceFile
from reviewbot.diff import is_plain_path
from reviewbot.errors import ConfigError, TransientError
from reviewbot.git.scratch import Scratch
from reviewbot.snapshot import MAX_SNAPSHOT_FILE_BYTES
from reviewbot.triage import is_regular, read_text

type Opened = Callable[[], AbstractContextManager[tuple[Scratch, str]]]
"""Opens a scratch directory, with the id of the tree to be read."""


@dataclass(frozen=True, slots=True)
class GitSnapshot:
    """A tree of the repository. It is read as objects: no link is followed, no filter or hook run, nothing fetched.

    `open` may raise ConfigError or TransientError; then nothing is known.
    """

    open: Opened

    def paths(self) -> Collection[str]:
        """Return the paths of its regular files."""
        try:
            with self.open() as (work, tree):
                entries = work.entries(tree).values()
        except (ConfigError, TransientError):
            return ()
        return frozenset(entry.path for entry in entries if is_regular(entry.mode) and _is_text(entry.path))

    def read(self, paths: Sequence[str]) -> Sequence[SourceFile]:
        """Return those of the files that can be read; objects that a partial clone lacks cannot."""
        wanted = [path for path in paths if is_plain_path(path) and _is_text(path)]
        if not wanted:
            return ()
        try:
            with self.open() as (work, tree):
                found = work.entries(tree, *wanted)
                names = {path: found[path].id for path in wanted if path in found and is_regular(found[path].mode)}
                return _read(work, names)
        except (ConfigError, TransientError):
            return ()


def _read(work: Scratch, names: dict[str, str]) -> list[SourceFile]:
    if not names:
        return []
    try:
        sizes = work.sizes(names.values())
        small = {path: name for path, name in names.items() if sizes[name] <= MAX_SNAPSHOT_FILE_BYTES}
        contents = work.contents(small.values()) if small else {}
    except ConfigError:
        # One of them is not there. The others may be.
        return [file for one in names.items() for file in _read(work, dict([one]))] if len(names) > 1 else []
    texts = {path: read_text(path, contents[name]) for path, name in small.items()}
    return [SourceFile(path, text) for path, text in texts.items() if isinstance(text, str)]


def _is_text(path: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in path)
