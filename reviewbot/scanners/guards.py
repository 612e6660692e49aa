"""What a condition in Python proves of the values that it asks about, for whoever uses them afterwards.

Only proofs that are in the condition itself count: a list of constants, a pattern of harmless characters, a type. What
a function named `is_valid` does is not seen here, so it proves nothing.
"""

import ast
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

type Proven = frozenset[str]
"""Expressions, as `ast.unparse` writes them, that are known to be harmless."""

NOTHING: Proven = frozenset()


class Use(Enum):
    """What a value is put into: an expression or other code of Python, a command of a shell, a statement of SQL."""

    EXPRESSION = "expression"
    CODE = "code"
    SHELL = "shell"
    SQL = "sql"


_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
_CODE = _LETTERS + "'\"\\@;:"
HARMFUL: Mapping[Use, str] = {
    Use.EXPRESSION: _CODE,
    Use.CODE: _CODE,
    Use.SHELL: ";&|`$<>(){}[]*?!~#'\"\\\n",
    Use.SQL: "'\"`;\\#()",
}
"""The characters that make more of a value than a value. Code without a letter names nothing, so it calls nothing."""

_NUMERIC = frozenset({"isdigit", "isdecimal", "isnumeric"})
_WORDS = frozenset({"isalnum", "isalpha", "isidentifier"})
_LISTED = re.compile(r"(?i)allow|permit|white_?list|valid|approved|supported|known|choices")
_CLASS = re.compile(r"\[(\^?\]?(?:\\.|[^\]\\])*)\]", re.DOTALL)
_ESCAPE = re.compile(r"\\[A-Za-z]")
_CALM = frozenset(
    {
        "Expression",
        "Constant",
        "Num",
        "Str",
        "List",
        "Tuple",
        "Set",
        "Dict",
        "Load",
        "Name",
        "BinOp",
        "UnaryOp",
        "BoolOp",
    }
    | {"Compare", "IfExp", "operator", "unaryop", "boolop", "cmpop"}
    | {kind.__name__ for base in (ast.operator, ast.unaryop, ast.boolop, ast.cmpop) for kind in base.__subclasses__()}
)
"""Types of `ast` of which an expression may be made without calling anything."""


def is_name(node: ast.AST, *names: str) -> bool:
    """Say whether `node` is a name, or ends in an attribute, of `names`."""
    return (isinstance(node, ast.Name) and node.id in names) or (isinstance(node, ast.Attribute) and node.attr in names)


