"""The functions and classes of a text, each with the lines that it takes."""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tree_sitter import Node

from reviewbot.language import Language, language_of
from reviewbot.syntax.grammar_names import CLASSES, FUNCTION_VALUES, FUNCTIONS, text_of
from reviewbot.syntax.parsers import grammar_of, parse

MAX_CHARACTERS = 300_000
"""A longer text has no outline: nobody is shown it whole, and reading it takes seconds."""


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A function, method or class. `first_line` is that of its decorators; `name` is empty for a callback.

    `top`: it stands in no other part.
    """

    first_line: int
    last_line: int
    name: str
    function: bool
    top: bool


@lru_cache(maxsize=64)
def outline(path: str, text: str) -> tuple[Part, ...]:
    """Return the parts of `text`, in the order of their lines. Empty where it cannot be read."""
    grammar = grammar_of(path)
    if len(text) > MAX_CHARACTERS:
        return ()
    if language_of(path) is Language.PYTHON:
        return tuple(sorted(_python(text.removeprefix("\ufeff"))))
    return tuple(sorted(_by_grammar(grammar, text))) if grammar is not None else ()


def function_around(path: str, text: str, start: int, end: int) -> Part | None:
    """Return the innermost function that holds the lines `start` to `end`."""
    holding = [p for p in outline(path, text) if p.function and p.first_line <= start and end <= p.last_line]
    return max(holding, key=lambda part: (part.first_line, -part.last_line), default=None)


def _python(text: str) -> Iterator[Part]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    left: list[tuple[ast.AST, bool]] = [(tree, True)]
    while left:
        node, top = left.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield Part(first, node.end_lineno or node.lineno, node.name, not isinstance(node, ast.ClassDef), top)
            top = False
        if not isinstance(node, ast.expr):
            left += [(child, top) for child in ast.iter_child_nodes(node)]


def _by_grammar(grammar: str, text: str) -> Iterator[Part]:
    tree = parse(grammar, text.encode("utf-8", "surrogatepass"))
    left: list[tuple[Node, bool]] = [(tree.root_node, True)]
    while left:
        node, top = left.pop()
        function = node.type in FUNCTIONS or node.type in FUNCTION_VALUES
        if node.is_named and (function or node.type in CLASSES):
            outer = node.parent if node.parent is not None and node.parent.type == "variable_declarator" else node
            yield Part(
                first_line=outer.start_point.row + 1,
                last_line=node.end_point.row + 1,
                name=text_of(outer.child_by_field_name("name")),
                function=function,
                top=top,
            )
            # What a namespace holds is as good as outermost.
            top = top and ("module" in node.type or "namespace" in node.type)
        left += [(child, top) for child in node.children]
