"""A diff, applied to a tree in memory."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from reviewbot.change import MAX_FILE_BYTES, Excluded, Skipped
from reviewbot.diff import FileDiff, apply_diff
from reviewbot.errors import ConfigError
from reviewbot.git.scratch import Entry, Scratch
from reviewbot.git.worktree import Tree
from reviewbot.triage import left_out, unreadable

_FILE, _SUBMODULE = "100644", "160000"


def patched_tree(scratch: Scratch, tree: str, diffs: Sequence[FileDiff]) -> Tree:
    """Write the tree that `diffs` make of `tree`, one after the other. What they do not hold as text is left out.

    Raises:
        ConfigError: a diff does not fit.
    """
    files = _Files(scratch, tree, diffs)
    for diff in diffs:
        files.apply(diff)
    scratch.use_tree(tree)
    scratch.update(files.entries(scratch))
    return Tree(scratch.write_tree(), tuple(files.left.values()))


class _Files:
    """The files that a diff names, as they are after the diffs applied so far. `left`: those it cannot tell."""

    def __init__(self, scratch: Scratch, tree: str, diffs: Sequence[FileDiff]) -> None:
        named = {path for diff in diffs for path in (diff.old_path, diff.new_path) if path is not None}
        entries = scratch.entries(tree)
        base = {path: entry for path, entry in entries.items() if path in named}
        blobs = {path: entry for path, entry in base.items() if entry.mode != _SUBMODULE}
        sizes = scratch.sizes(entry.id for entry in blobs.values())
        small = [entry for entry in blobs.values() if sizes[entry.id] <= MAX_FILE_BYTES]
        contents = scratch.contents(entry.id for entry in small)
        self.left: dict[str, Skipped | Excluded] = {}
        self._paths = set(entries)
        self._now = {
            entry.path: (entry.mode or _FILE, contents[entry.id].decode("utf-8", "surrogateescape")) for entry in small
        }
        self._touched: set[str] = set()
        self._unread = base.keys() - self._now.keys()

    def apply(self, diff: FileDiff) -> None:
        """Apply one diff, or say in `left` why its file cannot be read."""
        unread = diff.old_path in self._unread
        if diff.new_path is None and (unread or diff.binary):
            self._put(diff.path, None)  # nothing to compare with, and nothing to scan either
        elif _SUBMODULE in {diff.old_mode, diff.new_mode} or diff.binary or unread:
            size = MAX_FILE_BYTES + 1 if unread else 0
            self.left[diff.path] = left_out(diff, size) or unreadable(
                diff.path, "binary, and its contents are not in the diff", binary=True
            )
        else:
            mode, text = self._source(diff)
            new = apply_diff(text, diff)
            if diff.old_path is not None and not diff.copied:
                self._put(diff.old_path, None)
            if diff.new_path is not None:
                self._put(diff.new_path, (diff.new_mode or mode, new))

    def entries(self, scratch: Scratch) -> list[Entry]:
        """Return what to change in the index, with the new contents stored."""
        clash = self._paths & {str(folder) for path in self._paths for folder in PurePosixPath(path).parents}
        if clash:
            raise ConfigError(f"The diff makes {min(clash)!a} both a file and a folder. Name its base by --base.")
        files = {path: self._now.get(path, (None, "")) for path in self._touched}
        blobs = {path: text.encode("utf-8", "surrogateescape") for path, (_, text) in files.items()}
        scratch.write_blobs(blobs.values())
        return [Entry(path, mode, scratch.blob_id(blobs[path])) for path, (mode, _) in files.items()]

    def _put(self, path: str, file: tuple[str, str] | None) -> None:
        self._touched.add(path)
        self._unread.discard(path)
        self.left.pop(path, None)
        if file is None:
            self._now.pop(path, None)
            self._paths.discard(path)
        else:
            self._now[path] = file
            self._paths.add(path)

    def _source(self, diff: FileDiff) -> tuple[str, str]:
        """Return mode and text of the old side."""
        created = all(line.old is None for hunk in diff.hunks for line in hunk.lines)
        if diff.old_path is not None and diff.old_path in self._now:
            return self._now[diff.old_path]
        if diff.old_path is not None and not (diff.hunks and created):  # `diff -N` names an old file all the same
            raise ConfigError(f"The diff changes {diff.old_path!a}, which is not at the base. Name its base by --base.")
        if diff.path in self._now:
            raise ConfigError(f"The diff adds {diff.path!a}, which is at the base already. Name its base by --base.")
        return _FILE, ""
