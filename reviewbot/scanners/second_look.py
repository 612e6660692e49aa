"""A second look at what Bandit found: by the syntax tree, where its patterns cannot tell a value from none.

Only what is plain from the expression itself, or from the names around it, takes a finding back: it is then of low
severity, never gone. Code that does not parse is looked at no further.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from reviewbot.scanners.fixed_text import FixedText, Function

_STATEMENT = re.compile(
    r"\W*(select|insert|update|delete|with|merge|replace|create|alter|drop|explain|declare|begin|call|exec|execute|"
    r"truncate|on|from|where|union|and|or|set|values|into|limit|order|group|having|join|left|inner|case|if)\b|\W*$",
    re.IGNORECASE,
)
_SECRETS = re.compile(
    "passwords?|passwd|pwd|pass|passphrase|secrets?|tokens?|sign|signed|signature|signing|pin|credentials?|salt|hmac|"
    "session|login|user|username|email|certs?|certificates?"
)
_NO_SECRETS = re.compile(
    "caches?|cached|caching|etag|templates?|c?nonce|ws|websocket|sqlite|gravatar|fingerprints?|guid"
)
_NAMES_OF_FILES = re.compile("path|filename|filenames")
_PASSWORD = re.compile(r"pas+wo?r?d|pass(phrase)?$|pwd|token|secrete?", re.IGNORECASE)
_FIELD = re.compile(r"_(field|name|prefix|suffix|param|header|type|url|label)$", re.IGNORECASE)


def _sql(tree: ast.Module, line: int, column: int) -> str:
    """Bandit takes any text put together for one with values in it, and a sentence with the words for a statement."""
    parents = _parents(tree)
    first = _constant(parents, line, column)
    if first is None:
        return ""
    whole: ast.AST = first
    while isinstance(parents[whole], ast.JoinedStr | ast.BinOp | ast.Attribute | ast.Call):
        above = parents[whole]
        if isinstance(above, ast.Call) and above.func is not whole:
            break
        whole = above
    if FixedText.of(_function(parents, whole)).holds(whole):
        return "no value is put into the statement"
    text = first.value if isinstance(first.value, str) else ""
    return "" if _STATEMENT.match(text) else "the text begins as no statement does"


def _raw_sql(tree: ast.Module, line: int, column: int) -> str:
    """Bandit takes anything but a literal for a statement with values in it."""
    parents = _parents(tree)
    call = _call(parents, line, column)
    if call is None or not call.args:
        return ""
    if isinstance(call.args[0], ast.Starred):
        return "what is passed on was put together elsewhere"
    fixed = FixedText.of(_function(parents, call)).holds(call.args[0])
    return "no value is put into the statement" if fixed else ""


def _extra_sql(tree: ast.Module, line: int, column: int) -> str:
    """As of any statement, of the parts that Django's `extra()` is given."""
    parents = _parents(tree)
    call = _call(parents, line, column)
    if call is None:
        return ""
    text = FixedText.of(_function(parents, call))
    fixed = all(text.holds(part) for part in (*call.args, *(named.value for named in call.keywords)))
    return "no value is put into the statement" if fixed else ""


def _hash(tree: ast.Module, line: int, column: int) -> str:
    """What a hash is for is told by the names around it, if at all."""
    parents = _parents(tree)
    call = _call(parents, line, column)
    if call is None:
        return ""
    around: list[ast.AST] = list(ast.walk(call))
    node: ast.AST | None = call
    while node is not None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign):
            around += [node] if not isinstance(node, ast.Assign) else node.targets
        node = parents.get(node)
    words = {word for found in around for word in _words(found)}
    close = {word for found in around if not isinstance(found, ast.ClassDef) for word in _words(found)}
    functions = (found for found in around if isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef))
    makes_path = any(_NAMES_OF_FILES.fullmatch(word) for found in functions for word in _words(found))
    if any(map(_SECRETS.fullmatch, close)) or not (makes_path or any(map(_NO_SECRETS.fullmatch, words))):
        return ""
    return "what it is for by its name is no secret"


def _address(tree: ast.Module, line: int, column: int) -> str:
    """An address that is only compared with, or put into a text, is not listened at."""
    parents = _parents(tree)
    node: ast.AST | None = _constant(parents, line, column)
    while node is not None and isinstance(node, ast.Constant | ast.Set | ast.Tuple | ast.List | ast.IfExp):
        node = parents.get(node)
    match node:
        case ast.Compare():
            return "it is only compared with"
        case ast.Assign(targets=[ast.Name(id=name)]) if function := _function(parents, node):
            names = (use for use in ast.walk(function) if isinstance(use, ast.Name) and use.id == name)
            uses = [use for use in names if isinstance(use.ctx, ast.Load)]
            return "it is only shown" if uses and all(_is_shown(parents, use) for use in uses) else ""
        case _:
            return ""


def _is_shown(parents: Mapping[ast.AST, ast.AST], use: ast.AST) -> bool:
    """Say whether `use` is part of a text that is put together, and not beside others in a call."""
    while isinstance(parents[use], ast.Dict | ast.Tuple | ast.FormattedValue | ast.keyword):
        use = parents[use]
    match parents[use]:
        case ast.JoinedStr() | ast.BinOp(op=ast.Mod()):
            return True
        case ast.Call(func=ast.Attribute(attr="format" | "build")):
            return True
        case _:
            return False


