"""Adds imports to JavaScript and TypeScript, in the file's own style: modules or `require`, quotes, semicolons."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import tree_sitter
import tree_sitter_javascript
import tree_sitter_typescript

from reviewbot.change import split_lines

_ESM = re.compile(
    r"""import\s+(?:\*\s+as\s+(?P<all>[\w$]+)|(?P<default>[\w$]+)|\{(?P<names>[^{}]*)\})\s+from\s+(?P<q>["'])(?P<module>[^"'\\\n]+)(?P=q)\s*;?"""
)
_REQUIRE = re.compile(
    r"""(?:const|let|var)\s+(?:(?P<all>[\w$]+)|\{(?P<names>[^{}]*)\})\s*=\s*"""
    r"""require\(\s*(?P<q>["'])(?P<module>[^"'\\\n]+)(?P=q)\s*\)\s*;?"""
)
_NAME = re.compile(r"\s*([\w$]+)(?:\s*(?:\bas\b|:)\s*([\w$]+))?\s*")
_DECLARATIONS = frozenset({"lexical_declaration", "variable_declaration"})


@dataclass(frozen=True, slots=True)
class Import:
    """What one statement imports: a module whole (`*`), its default, or some of its names."""

    module: str
    whole: str = ""
    default: str = ""
    names: tuple[tuple[str, str], ...] = ()

    @property
    def local(self) -> frozenset[str]:
        """The names that it binds."""
        return frozenset({self.whole, self.default, *(local for _, local in self.names)} - {""})


def parse_import(statement: str) -> Import | None:
    """Read an import or a `require`. None if it is anything else."""
    match = _ESM.fullmatch(statement.strip()) or _REQUIRE.fullmatch(statement.strip())
    if match is None:
        return None
    parts = match.groupdict()
    names: list[tuple[str, str]] = []
    for part in (parts["names"] or "").rstrip().removesuffix(",").split(",") if parts["names"] else []:
        if (name := _NAME.fullmatch(part)) is None:
            return None
        names.append((name[1], name[2] or name[1]))
    return Import(parts["module"], parts["all"] or "", parts.get("default") or "", tuple(names))


def add_script_imports(path: str, text: str, statements: Iterable[str]) -> str | None:
    """Return `text` with those of `statements` added that it lacks. None if one cannot be read or would clash."""
    for statement in statements:
        added = _added(path, text, statement)
        if added is None:
            return None
        text = added
    return text


def _added(path: str, text: str, statement: str) -> str | None:
    wanted = parse_import(statement)
    if wanted is None:
        return None
    present = [(node, read) for node in _top_level(path, text) if (read := _read(node)) is not None]
    local = {name for _, read in present for name in read.local}
    if any(_gives(read, wanted) for _, read in present):
        return text
    if not local.isdisjoint(wanted.local) or any(_declared(name, text) for name in wanted.local):
        return None
    lines = split_lines(text)
    place = max((node.end_point.row + 1 for node, _ in present), default=_prologue(path, text))
    newline = "\r\n" if "\r\n" in text else "\n"
    if place and not lines[place - 1].endswith("\n"):
        lines[place - 1] += newline
    written = _written(wanted, _is_module(path, text, statement), [node.text or b"" for node, _ in present])
    return "".join([*lines[:place], written + newline, *lines[place:]])


def _declared(name: str, text: str) -> bool:
    """Say whether something else may bear this name: it is declared, or stands in an import that we cannot read."""
    word = rf"(?<![\w$]){re.escape(name)}(?![\w$])"
    return re.search(rf"\b(?:const|let|var|function\s*\*?|class|import)\s[^;=()'\"]*{word}", text) is not None


def _gives(present: Import, wanted: Import) -> bool:
    same = present.module.removeprefix("node:") == wanted.module.removeprefix("node:")
    whole = (present.whole or present.default) == (wanted.whole or wanted.default)
    return same and whole and set(wanted.names) <= set(present.names)


def _written(wanted: Import, module: bool, others: list[bytes]) -> str:  # noqa: FBT001  a style, not an option
    sample = b"".join(others)
    quote = "'" if sample.count(b"'") > sample.count(b'"') else '"'
    end = "" if others and not any(other.rstrip().endswith(b";") for other in others) else ";"
    source = f"{quote}{wanted.module}{quote}"
    between = " as " if module else ": "
    names = ", ".join(name if name == local else f"{name}{between}{local}" for name, local in wanted.names)
    if not module:
        return f"const {wanted.whole or wanted.default or f'{{ {names} }}'} = require({source}){end}"
    bound = wanted.default or (f"* as {wanted.whole}" if wanted.whole else f"{{ {names} }}")
    return f"import {bound} from {source}{end}"


def _is_module(path: str, text: str, statement: str) -> bool:
    """Say whether the file is an ES module: by its suffix, else by its own statements, else as the rule writes it."""
    if path.endswith((".mjs", ".mts", ".ts", ".tsx")):
        return True
    if path.endswith((".cjs", ".cts")):
        return False
    kinds = {node.type for node in _root(path, text).children}
    if kinds & {"import_statement", "export_statement"}:
        return True
    return "require(" not in text and "module.exports" not in text and statement.strip().startswith("import")


def _root(path: str, text: str) -> tree_sitter.Node:
    if path.endswith((".ts", ".mts", ".cts")):
        language = tree_sitter_typescript.language_typescript()
    elif path.endswith(".tsx"):
        language = tree_sitter_typescript.language_tsx()
    else:
        language = tree_sitter_javascript.language()
    data = text.encode("utf-8", "replace")
    return tree_sitter.Parser(tree_sitter.Language(language)).parse(data).root_node


def _top_level(path: str, text: str) -> Iterator[tree_sitter.Node]:
    for node in _root(path, text).children:
        if node.type == "import_statement" or (node.type in _DECLARATIONS and b"require(" in (node.text or b"")):
            yield node


def _read(node: tree_sitter.Node) -> Import | None:
    """Read a statement of the file. One in a form of which we know no more than that it imports counts all the same."""
    text = (node.text or b"").decode("utf-8", "replace")
    return parse_import(text) or (Import(module="") if node.type == "import_statement" else None)


def _prologue(path: str, text: str) -> int:
    """Return how many lines stand before the first statement that is not `#!…`, a comment or `"use strict"`."""
    lines = 0
    for node in _root(path, text).children:
        directive = node.type == "expression_statement" and node.named_child_count == 1
        if node.type == "hash_bang_line" or (directive and node.named_children[0].type == "string"):
            lines = node.end_point.row + 1
        elif node.type != "comment":
            break
    return lines
