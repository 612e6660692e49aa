"""What a file takes from other files and packages, by its import statements and by calls that import."""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tree_sitter import Node

from reviewbot.language import Language, language_of
from reviewbot.syntax.grammar_names import text_of
from reviewbot.syntax.outline import MAX_CHARACTERS
from reviewbot.syntax.parsers import grammar_of, parse

MAX_IMPORTS = 1_000
"""More are not listed: no file that people write has so many."""

_WORD = re.compile(r"[^\W\d]\w*")
_IMPORTERS = frozenset({"__import__", "import_module"})
_STRINGS = frozenset(
    {"string", "interpreted_string_literal", "raw_string_literal", "encapsed_string", "template_string"}
)
_CALLED = frozenset({"import", "module.require", "require", "require.resolve"})
_INCLUDES = frozenset(
    {"include_expression", "include_once_expression", "require_expression", "require_once_expression"}
)


@dataclass(frozen=True, slots=True)
class Import:
    """One import. `module` is as written, such as `..app.db` or `./db`; empty: it is worked out when the code runs.

    `names` are what is taken out of the module, where that could be modules themselves. `words` are all names that
    stand in the statement.
    """

    module: str
    line: int
    names: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()


@lru_cache(maxsize=64)
def imports(path: str, text: str) -> tuple[Import, ...]:
    """Return the imports of `text` in the order of their lines. Empty where it cannot be read."""
    if len(text) > MAX_CHARACTERS:
        return ()
    if language_of(path) is Language.PYTHON:
        found = _python(text.removeprefix("\ufeff"))
    else:
        grammar = grammar_of(path)
        found = iter(()) if grammar is None else _by_grammar(grammar, text)
    return tuple(sorted(found, key=lambda each: each.line)[:MAX_IMPORTS])


def _python(text: str) -> Iterator[Import]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
        nodes = list(ast.walk(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    for node in nodes:
        match node:
            case ast.Import():
                for alias in node.names:
                    yield Import(alias.name, node.lineno, (), _words(alias.name, alias.asname or ""))
            case ast.ImportFrom():
                yield from _taken_from(node)
            case ast.Call() if _last(node.func) in _IMPORTERS:
                given = node.args[0] if node.args else None
                named = given.value if isinstance(given, ast.Constant) else ""
                yield Import(named if isinstance(named, str) else "", node.lineno)
            case ast.Name() | ast.Attribute() if _last(node) in _IMPORTERS and id(node) not in called:
                yield Import("", node.lineno)  # it is called by another name
            case _:
                pass


def _taken_from(node: ast.ImportFrom) -> Iterator[Import]:
    module = "." * node.level + (node.module or "")
    names = tuple(alias.name for alias in node.names)
    aliases = [alias.asname for alias in node.names if alias.asname]
    yield Import(module, node.lineno, names, _words(module, *names, *aliases))
    if any(alias.asname and alias.name in _IMPORTERS for alias in node.names):
        yield Import("", node.lineno)


def _last(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _by_grammar(grammar: str, text: str) -> Iterator[Import]:
    left = [parse(grammar, text.encode("utf-8", "surrogatepass")).root_node]
    while left:
        node = left.pop()
        module = _module(node)
        if module is not None:
            outer = node.parent if node.parent is not None and node.parent.type == "variable_declarator" else node
            yield Import(module, node.start_point.row + 1, (), _words(_short(outer)))
        left += node.children


def _module(node: Node) -> str | None:
    """Return what `node` imports, as written; None if it is no import."""
    source = node.child_by_field_name("source")
    match node.type:
        case "import_statement" | "export_statement" | "import_require_clause" if source is not None:  # JavaScript
            found: str | None = _literal(source)
        case "call_expression":
            called = _short(node.child_by_field_name("function"))
            found = _argument(node) if called in _CALLED else None
        case "identifier" | "property_identifier" if _is_importer(node):
            found = ""  # it is called by another name
        case "import_declaration":  # Java; that of Go holds import_spec
            said = _short(node).strip("; \n")
            found = None if '"' in said else said.removeprefix("import ").strip().removeprefix("static ").strip()
        case "import_spec":
            found = _literal(node.child_by_field_name("path"))
        case "namespace_use_clause":  # PHP
            found = _short(node).partition(" ")[0]
        case "call":
            found = _ruby(node)
        case kind if kind in _INCLUDES:
            strings = [child for child in _inside(node) if child.type in _STRINGS]
            found = f"./{_literal(strings[-1]).lstrip('/')}" if strings else None
        case _:
            found = None
    return found


def _is_importer(name: Node) -> bool:
    """Say whether `name` is what a JavaScript file imports by, and stands elsewhere than in a call of it."""
    if _short(name) == "createRequire":
        return True
    outer = name
    while outer.parent is not None and outer.parent.type == "member_expression":
        outer = outer.parent
    if _short(name) != "require" or (name.type == "property_identifier" and _short(outer) != "module.require"):
        return False
    call = outer.parent
    return call is None or call.type not in {"call_expression", "call"} or _short(outer) not in _CALLED


def _ruby(call: Node) -> str | None:
    match _short(call.child_by_field_name("method")):
        case "require_relative":
            return f"./{_argument(call)}"
        case "require":
            return _argument(call)
        case _:
            return None


def _inside(node: Node) -> list[Node]:
    return [*node.named_children, *(grandchild for child in node.named_children for grandchild in child.named_children)]


def _argument(node: Node) -> str:
    """Return the first argument of a call if it is a string as such, else an empty text."""
    given = node.child_by_field_name("arguments")
    first = given.named_children[0] if given is not None and given.named_children else None
    return _literal(first)


def _literal(node: Node | None) -> str:
    if node is None or node.type not in _STRINGS or any("substitution" in child.type for child in node.children):
        return ""
    return _short(node)[1:-1]


def _short(node: Node | None) -> str:
    return text_of(node) if node is not None and node.end_byte - node.start_byte <= MAX_CHARACTERS else ""


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in _WORD.findall(text))
