"""Python, read by its own parser. The text is never executed or imported."""

import ast
import warnings
from collections.abc import Iterator, Sequence
from itertools import takewhile

from pyflakes import messages
from pyflakes.checker import Checker

from reviewbot.syntax.code import Call, Code, Flaw, Name, Source, Span, Statement
from reviewbot.syntax.python_names import definitions

_UNRESOLVED = (messages.UndefinedName, messages.UndefinedLocal, messages.UndefinedExport, messages.ImportStarUsage)
_IDLE = (ast.Pass, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Raise, ast.Break, ast.Continue, ast.Try)
_IDLE_HEADS = (ast.ExceptHandler, ast.match_case, ast.TryStar)
_LEAVES = (ast.Return, ast.Raise, ast.Break, ast.Continue)
_EFFECTS = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)


def read_python(text: str) -> Code:
    """Say what `text` says. What this interpreter cannot parse, or only with too deep a recursion, is flawed."""
    text = text.removeprefix("\ufeff")
    if "\r" in text.replace("\r\n", ""):
        return Code(flaws=(Flaw(1, "a carriage return ends a line for Python but not for git"),))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
            return Code(
                definitions=tuple(definitions(tree)),
                unresolved=_unresolved(tree),
                statements=tuple(_Statements(text).of(tree.body, reached=True)),
                essence=ast.dump(tree),
            )
    except SyntaxError as error:
        return Code(flaws=(Flaw(error.lineno or 1, error.msg),))
    except (RecursionError, MemoryError):
        return Code(flaws=(Flaw(1, "it nests too deeply to be read"),))
    except ValueError as error:
        return Code(flaws=(Flaw(1, str(error)),))


def _unresolved(tree: ast.Module) -> tuple[Name, ...]:
    found = [m for m in Checker(tree).messages if isinstance(m, _UNRESOLVED)]
    return tuple(Name(str(message.message_args[0]), message.lineno) for message in found)


type _Placed = ast.stmt | ast.expr | ast.ExceptHandler | ast.pattern
type _Node = ast.stmt | ast.ExceptHandler | ast.match_case


class _Statements:
    """Lists the statements of a text, each head before its body."""

    def __init__(self, text: str) -> None:
        self._source = Source(text)

    def of(self, body: Sequence[_Node], *, reached: bool) -> Iterator[Statement]:
        for node in body:
            yield self._statement(node, reached=reached)
            for block, live in _blocks(node):
                yield from self.of(block, reached=reached and live)
            reached = reached and not isinstance(node, _LEAVES)

    def _statement(self, node: _Node, *, reached: bool) -> Statement:
        head = any(True for _ in _blocks(node))
        place = node.pattern if isinstance(node, ast.match_case) else node
        own = sorted(_parts(node), key=lambda part: (part.lineno, part.col_offset))
        calls = [call for part in _evaluated(node, own) for call in self._calls(part)] if reached else []
        if isinstance(node, ast.Raise) and calls and isinstance(node.exc, ast.Call):
            del calls[0]
        return Statement(
            start_line=min([place.lineno, *(part.lineno for part in own)]),
            end_line=max([place.lineno if head else _end(place), *map(_end, own)]),
            acts=reached and _acts(node),
            head=head,
            text=" ".join(map(self._text, own)) if head else self._text(place),
            calls=tuple(self._call(call, node) for call in calls),
        )

    def _text(self, node: _Placed) -> str:
        return self._source.between((node.lineno, node.col_offset), (_end(node), node.end_col_offset or 0))

    def _calls(self, node: ast.expr) -> Iterator[ast.Call]:
        if isinstance(node, ast.Call):
            yield node
        for child in _reached_parts(node):
            yield from self._calls(child)

    def _call(self, call: ast.Call, statement: _Node) -> Call:
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        value = statement.value if isinstance(statement, ast.Expr) else None
        end = _end(call)
        return Call(
            name=_dotted(call.func),
            span=Span(
                call.lineno,
                self._source.column(call.lineno, call.col_offset),
                end,
                self._source.column(end, call.end_col_offset or 0),
            ),
            arguments=tuple(self._text(argument) for argument in given),
            discarded=call in (value, value.value if isinstance(value, ast.Await) else None),
        )


def _end(node: _Placed) -> int:
    return node.end_lineno or node.lineno


def _blocks(node: _Node) -> Iterator[tuple[Sequence[_Node], bool]]:
    """Yield the blocks that `node` holds, and whether they can be reached."""
    truth = _truth(node.test) if isinstance(node, ast.If | ast.While) else None
    unreached = {"body": truth is False or _iterates_nothing(node), "orelse": truth is True}
    for field in ("body", "handlers", "cases", "orelse", "finalbody"):
        block = getattr(node, field, None)
        if isinstance(block, list) and block:
            yield block, not unreached.get(field, False)


def _parts(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions that belong to `node` itself and not to a statement within it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif not isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from _parts(child)


def _evaluated(node: _Node, own: Sequence[ast.expr]) -> Sequence[ast.expr]:
    """Leave out the message of an assertion: it is made when the assertion fails."""
    return own[:1] if isinstance(node, ast.Assert) else own


def _reached_parts(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the parts of an expression, without those that a constant before them keeps from being evaluated."""
    if isinstance(node, ast.BoolOp):
        stop = isinstance(node.op, ast.Or)
        before = list(takewhile(lambda value: _truth(value) is not stop, node.values))
        yield from node.values[: len(before) + 1]
    elif isinstance(node, ast.IfExp) and _truth(node.test) is not None:
        yield node.body if _truth(node.test) else node.orelse
    else:
        yield from _parts(node)


def _truth(node: ast.expr) -> bool | None:
    """Return what a condition always is, None if that depends."""
    if isinstance(node, ast.Constant):
        return bool(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = _truth(node.operand)
        return None if inner is None else not inner
    return False if _dotted(node).rpartition(".")[2] == "TYPE_CHECKING" else None


def _iterates_nothing(node: _Node) -> bool:
    return isinstance(node, ast.For) and isinstance(node.iter, ast.List | ast.Tuple) and not node.iter.elts


def _acts(node: _Node) -> bool:
    if isinstance(node, (*_IDLE, *_IDLE_HEADS)):
        return False
    if isinstance(node, ast.Expr):
        return any(isinstance(part, _EFFECTS) for part in ast.walk(node.value))
    if isinstance(node, ast.Return):
        return node.value is not None and not isinstance(node.value, ast.Constant)
    if isinstance(node, ast.If | ast.While):
        return _truth(node.test) is None or isinstance(node, ast.While)
    return not _iterates_nothing(node)


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while True:
        match node:
            case ast.Attribute(value=value, attr=attr):
                parts.append(f".{attr}")
                node = value
            case ast.Call(func=func):
                parts.append("()")
                node = func
            case ast.Subscript(value=value):
                parts.append("[]")
                node = value
            case _:
                parts.append(node.id if isinstance(node, ast.Name) else "")
                return "".join(reversed(parts))
