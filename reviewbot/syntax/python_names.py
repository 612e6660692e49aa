"""The names that a Python module offers to others, with the calls that they take."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace

from reviewbot.syntax.code import Definition, Parameter, Passing

_KINDS = {"property": "property", "cached_property": "property", "staticmethod": "static method"}


def definitions(tree: ast.Module) -> Iterator[Definition]:
    """Yield what `tree` defines for others: public names, and all that `__all__` lists."""
    listed = {name: line for node in tree.body for name, line in _listed(node)}
    for name, line in listed.items():
        yield Definition(f"__all__: {name}", "export", line)
    for definition in _defined(tree.body):
        first = definition.name.partition(".")[0]
        if first in listed or all(_public(part) for part in definition.name.split(".")):
            yield definition


def _public(name: str) -> bool:
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__") and name != "__all__")


def _listed(node: ast.stmt) -> Iterator[tuple[str, int]]:
    if "__all__" not in dict(_assigned(node)):
        return
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value, part.lineno


def _defined(body: Iterable[ast.stmt]) -> Iterator[Definition]:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield _function(node)
            case ast.ClassDef():
                yield Definition(node.name, "class", node.lineno)
                yield from (_member(node.name, part) for part in _defined(node.body))
            case ast.If() | ast.Try() | ast.With():
                handlers = [line for handler in getattr(node, "handlers", ()) for line in handler.body]
                blocks = [*getattr(node, "orelse", ()), *getattr(node, "finalbody", ())]
                yield from _defined([*node.body, *handlers, *blocks])
            case ast.Import() | ast.ImportFrom():
                # `import x as x` is how a module says that it hands x on (PEP 484).
                handed_on = [alias.name for alias in node.names if alias.name == alias.asname]
                yield from (Definition(name, "value", node.lineno) for name in handed_on)
            case _:
                for name, value in _assigned(node):
                    yield _value(name, value, node.lineno)


def _assigned(node: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                if isinstance(target, ast.Name):
                    yield target.id, value
                else:
                    names = (part for part in ast.walk(target) if isinstance(part, ast.Name))
                    yield from ((name.id, None) for name in names if isinstance(name.ctx, ast.Store))
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.AugAssign(target=ast.Name(id=name)):
            yield name, node.value


def _value(name: str, value: ast.expr | None, line: int) -> Definition:
    if isinstance(value, ast.Lambda):
        return Definition(name, "function", line, tuple(_parameters(value.args)))
    return Definition(name, "value", line)


def _member(owner: str, part: Definition) -> Definition:
    parameters = part.parameters
    bound = "." not in part.name and part.kind != "static method"
    if parameters and bound and parameters[0].passing is not Passing.NAME:
        parameters = parameters[1:]  # self is not passed by the caller
    return replace(part, name=f"{owner}.{part.name}", parameters=parameters)


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Definition:
    decorators = {_last(decorator) for decorator in node.decorator_list}
    kind = next((kind for name, kind in _KINDS.items() if name in decorators), "function")
    if isinstance(node, ast.AsyncFunctionDef):
        kind = f"async {kind}"
    return Definition(node.name, kind, node.lineno, tuple(_parameters(node.args)))


def _last(decorator: ast.expr) -> str:
    return decorator.attr if isinstance(decorator, ast.Attribute) else getattr(decorator, "id", "")


def _parameters(args: ast.arguments) -> Iterator[Parameter]:
    by_position = [(a.arg, Passing.POSITION) for a in args.posonlyargs]
    by_position += [(a.arg, Passing.POSITION_OR_NAME) for a in args.args]
    required = len(by_position) - len(args.defaults)
    for index, (name, passing) in enumerate(by_position):
        yield Parameter(name, passing, index < required)
    if args.vararg:
        yield Parameter(args.vararg.arg, Passing.REST, required=False)
    for argument, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield Parameter(argument.arg, Passing.NAME, default is None)
    if args.kwarg:
        yield Parameter(args.kwarg.arg, Passing.NAMED_REST, required=False)
