"""From two trees to the files of a change."""

from dataclasses import dataclass, replace

from reviewbot.change import MAX_FILE_BYTES, Change, ChangedFile, Excluded, Skipped
from reviewbot.diff import FileDiff
from reviewbot.git.scratch import Scratch
from reviewbot.git.worktree import Tree
from reviewbot.triage import is_regular, left_out, read_text


def compare(scratch: Scratch, base: Tree, head: Tree) -> Change:
    """Return the change between two trees; its `base` and `head` are their ids.

    Raises:
        ConfigError: contents are missing from the repository.
    """
    unread = {left.path for left in head.left}
    diffs = [diff for diff in scratch.differences(base.id, head.id) if diff.path not in unread]
    wanted, left = _sorted_out(scratch, diffs)
    pairs, unreadable = _read(scratch, wanted)
    files, unchanged = _with_hunks(scratch, pairs)
    rest = [*head.left, *left, *unreadable, *unchanged]
    return Change(
        base.id,
        head.id,
        files=tuple(files),
        skipped=tuple(outcome for outcome in rest if isinstance(outcome, Skipped)),
        excluded=tuple(outcome for outcome in rest if isinstance(outcome, Excluded)),
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file to read, with the id of its contents on each side; None where the old side is no file."""

    path: str
    old: str | None
    new: str


@dataclass(frozen=True, slots=True)
class _Pair:
    """A file's texts, and the ids of the blobs that hold just those."""

    file: ChangedFile
    old: str | None
    new: str


def _sorted_out(scratch: Scratch, diffs: list[FileDiff]) -> tuple[list[_Wanted], list[Skipped | Excluded]]:
    """Tell the files to read from the others, without reading any."""
    wanted = [
        _Wanted(diff.path, diff.old_id if is_regular(diff.old_mode) else None, diff.new_id)
        for diff in diffs
        if diff.new_id is not None and is_regular(diff.new_mode)
    ]
    sizes = scratch.sizes(name for file in wanted for name in (file.old, file.new) if name)
    left = {diff.path: out for diff in diffs if (out := left_out(diff, sizes.get(diff.new_id or "", 0)))}
    return [
        replace(file, old=None) if sizes.get(file.old or "", 0) > MAX_FILE_BYTES else file
        for file in wanted
        if file.path not in left
    ], list(left.values())


def _read(scratch: Scratch, wanted: list[_Wanted]) -> tuple[list[_Pair], list[Skipped | Excluded]]:
    """Read both sides of each file. An old side that is no text counts as absent: then all of the new is new."""
    contents = scratch.contents(name for file in wanted for name in (file.old, file.new) if name)
    pairs: list[_Pair] = []
    unreadable: list[Skipped | Excluded] = []
    for file in wanted:
        new = read_text(file.path, contents[file.new])
        old = None if file.old is None else read_text(file.path, contents[file.old])
        if not isinstance(new, str):
            unreadable.append(new)
            continue
        old = old if isinstance(old, str) else None
        pairs.append(
            _Pair(
                ChangedFile(file.path, old, new, ()),
                None if old is None or file.old is None else _blob(scratch, old, file.old, contents),
                _blob(scratch, new, file.new, contents),
            )
        )
    return pairs, unreadable


def _blob(scratch: Scratch, text: str, name: str, contents: dict[str, bytes]) -> str:
    """Return the id of a blob of just `text`: `name` itself, unless a byte order mark was taken off."""
    stored = text.encode()
    return name if stored == contents[name] else scratch.write_blob(stored)


def _with_hunks(scratch: Scratch, pairs: list[_Pair]) -> tuple[list[ChangedFile], list[Excluded]]:
    hunks = scratch.hunks({key: (pair.old, pair.new) for key, pair in enumerate(pairs)})
    files = [replace(pair.file, hunks=hunks[key]) for key, pair in enumerate(pairs) if key in hunks]
    unchanged = [pair.file.path for key, pair in enumerate(pairs) if key not in hunks]
    return files, [Excluded(path, "only its byte order mark changed") for path in unchanged]
