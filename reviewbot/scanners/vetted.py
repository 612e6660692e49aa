"""Whether a value was checked before it is used: by the syntax tree, within one function.

The statements before the use are read in order. A condition proves something where its other outcome leaves the
function, or where the use stands inside it; an assignment proves or forgets. What is not understood proves nothing.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reviewbot.scanners.guards import NOTHING, Guards, Proven, Use, is_name, walked

_LEAVES = re.compile(r"^(abort|exit|_exit|quit|error|fail)$")
_NUMBERS = frozenset({"int", "float", "bool", "len", "abs", "round", "ord", "hash", "id"})
_SAME = frozenset({"str", "list", "tuple", "sorted", "set", "compile", "format", "bytes"})
_METHODS = frozenset({"strip", "lstrip", "rstrip", "lower", "upper", "format", "join", "split", "encode", "decode"})
_PARSERS = frozenset({"int", "float", "Decimal", "UUID", "IPv4Address", "IPv4Network"})
"""What these accept holds no harm, whatever is done with it; `ip_address` takes any text after a `%`."""
_MADE_HERE = frozenset({"uuid4", "getpid", "time", "time_ns", "token_hex", "token_urlsafe", "mkdtemp", "hexdigest"})
_QUOTES = frozenset({"quote", "join", "list2cmdline"})


def is_vetted(tree: ast.Module, value: ast.expr, use: Use) -> bool:
    """Say whether every part of the expression `value`, which stands in `tree`, is known to be harmless in `use`."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    path: list[ast.AST] = [value]
    while path[-1] in parents:
        path.append(parents[path[-1]])
    scope = next(node for node in path if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef))
    own, outer = _set_here(scope), _set_here(tree)
    names = {name: found for name, found in {**outer, **own}.items() if found is not None}
    reader = _Reader(use, names, frozenset(path))
    return reader.holds(value, reader.block(scope.body, NOTHING))


