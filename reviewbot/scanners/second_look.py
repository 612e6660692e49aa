"""A second look at what Bandit found: by the syntax tree, where its patterns cannot tell a value from none.

Only what is plain from the expression itself takes a finding back: it is then of low severity, never gone. Code that
does not parse is looked at no further.
"""

import ast
from collections.abc import Callable, Mapping

_PARSE_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError)


def harmless(test_id: str, code: str, line: int, column: int) -> str:
    """Return why the issue of `test_id` at `line` (from 1) and `column` (bytes, from 0) is harmless; else nothing."""
    look = _LOOKS.get(test_id)
    if look is None:
        return ""
    try:
        tree = ast.parse(code)
        return look(tree, line, column)
    except _PARSE_ERRORS:
        return ""


def _sql(tree: ast.Module, line: int, column: int) -> str:
    """Bandit takes any text put together for one with values in it."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    at = (
        node for node in parents if isinstance(node, ast.Constant) and (node.lineno, node.col_offset) == (line, column)
    )
    whole: ast.AST | None = next(at, None)
    while whole is not None and isinstance(parents[whole], ast.JoinedStr | ast.BinOp | ast.Attribute | ast.Call):
        above = parents[whole]
        if isinstance(above, ast.Call) and above.func is not whole:
            break
        whole = above
    return "no value is put into the statement" if whole is not None and _is_constant(whole) else ""


def _is_constant(node: ast.AST) -> bool:  # noqa: PLR0911  one line for each kind of expression
    match node:
        case ast.Constant():
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.isupper()
        case ast.JoinedStr(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            return all(_is_constant(part) for part in parts)
        case ast.FormattedValue(value=value):
            return _is_constant(value)
        case ast.BinOp(left=left, op=ast.Mult()):
            return _is_constant(left)
        case ast.BinOp(left=left, right=right):
            return _is_constant(left) and _is_constant(right)
        case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element):
            return _is_constant(element)
        case ast.Call(func=ast.Attribute(value=text, attr="join" | "format"), args=arguments, keywords=named):
            return all(_is_constant(part) for part in (text, *arguments, *(keyword.value for keyword in named)))
        case _:
            return False


def _own_pickle(tree: ast.Module, line: int, column: int) -> str:
    """What the same function has just written holds nothing from outside."""
    for scope in ast.walk(tree):
        if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        calls = [node for node in ast.walk(scope) if isinstance(node, ast.Call)]
        found = [node for node in calls if (node.lineno, node.col_offset) == (line, column) and node.args]
        written = {
            target.id: _is_dump(node.value)
            for node in ast.walk(scope)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in found:
            data = call.args[0]
            if _is_dump(data) or (isinstance(data, ast.Name) and written.get(data.id)):
                return "the same function wrote what is read"
    return ""


def _is_dump(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "dumps"


_LOOKS: Mapping[str, Callable[[ast.Module, int, int], str]] = {"B608": _sql, "B301": _own_pickle}
