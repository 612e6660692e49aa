"""Comments and strings told apart from code, by regular expressions, for the checks that look at one of the three.

This is not a parser. It errs towards "code" after what it does not know, such as a JavaScript regular expression with
a quote in it; a check built on it may then miss something on that line, never the rest of the file.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reviewbot.language import Language


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A comment or a string literal, from `start` up to before `end`, counted in characters."""

    comment: bool
    start: int
    end: int


_HASH = r"\#[^\r\n]*"
_SLASHES = r"//[^\r\n\u2028\u2029]*"
_STARRED = r"/\*(?:[^*]|\*(?!/))*+(?:\*/)?"
_DOUBLE = r'"(?:[^"\\\r\n]|\\.)*+"?'
_SINGLE = r"'(?:[^'\\\r\n]|\\.)*+'?"
_BACKTICK = r"`(?:[^`\\]|\\.)*+`?"
_TRIPLE = r'"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?' + "|" + r"'''(?:[^'\\]|\\.|'(?!''))*+(?:''')?"
_PREFIX = r"(?<![\w])[rbufRBUF]{0,2}"


def _lexer(comments: str, strings: str) -> re.Pattern[str]:
    return re.compile(f"(?P<comment>{comments})|(?:{strings})", re.DOTALL)


_C_LIKE = _lexer(f"{_SLASHES}|{_STARRED}", f"{_DOUBLE}|{_SINGLE}|{_BACKTICK}")
_LEXERS: Mapping[Language, re.Pattern[str]] = {
    Language.PYTHON: _lexer(_HASH, f"{_PREFIX}(?:{_TRIPLE}|{_DOUBLE}|{_SINGLE})"),
    Language.RUBY: _lexer(_HASH, f"{_DOUBLE}|{_SINGLE}|{_BACKTICK}"),
    Language.PHP: _lexer(f"{_HASH}|{_SLASHES}|{_STARRED}", f"{_DOUBLE}|{_SINGLE}|{_BACKTICK}"),
}
_INTERPOLATED = re.compile(r"(\{[^{}\n]*\})")
_PLAIN_PREFIXES = frozenset({"'", '"', "r'", 'r"', "b'", 'b"', "u'", 'u"'})


def lexemes(text: str, language: Language) -> Iterator[Lexeme]:
    """Yield the comments and strings of `text` in order."""
    for match in _LEXERS.get(language, _C_LIKE).finditer(text):
        yield Lexeme(match["comment"] is not None, match.start(), match.end())


def code_only(text: str, language: Language) -> str:
    """Return `text` with comments and strings blanked, at the same length. Code that a string interpolates stays."""
    parts, done = [], 0
    for lexeme in lexemes(text, language):
        parts.append(text[done : lexeme.start])
        parts.append(_blanked(text[lexeme.start : lexeme.end], keep_code=not lexeme.comment))
        done = lexeme.end
    return "".join((*parts, text[done:]))


def _blanked(literal: str, *, keep_code: bool) -> str:
    if not keep_code or literal[:2].lower() in _PLAIN_PREFIXES or literal[0] == "'":
        return " " * len(literal)
    return "".join(part if part.startswith("{") else " " * len(part) for part in _INTERPOLATED.split(literal) if part)