def _set_here(scope: ast.AST) -> Mapping[str, ast.expr | None]:
    """Return what the names that `scope` sets are set to; None where that is not one plain assignment."""
    nodes = list(_own(scope))
    stores = Counter(node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    stores.update(node.arg for node in nodes if isinstance(node, ast.arg))
    values = {
        target.id: node.value
        for node in nodes
        if isinstance(node, ast.Assign) and len(node.targets) == 1
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return {name: values.get(name) if count == 1 else None for name, count in stores.items()}


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """Walk through `scope` in order, and through no function within it."""
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield from _own(child)


@dataclass(frozen=True, slots=True)
class _Reader:
    use: Use
    names: Mapping[str, ast.expr]
    path: frozenset[ast.AST]
    """The nodes around the use, down to it."""

    @property
    def guards(self) -> Guards:
        return Guards(self.use, lambda node: self.names.get(node.id, node) if isinstance(node, ast.Name) else node)

    def block(self, statements: Sequence[ast.stmt], known: Proven) -> Proven:
        """Return what is proven at the use, if it is in `statements`; else what is after them."""
        for statement in statements:
            if statement in self.path:
                return self._into(statement, known)
            known = self._after(statement, known)
        return known

    def _into(self, statement: ast.stmt, known: Proven) -> Proven:  # noqa: PLR0911  one line for each kind of statement
        match statement:
            case ast.If(test=test, body=body, orelse=other) if test not in self.path:
                inside = _among(body, self.path)
                known |= self.guards.when(test, inside)
                return self.block(body if inside else other, known)
            case ast.For(target=target, iter=sequence, body=body):
                known = self._forget(statement, known)
                return self.block(body, known | _names(target) if self.holds(sequence, known) else known)
            case ast.While(body=body):
                return self.block(body, self._forget(statement, known))
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                return self.block(body, self._forget(ast.With(items, []), known))
            case ast.Try(body=body, handlers=handlers, orelse=other):
                if _among(body, self.path):
                    return self.block(body, known)
                if _among(other, self.path):
                    return self.block(other, self.block(body, known))
                rest = [part for handler in handlers for part in handler.body if part in self.path]
                return self.block(rest or statement.finalbody, self._forget(statement, known))
            case _:
                return known

    def _after(self, statement: ast.stmt, known: Proven) -> Proven:  # noqa: C901, PLR0911  one line for each kind
        match statement:
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
                rest = _without(known, _names(target)) | _parsed(value)
                return rest | {ast.unparse(target)} if self.holds(value, known) else rest
            case ast.AugAssign(target=target, value=value):
                return known if self.holds(value, known) else _without(known, _names(target))
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=base), args=args)) if not _parsed(statement.value):
                return known if all(self.holds(arg, known) for arg in args) else _without(known, _names(base))
            case ast.Expr(value=value):
                return known | _parsed(value)
            case ast.Assert(test=test):
                return known | self.guards.when(test, outcome=True)
            case ast.If(test=test, body=body, orelse=other):
                yes = self.block(body, known | self.guards.when(test, outcome=True))
                no = self.block(other, known | self.guards.when(test, outcome=False))
                return no if _leaves(body) else yes if _leaves(other) else yes & no
            case ast.For(target=target, iter=sequence, body=body):
                rest = self._forget(statement, known)
                return rest | walked(sequence) if self._all(target, body, rest) else rest
            case ast.While(test=test) if not _jumps(statement):
                return self._forget(statement, known) | self.guards.when(test, outcome=False)
            case ast.Try(body=body, handlers=handlers, orelse=other, finalbody=last):
                whole = all(_leaves(handler.body) for handler in handlers)
                return self.block([*body, *other, *last], known) if whole else self._forget(statement, known)
            case ast.With(body=body):
                return self.block(body, known)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Import() | ast.ImportFrom():
                return known
            case _:
                return self._forget(statement, known)

    def _all(self, target: ast.expr, body: Sequence[ast.stmt], known: Proven) -> bool:
        """Say whether a loop ends only if what holds for `target` held for each element."""
        return not any(_jumps(part) for part in body) and _names(target) <= self.block(body, known)

    def _forget(self, statement: ast.stmt, known: Proven) -> Proven:
        """What is set anywhere within `statement` is no longer known."""
        stored = {
            node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        return _without(known, frozenset(stored))

    def holds(self, value: ast.expr, known: Proven) -> bool:  # noqa: C901, PLR0911  one line for each kind of expression
        """Say whether every part of `value` is a constant or proven."""
        if ast.unparse(value) in known:
            return True
        match value:
            case ast.Constant():
                return True
            case ast.Name(id=name) if name in self.names:
                return name.isupper() and self.holds(self.names[name], NOTHING)
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return name.isupper()
            case ast.FormattedValue(format_spec=ast.JoinedStr(values=[ast.Constant(value=str(spec))])) if (
                spec[-1:] in "dfx"
            ):
                return True  # a text has no such format: it raises
            case ast.JoinedStr(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.BoolOp(values=parts):
                return all(self.holds(part, known) for part in parts)
            case ast.FormattedValue(value=inner) | ast.Starred(value=inner) | ast.Await(value=inner):
                return self.holds(inner, known)
            case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
                return self.holds(left, known) and self.holds(right, known)
            case ast.Subscript(value=base):
                return self.holds(base, known) or self._is_table(base)
            case ast.Call():
                return self._made(value, known)
            case _:
                return False

    def _made(self, call: ast.Call, known: Proven) -> bool:  # noqa: PLR0911  one line for each kind of call
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        match call.func:
            case ast.Name(id=name) if name in _NUMBERS:
                return True
            case ast.Name(id="compile") if self.use is Use.EXPRESSION and not _is_expression(arguments):
                return False
            case ast.Name(id=name) if name in _SAME:
                return bool(arguments) and self.holds(arguments[0], known)
            case ast.Attribute(value=base, attr="get"):
                return self._is_table(base) and all(self.holds(argument, known) for argument in arguments[1:])
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in _MADE_HERE:
                return True
            case ast.Attribute(value=ast.Name(id="shlex" | "pipes"), attr=name) | ast.Name(id="quote" as name):
                return self.use is Use.SHELL and name in _QUOTES
            case ast.Attribute(value=base, attr=name) if name in _METHODS:
                return self.holds(base, known) and all(self.holds(argument, known) for argument in arguments)
            case _:
                return False

    def _is_table(self, base: ast.expr) -> bool:
        """Say whether `base` maps what comes in to what its author wrote."""
        found = self.names.get(base.id, base) if isinstance(base, ast.Name) else base
        if isinstance(found, ast.Dict):
            return all(isinstance(value, ast.Constant) for value in found.values)
        return isinstance(found, ast.Name | ast.Attribute) and self.holds(found, NOTHING)


def _parsed(value: ast.expr) -> Proven:
    """What was read as a number and the like without an error is one."""
    match value:
        case ast.Call(func=function, args=[read]) if is_name(function, *_PARSERS):
            return frozenset({ast.unparse(read)})
        case _:
            return NOTHING


def _is_number(spec: str) -> bool:
    """Say whether a text has no such format, so that it raises."""
    return spec.endswith(("d", "f", "x"))


def _is_expression(arguments: Sequence[ast.expr]) -> bool:
    return any(isinstance(argument, ast.Constant) and argument.value == "eval" for argument in arguments[1:])


def _jumps(statement: ast.stmt) -> bool:
    return any(isinstance(node, ast.Break | ast.Continue) for node in ast.walk(statement))


def _among(statements: Sequence[ast.stmt], path: frozenset[ast.AST]) -> bool:
    return any(statement in path for statement in statements)


def _names(target: ast.expr) -> Proven:
    return frozenset(node.id for node in ast.walk(target) if isinstance(node, ast.Name))


def _without(known: Proven, names: frozenset[str]) -> Proven:
    """Forget all that is said of `names`."""
    return frozenset(fact for fact in known if not names & set(re.findall(r"\w+", fact)))


def _leaves(statements: Sequence[ast.stmt]) -> bool:
    """Say whether nothing goes on after `statements`."""
    match statements[-1] if statements else None:
        case ast.Return() | ast.Raise() | ast.Continue() | ast.Break():
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name))):
            return _LEAVES.match(name) is not None
        case ast.If(body=body, orelse=other):
            return _leaves(body) and _leaves(other)
        case _:
            return False
