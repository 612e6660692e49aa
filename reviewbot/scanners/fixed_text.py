"""Whether text that is put together holds a value from elsewhere, as far as one function tells by its syntax."""

import ast
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

type Function = ast.FunctionDef | ast.AsyncFunctionDef

_QUOTING = frozenset({"quote_name", "quote_ident", "quote_identifier", "escape_identifier", "quoted_name", "qn"})
_NUMBERS = frozenset({"int", "len"})
_PART = re.compile(
    r"_*(?:\w+_)?(?:table|column|schema|sequence|sql|subquery|sub_?select|placeholder|operator|alias|suffix|counter)"
    r"(?:s|es|_names?|_sql|_rows)?",
    re.IGNORECASE,
)
"""Named so is what belongs to the statement itself; who puts values into it does so elsewhere."""


@dataclass(frozen=True, slots=True)
class FixedText:
    """What counts as fixed: literals, CONSTANTS, numbers, names that a database's own function quoted, and `names`."""

    names: AbstractSet[str] = frozenset()

    @classmethod
    def of(cls, function: Function | None) -> "FixedText":
        """Return what is fixed in `function`: also the names to which nothing but fixed text is assigned in it."""
        if function is None:
            return cls()
        values: dict[str, list[ast.expr | None]] = {}
        for name, value in _assigned(function):
            values.setdefault(name, []).append(value)
        found = cls(frozenset(values))
        while True:
            names = {name for name, given in values.items() if all(found._keeps(name, value) for value in given)}
            if names == found.names:
                return found
            found = cls(names)

    def holds(self, node: ast.AST) -> bool:  # noqa: C901, PLR0911  one line for each kind of expression
        """Say whether the expression is fixed."""
        match node:
            case ast.Constant():
                return True
            case ast.Name(id=name):
                return name.isupper() or name in self.names
            case ast.Attribute(attr=name) | ast.Subscript(value=ast.Attribute(attr=name)):
                return name.isupper() or _is_part(name)
            case ast.JoinedStr(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts):
                return all(self.holds(part) for part in parts)
            case ast.FormattedValue(value=value):
                return self.holds(value)
            case ast.BinOp(left=left, op=ast.Mult()):
                return self.holds(left)
            case ast.BinOp(left=left, right=right):
                return self.holds(left) and self.holds(right)
            case ast.ListComp(elt=element, generators=loops) | ast.GeneratorExp(elt=element, generators=loops):
                return FixedText(self.names | set(_quoted_targets(loops))).holds(element)
            case ast.DictComp(value=value):
                return self.holds(value)
            case ast.Call():
                return self._call(node)
            case _:
                return False

    def _keeps(self, name: str, value: ast.AST | None) -> bool:
        """Say whether `name` is fixed after `value` is assigned to it: a loop, a call or a caller's says what it is."""
        if value is None or (isinstance(value, ast.Call) and not _is_text(value)):
            return _is_part(name) or (value is not None and self.holds(value))
        return self.holds(value)

    def _call(self, call: ast.Call) -> bool:
        if _is_quoting(call.func) or (isinstance(call.func, ast.Name) and call.func.id in _NUMBERS):
            return True
        if _is_map_of_quoting(call):
            return True
        match call.func:
            case ast.Name(id=name) | ast.Attribute(attr=name) if _is_part(name):
                return True
            case ast.Attribute(value=text, attr="join" | "format"):
                return all(self.holds(part) for part in (text, *call.args, *(named.value for named in call.keywords)))
            case _:
                return False


def _assigned(function: Function) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield each name that the function binds, with the value, or None where that is not one expression."""
    plain = set()
    for node in ast.walk(function):
        yield from _added(node)
        match node:
            case ast.Assign(targets=[ast.Name(id=name) as target], value=value):
                plain.add(target)
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name) as target, value=value):
                plain.add(target)
                yield name, value
            case ast.AugAssign(target=ast.Name(id=name) as target, value=value):
                plain.add(target)
                yield name, value
            case ast.Name(id=name, ctx=ast.Store()) if node not in plain:
                yield name, None
            case ast.arg(arg=name):
                yield name, None


def _added(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the list, dictionary or text that `node` adds something to, with what it adds."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=name), attr="append" | "extend" | "insert"), args=[*_, value]
        ):
            yield name, value
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))], value=value):
            yield name, value


def _quoted_targets(loops: list[ast.comprehension]) -> Iterator[str]:
    for loop in loops:
        if isinstance(loop.target, ast.Name) and isinstance(loop.iter, ast.Call) and _is_map_of_quoting(loop.iter):
            yield loop.target.id


def _is_map_of_quoting(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "map" and bool(call.args) and _is_quoting(call.args[0])


def _is_text(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in {"join", "format"}


def _is_part(name: str) -> bool:
    return _PART.fullmatch(name) is not None


def _is_quoting(function: ast.expr) -> bool:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _QUOTING
        case _:
            return False
