"""Other languages than Python, read by tree-sitter, which makes a tree of any text and marks what it cannot read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node, Tree

from reviewbot.syntax.code import Call, Code, Flaw, Source, Span, Statement, squeezed, words
from reviewbot.syntax.grammar_names import definitions
from reviewbot.syntax.javascript_scopes import unresolved_javascript
from reviewbot.syntax.package_names import unresolved_packages
from reviewbot.syntax.parsers import JAVASCRIPT_LIKE, parse

MAX_DEPTH = 2_000
"""A tree that nests deeper is not read: what is said of each node costs as much as it nests deep."""

MAX_WORDING = 200
"""So much of a call's name or argument is kept, in bytes: enough to know it again."""

CALLS = words(
    """
    call call_expression explicit_constructor_invocation function_call_expression invocation_expression
    member_call_expression method_invocation new_expression nullsafe_member_call_expression
    object_creation_expression scoped_call_expression shell_command_expression subshell super_method_call
    """
)
_BLOCKS = words(
    """
    begin block block_body body_statement class_body compilation_unit compound_statement constructor_body
    declaration_list do else ensure enum_body interface_body program source_file statement_block statement_list
    switch_block switch_block_statement_group then
    """
)
_EFFECTS = CALLS | words(
    """
    assignment assignment_expression augmented_assignment_expression await_expression compound_assignment_expr
    delete_expression inc_statement operator_assignment postfix_unary_expression prefix_unary_expression
    update_expression yield yield_expression unary_expression
    """
)
_LEAVING = words(
    """
    break break_statement continue_statement next return return_statement throw_statement throw_expression
    """
)
_IDLE = words(
    """
    break break_statement comment continue_statement empty_statement identifier constant import_declaration
    import_statement labeled_statement namespace_use_declaration next package_clause package_declaration php_tag
    text throw_statement try_statement using_directive string member_expression number true false nil null
    """
)
_CONDITIONS = words("if_statement while_statement for_statement if while ternary_expression conditional_expression")
_LITERALS = re.compile(r"(|return|true|false|null|nil|None|undefined|-?[\d.]+|'[^']*'|\"[^\"]*\")", re.IGNORECASE)
_WHOLE = re.compile(r".*(string|template|heredoc|regex|char).*")
_COMMENTS = frozenset({"comment", "line_comment", "block_comment", "html_comment", "hash_bang_line"})
_CONSTANTS = {"false": False, "0": False, "null": False, "nil": False, "undefined": False, "true": True, "1": True}


def read_by_grammar(grammar: str, text: str) -> Code:
    """Say what `text` says in the language of `grammar`, one of those that `parsers.grammar_of` names."""
    source = Source(text)
    tree = parse(grammar, source.data)
    if _nests_too_deeply(tree):
        return Code(flaws=(Flaw(1, "it nests too deeply to be read"),))
    scripted = grammar in JAVASCRIPT_LIKE
    return Code(
        flaws=tuple(_flaws(tree)),
        definitions=tuple(definitions(tree, grammar)),
        unresolved=tuple(unresolved_javascript(tree) if scripted else unresolved_packages(tree, grammar)),
        statements=tuple(_Statements(source).of(tree)),
        essence="\0".join(_tokens(tree.root_node)),
    )


def _nests_too_deeply(tree: Tree) -> bool:
    level = [tree.root_node]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in node.children]
        if not level:
            return False
    return True


def _flaws(tree: Tree) -> Iterator[Flaw]:
    left = [tree.root_node]
    while left:
        node = left.pop()
        if node.is_error:
            snippet = squeezed((node.text or b"").decode("utf-8", "replace"))
            yield Flaw(node.start_point.row + 1, f"unexpected {snippet[:60]!r}", fatal=False)
        elif node.is_missing:
            yield Flaw(node.start_point.row + 1, f"{node.type!r} is missing", fatal=False)
        elif node.has_error:
            left.extend(reversed(node.children))


def _tokens(root: Node) -> Iterator[str]:
    left = [root]
    while left:
        node = left.pop()
        if node.type in _COMMENTS:
            continue
        if node.child_count == 0 or _WHOLE.fullmatch(node.type):
            yield (node.text or b"").decode("utf-8", "replace")
        else:
            left.extend(reversed(node.children))


@dataclass(slots=True)
class _Draft:
    node: Node
    reached: bool
    calls: list[Node] = field(default_factory=list)
    effect: bool = False
    inner: Node | None = None


