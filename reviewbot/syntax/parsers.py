"""The tree-sitter grammars, each imported when the first text in its language comes."""

from functools import cache
from importlib import import_module

from tree_sitter import Language as TreeSitterLanguage
from tree_sitter import Parser, Tree

from reviewbot.language import Language, language_of

JAVASCRIPT_LIKE = frozenset({"javascript", "typescript", "tsx"})

_GRAMMARS = {
    "javascript": ("tree_sitter_javascript", "language"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "java": ("tree_sitter_java", "language"),
    "go": ("tree_sitter_go", "language"),
    "ruby": ("tree_sitter_ruby", "language"),
    "php": ("tree_sitter_php", "language_php"),
    "csharp": ("tree_sitter_c_sharp", "language"),
}


def grammar_of(path: str) -> str | None:
    """Return the name of the grammar for the file at `path`, None if there is none."""
    language = language_of(path)
    if language is Language.TYPESCRIPT and path.lower().endswith(".tsx"):
        return "tsx"
    return language.value if language is not None and language.value in _GRAMMARS else None


def parse(grammar: str, data: bytes) -> Tree:
    """Parse UTF-8 text. There is always a tree: what is not in the language becomes an error node of it."""
    return Parser(_load(grammar)).parse(data)


@cache
def _load(grammar: str) -> TreeSitterLanguage:
    module, function = _GRAMMARS[grammar]
    return TreeSitterLanguage(getattr(import_module(module), function)())