@dataclass(frozen=True, slots=True)
class Guards:
    """Reads conditions for one `use`. `resolve` gives what a name was set to, where that happened only once."""

    use: Use
    resolve: Callable[[ast.expr], ast.expr]

    @property
    def _is_code(self) -> bool:
        return self.use in {Use.CODE, Use.EXPRESSION}

    def when(self, test: ast.expr, outcome: bool) -> Proven:  # noqa: FBT001  the outcome of the test is what is asked about
        """Return what is proven where `test` came out as `outcome`."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return self.when(inner, not outcome)
            case ast.BoolOp(op=op, values=values):
                every = [self.when(value, outcome) for value in values]
                both = isinstance(op, ast.And) == outcome
                return frozenset.union(*every) if both else frozenset.intersection(*every)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compared(left, op, right, outcome)
            case ast.Call():
                return self._called(test, outcome)
            case ast.Name() if isinstance(found := self.resolve(test), ast.Call):
                return self._called(found, outcome)
            case _:
                return NOTHING

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr, outcome: bool) -> Proven:  # noqa: FBT001  as in `when`
        wanted = ast.In | ast.Eq | ast.LtE | ast.IsNot if outcome else ast.NotIn | ast.NotEq | ast.Is
        if not isinstance(op, wanted):
            return NOTHING
        none = isinstance(right, ast.Constant) and right.value is None
        if isinstance(op, ast.Is | ast.IsNot):
            return self.when(left, outcome=True) if none and isinstance(left, ast.Call | ast.Name) else NOTHING
        if isinstance(op, ast.LtE):
            return self._whole(left, right)
        if isinstance(op, ast.Eq | ast.NotEq):
            return _key(left) if isinstance(right, ast.Constant) else NOTHING
        return _key(left) if self._is_list(right) else NOTHING

    def _is_list(self, node: ast.expr) -> bool:  # noqa: PLR0911  one line for each kind of list
        """Say whether `node` holds what its author wrote, and nothing that could do harm if it is a text."""
        found = self.resolve(node)
        match found:
            case ast.Constant(value=str(text)):
                return not set(text) & set(HARMFUL[self.use])
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return all(isinstance(item, ast.Constant) for item in items)
            case ast.Dict(keys=keys):
                return all(isinstance(key, ast.Constant) for key in keys)
            case ast.Call(func=ast.Name(id="set" | "frozenset" | "list" | "tuple"), args=[inner]):
                return self._is_list(inner)
            case ast.Call(func=ast.Attribute(value=inner, attr="keys" | "values"), args=[]):
                return self._is_list(inner)
            case ast.Attribute(value=ast.Name(id="string"), attr="digits" | "ascii_letters" | "ascii_lowercase"):
                return not self._is_code or is_name(found, "digits")
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return name.isupper() or _LISTED.search(name) is not None
            case _:
                return False

    def _called(self, call: ast.Call, outcome: bool) -> Proven:  # noqa: FBT001, PLR0911  one line for each kind of call
        match call:
            case ast.Call(func=ast.Name(id="any" | "all" as name), args=[ast.GeneratorExp() as each]):
                return self._each(each, outcome) if (name == "all") == outcome else NOTHING
            case ast.Call(func=ast.Name(id="isinstance"), args=[value, kinds]):
                return self._typed(value, kinds, outcome)
            case _ if not outcome:
                return NOTHING
            case ast.Call(func=ast.Attribute(value=value, attr=name), args=[]):
                words = _NUMERIC if self._is_code else _NUMERIC | _WORDS
                return _key(value) if name in words else NOTHING
            case ast.Call(func=ast.Attribute(value=part, attr="issubset"), args=[whole]):
                return self._whole(part, whole)
            case ast.Call(
                func=ast.Attribute(value=pattern, attr="match" | "fullmatch" | "search" as method), args=args
            ):
                return self._matched(pattern, method, args)
            case _:
                return NOTHING

    def _each(self, each: ast.GeneratorExp, outcome: bool) -> Proven:  # noqa: FBT001  as in `when`
        """What is proven of each element is proven of the whole."""
        one = each.generators[0]
        if len(each.generators) > 1 or one.ifs or not _key(one.target) <= self.when(each.elt, outcome):
            return NOTHING
        return walked(one.iter)

    def _whole(self, part: ast.expr, whole: ast.expr) -> Proven:
        match part:
            case ast.Call(func=ast.Name(id="set"), args=[value]) if self._is_list(whole):
                return _key(value)
            case _:
                return NOTHING

    def _typed(self, value: ast.expr, kinds: ast.expr, outcome: bool) -> Proven:  # noqa: FBT001  as in `when`
        found = self.resolve(kinds)
        named = found.elts if isinstance(found, ast.Tuple | ast.List) else [found]
        if outcome and all(is_name(kind, "int", "float", "bool", "Decimal", "UUID") for kind in named):
            return _key(value)
        if outcome and self._is_code and named and all(is_name(kind, *_CALM) for kind in named):
            return _key(value)
        # without a call, an expression runs nothing; a script does, by way of decorators
        refused = not outcome and self.use is Use.EXPRESSION and any(is_name(kind, "Call") for kind in named)
        return _key(value) if refused else NOTHING

    def _matched(self, pattern: ast.expr, method: str, arguments: Sequence[ast.expr]) -> Proven:
        if is_name(pattern, "re", "regex") and arguments:
            pattern, arguments = arguments[0], arguments[1:]
        found = self.resolve(pattern)
        if isinstance(found, ast.Call) and is_name(found.func, "compile") and len(found.args) == 1:
            found = self.resolve(found.args[0])
        if len(arguments) != 1 or not isinstance(found, ast.Constant) or not isinstance(found.value, str):
            return NOTHING
        return _key(arguments[0]) if is_harmless(found.value, method, self.use) else NOTHING


def walked(sequence: ast.expr) -> Proven:
    """Return what is proven if each element of `sequence` is: the sequence, and the tree that is walked through."""
    match sequence:
        case ast.Call(func=function, args=[tree]) if is_name(function, "walk"):
            return _key(tree)
        case _:
            return _key(sequence)


def is_harmless(pattern: str, method: str, use: Use) -> bool:
    """Say whether all that `pattern` matches, from one end to the other, is without a character that does harm."""
    start, end = pattern.startswith(("^", r"\A")), pattern.endswith(("$", r"\Z")) and not pattern.endswith(r"\$")
    if not (end or method == "fullmatch") or not (start or method in {"match", "fullmatch"}):
        return False
    rest = _CLASS.sub("", pattern)
    if "|" in rest or "(?" in rest or re.search(r"(?<!\\)\.", rest):
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sets = [f"[{found}]" for found in _CLASS.findall(pattern)]
        escapes = [found for found in _ESCAPE.findall(rest) if found not in {r"\A", r"\Z", r"\b", r"\n"}]
        return bool(sets or escapes) and not any(
            re.fullmatch(found, letter) for found in (*sets, *escapes) for letter in HARMFUL[use]
        )


def _key(node: ast.expr) -> Proven:
    return frozenset({ast.unparse(node)})