def _compiled(tree: ast.Module, line: int, column: int) -> str:
    """Of code that came compiled, the place where it is compiled is what to look at."""
    parents = _parents(tree)
    call = _call(parents, line, column)
    function = _function(parents, call) if call else None
    if call is not None and call.args and _is_program(parents, call.args[0]):
        return "it is a file that is run as a whole, as one that is imported"
    if call is None or function is None or not call.args or not isinstance(call.args[0], ast.Name):
        return ""
    given = {argument.arg: argument.annotation for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    kind = given.get(call.args[0].id)
    return "it is compiled already" if kind is not None and ast.unparse(kind).endswith("CodeType") else ""


def _is_program(parents: Mapping[ast.AST, ast.AST], code: ast.expr) -> bool:
    """Say whether `code` is compiled from a file that the same function opens, and under that file's name."""
    match code:
        case ast.Call(func=ast.Name(id="compile"), args=[_, ast.Name(id=name), *_]):
            function = _function(parents, code)
            items = (node for node in ast.walk(function) if isinstance(node, ast.withitem)) if function else ()
            return any(_opens(item.context_expr, name) for item in items)
        case _:
            return False


def _opens(node: ast.expr, name: str) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="open"), args=[ast.Name(id=opened), *_]):
            return opened == name
        case _:
            return False


def _given_parser(tree: ast.Module, line: int, column: int) -> str:
    """Where the parser is one that the program makes elsewhere, its making decides what it expands."""
    call = _call(_parents(tree), line, column)
    return "the parser is made elsewhere" if call and len(call.args) > 1 and isinstance(call.args[1], ast.Call) else ""


def _password_default(tree: ast.Module, line: int, column: int) -> str:
    """A default that names a form's field is no password."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.lineno, node.col_offset) == (
            line,
            column,
        ):
            named = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            like = [name for name in named if _PASSWORD.search(name)]
            return "the name of a field" if like and all(_FIELD.search(name) for name in like) else ""
    return ""


def _password_entry(tree: ast.Module, line: int, column: int) -> str:
    """Bandit takes any value of an entry for a password, None too."""
    for node in ast.walk(tree):
        for key, value in zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ():
            if key is not None and (key.lineno, key.col_offset) == (line, column):
                is_text = isinstance(value, ast.Constant) and isinstance(value.value, str)
                return "" if is_text else "the entry holds no text"
    return ""


def _parents(tree: ast.Module) -> dict[ast.AST, ast.AST]:
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def _constant(nodes: Iterable[ast.AST], line: int, column: int) -> ast.Constant | None:
    at = (node for node in nodes if isinstance(node, ast.Constant))
    return next((node for node in at if (node.lineno, node.col_offset) == (line, column)), None)


def _call(nodes: Iterable[ast.AST], line: int, column: int) -> ast.Call | None:
    at = (node for node in nodes if isinstance(node, ast.Call))
    return next((node for node in at if (node.lineno, node.col_offset) == (line, column)), None)


def _function(parents: Mapping[ast.AST, ast.AST], node: ast.AST | None) -> Function | None:
    while node is not None and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        node = parents.get(node)
    return node


def _words(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            pass
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            pass
        case _:
            return
    yield from (word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name))


def _own_pickle(tree: ast.Module, line: int, column: int) -> str:
    """What the same function has just written holds nothing from outside."""
    for scope in ast.walk(tree):
        if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        calls = [node for node in ast.walk(scope) if isinstance(node, ast.Call)]
        found = [node for node in calls if (node.lineno, node.col_offset) == (line, column) and node.args]
        written = {
            target.id: _is_dump(node.value)
            for node in ast.walk(scope)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in found:
            data = call.args[0]
            if _is_dump(data) or (isinstance(data, ast.Name) and written.get(data.id)):
                return "the same function wrote what is read"
    match _call(ast.walk(tree), line, column):
        case ast.Call(args=[ast.Attribute(attr=attribute), *_]) if _is_own(tree, attribute):
            return "this module wrote what is read"
        case _:
            return ""


def _is_own(tree: ast.Module, attribute: str) -> bool:
    """Say whether all that the module ever sets the private `attribute` to is what it wrote itself, or nothing."""
    values = [
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Attribute) and target.attr == attribute for target in node.targets)
        for part in _choices(node.value)
    ]
    nothing = (isinstance(part, ast.Constant) and part.value is None for part in values)
    copied = (isinstance(part, ast.Attribute) and part.attr == attribute for part in values)
    written = [_is_dump(part) for part in values]
    return attribute.startswith("_") and any(written) and all(map(any, zip(written, nothing, copied, strict=True)))


def _choices(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.IfExp(body=one, orelse=other):
            yield from (one, other)
        case ast.BoolOp(values=values):
            yield from values
        case _:
            yield node


def _is_dump(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="dumps") | ast.Name(id="dumps")):
            return True
        case _:
            return False


LOOKS: Mapping[str, Callable[[ast.Module, int, int], str]] = {
    "B102": _compiled,
    "B104": _address,
    "B105": _password_entry,
    "B107": _password_default,
    "B301": _own_pickle,
    "B307": _compiled,
    "B318": _given_parser,
    "B319": _given_parser,
    "B324": _hash,
    "B608": _sql,
    "B610": _extra_sql,
    "B611": _raw_sql,
}