class _Statements:
    """Lists the statements of a tree. A statement that holds others, in a callback too, is a head."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def of(self, tree: Tree) -> Iterator[Statement]:
        drafts: list[_Draft] = []
        left: list[tuple[Node, bool, _Draft | None, bool]] = [(tree.root_node, False, None, True)]
        while left:
            node, in_block, draft, reached = left.pop()
            if _is_statement(node, in_block=in_block):
                if draft is not None and draft.inner is None:
                    draft.inner = node
                draft = _Draft(node, reached)
                drafts.append(draft)
            if draft is not None and reached:
                draft.effect = draft.effect or node.type in _EFFECTS
                if node.type in CALLS:
                    draft.calls.append(node)
            block = node.type in _BLOCKS
            if block and node.is_named and draft is not None and draft.inner is None:
                draft.inner = node
            left.extend((child, block, draft, live) for child, live in reversed(_children(node, reached=reached)))
        return (self._statement(draft) for draft in drafts)

    def _statement(self, draft: _Draft) -> Statement:
        node, inner = draft.node, draft.inner
        start, end = node.start_point, node.end_point if inner is None else inner.start_point
        first = inner.children[0].type if inner is not None and inner.children else ""
        apart = inner is not None and end.row > start.row and not (inner.type in _BLOCKS and first == "{")
        throws = node.type == "throw_statement"
        return Statement(
            start_line=start.row + 1,
            end_line=end.row + (0 if apart else 1),
            acts=draft.reached and _acts(draft),
            head=inner is not None,
            text=self._source.between((start.row + 1, start.column), (end.row + 1, end.column)),
            calls=tuple(self._call(call, node) for call in draft.calls[throws:]),
        )

    def _call(self, call: Node, statement: Node) -> Call:
        arguments = _arguments(call)
        start, end = call.start_point, call.end_point
        named = call.end_byte if arguments is None else arguments.start_byte
        return Call(
            name=_without_arguments(self._wording(max(call.start_byte, named - MAX_WORDING), named)),
            span=Span(
                start.row + 1,
                self._source.column(start.row + 1, start.column),
                end.row + 1,
                self._source.column(end.row + 1, end.column),
            ),
            arguments=tuple(
                self._wording(child.start_byte, min(child.end_byte, child.start_byte + MAX_WORDING))
                for child in (() if arguments is None else arguments.named_children)
            ),
            discarded=_outermost(statement) == call,
        )

    def _wording(self, start: int, end: int) -> str:
        return squeezed(self._source.data[start:end].decode("utf-8", "replace"))


def _is_statement(node: Node, *, in_block: bool) -> bool:
    if not node.is_named or node.type in _BLOCKS or node.type in _COMMENTS:
        return False
    return in_block or node.type.endswith("_statement")


def _children(node: Node, *, reached: bool) -> list[tuple[Node, bool]]:
    """Return the children of `node`, and whether each can be reached."""
    children = node.children
    condition = node.child_by_field_name("condition") if node.type in _CONDITIONS else None
    truth = _truth(condition) if condition is not None else None
    if truth is not None:
        dead = node.child_by_field_name("alternative") if truth else None
        dead = dead if truth else node.child_by_field_name("consequence") or node.child_by_field_name("body")
        return [(child, reached and child != dead) for child in children]
    stop = _stops_at(node)
    if stop is not None and (left := node.child_by_field_name("left")) is not None and _truth(left) is stop:
        return [(child, reached and child == left) for child in children]
    if node.type not in _BLOCKS:
        return [(child, reached) for child in children]
    result = []
    for child in children:
        result.append((child, reached))
        if child.type in _LEAVING:
            reached = False
    return result


def _stops_at(node: Node) -> bool | None:
    """Return what the left side must be for the right side of `&&` or `||` not to be evaluated."""
    operator = node.child_by_field_name("operator") if node.type in ("binary_expression", "binary") else None
    return None if operator is None else {"&&": False, "and": False, "||": True, "or": True}.get(operator.type)


def _truth(node: Node) -> bool | None:
    while node.type in ("parenthesized_expression", "parenthesized_statements") and node.named_child_count == 1:
        node = node.named_children[0]
    short = node.end_byte - node.start_byte <= len("undefined")
    return _CONSTANTS.get((node.text or b"").decode("utf-8", "replace").lower()) if short else None


def _acts(draft: _Draft) -> bool:
    node = draft.node
    if node.type in _IDLE:
        return False
    if node.type == "expression_statement":
        return draft.effect
    if node.type in ("return_statement", "return"):
        given = " ".join((child.text or b"").decode("utf-8", "replace") for child in node.named_children)
        return _LITERALS.fullmatch(given) is None
    condition = node.child_by_field_name("condition") if node.type in _CONDITIONS else None
    return condition is None or _truth(condition) is None


def _outermost(statement: Node) -> Node:
    node = statement
    while node.type in ("expression_statement", "await_expression") and node.named_child_count == 1:
        node = node.named_children[0]
    return node


def _arguments(call: Node) -> Node | None:
    given = call.child_by_field_name("arguments")
    return given or next((child for child in call.children if child.type in ("arguments", "argument_list")), None)


def _without_arguments(name: str) -> str:
    before = ""
    while before != name:
        before, name = name, re.sub(r"\((?:[^()]|\(\))+\)", "()", name)
    return name
