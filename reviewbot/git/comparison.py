"""From two trees to the files of a change."""

from collections.abc import Container, Mapping
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
    contents = scratch.contents(name for file in wanted for name in (file.old, file.new) if name)
    texts, unreadable = _texts(wanted, contents)
    files, unchanged = _with_hunks(scratch, texts, contents)
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


def _texts(wanted: list[_Wanted], contents: Mapping[str, bytes]) -> tuple[list[ChangedFile], list[Skipped | Excluded]]:
    """Decode both sides of each file. An old side that is no text counts as absent: then all of the new is new."""
    files: list[ChangedFile] = []
    left: list[Skipped | Excluded] = []
    for file in wanted:
        new = read_text(file.path, contents[file.new])
        old = None if file.old is None else read_text(file.path, contents[file.old])
        if isinstance(new, str):
            files.append(ChangedFile(file.path, old if isinstance(old, str) else None, new, ()))
        else:
            left.append(new)
    return files, left


def _with_hunks(
    scratch: Scratch, files: list[ChangedFile], stored: Container[str]
) -> tuple[list[ChangedFile], list[Excluded]]:
    """Compare the texts, which differ from the blobs `stored` where a byte order mark was taken off."""
    pairs = [(None if file.old is None else file.old.encode(), file.new.encode()) for file in files]
    names = {text: scratch.blob_id(text) for pair in pairs for text in pair if text is not None}
    scratch.write_blobs([text for text, name in names.items() if name not in stored])
    hunks = scratch.hunks(
        {key: (None if old is None else names[old], names[new]) for key, (old, new) in enumerate(pairs)}
    )
    changed = [replace(file, hunks=hunks[key]) for key, file in enumerate(files) if key in hunks]
    same = [file.path for key, file in enumerate(files) if key not in hunks]
    return changed, [Excluded(path, "only its byte order mark changed") for path in same]
