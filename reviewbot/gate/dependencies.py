"""Whether a model's suggestion brings in a package that nobody has chosen.

Models name packages that do not exist, and somebody else registers these names: https://arxiv.org/abs/2406.10279.
Only what the language brings along, what the repository holds, what its manifests at the base name, what the file
imports already and what our own rules recommend may be imported. Nothing is asked of a registry: that a package
exists says nothing good of it.
"""

import re
import sys
from collections.abc import Iterator
from posixpath import dirname
from posixpath import join as joined

from reviewbot.gate.candidate import Candidate, EditedFile
from reviewbot.gate.manifests import declared
from reviewbot.gate.reason import Reason, Refusal
from reviewbot.language import Language, language_of
from reviewbot.resolution import SOURCE_FOLDERS, Index, targets
from reviewbot.snapshot import Repository
from reviewbot.suggestion import Origin
from reviewbot.syntax.code import words
from reviewbot.syntax.imports import Import, imports

NODE_MODULES = words(
    """
    assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain
    events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl
    stream string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib
    """
)
"""https://nodejs.org/api/modules.html#built-in-modules"""

RECOMMENDED = frozenset({"defusedxml"})
"""Packages that our own rules and codemods name as the way out: somebody has looked at them."""

_SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT})
_PLAIN = re.compile(r"[\w@./-]{1,80}")


def unknown_imports(candidate: Candidate, repository: Repository) -> Iterator[Reason]:
    """Yield a reason for each import of `candidate` that the file lacked and that nobody vouches for.

    Only what a model wrote is looked at, in Python, JavaScript and TypeScript. The fixes of rules import what their
    authors chose, which stands in the rule.
    """
    if candidate.suggestion.origin is not Origin.MODEL:
        return
    for file in candidate.files:
        for found in _foreign(file, repository):
            yield Reason(Refusal.UNKNOWN_IMPORT, _said(found), file.path, found.line)


def _said(found: Import) -> str:
    if not found.module:
        return f"It imports on line {found.line} what is worked out when the code runs."
    # What a model calls a module can be any text; only what looks like a name is repeated.
    named = found.module if _PLAIN.fullmatch(found.module) else "a package"
    unnamed = "which this file does not use, and which neither the repository nor its manifests at the base name"
    return f"It imports {named} on line {found.line}, {unnamed}."


def _foreign(file: EditedFile, repository: Repository) -> Iterator[Import]:
    language = language_of(file.path)
    if language is not Language.PYTHON and language not in _SCRIPTS:
        return
    old = imports(file.path, file.before.text)
    known = {_root(one, language) for one in old if one.module} | {""}
    new = [one for one in imports(file.path, file.after.text) if _root(one, language) not in known or not one.module]
    computed = [one for one in new if not one.module]
    yield from computed[sum(not one.module for one in old) :]
    left = [one for one in new if one.module]
    if not left:
        return
    index = Index(repository.head.paths())
    left = [one for one in left if not targets(one, file.path, index) and not _is_folder(one, file.path, index)]
    left = [one for one in left if _root(one, language) not in RECOMMENDED]
    allowed = declared(file.path, language, repository.base) if left else frozenset()
    fold = str.lower if language is Language.PYTHON else str
    yield from (one for one in left if fold(_root(one, language)) not in allowed)


def _root(found: Import, language: Language) -> str:
    """Return the package that an import means, empty for what comes with the language or lies in the repository."""
    if language is Language.PYTHON:
        root = found.module.partition(".")[0]
        return "" if root in sys.stdlib_module_names else root
    first, _, rest = found.module.partition("/")
    if first in {"", ".", ".."} or found.module.startswith(("node:", "#", "@/", "~/")) or first in NODE_MODULES:
        return ""
    return f"{first}/{rest.partition('/')[0]}" if first.startswith("@") else first


def _is_folder(found: Import, path: str, index: Index) -> bool:
    """Say whether a package of Python lies in the repository without a file of its own."""
    root, folder = found.module.partition(".")[0], dirname(path)
    while language_of(path) is Language.PYTHON:
        if any(index.has_below(joined(folder, source, root)) for source in SOURCE_FOLDERS):
            return True
        if not folder:
            break
        folder = dirname(folder)
    return False
