"""The files of a diff."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from reviewbot.change import Hunk, split_lines
from reviewbot.diff.hunk import read_hunks
from reviewbot.diff.paths import agreed, is_plain_path, same_name, unquoted, without_prefixes
from reviewbot.diff.reader import Reader
from reviewbot.errors import ConfigError

_MODE = re.compile(r"(old|new|new file|deleted file) mode ([0-7]{6})")
_INDEX = re.compile(r"index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})(?: ([0-7]{6}))?")
_MOVE = re.compile(r"(rename|copy) (from|to) (.+)", re.DOTALL)
_SIMILARITY = re.compile(r"(?:dis)?similarity index [0-9]+%")
_BINARY = re.compile(r"Binary files (.+) and (.+) differ", re.DOTALL)
_BETWEEN = ("Index: ", "=====", "diff ", "Common subdirectories: ")
"""What other tools print between the files of a diff, and what says nothing of its own."""
_MESSAGE = ("From ", "commit ", "-- ")
"""What opens a stretch of free text between two patches: a mail, a commit, or the end of a mail."""


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What a diff says of one file.

    `old_path` is None for a new file, `new_path` for a deleted one. Modes (such as `100644`) and object ids
    are git's own, None where the diff does not tell. `copied`: the old file stays where it is. `binary`:
    the diff does not hold the contents as text.
    """

    old_path: str | None
    new_path: str | None
    hunks: tuple[Hunk, ...] = ()
    old_mode: str | None = None
    new_mode: str | None = None
    old_id: str | None = None
    new_id: str | None = None
    copied: bool = False
    binary: bool = False

    @property
    def path(self) -> str:
        """The path at head, or at base for a deleted file."""
        return self.new_path or self.old_path or ""


def parse_diff(text: str) -> tuple[FileDiff, ...]:
    """Parse a diff of any number of files. Mail headers and commit messages around it are passed over.

    Raises:
        ConfigError: it is not a diff, is damaged, is a combined diff (of a merge), or names a path outside
            the repository. The message names the line.
    """
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise ConfigError(f"Line {line} of the diff holds half a surrogate pair, which no file can hold.") from None
    files = tuple(_files(Reader([line.removesuffix("\n") for line in split_lines(text)])))
    if not files and text.strip():
        raise ConfigError("Line 1 of the diff: no file header follows. Give the output of `git diff`.")
    return files


def _files(reader: Reader) -> Iterator[FileDiff]:
    in_message = True
    while not reader.at_end:
        line = reader.line()
        if (found := _file(reader)) is not None:
            in_message = False
            yield found
        elif line.startswith(("diff --cc ", "diff --combined ", "@@@ ")):
            raise reader.error("this is a combined diff of a merge. Compare two commits: `git diff BASE HEAD`")
        elif line.startswith("@@ -"):
            raise reader.error("this hunk is without a file")
        elif line.startswith("Only in "):
            raise reader.error("this file comes without its contents. Compare with `diff -ruN`")
        elif in_message or not line.strip("\r") or line.startswith((*_BETWEEN, *_MESSAGE)):
            in_message = in_message or line.startswith(_MESSAGE)
            reader.step()
        else:
            raise reader.error("this is neither part of a hunk nor the header of a file")


def _file(reader: Reader) -> FileDiff | None:
    line = reader.line()
    if line.startswith("diff --git "):
        return _git_file(reader)
    if line.startswith("--- ") and reader.line(1).startswith("+++ "):
        old, new = _checked(reader, *without_prefixes(_mark(reader, line[4:]), _mark(reader, reader.line(1)[4:])))
        reader.step(2)
        return FileDiff(old, new, hunks=read_hunks(reader))
    if binary := _BINARY.fullmatch(line):
        old, new = _checked(reader, *without_prefixes(_mark(reader, binary[1]), _mark(reader, binary[2])))
        reader.step()
        return FileDiff(old, new, binary=True)
    return None


@dataclass(slots=True)
class _Header:
    """What stands between `diff --git` and the first hunk. `moved` has the names of a rename or copy."""

    modes: dict[str, str] = field(default_factory=dict)
    ids: tuple[str | None, str | None] = (None, None)
    moved: dict[str, str] = field(default_factory=dict)
    copied: bool = False


def _git_file(reader: Reader) -> FileDiff:
    name = same_name(reader.line().removeprefix("diff --git "))
    reader.step()
    header = _header(reader)
    old, new = header.moved.get("from", name), header.moved.get("to", name)
    binary = _binary(reader)
    has_text = not binary and reader.line().startswith("--- ") and reader.line(1).startswith("+++ ")
    if has_text:
        try:
            old = agreed(old, _mark(reader, reader.line()[4:]))
            new = agreed(new, _mark(reader, reader.line(1)[4:]))
        except ValueError:
            raise reader.error("the lines before it name another file") from None
    old = None if "new file" in header.modes else old
    new = None if "deleted file" in header.modes else new
    _checked(reader, old, new)
    reader.step(2 if has_text else 0)
    return FileDiff(
        old_path=old,
        new_path=new,
        hunks=read_hunks(reader) if has_text else (),
        old_mode=header.modes.get("old") or header.modes.get("deleted file"),
        new_mode=header.modes.get("new") or header.modes.get("new file"),
        old_id=header.ids[0],
        new_id=header.ids[1],
        copied=header.copied,
        binary=binary,
    )


def _header(reader: Reader) -> _Header:
    header = _Header()
    while True:
        line = reader.line()
        if mode := _MODE.fullmatch(line):
            header.modes[mode[1]] = mode[2]
        elif index := _INDEX.fullmatch(line):
            header.ids = (index[1], index[2])
            if index[3]:
                header.modes |= {"old": index[3], "new": index[3]}
        elif move := _MOVE.fullmatch(line):
            header.moved[move[2]] = _name(reader, move[3])
            header.copied = move[1] == "copy"
        elif not _SIMILARITY.fullmatch(line):
            return header
        reader.step()


def _binary(reader: Reader) -> bool:
    """Pass over the contents of a binary file, if there are some here."""
    if _BINARY.fullmatch(reader.line()):
        reader.step()
        return True
    if reader.line() != "GIT binary patch":
        return False
    reader.step()
    while reader.line().startswith(("literal ", "delta ")):
        while reader.line():
            reader.step()
        reader.step()
    return True


def _mark(reader: Reader, text: str) -> str | None:
    """Read the name behind `---` or `+++`: git ends one that has a space in it with a tab, diff adds the time."""
    if text.endswith("\r"):
        raise reader.error("the header ends in a carriage return. Save the diff with the line ends it was made with")
    name = _name(reader, text if text.startswith('"') else text.partition("\t")[0])
    return None if name == "/dev/null" else name


def _name(reader: Reader, text: str) -> str:
    name = unquoted(text)
    if name is None:
        raise reader.error("the quoted name is damaged")
    return name


def _checked(reader: Reader, old: str | None, new: str | None) -> tuple[str | None, str | None]:
    if old is None and new is None:
        raise reader.error("the name of the file cannot be told. Give the output of `git diff`")
    for name in (old, new):
        if name is not None and not is_plain_path(name):
            raise reader.error(f"{name!a} is not a path inside the repository")
    return old, new
