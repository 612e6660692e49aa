"""The files of a working tree as a tree object, read without following a link and without any filter."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reviewbot.change import MAX_FILE_BYTES, Excluded, Skipped
from reviewbot.diff import FileDiff
from reviewbot.git.scratch import Entry, Scratch
from reviewbot.triage import is_regular, left_out, unreadable

_CHUNK_BYTES = 1 << 20
_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)  # the last two: a folder on the way is a file or a link now
_FILE, _SYMLINK = "100644", "120000"


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
    entries: list[Entry] = []
    left: list[Skipped | Excluded] = []
    for path in sorted({*_paths(changed), *_paths(added), *assumed}):
        known = tracked[path][1] if path in tracked else None
        outcome = _entry(scratch, root, path, known)
        if isinstance(outcome, Entry):
            entries.append(outcome)
        elif outcome is not None:
            left.append(outcome)
    scratch.update(entries)
    return Tree(scratch.write_tree(), tuple(left))


def _tracked(scratch: Scratch) -> dict[str, tuple[str, Entry]]:
    """Return each path of the index with its tag (https://git-scm.com/docs/git-ls-files#-t) and entry."""
    found = {}
    for record in scratch.git.run("ls-files", "-z", "-s", "-v").split(b"\0")[:-1]:
        said, _, name = record.partition(b"\t")
        tag, mode, blob, _ = said.decode().split(" ")
        path = name.decode("utf-8", "surrogateescape")
        found[path] = (tag, Entry(path, mode, blob))
    return found


def _entry(scratch: Scratch, root: Path, path: str, known: Entry | None) -> Entry | Skipped | Excluded | None:
    """Read one path into an entry for the index; None leaves the index as it is."""
    if path.endswith("/"):
        return Excluded(path, "a repository of its own")
    try:
        found = _read(root, path, scratch.algorithm)
    except OSError as error:
        return unreadable(path, f"cannot be read: {error.strerror}")
    if found is None:
        return None if known is None or known.mode == "160000" else Entry(path, None, known.id)
    if isinstance(found, _Large):
        unchanged = known is not None and known.id == found.id
        return None if unchanged else left_out(FileDiff(None, path, new_mode=_FILE), found.size)
    mode = known.mode if known and found.mode == _FILE and is_regular(known.mode) else found.mode
    return Entry(path, mode, scratch.write_blob(found.contents))


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
