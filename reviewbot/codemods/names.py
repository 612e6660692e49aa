"""Which names a Python file binds by import, and how to spell a function in it."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Spelled:
    """An expression's text, and the import statement without which it would not be defined."""

    text: str
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one file. Scopes are not told apart: a name bound in two ways anywhere is nobody's.

    `imported` maps each name that only imports bind, all of them to the same thing, to what it stands for;
    `available` is the part of it that statements at the top level of the module bind, where every function
    sees it. `taken` holds all names that are bound in any way.
    """

    imported: Mapping[str, str]
    available: Mapping[str, str]
    taken: frozenset[str]

    @classmethod
    def of(cls, tree: ast.Module) -> Self:
        """Read the names of a module."""
        nodes = list(ast.walk(tree))
        pairs = [pair for node in nodes for pair in bindings(node)]
        bound = frozenset(name for node in nodes for name in _bound(node))
        meanings: dict[str, set[str]] = {}
        for name, qualified in pairs:
            meanings.setdefault(name, set()).add(qualified)
        imported = {name: found.pop() for name, found in meanings.items() if len(found) == 1 and name not in bound}
        top = {name for node in tree.body for name, _ in bindings(node)}
        available = {name: qualified for name, qualified in imported.items() if name in top}
        return cls(imported, available, bound | meanings.keys())

    def resolve(self, node: ast.expr) -> str | None:
        """Return the full name that `node` stands for, such as `yaml.load`; that of a builtin is its own name."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        root = self.imported.get(node.id)
        if root is None and (parts or node.id in self.taken):
            return None
        return ".".join([root or node.id, *reversed(parts)])

    def imports(self, *packages: str) -> bool:
        """Say whether the file imports one of `packages`, or something from it."""
        return any(
            qualified == package or qualified.startswith(f"{package}.")
            for qualified in self.imported.values()
            for package in packages
        )

    def spell(self, module: str, name: str) -> Spelled | None:
        """Spell `name` of `module` as this file would. None if the name it needs means something else here."""
        full = f"{module}.{name}"
        for local, qualified in self.available.items():
            if qualified == full:
                return Spelled(local)
            if qualified.startswith(module) and full.startswith(f"{qualified}."):
                return Spelled(local + full.removeprefix(qualified))
        package, _, leaf = module.rpartition(".")
        if self.imported.get(leaf, module) != module or (leaf in self.taken and leaf not in self.imported):
            return None
        return Spelled(f"{leaf}.{name}", (f"from {package} import {leaf}" if package else f"import {leaf}",))


def bindings(node: ast.AST) -> Iterable[tuple[str, str]]:
    """Return what an import statement binds: each name with what it stands for. Nothing for other nodes."""
    if isinstance(node, ast.Import):
        return [(a.asname, a.name) if a.asname else (a.name.partition(".")[0],) * 2 for a in node.names]
    if isinstance(node, ast.ImportFrom):
        package = "." * node.level + (node.module or "")
        return [(a.asname or a.name, f"{package}.{a.name}") for a in node.names]
    return []


def _bound(node: ast.AST) -> Iterable[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return [name]
        case (
            ast.FunctionDef(name=str(name))
            | ast.AsyncFunctionDef(name=str(name))
            | ast.ClassDef(name=str(name))
            | ast.TypeVar(name=str(name))
            | ast.ExceptHandler(name=str(name))
            | ast.MatchAs(name=str(name))
            | ast.MatchStar(name=str(name))
            | ast.MatchMapping(rest=str(name))
            | ast.arg(arg=str(name))
        ):
            return [name]
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return names
    return []
