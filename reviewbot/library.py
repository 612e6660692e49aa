"""What a review shows a model of files that the change does not edit: those that the code in question imports."""

import re
from collections.abc import Iterator, Sequence
from posixpath import basename, dirname

from reviewbot.change import SourceFile, split_lines
from reviewbot.resolution import Index, neighbours, targets
from reviewbot.snapshot import Snapshot
from reviewbot.syntax.imports import Import, imports
from reviewbot.syntax.outline import function_around

MAX_LIBRARY_FILES = 100
"""So many files are read for all questions of one review; on GitHub each is a request."""

MAX_IMPORTED = 20
"""So many of them for one question."""

MAX_GO_MODULES = 3

_WORD = re.compile(r"[^\W\d]\w*")
_GO_MODULE = re.compile(r"^module[ \t]+([^\s/][^\s]*)", re.MULTILINE)
_PACKAGES = re.compile(r"__init__\.py|index\.[a-z]+")
"""Files that mostly hand on what others define."""


class Library:
    """The files of a change, `own`, and what they import from the repository at the same commit.

    A file is read once, when a question first needs it.
    """

    def __init__(self, own: Sequence[SourceFile], snapshot: Snapshot) -> None:
        self._own = tuple(own)
        self._paths = frozenset(file.path for file in own)
        self._has_go = any(path.endswith(".go") for path in self._paths)
        self._snapshot = snapshot
        self._index: Index | None = None
        self._read: dict[str, SourceFile | None] = {}

    def others(self, file: SourceFile, start: int, end: int) -> tuple[SourceFile, ...]:
        """Return the files of the change, and those that the code around the lines of `file` may use.

        Those come first that the function around the lines names, then those that the rest of the file does. Of a
        package's own file, what that imports in turn is looked at too, once.
        """
        used = _names_around(file, start, end)
        found = self._fetch(self._imported(file, used))
        packages = [other for other in found if _PACKAGES.fullmatch(basename(other.path))]
        handed_on = [path for package in packages for path in self._imported(package, used, named=True)]
        return (*self._own, *found, *self._fetch(path for path in handed_on if path not in {o.path for o in found}))

    def _imported(self, file: SourceFile, used: frozenset[str], *, named: bool = False) -> Iterator[str]:
        found = imports(file.path, file.text)

        def foreign(one: Import) -> bool:
            return not one.words & used

        index = self._known() if found or file.path.endswith((".go", ".java")) else None
        if index is None:
            return
        for one in sorted(found, key=foreign):
            if not (named and foreign(one) and "*" not in one.names):
                yield from targets(one, file.path, index)
        yield from neighbours(file.path, used, index)

    def _fetch(self, paths: Iterator[str]) -> list[SourceFile]:
        chosen = [path for path in dict.fromkeys(paths) if path not in self._paths][:MAX_IMPORTED]
        missing = [path for path in chosen if path not in self._read][: MAX_LIBRARY_FILES - len(self._read)]
        if missing:
            self._read |= dict.fromkeys(missing)
            self._read |= {file.path: file for file in self._snapshot.read(missing) if file.path in missing}
        return [file for path in chosen if (file := self._read.get(path)) is not None]

    def _known(self) -> Index:
        if self._index is None:
            paths = self._snapshot.paths()
            go = sorted(path for path in paths if basename(path) == "go.mod") if self._has_go else []
            read = self._snapshot.read(go[:MAX_GO_MODULES]) if go else ()
            modules = [(dirname(each.path), match[1]) for each in read if (match := _GO_MODULE.search(each.text))]
            self._index = Index(paths, modules)
        return self._index


def _names_around(file: SourceFile, start: int, end: int) -> frozenset[str]:
    around = function_around(file.path, file.text, start, end)
    first, last = (start, end) if around is None else (around.first_line, around.last_line)
    return frozenset(_WORD.findall("".join(split_lines(file.text)[first - 1 : last])))
