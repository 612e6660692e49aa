"""Strings that a program puts together from constants and values: f-strings, `%`, `format` and `+`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import libcst as cst


@dataclass(frozen=True, slots=True)
class Slot:
    """A value put into the text. `text` says that it can only be a string, or Python would raise an error."""

    value: cst.BaseExpression
    text: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """Constants, as written in the source with their escapes, and the values between them.

    `opening` and `closing` are the quotes, with a prefix such as `r` before them, without `f`.
    """

    opening: str
    closing: str
    parts: tuple[str | Slot, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The values, in their order."""
        return tuple(part for part in self.parts if isinstance(part, Slot))

    @property
    def constant(self) -> str:
        """All constant text."""
        return "".join(part for part in self.parts if isinstance(part, str))


def read_template(node: cst.BaseExpression) -> Template | None:
    """Read how a string is put together. None where it is not certain what ends up in it."""
    match node:
        case cst.SimpleString():
            return Template(node.prefix + node.quote, node.quote, (node.raw_value,))
        case cst.FormattedString():
            return _f_string(node)
        case cst.BinaryOperation(operator=cst.Add()):
            return _sum(node)
        case cst.BinaryOperation(left=cst.SimpleString() as left, operator=cst.Modulo(), right=right):
            return _percent(left, right)
        case cst.Call(func=cst.Attribute(value=cst.SimpleString() as left, attr=cst.Name("format")), args=args):
            values = [arg.value for arg in args if not arg.star and not arg.keyword]
            return (
                _filled(left, re.split(r"(\{\})", left.raw_value), values, "{}") if len(values) == len(args) else None
            )
    return None


def _percent(left: cst.SimpleString, right: cst.BaseExpression) -> Template | None:
    elements = right.elements if isinstance(right, cst.Tuple) else [cst.Element(right)]
    values = [element.value for element in elements if isinstance(element, cst.Element)]
    return _filled(left, re.split(r"(%[sd])", left.raw_value), values, "%") if len(values) == len(elements) else None


def _f_string(node: cst.FormattedString) -> Template | None:
    parts: list[str | Slot] = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            parts.append(part.value.replace("{{", "{").replace("}}", "}"))
        elif isinstance(part, cst.FormattedStringExpression) and _plain(part):
            parts.append(Slot(part.expression))
        else:
            return None
    return Template(
        node.prefix.replace("f", "").replace("F", "") + node.start[len(node.prefix) :], node.end, tuple(parts)
    )


def _plain(part: cst.FormattedStringExpression) -> bool:
    odd = isinstance(part.expression, cst.Tuple | cst.Yield | cst.NamedExpr)  # these mean something else as an argument
    return not odd and part.conversion is None and part.format_spec is None and part.equal is None


def _filled(
    left: cst.SimpleString, pieces: Sequence[str], values: Sequence[cst.BaseExpression], stray: str
) -> Template | None:
    """Put values into the odd pieces, which are the placeholders. A `stray` mark elsewhere means something else."""
    if len(pieces) // 2 != len(values) or any(mark in text for text in pieces[::2] for mark in stray):
        return None
    parts = [part for text, value in zip(pieces[::2], [*values, None], strict=True) for part in _pair(text, value)]
    return Template(left.prefix + left.quote, left.quote, tuple(parts))


def _pair(text: str, value: cst.BaseExpression | None) -> Iterable[str | Slot]:
    return (text,) if value is None else (text, Slot(value))


def _sum(node: cst.BaseExpression) -> Template | None:
    operands = list(_operands(node))
    strings = [o for o in operands if isinstance(o, cst.SimpleString)]
    quotes = {(s.prefix, s.quote) for s in strings}
    if len(quotes) != 1 or any(isinstance(o, cst.BaseString) for o in operands if o not in strings):
        return None
    prefix, quote = quotes.pop()
    parts = [o.raw_value if isinstance(o, cst.SimpleString) else Slot(o, text=True) for o in operands]
    return Template(prefix + quote, quote, tuple(parts))


def _operands(node: cst.BaseExpression) -> Iterable[cst.BaseExpression]:
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        yield from _operands(node.left)
        yield from _operands(node.right)
    else:
        yield node
