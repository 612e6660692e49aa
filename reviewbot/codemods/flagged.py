"""Finds the call that a finding points at, and puts another in its place without touching anything else.

The file is read by `ast`; only the flagged call goes through libcst, which keeps its comments and white space.
libcst's parser overflows the C stack on three thousand nested brackets and takes a minute for eight hundred
`elif`, so it must never see a whole file of somebody else's.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self

import libcst as cst

from reviewbot.change import split_lines
from reviewbot.codemods.imports import add_python_imports
from reviewbot.codemods.names import Names, Spelled
from reviewbot.finding import Region

MAX_CALL_CHARACTERS = 4_000
"""A longer call is nothing that a person would check in a suggestion."""

MAX_CALL_DEPTH = 50
"""Nodes on top of each other in one call. libcst recurses; people do not nest that deep."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a node stands, as offsets into the text: `end` is the first one outside."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Module:
    """A Python file as `ast` reads it."""

    text: str
    lines: tuple[str, ...]
    tree: ast.Module
    names: Names

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a file. None if Python cannot, or if it would count other lines than git does."""
        if "\r" in text.replace("\r\n", ""):
            return None
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        return cls(text, tuple(split_lines(text)), tree, Names.of(tree))

    def span(self, node: ast.expr) -> Span:
        """Return where `node` stands."""
        return Span(
            self._offset(node.lineno, node.col_offset),
            self._offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset),
        )

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line and column as a `Region` counts them, both from 1."""
        return sum(len(text) for text in self.lines[: line - 1]) + column - 1

    def _offset(self, line: int, byte: int) -> int:
        return self.offset(line, len(self.lines[line - 1].encode()[:byte].decode()) + 1)


@dataclass(frozen=True, slots=True)
class Flagged:
    """The call that a finding points at: as `ast` sees it, and as libcst does."""

    node: ast.Call
    call: cst.Call
    module: Module

    @property
    def names(self) -> Names:
        """The names of the file around it."""
        return self.module.names


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What takes the place of the call, and the import statements which that needs."""

    expression: cst.BaseExpression
    imports: tuple[str, ...] = ()


type Target = Callable[[ast.Call, Names], bool]
type Rewrite = Callable[[Flagged], Rewritten | None]


def rewrite_flagged(text: str, region: Region, target: Target, rewrite: Rewrite) -> str | None:
    """Return `text` with the call at `region` that is a `target` rewritten, and missing imports added.

    None where there is no such call, where several could be meant, or where `rewrite` declines.
    """
    bare = text.removeprefix("\ufeff")
    module = Module.parse(bare)
    flagged = module and _flagged(module, region, target)
    if not module or not flagged:
        return None
    try:
        result = rewrite(flagged)
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError):
        return None  # what would have been written is no Python
    if result is None:
        return None
    span = module.span(flagged.node)
    new = bare[: span.start] + _code(result.expression, bare) + bare[span.end :]
    if new == bare:
        return None
    complete = add_python_imports(new, result.imports)
    if complete is None or Module.parse(complete) is None:
        return None
    return text[: len(text) - len(bare)] + complete


def spelled(name: Spelled) -> cst.BaseExpression:
    """Return the expression that a spelled name stands for."""
    return cst.parse_expression(name.text)


def _flagged(module: Module, region: Region, target: Target) -> Flagged | None:
    node = _pointed_at(module, region, target)
    if node is None or _depth(node) > MAX_CALL_DEPTH:
        return None
    span = module.span(node)
    source = module.text[span.start : span.end]
    if len(source) > MAX_CALL_CHARACTERS:
        return None
    try:
        # In brackets, as it may stand in brackets that end after it and so hold line breaks.
        call = cst.parse_expression(f"({source})")
        same = _code(call, module.text) == source
    except (cst.ParserSyntaxError, RecursionError):
        return None
    return Flagged(node, call, module) if same and isinstance(call, cst.Call) else None


def _code(expression: cst.BaseExpression, text: str) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    return cst.Module(body=[], default_newline=newline).code_for_node(expression.with_changes(lpar=[], rpar=[]))


def _pointed_at(module: Module, region: Region, target: Target) -> ast.Call | None:
    """Choose the call that starts where the finding does, else the one around that place, else the only one in it.

    A scanner may flag an argument, or the whole statement.
    """
    start, end = (
        module.offset(region.start_line, region.start_column),
        module.offset(region.end_line, region.end_column),
    )
    spans = [(module.span(node), node) for node in _calls(module, region) if target(node, module.names)]
    exact = [node for span, node in spans if span.start == start]
    around = sorted((span.end - span.start, i) for i, (span, _) in enumerate(spans) if span.start < start < span.end)
    inside = [node for span, node in spans if start <= span.start < end]
    if around and not exact:
        return spans[around[0][1]][1]
    found = exact or inside
    return found[0] if len(found) == 1 else None


def _calls(module: Module, region: Region) -> Iterator[ast.Call]:
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Call)
            and node.lineno <= region.end_line
            and region.start_line <= (node.end_lineno or 0)
        ):
            yield node


def _depth(node: ast.AST) -> int:
    depth, level = 0, [node]
    while level:
        depth += 1
        level = [child for parent in level for child in ast.iter_child_nodes(parent)]
    return depth
