"""From an import to the files of the repository that it means.

Only paths that the repository is known to hold are ever returned, so no import leads out of it, whatever it names.
"""

from collections.abc import Collection, Iterator, Sequence
from posixpath import basename, dirname, normpath, splitext
from posixpath import join as joined

from reviewbot.language import Language, language_of
from reviewbot.syntax.imports import Import

MAX_TARGETS = 20
"""So many files are returned for one import: a package of Go is a folder."""

_SCRIPTS = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")
SOURCE_FOLDERS = ("", "src", "lib", "python")
"""Where packages of Python lie below a folder that is put on the path."""


class Index:
    """The paths of a repository, found by their ends. `modules` maps the folders of Go modules to their names."""

    def __init__(self, paths: Collection[str], modules: Sequence[tuple[str, str]] = ()) -> None:
        self.paths = frozenset(paths)
        self.modules = tuple(modules)
        self._named: dict[str, list[str]] = {}
        self._folders: dict[str, list[str]] = {}
        for path in sorted(self.paths):
            self._named.setdefault(basename(path), []).append(path)
            self._folders.setdefault(dirname(path), []).append(path)

    def ending(self, end: str, near: str) -> str | None:
        """Return the path that ends with the whole names of `end`, the one that is nearest to the file `near`."""
        found = [path for path in self._named.get(basename(end), ()) if f"/{path}".endswith(f"/{end}")]
        return max(found, key=lambda path: (_in_common(path, near), -len(path)), default=None)

    def has_below(self, folder: str) -> bool:
        """Say whether a Python file lies in `folder`, or in one right below it."""
        return any(
            path.endswith(".py")
            for name in (folder, *(other for other in self._folders if dirname(other) == folder))
            for path in self.within(name)
        )

    def within(self, folder: str) -> Sequence[str]:
        """Return the files that lie in `folder` itself."""
        return self._folders.get(folder, ())


def targets(found: Import, path: str, index: Index) -> tuple[str, ...]:
    """Return the files that an import in the file at `path` means, that file not among them."""
    if not found.module or "\0" in found.module:
        return ()
    match language_of(path):
        case Language.PYTHON:
            means = _python(found, path, index)
        case Language.JAVASCRIPT | Language.TYPESCRIPT:
            means = _script(found.module, path, index)
        case Language.JAVA:
            means = _java(found.module, path, index)
        case Language.GO:
            means = _go(found.module, index)
        case Language.RUBY:
            means = _plain(found.module, path, index, ".rb")
        case Language.PHP:
            means = _php(found.module, path, index)
        case _:
            means = iter(())
    return tuple(dict.fromkeys(one for one in means if one != path))[:MAX_TARGETS]


def neighbours(path: str, names: Collection[str], index: Index) -> tuple[str, ...]:
    """Return the files beside `path` whose names it may use without an import."""
    beside = [other for other in index.within(dirname(path)) if other != path]
    match language_of(path):
        case Language.GO:
            found = [other for other in beside if other.endswith(".go") and not other.endswith("_test.go")]
        case Language.JAVA:
            found = [other for other in beside if splitext(basename(other)) in {(name, ".java") for name in names}]
        case _:
            found = []
    return tuple(found[:MAX_TARGETS])


def _in_common(one: str, other: str) -> int:
    pairs = zip(one.split("/"), other.split("/"), strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), 0)


def _python(found: Import, path: str, index: Index) -> Iterator[str]:
    name = found.module.lstrip(".")
    level = len(found.module) - len(name)
    folder = dirname(path)
    for _ in range(level - 1):
        if not folder:
            return  # above the repository
        folder = dirname(folder)
    if level:
        yield from _python_at(folder, name, found.names, index)
        return
    while True:
        for source in SOURCE_FOLDERS:
            means = list(_python_at(joined(folder, source), name, found.names, index))
            if means:
                yield from means
                return
        if not folder:
            return
        folder = dirname(folder)


def _python_at(folder: str, name: str, names: Sequence[str], index: Index) -> Iterator[str]:
    module = joined(folder, *name.split(".")) if name else folder
    for each in (module, *(joined(module, name) for name in names)):
        for end in (f"{each}.py", joined(each, "__init__.py")):
            if each and end in index.paths:
                yield end


def _script(module: str, path: str, index: Index) -> Iterator[str]:
    if not module.startswith(("./", "../")) and module not in {".", ".."}:
        return
    to = normpath(joined(dirname(path), module))
    stem, end = splitext(to)
    bare = [to, *([stem] if end in {".js", ".jsx", ".mjs", ".cjs"} else [])]
    tried = [
        to,
        *(f"{each}{end}" for each in bare for end in _SCRIPTS),
        *(normpath(joined(to, f"index{end}")) for end in _SCRIPTS),
    ]
    yield from [one for one in tried if one in index.paths][:1]


def _java(module: str, path: str, index: Index) -> Iterator[str]:
    parts = module.split(".")
    for count in (len(parts), len(parts) - 1):  # of a static import the last name is a member
        means = index.ending("/".join(parts[:count]) + ".java", path) if count > 1 else None
        if means is not None:
            yield means
            return


def _go(module: str, index: Index) -> Iterator[str]:
    for folder, name in index.modules:
        if module == name or module.startswith(f"{name}/"):
            inside = joined(folder, module[len(name) + 1 :]).rstrip("/")
            yield from (one for one in index.within(inside) if one.endswith(".go") and not one.endswith("_test.go"))


def _plain(module: str, path: str, index: Index, end: str) -> Iterator[str]:
    """Yield the file of a name that is a path: beside this one if it begins with a point, else anywhere."""
    name = module if module.endswith(end) else f"{module}{end}"
    if module.startswith("."):
        to = normpath(joined(dirname(path), name))
        yield from [to] if to in index.paths else []
    elif (means := index.ending(name, path)) is not None:
        yield means


def _php(module: str, path: str, index: Index) -> Iterator[str]:
    if module.startswith("./"):
        yield from _plain(module, path, index, ".php")
        return
    # The first names of a namespace may stand for a folder (PSR-4): https://www.php-fig.org/psr/psr-4/
    parts = module.strip("\\").split("\\")
    for first in range(max(1, len(parts) - 1)):
        means = index.ending("/".join(parts[first:]) + ".php", path)
        if means is not None:
            yield means
            return
