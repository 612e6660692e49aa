"""The names that a file offers to others, in the languages that tree-sitter reads."""

from collections.abc import Iterator

from tree_sitter import Node, Tree

from reviewbot.syntax.code import Definition, Parameter, Passing, words
from reviewbot.syntax.parsers import JAVASCRIPT_LIKE

CLASSES = words(
    """
    abstract_class_declaration class class_declaration enum_declaration interface_declaration internal_module
    module namespace_declaration record_declaration struct_declaration trait_declaration type_spec
    """
)
FUNCTIONS = words(
    """
    abstract_method_signature constructor_declaration function_declaration function_definition function_signature
    generator_function_declaration method method_declaration method_definition singleton_method
    """
)
_VALUES = words(
    """
    const_element const_spec enum_constant property_declaration var_spec
    """
)
_CLOSED = words(
    """
    argument_list arguments arrow_function block call call_expression compound_statement expression_statement
    function_expression import_statement import_declaration
    """
)
FUNCTION_VALUES = frozenset({"arrow_function", "function_expression", "generator_function"})
_REST = frozenset({"rest_pattern", "spread_parameter", "splat_parameter", "array_type"})
_MARKS = frozenset({"static", "async", "get", "set", "*"})
_TYPED = frozenset({"java", "go", "csharp"})


def text_of(node: Node | None) -> str:
    """Return the text of `node`, the empty one for None."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def definitions(tree: Tree, grammar: str) -> Iterator[Definition]:
    """Yield what the file defines at its top level and in its classes, without what is private there."""
    scripted = grammar in JAVASCRIPT_LIKE
    module = scripted and any(_is_module_part(child) for child in tree.root_node.children)
    left: list[tuple[Node, str, bool]] = [(tree.root_node, "", not module)]
    while left:
        node, owner, public = left.pop()
        public = public or node.type == "export_statement"
        if _private(node):
            continue
        if node.type in CLASSES and (name := text_of(node.child_by_field_name("name"))):
            yield Definition(owner + name, "class", node.start_point.row + 1)
            owner += f"{name}."
        elif node.type in FUNCTIONS:
            yield _function(node, owner, grammar)
            continue
        elif node.type in ("variable_declarator", "public_field_definition", "assignment", *_VALUES):
            yield from _values(node, owner, grammar, public=public or bool(owner))
            continue
        if node.type not in _CLOSED:
            left.extend((child, owner, public) for child in reversed(node.children))
    if scripted:
        yield from _exports(tree, grammar)


def _is_module_part(node: Node) -> bool:
    text = text_of(node)
    return node.type in ("import_statement", "export_statement") or "require(" in text or "module.exports" in text


def _private(node: Node) -> bool:
    name = node.child_by_field_name("name")
    if name is not None and name.type == "private_property_identifier":
        return True
    marks = [child for child in node.children if child.type.endswith(("modifier", "modifiers"))]
    return any("private" in text_of(mark).split() for mark in marks)


def _function(node: Node, owner: str, grammar: str, name: str = "") -> Definition:
    marks = {child.type for child in node.children} & _MARKS
    marks |= {word for child in node.children if "modifier" in child.type for word in text_of(child).split()} & _MARKS
    if node.type == "singleton_method":
        marks.add("static")
    receiver = node.child_by_field_name("receiver")
    if receiver is not None:
        owner = text_of(receiver).strip("()").split()[-1].lstrip("*") + "."
    return Definition(
        name=owner + (name or text_of(node.child_by_field_name("name"))),
        kind=" ".join((*sorted(marks), "function")),
        line=node.start_point.row + 1,
        parameters=tuple(_parameters(node, grammar)),
    )


def _values(node: Node, owner: str, grammar: str, *, public: bool) -> Iterator[Definition]:
    value = node.child_by_field_name("value")
    names = node.children_by_field_name("name") or [
        child for child in node.children if child.type in ("name", "constant", "property_element")
    ]
    for name in names:
        if value is not None and value.type in FUNCTION_VALUES:
            yield _function(value, owner, grammar, text_of(name))
        elif public and name.type not in ("object_pattern", "array_pattern") and "require(" not in text_of(value):
            yield Definition(owner + text_of(name), "value", node.start_point.row + 1)


def _exports(tree: Tree, grammar: str) -> Iterator[Definition]:
    """Yield what a JavaScript file exports by name: `export {a as b}`, `exports.a = ...`, `module.exports = {a}`."""
    for statement in tree.root_node.children:
        line = statement.start_point.row + 1
        if statement.type == "export_statement":
            clause = next((child for child in statement.children if child.type == "export_clause"), None)
            for part in clause.named_children if clause else ():
                name = part.child_by_field_name("alias") or part.child_by_field_name("name")
                yield Definition(f"export {text_of(name)}", "export", line)
            if any(child.type == "default" for child in statement.children):
                yield Definition("export default", "export", line)
        for assignment in statement.named_children if statement.type == "expression_statement" else ():
            target = text_of(assignment.child_by_field_name("left"))
            value = assignment.child_by_field_name("right")
            if value is None or not target.startswith(("exports.", "module.exports")):
                continue
            if value.type in FUNCTION_VALUES:
                yield _function(value, "", grammar, target)
            else:
                yield Definition(target, "value", line)
            for part in value.named_children if value.type == "object" else ():
                name = part.child_by_field_name("key") or part.child_by_field_name("name") or part
                yield Definition(f"{target}.{text_of(name)}", "export", line)


def _parameters(node: Node, grammar: str) -> Iterator[Parameter]:
    lone = node.child_by_field_name("parameter")
    if lone is not None:
        yield Parameter(text_of(lone), Passing.POSITION)
    given = node.child_by_field_name("parameters")
    for child in given.named_children if given is not None else ():
        if "comment" in child.type or child.type == "block_parameter" or text_of(child).startswith("this:"):
            continue
        if child.type == "identifier" and grammar == "csharp":
            continue  # the name of a `params` array, which stands beside its type
        yield from _parameter(child, grammar)


def _parameter(node: Node, grammar: str) -> Iterator[Parameter]:
    pattern = node.child_by_field_name("pattern")
    names = node.children_by_field_name("name")
    written = text_of(node.child_by_field_name("type")) if grammar in _TYPED else ""
    if node.type in _REST or "variadic" in node.type or (pattern is not None and pattern.type in _REST):
        yield Parameter(text_of(node), Passing.REST, required=False)
    elif node.type == "hash_splat_parameter":
        yield Parameter(text_of(node), Passing.NAMED_REST, required=False)
    elif node.type == "keyword_parameter":
        yield Parameter(text_of(names[0]), Passing.NAME, required=node.child_by_field_name("value") is None)
    else:
        optional = node.type == "optional_parameter" or any(child.type in ("=", "?") for child in node.children)
        for name in names or [node]:
            yield Parameter(text_of(name), Passing.POSITION, required=not optional, type=written)
