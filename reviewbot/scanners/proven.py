"""What Bandit reports although the code around shows that it is harmless: values that were checked, files of one's own.

Only what the syntax tree shows takes a finding back: it is then of low severity, never gone.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from reviewbot.scanners.guards import Use, is_name
from reviewbot.scanners.vetted import is_vetted

_ALGORITHM = re.compile(r"(?i)(?<![a-z])(md4|md5|sha_?1)(?![a-z0-9])")
_SECRET = re.compile(r"(?i)passw|passphrase|pwd|secret|token|sign|certificate|salt|key")


def _checked(use: Use, tree: ast.Module, line: int, column: int) -> str:
    """A value that can be nothing but harmless, by a list, a pattern or its type, is no injection."""
    calls = _at(tree, line, column)
    vetted = any(call.args and is_vetted(tree, call.args[0], use) for call in calls)
    return "every value was checked before" if vetted else ""


def _statement(tree: ast.Module, line: int, column: int) -> str:
    """Bandit names the first text of a statement; what it is part of is what the database gets."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    texts = (node for node in parents if isinstance(node, ast.Constant))
    whole: ast.expr | None = next((text for text in texts if (text.lineno, text.col_offset) == (line, column)), None)
    while whole is not None:
        above = parents[whole]
        called = isinstance(above, ast.Call) and above.func is not whole
        if called or not isinstance(above, ast.JoinedStr | ast.BinOp | ast.Attribute | ast.Call):
            return "every value in the statement was checked before" if is_vetted(tree, whole, Use.SQL) else ""
        whole = above
    return ""


def _own_file(tree: ast.Module, line: int, column: int) -> str:
    """What a file of the program's own holds is its author's."""
    named = (call.args[0] for call in _at(tree, line, column) if is_name(call.func, "parse", "iterparse") and call.args)
    return "the file is the program's own" if any(isinstance(name, ast.Constant) for name in named) else ""


def _asked_for(tree: ast.Module, line: int, column: int) -> str:
    """A function that is named for MD5, and a checksum, are no choice of a hash for a secret."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Module):
            continue
        found = set(_at(function, line, column))
        names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        if not found or any(map(_SECRET.search, names)):
            continue
        named = isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and _ALGORITHM.search(function.name)
        sums = (node for node in ast.walk(function) if isinstance(node, ast.Assign) and found & set(ast.walk(node)))
        if named or any(is_name(target, "checksum", "crc", "etag") for node in sums for target in node.targets):
            return "the hash itself is what is asked for"
    return ""


def _no_entities(tree: ast.Module, line: int, column: int) -> str:
    """A parser of SAX whose feature for external entities is switched off expands none."""
    made = _at(tree, line, column)
    targets = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and node.value in made
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="setFeature"),
                args=[feature, ast.Constant(value=False | 0)],
            ) if name in targets and is_name(feature, "feature_external_ges"):
                return "the parser expands no external entities"
    return ""


def _at(tree: ast.AST, line: int, column: int) -> list[ast.Call]:
    calls: Iterator[ast.Call] = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [call for call in calls if (call.lineno, call.col_offset) == (line, column)]


LOOKS: Mapping[str, Callable[[ast.Module, int, int], str]] = {
    "B102": partial(_checked, Use.CODE),
    "B307": partial(_checked, Use.EXPRESSION),
    "B313": _own_file,
    "B314": _own_file,
    "B316": _own_file,
    "B317": _no_entities,
    "B318": _own_file,
    "B319": _own_file,
    "B324": _asked_for,
    "B602": partial(_checked, Use.SHELL),
    "B605": partial(_checked, Use.SHELL),
    "B608": _statement,
}
