"""Which call a rule is about."""

import ast

from reviewbot.codemods.flagged import Target
from reviewbot.codemods.names import Names


def function(*qualified: str) -> Target:
    """Match calls of the functions of these full names, however the file imports them."""

    def matches(call: ast.Call, names: Names) -> bool:
        return names.resolve(call.func) in qualified

    return matches


def method(*attributes: str) -> Target:
    """Match calls of methods of these names, of whatever object."""

    def matches(call: ast.Call, _names: Names) -> bool:
        return isinstance(call.func, ast.Attribute) and call.func.attr in attributes

    return matches
