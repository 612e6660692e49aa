"""A git directory of our own, for the length of one review: it borrows the repository's objects, not its settings."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reviewbot.change import Hunk
from reviewbot.diff import FileDiff, parse_diff
from reviewbot.errors import ConfigError
from reviewbot.git.command import Git

_RAW = ("-r", "-z", "--raw", "--no-abbrev", "--find-renames", "-l1000")
_PATCH = ("-r", "-p", "--text", "--full-index", "--no-renames", "--src-prefix=a/", "--dst-prefix=b/")
_TAME = ("--no-color", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none")


@dataclass(frozen=True, slots=True)
class Entry:
    """One path in a tree or index. `mode` None removes it."""

    path: str
    mode: str | None
    id: str


@dataclass(frozen=True, slots=True)
class Scratch:
    """The directory. Trees, blobs and the index that are written go here, and vanish with it."""

    folder: Path
    algorithm: str
    git: Git

    def blob_id(self, contents: bytes) -> str:
        """Return the id that `contents` have as a blob (gitformat-loose)."""
        return hashlib.new(self.algorithm, b"blob %d\0" % len(contents) + contents, usedforsecurity=False).hexdigest()

    def write_blobs(self, blobs: Collection[bytes]) -> None:
        """Store blobs, all in one file: https://git-scm.com/docs/git-fast-import#_blob."""
        if blobs:
            stream = b"".join(b"blob\ndata %d\n%b\n" % (len(contents), contents) for contents in blobs)
            self.git.run("-c", "fastimport.unpackLimit=0", "fast-import", "--quiet", stdin=stream)

    def use_index(self, index: Path, exclude: Path | None = None) -> None:
        """Begin with a copy of the index file `index`, and of `exclude`, where there are such files."""
        self.git.run("read-tree", "--empty")
        if index.exists():
            # A file written within the second in which the index was written may differ with the same size and
            # time: git reads such a file, and knows it by the time of the index, which the copy must therefore
            # keep (https://git-scm.com/docs/racy-git). Asked for before copying: an older time only reads more.
            written = index.stat()
            copy = self.folder / "index"
            shutil.copyfile(index, copy)
            os.utime(copy, ns=(written.st_atime_ns, written.st_mtime_ns))
            for shared in index.parent.glob("sharedindex.*"):  # core.splitIndex keeps most of the index there
                shutil.copyfile(shared, self.folder / shared.name)
        if exclude is not None and exclude.exists():
            (self.folder / "info").mkdir(exist_ok=True)
            shutil.copyfile(exclude, self.folder / "info" / "exclude")

    def in_worktree(self, root: Path) -> Git:
        """Return a git that compares the index with the files in `root`, which only ever reads them."""
        return Git(self.folder, (*self.git.environment, ("GIT_WORK_TREE", str(root))))

    def use_tree(self, tree: str) -> None:
        """Begin with an index that holds `tree`."""
        self.git.run("read-tree", tree)

    def update(self, entries: Iterable[Entry]) -> None:
        """Put `entries` into the index, or take them out."""
        removed_first = sorted(entries, key=lambda entry: entry.mode is not None)
        lines = (f"{entry.mode or '0'} {entry.id}\t{entry.path}\0" for entry in removed_first)
        self.git.run("update-index", "-z", "--index-info", stdin=_bytes("".join(lines)))

    def write_tree(self) -> str:
        """Return the tree that the index holds. Blobs may be missing: a clone can be partial."""
        return self.git.run("write-tree", "--missing-ok").decode().strip()

    def entries(self, tree: str, *paths: str) -> dict[str, Entry]:
        """Return all files, links and submodules in `tree`, or those at `paths` and below them, by path."""
        found = {}
        for record in _text(self.git.run("ls-tree", "-r", "-z", "--full-tree", tree, "--", *paths)).split("\0")[:-1]:
            said, _, path = record.partition("\t")
            mode, _, name = said.split(" ")
            found[path] = Entry(path, mode, name)
        return found

    def differences(self, base: str, head: str) -> list[FileDiff]:
        """Return what differs between two trees, with renames and without hunks."""
        fields = iter(_text(self.git.run("diff-tree", *_RAW, *_TAME, base, head)).split("\0")[:-1])
        return [_difference(said, fields) for said in fields]

    def sizes(self, names: Iterable[str]) -> dict[str, int]:
        """Return the size in bytes of each blob.

        Raises:
            ConfigError: one is not there.
        """
        asked = list(dict.fromkeys(names))
        answers = self.git.run("cat-file", "--batch-check", stdin="".join(f"{name}\n" for name in asked).encode())
        return {name: _size(answer) for name, answer in zip(asked, answers.decode().splitlines(), strict=True)}

    def contents(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return the contents of each blob. Ask for their `sizes` first."""
        asked = list(dict.fromkeys(names))
        answer = self.git.run("cat-file", "--batch", stdin="".join(f"{name}\n" for name in asked).encode())
        found, at = {}, 0
        for name in asked:
            start = answer.index(b"\n", at) + 1
            size = _size(answer[at : start - 1].decode())
            found[name] = answer[start : start + size]
            at = start + size + 1
        return found

    def hunks(self, pairs: Mapping[int, tuple[str | None, str]]) -> dict[int, tuple[Hunk, ...]]:
        """Return the hunks between two blobs (None is an empty one), for many pairs in one go.

        Each pair becomes a file of two flat trees, named by its key: so no path, mode or attribute of the
        repository has a say.
        """
        base = self._flat_tree({key: old for key, (old, _) in pairs.items() if old is not None})
        head = self._flat_tree({key: new for key, (_, new) in pairs.items()})
        # Only what follows the second @@ can be cut within a character: the texts are UTF-8.
        diff = self.git.run("diff-tree", *_PATCH, *_TAME, base, head).decode("utf-8", "replace")
        return {int(file.path): file.hunks for file in parse_diff(diff)}

    def _flat_tree(self, blobs: Mapping[int, str]) -> str:
        lines = "".join(f"100644 blob {name}\t{key}\0" for key, name in blobs.items())
        return self.git.run("mktree", "-z", stdin=lines.encode()).decode().strip()


def empty_tree(algorithm: str) -> str:
    """Return the id of the tree that holds nothing. Git knows it in every repository."""
    return hashlib.new(algorithm, b"tree 0\0", usedforsecurity=False).hexdigest()


@contextmanager
def scratch(objects: Path, algorithm: str) -> Iterator[Scratch]:
    """Make a git directory that borrows the objects in `objects`, and remove it in the end."""
    with tempfile.TemporaryDirectory(prefix="reviewbot-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        for part in ("objects", "refs"):
            (folder / part).mkdir()
        (folder / "HEAD").write_text("ref: refs/heads/none\n")
        (folder / "config").write_text(
            f"[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = {algorithm}\n"
        )
        borrowed = '"' + str(objects).replace("\\", "\\\\").replace('"', '\\"') + '"'  # quoted: it may hold a colon
        environment = (("GIT_ALTERNATE_OBJECT_DIRECTORIES", borrowed), ("GIT_INDEX_FILE", str(folder / "index")))
        yield Scratch(folder, algorithm, Git(folder, environment))


def _difference(said: str, fields: Iterator[str]) -> FileDiff:
    """Read one record of https://git-scm.com/docs/diff-format#_raw_output_format; its paths are in `fields`."""
    old_mode, new_mode, old_id, new_id, status = said.removeprefix(":").split(" ")
    old_path = next(fields)
    new_path = next(fields) if status[0] == "R" else old_path
    added, deleted = status[0] == "A", status[0] == "D"
    return FileDiff(
        old_path=None if added else old_path,
        new_path=None if deleted else new_path,
        old_mode=None if added else old_mode,
        new_mode=None if deleted else new_mode,
        old_id=None if added else old_id,
        new_id=None if deleted else new_id,
    )


def _size(answer: str) -> int:
    name, kind, *size = answer.split(" ")
    if kind != "blob":
        raise ConfigError(
            f"The contents of object {name} are not in the repository. In a partial clone, fetch them with "
            "`git fetch --refetch --no-filter`; else look with `git fsck`."
        )
    return int(size[0])


def _text(output: bytes) -> str:
    return output.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
