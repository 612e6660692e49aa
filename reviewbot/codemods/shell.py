"""Commands that go through a shell become lists of arguments, which no shell reads."""

import ast
import re
import shlex
from collections.abc import Iterator, Sequence

import libcst as cst

from reviewbot.codemods.arguments import (
    argument,
    is_word,
    keywords,
    positional,
    replaced,
    starred,
    with_values,
    without,
)
from reviewbot.codemods.flagged import Flagged, Module, Rewritten, spelled
from reviewbot.codemods.template import Slot, Template, read_template

SUBPROCESS = tuple(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen"))

_FOR_A_SHELL = frozenset("|&;<>()$`\\*?[]{}~!#\n\r\t")
"""Characters that a shell acts on, at least at some place in a word. One of them, and nothing is certain."""

_BUILTIN = re.compile(
    r"\.|alias|bg|cd|command|eval|exec|exit|export|fg|hash|jobs|set|shift|source|trap|type|ulimit|umask|unalias|unset|"
    r"wait|case|do|done|elif|else|fi|for|function|if|in|select|then|until|while|"
    r"assoc|cls|color|copy|del|dir|erase|ftype|md|mklink|move|pause|rd|rem|ren|rename|start|title|ver|vol"
)
"""Commands of sh or of cmd.exe for which there is no program."""


def run_list(flagged: Flagged) -> Rewritten | None:
    """`subprocess.run("ls -l", shell=True)` → `subprocess.run(["ls", "-l"])`."""
    call = flagged.call
    shell = argument(call, "shell")
    if shell is None or not is_word(shell, "True") or len(positional(call)) != 1:
        return None
    if starred(call) or "executable" in keywords(call):
        return None
    words = arguments_of(positional(call)[0].value, flagged)
    bare = words and without(replaced(call, positional(call)[0], words), shell)
    return Rewritten(bare) if bare else None


def system_list(flagged: Flagged) -> Rewritten | None:
    """`os.system("ls -l")` → `subprocess.call(["ls", "-l"])`, where at most success is asked of the result.

    The numbers differ: `os.system` gives the wait status, 256 for exit code 1.
    """
    call = flagged.call
    name = flagged.names.spell("subprocess", "call")
    if name is None or len(call.args) != 1 or not positional(call) or not _only_success(flagged.module, flagged.node):
        return None
    words = arguments_of(call.args[0].value, flagged)
    return Rewritten(with_values(call, [words]).with_changes(func=spelled(name)), name.imports) if words else None


def arguments_of(command: cst.BaseExpression, flagged: Flagged) -> cst.List | None:
    """Split a command as a shell would. None unless that is certain; a value put into it stays in its word."""
    template = read_template(command)
    if (
        template is None
        or template.opening.lstrip("rRuU") not in {'"', "'"}
        or not _FOR_A_SHELL.isdisjoint(template.constant)
    ):
        return None
    marked = "".join(_mark(part, i) for i, part in enumerate(template.parts))
    try:
        words = shlex.split(marked)
    except ValueError:
        return None
    if not words or _MARK.search(words[0]) or _BUILTIN.fullmatch(words[0]) or "=" in words[0]:
        return None
    elements = [_element(word, template, flagged) for word in words]
    return cst.List([cst.Element(e) for e in elements if e is not None]) if all(elements) else None


_MARK = re.compile("\ue000(\\d+)\ue001")


def _mark(part: str | Slot, index: int) -> str:
    return f"\ue000{index}\ue001" if isinstance(part, Slot) else part


def _element(word: str, template: Template, flagged: Flagged) -> cst.BaseExpression | None:
    pieces = _MARK.split(word)
    slots = [template.parts[int(index)] for index in pieces[1::2] if int(index) < len(template.parts)]
    if len(slots) != len(pieces) // 2 or not all(isinstance(slot, Slot) for slot in slots):
        return None  # the text itself holds our marks
    values = [slot for slot in slots if isinstance(slot, Slot)]
    if not values:
        return _literal(word, template)
    if len(values) == 1 and pieces[0] == pieces[-1] == "":
        return _as_text(values[0], flagged)
    return _f_string(pieces[::2], values)


def _literal(word: str, template: Template) -> cst.BaseExpression | None:
    quote = template.closing if template.closing not in word else next((q for q in "\"'" if q not in word), "")
    return cst.SimpleString(f"{quote}{word}{quote}") if quote else None


def _f_string(texts: Sequence[str], values: Sequence[Slot]) -> cst.BaseExpression | None:
    source = "".join(_alternate(texts, [f"{{{cst.Module([]).code_for_node(v.value)}}}" for v in values]))
    if '"' in source or "\n" in source:
        return None  # the same quotes inside an f-string need Python 3.12
    return cst.parse_expression(f'f"{source}"')


def _alternate(texts: Sequence[str], values: Sequence[str]) -> Iterator[str]:
    for text, value in zip(texts, [*values, ""], strict=True):
        yield text
        yield value


def _as_text(slot: Slot, flagged: Flagged) -> cst.BaseExpression:
    """Write a value that is a word of its own: as it is if it must be a string, else as `str(value)`."""
    bare = slot.value.with_changes(lpar=[], rpar=[]) if slot.text else slot.value
    if slot.text or (isinstance(bare, cst.Name) and bare.value in _annotated_text(flagged)):
        return slot.value
    return cst.Call(cst.Name("str"), [cst.Arg(slot.value)])


def _annotated_text(flagged: Flagged) -> frozenset[str]:
    """Return the parameters of the functions around the call that are annotated `str` and never assigned."""
    around = [
        node
        for node in ast.walk(flagged.module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.lineno <= flagged.node.lineno <= (node.end_lineno or node.lineno)
    ]
    arguments = [arg for node in around for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    text = {arg.arg for arg in arguments if isinstance(arg.annotation, ast.Name) and arg.annotation.id == "str"}
    stored = {
        n.id for node in around for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    return frozenset(text - stored)


def _only_success(module: Module, call: ast.Call) -> bool:
    """Say whether the call's value is dropped, tested for truth or compared with zero."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Expr(value=value) if value is call:
                return True
            case ast.If(test=test) | ast.IfExp(test=test) | ast.Assert(test=test) if test is call:
                return True
            case ast.UnaryOp(op=ast.Not(), operand=operand) if operand is call:
                return True
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[ast.Constant(value=0)]) if (
                left is call
            ):
                return True
    return False
