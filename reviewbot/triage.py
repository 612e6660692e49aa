"""Sort the files of a diff: what is reviewed, what cannot be (`Skipped`), what holds nothing to scan (`Excluded`).

A file that a scanner has rules for and that we cannot hand to it is skipped, and the review is incomplete.
The same file in a language without rules is excluded. Contents decide nothing but whether they can be read.
"""

from reviewbot.change import MAX_FILE_BYTES, Excluded, Skipped
from reviewbot.diff import FileDiff, is_plain_path
from reviewbot.language import language_of

_REGULAR = ("100644", "100755", "100664", None)  # git itself wrote 100664 in its first years
_SYMLINK = "120000"
_SUBMODULE = "160000"
_LFS = b"version https://git-lfs.github.com/spec/"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF8_BOM = b"\xef\xbb\xbf"


def is_regular(mode: str | None) -> bool:
    """Say whether `mode` is that of a file: no symbolic link, submodule or folder. None is a file's."""
    return mode in _REGULAR


def left_out(diff: FileDiff, size: int) -> Skipped | Excluded | None:
    """Say why a file of `size` bytes at head need not or cannot be read; None if it should be.

    It looks at names, modes and object ids only, so that nothing is read in vain.
    """
    if diff.new_path is None:
        return Excluded(_shown(diff.path), "deleted")
    if _shown(diff.path) != diff.path:
        return unreadable(diff.path, "its name is not UTF-8")
    if not is_plain_path(diff.path):
        return unreadable(diff.path, "git would not check out a file of this name")
    unchanged = diff.old_id is not None and diff.old_id == diff.new_id and diff.old_mode in _REGULAR
    return _no_file(diff) or (_moved(diff) if unchanged else _by_size(diff.path, size))


def _no_file(diff: FileDiff) -> Skipped | Excluded | None:
    if diff.new_mode == _SYMLINK:
        return Excluded(diff.path, "a symbolic link: its target is not part of it")
    if diff.new_mode == _SUBMODULE:
        return Excluded(diff.path, "a submodule: its files are in another repository")
    return None if diff.new_mode in _REGULAR else unreadable(diff.path, f"{diff.new_mode} is not the mode of a file")


def _moved(diff: FileDiff) -> Excluded:
    if diff.old_path is None or diff.old_path == diff.new_path:
        return Excluded(diff.path, "only its mode changed")
    return Excluded(diff.path, f"only renamed, from {_shown(diff.old_path)}")


def _by_size(path: str, size: int) -> Skipped | Excluded | None:
    return unreadable(path, f"larger than {MAX_FILE_BYTES:,} bytes") if size > MAX_FILE_BYTES else None


def read_text(path: str, contents: bytes) -> str | Skipped | Excluded:
    """Return `contents` as text, without a UTF-8 byte order mark, or say why there is none to scan."""
    if contents.startswith(_LFS):
        return unreadable(path, "a Git LFS pointer: its contents are not in the repository")
    if contents.startswith(_UTF16):
        return unreadable(path, "UTF-16, not UTF-8", binary=True)
    if b"\0" in contents:
        return unreadable(path, "holds NUL bytes", binary=True)
    try:
        return contents.removeprefix(_UTF8_BOM).decode("utf-8") or Excluded(path, "empty")
    except UnicodeDecodeError:
        return unreadable(path, "not UTF-8 text", binary=True)


def unreadable(path: str, reason: str, *, binary: bool = False) -> Skipped | Excluded:
    """Say of a file at head that it cannot be read, for `reason`. `binary`: it may well be no source code."""
    if language_of(path) is not None:
        return Skipped(_shown(path), reason)
    return Excluded(_shown(path), "binary" if binary else reason)


def _shown(path: str) -> str:
    r"""Return `path` with each byte that is not UTF-8 written as `\xNN`."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
