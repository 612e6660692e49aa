"""What a piece of code says by its grammar alone: does it parse, what does it define, what does it use."""

from reviewbot.language import Language, language_of
from reviewbot.syntax.code import Code
from reviewbot.syntax.python import read_python


def read(path: str, text: str) -> Code | None:
    """Say what `text` says, in the language of `path`. None if no grammar for that is at hand."""
    language = language_of(path)
    if language is Language.PYTHON:
        return read_python(text)
    return None
