"""What a piece of code says by its grammar alone: does it parse, what does it define, what does it use."""

from reviewbot.language import Language, language_of
from reviewbot.syntax.code import Code
from reviewbot.syntax.grammar import read_by_grammar
from reviewbot.syntax.parsers import grammar_of
from reviewbot.syntax.python import read_python


def read(path: str, text: str) -> Code | None:
    """Say what `text` says, in the language of `path`. None if no grammar for that is at hand."""
    if language_of(path) is Language.PYTHON:
        return read_python(text)
    grammar = grammar_of(path)
    return None if grammar is None else read_by_grammar(grammar, text)
