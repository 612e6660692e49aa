"""The arguments of a call as libcst holds them: found, taken away, added, with the commas where they belong."""

from collections.abc import Iterable, Sequence

import libcst as cst


def argument(call: cst.Call, name: str) -> cst.Arg | None:
    """Return the argument that is passed as keyword `name`."""
    return next((arg for arg in call.args if arg.keyword is not None and arg.keyword.value == name), None)


def positional(call: cst.Call) -> list[cst.Arg]:
    """Return the arguments that are passed by position, without `*more`."""
    return [arg for arg in call.args if arg.keyword is None and not arg.star]


def starred(call: cst.Call) -> bool:
    """Say whether arguments come from `*more` or `**more`, so that nobody can tell which."""
    return any(arg.star for arg in call.args)


def keywords(call: cst.Call) -> frozenset[str]:
    """Return the names of the keywords that are passed."""
    return frozenset(arg.keyword.value for arg in call.args if arg.keyword is not None)


def is_word(arg: cst.Arg | None, word: str) -> bool:
    """Say whether an argument's value is exactly this name, such as `True`."""
    return arg is not None and isinstance(arg.value, cst.Name) and arg.value.value == word


def without(call: cst.Call, *dropped: cst.Arg) -> cst.Call | None:
    """Return the call without some arguments. None if a comment beside one of them would lose its place."""
    if any("#" in _code(arg.comma) + _code(arg.whitespace_after_arg) for arg in dropped):
        return None
    kept = [arg for arg in call.args if arg not in dropped]
    if kept and call.args[-1] in dropped:
        last = call.args[-1]
        kept[-1] = kept[-1].with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg)
    return call.with_changes(args=kept) if kept else with_values(call, [])


def with_values(call: cst.Call, values: Iterable[cst.BaseExpression]) -> cst.Call:
    """Return the call with these positional arguments and no others, on one line."""
    return call.with_changes(args=[cst.Arg(value) for value in values], whitespace_before_args=cst.SimpleWhitespace(""))


def with_keyword(call: cst.Call, name: str, value: cst.BaseExpression) -> cst.Call | None:
    """Return the call with a keyword set: in place if it is passed already, else at the end.

    None where it may be passed already, unseen, or where an unbracketed generator stands alone.
    """
    if (present := argument(call, name)) is not None:
        return replaced(call, present, value)
    if starred(call) or any(isinstance(arg.value, cst.GeneratorExp) and not arg.value.lpar for arg in call.args):
        return None
    added = cst.Arg(value, keyword=cst.Name(name), equal=_EQUAL)
    if not call.args:
        return call.with_changes(args=[added])
    return call.with_changes(args=_appended(call.args, added, call.whitespace_before_args))


def replaced(call: cst.Call, old: cst.Arg, value: cst.BaseExpression) -> cst.Call:
    """Return the call with the value of one argument replaced."""
    return call.with_changes(args=[arg.with_changes(value=value) if arg is old else arg for arg in call.args])


def appended(call: cst.Call, value: cst.BaseExpression) -> cst.Call:
    """Return the call with one more argument by position, after arguments that are all by position."""
    return call.with_changes(args=_appended(call.args, cst.Arg(value), call.whitespace_before_args))


_EQUAL = cst.AssignEqual(whitespace_before=cst.SimpleWhitespace(""), whitespace_after=cst.SimpleWhitespace(""))


def _appended(args: Sequence[cst.Arg], added: cst.Arg, before: cst.BaseParenthesizableWhitespace) -> list[cst.Arg]:
    last = args[-1]
    gap = before if isinstance(before, cst.ParenthesizedWhitespace) and "#" not in _code(before) else _SPACE
    tail = added.with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg)
    comma = cst.Comma(whitespace_after=gap)
    return [*args[:-1], last.with_changes(comma=comma, whitespace_after_arg=cst.SimpleWhitespace("")), tail]


_SPACE = cst.SimpleWhitespace(" ")


def _code(node: cst.CSTNode | cst.MaybeSentinel) -> str:
    return cst.Module(body=[]).code_for_node(node) if isinstance(node, cst.CSTNode) else ""
