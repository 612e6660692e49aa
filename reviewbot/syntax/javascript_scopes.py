"""Which names a JavaScript or TypeScript file uses that no scope around them declares."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node, Tree

from reviewbot.syntax.code import Name, words
from reviewbot.syntax.grammar_names import text_of

_GLOBALS = words(
    """
    AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error
    EvalError FinalizationRegistry Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array
    Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set
    SharedArrayBuffer String Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array
    Uint8ClampedArray WeakMap WeakRef WeakSet arguments decodeURI decodeURIComponent encodeURI encodeURIComponent
    escape eval globalThis isFinite isNaN parseFloat parseInt undefined unescape
    AbortController AbortSignal Blob BroadcastChannel CompressionStream CustomEvent DOMException
    DecompressionStream Event EventTarget File FormData Headers MessageChannel MessageEvent MessagePort
    Performance ReadableStream Request Response TextDecoder TextEncoder TransformStream URL URLSearchParams
    WebAssembly WebSocket WritableStream atob btoa clearInterval clearTimeout console crypto fetch navigator
    performance queueMicrotask setInterval setTimeout structuredClone
    Buffer __dirname __filename clearImmediate exports global module process require setImmediate
    CSS DOMParser Document Element FileReader HTMLElement Image IntersectionObserver MutationObserver Node
    NodeFilter Notification Option Range ResizeObserver Text Worker XMLHttpRequest XMLSerializer addEventListener
    alert cancelAnimationFrame confirm customElements document history localStorage location matchMedia prompt
    removeEventListener requestAnimationFrame self sessionStorage window
    """
)
"""The language's own names, those of Node.js and those of browsers."""
_FUNCTIONS = words(
    """
    arrow_function function_declaration function_expression generator_function generator_function_declaration
    method_definition function_signature abstract_method_signature method_signature call_signature
    construct_signature function_type constructor_type class_static_block
    """
)
_SCOPES = _FUNCTIONS | words(
    """
    catch_clause class class_body class_declaration for_in_statement for_statement internal_module program
    statement_block switch_body
    """
)
_NAMED_OUTSIDE = words(
    """
    abstract_class_declaration class_declaration enum_declaration function_declaration function_signature
    generator_function_declaration internal_module module
    """
)
_NAMED_INSIDE = frozenset({"class", "function_expression", "generator_function"})
_IMPORTS = frozenset({"import_clause", "namespace_import", "import_require_clause"})
_PATTERNS = {"rest_pattern": None, "array_pattern": None, "object_pattern": None, "pair_pattern": "value"}
_DECLARING = (
    _NAMED_OUTSIDE
    | _NAMED_INSIDE
    | _IMPORTS
    | _FUNCTIONS
    | words("import_specifier variable_declarator for_in_statement catch_clause")
)
_ELEMENTS = frozenset({"jsx_opening_element", "jsx_closing_element", "jsx_self_closing_element"})
_REFERENCES = frozenset({"identifier", "shorthand_property_identifier"})


@dataclass(slots=True)
class _Scope:
    outer: "_Scope | None"
    function: bool
    names: set[str] = field(default_factory=set)

    def knows(self, name: str) -> bool:
        scope: _Scope | None = self
        while scope is not None:
            if name in scope.names:
                return True
            scope = scope.outer
        return False

    def hoisting(self) -> "_Scope":
        """Return the scope that a `var` belongs to."""
        scope = self
        while not scope.function and scope.outer is not None:
            scope = scope.outer
        return scope


def unresolved_javascript(tree: Tree) -> Iterator[Name]:
    """Yield the uses of names that are neither declared where they are used nor global in Node.js or a browser."""
    scope = _Scope(None, function=True)
    declared: set[int] = set()
    used: list[tuple[Node, _Scope]] = []
    left: list[tuple[Node, _Scope]] = [(tree.root_node, scope)]
    while left:
        node, scope = left.pop()
        outer = scope
        if node.type in _SCOPES:
            scope = _Scope(outer, function=node.type in _FUNCTIONS)
        for name, home in _declarations(node, scope, outer) if node.type in _DECLARING else ():
            home.names.add(text_of(name))
            declared.add(name.start_byte)
        if node.type in _REFERENCES:
            used.append((node, outer))
        left.extend((child, scope) for child in reversed(node.children) if not _names_nothing(node, child))
    for node, scope in used:
        text = text_of(node)
        if node.start_byte not in declared and text not in _GLOBALS and not scope.knows(text):
            yield Name(text, node.start_point.row + 1)


def _declarations(node: Node, scope: _Scope, outer: _Scope) -> Iterator[tuple[Node, _Scope]]:
    if node.type in _NAMED_OUTSIDE:
        yield from ((name, outer) for name in node.children_by_field_name("name"))
    elif node.type in _NAMED_INSIDE:
        yield from ((name, scope) for name in node.children_by_field_name("name"))
    elif node.type == "import_specifier":
        yield node.child_by_field_name("alias") or node.children_by_field_name("name")[0], scope
    elif node.type in _IMPORTS:
        yield from ((child, scope) for child in node.children if child.type == "identifier")
    for part in _bindings(node):
        var = node.type == "variable_declarator" and node.parent is not None and node.parent.type.startswith("variable")
        yield part, scope.hoisting() if var else scope


def _bindings(node: Node) -> Iterator[Node]:
    if node.type == "variable_declarator":
        yield from _bound(node.child_by_field_name("name"))
    elif node.type == "for_in_statement" and node.child_by_field_name("kind") is not None:
        yield from _bound(node.child_by_field_name("left"))
    elif node.type == "catch_clause" or node.type in _FUNCTIONS:
        yield from _bound(node.child_by_field_name("parameter"))
        given = node.child_by_field_name("parameters")
        for parameter in given.named_children if given is not None else ():
            yield from _bound(parameter)


def _bound(pattern: Node | None) -> Iterator[Node]:
    """Yield the names that a pattern binds, without the defaults in it."""
    left = [] if pattern is None else [pattern]
    while left:
        node = left.pop()
        if node.type in ("identifier", "shorthand_property_identifier_pattern"):
            yield node
        elif node.type in ("assignment_pattern", "object_assignment_pattern"):
            left.extend(node.children_by_field_name("left"))
        elif node.type in ("required_parameter", "optional_parameter"):
            left.extend(node.children_by_field_name("pattern"))
        elif node.type in _PATTERNS:
            key = _PATTERNS[node.type]
            left.extend(node.children_by_field_name(key) if key else node.named_children)


def _names_nothing(node: Node, child: Node) -> bool:
    """Say whether `child` of `node` is a name that refers to nothing in this file's scopes."""
    if node.type == "import_specifier":
        return True
    if node.type == "export_specifier":
        clause = node.parent.parent if node.parent is not None else None
        elsewhere = clause is not None and clause.child_by_field_name("source") is not None
        return elsewhere or child == node.child_by_field_name("alias")
    if node.type == "unary_expression":
        operator = node.child_by_field_name("operator")
        return operator is not None and operator.type == "typeof" and child.type == "identifier"
    if node.type in _ELEMENTS and child.type == "identifier":
        return text_of(child)[:1].islower()
    return node.type in ("index_signature", "meta_property", "type_predicate", "namespace_export", "nested_identifier")
