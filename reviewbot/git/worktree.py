"""The files of a working tree as a tree object, read without following a link and without any filter."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from reviewbot.change import MAX_FILE_BYTES, Excluded, Skipped
from reviewbot.diff import FileDiff
from reviewbot.git.scratch import Entry, Scratch
from reviewbot.triage import is_regular, left_out, unreadable

_CHUNK_BYTES = 1 << 20
_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)  # the last two: a folder on the way is a file or a link now
_FILE, _SYMLINK, _SUBMODULE = "100644", "120000", "160000"


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree object, and what could not be put into it."""

    id: str
    left: tuple[Skipped | Excluded, ...] = ()


@dataclass(frozen=True, slots=True)
class _Small:
    """A file or the target of a link, whole."""

    mode: str
    contents: bytes


@dataclass(frozen=True, slots=True)
class _Large:
    """A file too large to hold."""

    size: int
    id: str


def worktree_tree(scratch: Scratch, root: Path, index: Path, exclude: Path) -> Tree:
    """Write the tree that a commit of everything in `root` would have, files not yet added included.

    Ignored files are left out (`exclude` is the repository's `info/exclude`). A file whose time and size are
    those in the index is taken to be unchanged, as git does. Whether a file is executable, the index says.
    """
    scratch.use_index(index, exclude)
    tracked = _tracked(scratch)
    git = scratch.in_worktree(root)
    changed = git.run("diff-files", "-z", "--name-only", "--ignore-submodules=all", "--no-ext-diff", "--no-textconv")
    added = git.run("ls-files", "-z", "--others", "--exclude-standard")
    assumed = {path for path, (tag, _) in tracked.items() if tag.islower()}  # git itself would not look at these
    reading = _Reading(root, scratch)
    for path in sorted({*_paths(changed), *_paths(added), *assumed}):
        reading.add(path, tracked[path][1] if path in tracked else None)
    scratch.write_blobs(reading.blobs)
    scratch.update(reading.entries)
    return Tree(scratch.write_tree(), tuple(reading.left))


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was read so far: entries for the index, the blobs they need, and what was left out."""

    root: Path
    scratch: Scratch
    entries: list[Entry] = field(default_factory=list)
    blobs: list[bytes] = field(default_factory=list)
    left: list[Skipped | Excluded] = field(default_factory=list)

    def add(self, path: str, known: Entry | None) -> None:
        """Read one path, which the index has as `known`."""
        if path.endswith("/"):
            self.left.append(Excluded(path, "a repository of its own"))
            return
        try:
            found = _read(self.root, path, self.scratch.algorithm)
        except OSError as error:
            self.left.append(unreadable(path, f"cannot be read: {error.strerror}"))
            return
        if isinstance(found, _Small):
            self._add_small(path, found, known)
        elif isinstance(found, _Large):
            out = left_out(FileDiff(None, path, new_mode=_FILE), found.size)
            if out is not None and (known is None or known.id != found.id):
                self.left.append(out)
        elif known is not None and known.mode != _SUBMODULE:
            self.entries.append(Entry(path, None, known.id))

    def _add_small(self, path: str, found: _Small, known: Entry | None) -> None:
        blob = self.scratch.blob_id(found.contents)
        if known is None or known.id != blob or not found.contents:  # `git add -N` has the empty blob, and no object
            self.blobs.append(found.contents)
        mode = known.mode if known and found.mode == _FILE and is_regular(known.mode) else found.mode
        self.entries.append(Entry(path, mode, blob))


def _tracked(scratch: Scratch) -> dict[str, tuple[str, Entry]]:
    """Return each path of the index with its tag (https://git-scm.com/docs/git-ls-files#-t) and entry."""
    found = {}
    for record in scratch.git.run("ls-files", "-z", "-s", "-v").split(b"\0")[:-1]:
        said, _, name = record.partition(b"\t")
        tag, mode, blob, _ = said.decode().split(" ")
        path = name.decode("utf-8", "surrogateescape")
        found[path] = (tag, Entry(path, mode, blob))
    return found


def _read(root: Path, path: str, algorithm: str) -> _Small | _Large | None:
    """Read the file or link at `path`; None if there is none, not counting what is behind a link.

    Raises:
        OSError: it is there and cannot be read, or is a device, a pipe or a socket.
    """
    *parents, name = path.encode("utf-8", "surrogateescape").split(b"/")
    try:
        with _folder(root, parents) as folder:
            mode = os.lstat(name, dir_fd=folder).st_mode
            if stat.S_ISLNK(mode):
                return _Small(_SYMLINK, os.readlink(name, dir_fd=folder))
            return None if stat.S_ISDIR(mode) else _read_file(name, folder, algorithm)
    except OSError as error:
        if error.errno in _ABSENT:
            return None
        raise


def _read_file(name: bytes, folder: int, algorithm: str) -> _Small | _Large:
    # O_NONBLOCK: opening a pipe would wait for somebody to write to it.
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        contents = file.read(MAX_FILE_BYTES + 1)
        if len(contents) <= MAX_FILE_BYTES:
            return _Small(_FILE, contents)
        digest = hashlib.new(algorithm, b"blob %d\0" % found.st_size + contents, usedforsecurity=False)
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
        return _Large(found.st_size, digest.hexdigest())


def _paths(output: bytes) -> list[str]:
    return output.decode("utf-8", "surrogateescape").split("\0")[:-1]


@contextmanager
def _folder(root: Path, parents: list[bytes]) -> Iterator[int]:
    """Open the folder below `root`, one step at a time, so that none of them is a link that leads out."""
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for parent in parents:
            inner = os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)
