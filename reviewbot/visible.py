"""Text that somebody else wrote, made so that a person sees every character of it."""

import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that fonts draw as nothing."""


def visible(text: str) -> str:
    r"""Return `text` with each control, invisible or bidirectional character written as an escape (`\x1b`, `\u202e`).

    The result is one line: line ends are escaped as well.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(character) for character in text)


def _escaped(character: str) -> str:
    if character in _BLANK or unicodedata.category(character) in _HIDDEN:
        return character.encode("unicode_escape").decode("ascii")
    return " " if character.isspace() else character


def shortened(text: str, length: int) -> str:
    """Cut `text` to at most `length` characters; an ellipsis shows that it was cut."""
    return text if len(text) <= length else text[: length - 1] + "…"
