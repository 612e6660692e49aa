"""Adds import statements to a Python file: only those that it lacks, beside those that it has."""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping

from reviewbot.change import split_lines
from reviewbot.codemods.names import Names, bindings


def add_python_imports(text: str, statements: Iterable[str]) -> str | None:
    """Return `text`, without a byte order mark, with those of `statements` added that it lacks at its top level.

    None if one is not a single import, or would bind a name that means something else in this file.
    """
    if "\r" in text.replace("\r\n", ""):
        return None  # Python counts other lines than we do
    for statement in statements:
        added = _added(text, statement.strip())
        if added is None:
            return None
        text = added
    return text


def _added(text: str, statement: str) -> str | None:
    try:
        tree, parsed = ast.parse(text), ast.parse(statement)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if len(parsed.body) != 1 or not isinstance(node := parsed.body[0], ast.Import | ast.ImportFrom):
        return None
    if any(alias.name == "*" for alias in node.names):
        return None  # nobody sees what it binds, or what it hides
    names = Names.of(tree)
    wanted = dict(bindings(node))
    if wanted.items() <= names.available.items():
        return text
    if any(name in names.taken and names.imported.get(name) != qualified for name, qualified in wanted.items()):
        return None
    lines = split_lines(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    place, before, after = _place(tree, lines, node)
    if place and not lines[place - 1].endswith("\n"):
        lines[place - 1] += newline
    new = newline * before + ast.unparse(node) + newline * (1 + after)
    result = "".join([*lines[:place], new, *lines[place:]])
    return result if _binds(result, wanted) else None


def _binds(text: str, wanted: Mapping[str, str]) -> bool:
    """Say whether the new statement is one: the line that it follows may begin a string that goes on."""
    try:
        return wanted.items() <= Names.of(ast.parse(text)).available.items()
    except SyntaxError:
        return False


def _place(tree: ast.Module, lines: list[str], node: ast.stmt) -> tuple[int, int, int]:
    """Return after how many lines a new import goes, and how many empty lines go before and after it.

    A module of the standard library joins the first paragraph of the imports at the top, others the last.
    """
    block = list(_leading_imports(tree))
    ends = [
        statement
        for i, statement in enumerate(block)
        if i + 1 == len(block) or block[i + 1].lineno > (statement.end_lineno or 0) + 1
    ]
    if ends:
        chosen = ends[0] if _root(node) in sys.stdlib_module_names else ends[-1]
        return chosen.end_lineno or 0, 0, 0
    head = _head(tree)
    if head:
        return head, 1, 0 if head < len(lines) and not lines[head].strip() else 1
    comments = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return comments, int(comments > 0), int(comments < len(lines) and bool(lines[comments].strip()))


def _leading_imports(tree: ast.Module) -> Iterator[ast.stmt]:
    for statement in tree.body[1 if ast.get_docstring(tree, clean=False) is not None else 0 :]:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            return
        if not _is_future(statement):
            yield statement


def _head(tree: ast.Module) -> int:
    """Return the last line of the docstring and of `from __future__`, before which nothing may stand; else 0."""
    head = 0
    for i, statement in enumerate(tree.body):
        docstring = i == 0 and ast.get_docstring(tree, clean=False) is not None
        if not docstring and not _is_future(statement):
            break
        head = statement.end_lineno or 0
    return head


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _root(node: ast.stmt) -> str:
    return next((qualified.partition(".")[0] for _, qualified in bindings(node)), "")
