"""Code that stops before its end, as it is pasted or still being written: what would close it.

Only closing words are added, and only after the last line, so that every place in the text stays where it was. What
comes of it must be in the language as a whole; nothing else that may be wrong with a file is mended.
"""

from itertools import accumulate, repeat

from reviewbot.language import Language, language_of
from reviewbot.scanners.lexemes import code_only
from reviewbot.syntax.parsers import grammar_of, parse

MAX_OPEN = 30
"""What has more open than this is no code that somebody stopped writing."""

_MAX_ENDS = 4
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def finished(path: str, text: str) -> str | None:
    """Return `text` with what it lacks at its end, None where that cannot be told or nothing is lacking."""
    grammar = grammar_of(path)
    language = language_of(path)
    if grammar is None or language is None or _parses(grammar, text):
        return None
    closings = accumulate(repeat("\nend", _MAX_ENDS)) if language is Language.RUBY else [_brackets(text, language)]
    candidates = (text + closing for closing in closings if closing)
    return next((candidate for candidate in candidates if _parses(grammar, candidate)), None)


def _parses(grammar: str, text: str) -> bool:
    return not parse(grammar, text.encode("utf-8", "surrogatepass")).root_node.has_error


def _brackets(text: str, language: Language) -> str:
    """Return what closes the brackets left open; nothing where one is closed that was never opened."""
    still_open: list[str] = []
    for character in code_only(text, language):
        if character in _CLOSING:
            still_open.append(_CLOSING[character])
        elif character in ")]}" and (not still_open or still_open.pop() != character):
            return ""
    return "\n" + "".join(reversed(still_open)) if 0 < len(still_open) <= MAX_OPEN else ""
