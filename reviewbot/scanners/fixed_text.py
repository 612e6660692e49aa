"""Whether text that is put together holds a value from elsewhere, as far as one function tells by its syntax."""

import ast
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

type Function = ast.FunctionDef | ast.AsyncFunctionDef

_QUOTING = frozenset({"quote_name", "quote_ident", "quote_identifier", "escape_identifier", "quoted_name", "qn"})
_NUMBERS = frozenset({"int", "len"})


@dataclass(frozen=True, slots=True)
class FixedText:
    """What counts as fixed: literals, CONSTANTS, numbers, names that a database's own function quoted, and `names`."""

    names: AbstractSet[str] = frozenset()

    @classmethod
    def of(cls, function: Function | None) -> "FixedText":
        """Return what is fixed in `function`: also the names to which nothing but fixed text is assigned in it."""
        found = cls()
        if function is None:
            return found
        values: dict[str, list[ast.expr | None]] = {}
        for name, value in _assigned(function):
            values.setdefault(name, []).append(value)
        while True:
            names = {name for name, given in values.items() if all(v is not None and found.holds(v) for v in given)}
            if names == found.names:
                return found
            found = cls(names)

    def holds(self, node: ast.AST) -> bool:  # noqa: PLR0911  one line for each kind of expression
        """Say whether the expression is fixed."""
        match node:
            case ast.Constant():
                return True
            case ast.Name(id=name):
                return name.isupper() or name in self.names
            case ast.Attribute(attr=name):
                return name.isupper()
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
            case ast.Call():
                return self._call(node)
            case _:
                return False

    def _call(self, call: ast.Call) -> bool:
        if _is_quoting(call.func) or (isinstance(call.func, ast.Name) and call.func.id in _NUMBERS):
            return True
        if _is_map_of_quoting(call):
            return True
        if not (isinstance(call.func, ast.Attribute) and call.func.attr in {"join", "format"}):
            return False
        return all(
            self.holds(part) for part in (call.func.value, *call.args, *(named.value for named in call.keywords))
        )


def _assigned(function: Function) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield each name that the function binds, with the value, or None where that is not one expression."""
    plain = set()
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name) as target], value=value):
                plain.add(target)
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name) as target, value=value):
                plain.add(target)
                yield name, value
            case ast.Name(id=name, ctx=ast.Store()) if node not in plain:
                yield name, None
            case ast.arg(arg=name):
                yield name, None


def _quoted_targets(loops: list[ast.comprehension]) -> Iterator[str]:
    for loop in loops:
        if isinstance(loop.target, ast.Name) and isinstance(loop.iter, ast.Call) and _is_map_of_quoting(loop.iter):
            yield loop.target.id


def _is_map_of_quoting(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "map" and bool(call.args) and _is_quoting(call.args[0])


def _is_quoting(function: ast.expr) -> bool:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _QUOTING
        case _:
            return False
