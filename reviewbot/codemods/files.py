"""Files: who may use them, where an archive may put them, and names that nobody can take first."""

import ast
from collections.abc import Iterator

import libcst as cst

from reviewbot.codemods.arguments import argument, is_word, positional, replaced, with_keyword
from reviewbot.codemods.flagged import Flagged, Module, Rewritten, spelled

_OWNER = 0o700
_ARCHIVES = frozenset({"tarfile.open", "tarfile.TarFile", "tarfile.TarFile.open"})
_MKTEMP_PARAMETERS = ("suffix", "prefix", "dir")


def owner_only(flagged: Flagged) -> Rewritten | None:
    """`os.chmod(path, 0o777)` → `os.chmod(path, 0o700)`: what the owner may do stays, others may do nothing."""
    values = positional(flagged.call)
    if len(flagged.call.args) != 2 or len(values) != 2 or not isinstance(mode := values[1].value, cst.Integer):  # noqa: PLR2004  chmod(path, mode)
        return None
    return Rewritten(replaced(flagged.call, values[1], cst.Integer(f"0o{mode.evaluated_value & _OWNER:o}")))


def data_filter(flagged: Flagged) -> Rewritten | None:
    """`archive.extractall(path)` → `archive.extractall(path, filter="data")`, if it is surely a tar archive.

    A zip archive has a method of that name too, which takes no filter.
    """
    func = flagged.node.func
    if not isinstance(func, ast.Attribute) or not _is_archive(func.value, flagged.module):
        return None
    present = argument(flagged.call, "filter")
    if present is not None and not is_word(present, "None"):
        return None
    call = with_keyword(flagged.call, "filter", cst.SimpleString('"data"'))
    return Rewritten(call) if call else None


def named_temporary_file(flagged: Flagged) -> Rewritten | None:
    """`open(tempfile.mktemp(), "w")` → `open(tempfile.NamedTemporaryFile(delete=False).name, "w")`.

    Only where the name is then opened as a file: the new call creates one, and a directory or a socket of that
    name could not be made any more.
    """
    name = flagged.names.spell("tempfile", "NamedTemporaryFile")
    if name is None or not _opened(flagged.module, flagged.node) or any(arg.star for arg in flagged.call.args):
        return None
    given = dict(zip(_MKTEMP_PARAMETERS, positional(flagged.call), strict=False))
    args = [_keyword(parameter, arg.value) for parameter, arg in given.items()]
    args += [_keyword(arg.keyword.value, arg.value) for arg in flagged.call.args if arg.keyword]
    call = cst.Call(spelled(name), [*args, _keyword("delete", cst.Name("False"))])
    return Rewritten(cst.Attribute(call, cst.Name("name")), name.imports)


def _keyword(name: str, value: cst.BaseExpression) -> cst.Arg:
    nothing = cst.SimpleWhitespace("")
    return cst.Arg(value, keyword=cst.Name(name), equal=cst.AssignEqual(nothing, nothing))


def _is_archive(node: ast.expr, module: Module) -> bool:
    if isinstance(node, ast.Call):
        return module.names.resolve(node.func) in _ARCHIVES
    if not isinstance(node, ast.Name):
        return False
    stored = [
        n for n in ast.walk(module.tree) if isinstance(n, ast.Name) and n.id == node.id and isinstance(n.ctx, ast.Store)
    ]
    values = [value for name, value in _bindings(module.tree) if name == node.id]
    other = any(isinstance(n, ast.arg) and n.arg == node.id for n in ast.walk(module.tree))
    archives = [value for value in values if isinstance(value, ast.Call) and _is_archive(value, module)]
    return bool(stored) and len(archives) == len(stored) and not other


def _bindings(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.withitem(optional_vars=ast.Name(id=name), context_expr=value):
                yield name, value


def _opened(module: Module, call: ast.Call) -> bool:
    assigned = {name for name, value in _bindings(module.tree) if value is call}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and node.args and module.names.resolve(node.func) in {"open", "io.open"}:
            first = node.args[0]
            if first is call or (isinstance(first, ast.Name) and first.id in assigned):
                return True
    return False
