"""Which packages and classes a Go or Java file uses without importing them.

Both languages say in the file itself where such a name comes from. Ruby, PHP and C# do not: what they
load is decided elsewhere, so nothing is said of them here.
"""

import re
from collections.abc import Iterator

from tree_sitter import Node, Tree

from reviewbot.syntax.code import Name, words
from reviewbot.syntax.grammar_names import text_of

_JAVA_LANG = words(
    """
    ArithmeticException ArrayIndexOutOfBoundsException AssertionError AutoCloseable Boolean Byte CharSequence
    Character Class ClassCastException ClassLoader ClassNotFoundException CloneNotSupportedException Cloneable
    Comparable Deprecated Double Enum Error Exception Float FunctionalInterface IllegalAccessException
    IllegalArgumentException IllegalStateException IndexOutOfBoundsException Integer InterruptedException Iterable
    Long Math NoSuchFieldException NoSuchMethodException NullPointerException Number NumberFormatException Object
    OutOfMemoryError Override Process ProcessBuilder Record ReflectiveOperationException Runnable Runtime
    RuntimeException SafeVarargs SecurityException Short StackOverflowError StrictMath String StringBuffer
    StringBuilder SuppressWarnings System Thread ThreadLocal Throwable UnsupportedOperationException Void
    """
)


def unresolved_packages(tree: Tree, grammar: str) -> Iterator[Name]:
    """Yield the uses of packages (Go) and classes (Java) that the file neither imports nor declares."""
    if grammar == "go":
        yield from _go(tree)
    elif grammar == "java":
        yield from _java(tree)


def _walk(tree: Tree) -> Iterator[Node]:
    left = [tree.root_node]
    while left:
        node = left.pop()
        yield node
        left.extend(reversed(node.children))


def _go(tree: Tree) -> Iterator[Name]:
    known: set[str] = set()
    operands = []
    for node in _walk(tree):
        if node.type == "import_spec":
            path = text_of(node.child_by_field_name("path")).strip('"`')
            alias = node.child_by_field_name("name")
            known |= {text_of(alias)} if alias is not None else set(re.split(r"[^\w]+", path))
        elif node.type == "identifier":
            parent = node.parent
            if parent is not None and parent.type == "selector_expression":
                operands.append(node)
            else:
                known.add(text_of(node))
    yield from (Name(text_of(node), node.start_point.row + 1) for node in operands if text_of(node) not in known)


def _java(tree: Tree) -> Iterator[Name]:
    known = set(_JAVA_LANG)
    used = []
    for node in _walk(tree):
        parent = node.parent.type if node.parent is not None else ""
        if node.type == "import_declaration":
            if any(child.type == "asterisk" for child in node.children):
                return  # whatever the package holds may be meant
            known.add(text_of(node).rstrip("; \n").rpartition(".")[2])
        elif (
            parent.endswith("_declaration") and node.type == "identifier" and parent != "import_declaration"
        ) or parent == "type_parameter":
            known.add(text_of(node))
        elif node.type == "type_identifier" and parent != "scoped_type_identifier":
            used.append(node)
        elif node.type == "identifier" and parent in ("method_invocation", "field_access", "marker_annotation"):
            owner = node.parent.child_by_field_name("object") if node.parent is not None else None
            if owner in (node, None) and text_of(node)[:1].isupper():
                used.append(node)
    yield from (Name(text_of(node), node.start_point.row + 1) for node in used if text_of(node) not in known)
