"""Text that shows a reader other code than the machine runs: bidi controls, invisible letters, look-alikes.

Trojan Source (https://trojansource.codes, CVE-2021-42574 and CVE-2021-42694), https://www.unicode.org/reports/tr55/.
Ordinary writing in any language must not alarm: comments and strings in every script, joiners in emoji and in
Persian or Indic words, Greek letters in formulas.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from reviewbot.language import Language
from reviewbot.policy import Severity
from reviewbot.scanners.lexemes import code_only, lexemes

_LOOK_ALIKES = dict(
    zip(
        "асеһіјорѕухԁԛԝӏАВСЕНІЈКМОРЅТУХԌԚԜ" + "οΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "օսոհցզ" + "ⅰⅴⅹⅼⅽⅾⅿ",  # noqa: RUF001  Cyrillic, Greek, Armenian, Roman
        "acehijopsyxdqwlABCEHIJKMOPSTYXGQW" + "oABEZHIKMNOPTYX" + "ounhgq" + "ivxlcdm",
        strict=True,
    )
)
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_OPENING, _CLOSING = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068", "\u202c\u2069"
_OVERRIDES = "\u202d\u202e"
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u061c\u2060-\u2064\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\U000e0000-\U000e007f\U000e0100-\U000e01ef]+"
)
_MARKS_OF_DIRECTION = frozenset("\u200e\u200f\u061c")
_RIGHT_TO_LEFT = re.compile("[\u05d0-\u05ea\u060c\u061b\u061f\u0620-\u064a\u066e-\u06d3\u0710-\u074f]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_FEED = re.compile("[\x0b\x0c]")
_BARE_RETURN = re.compile(r"\r(?!\r*\n)(?=.)", re.DOTALL)
_SEPARATOR = re.compile("[\u0085\u2028\u2029]")
_WORD = re.compile(r"[^\W\d]\w*")
_ODD = r"[^\x20-\x7e\t\r\n]"
_SET = re.compile(f"{_ODD}*(?P<first>{_ODD})-(?P<last>{_ODD})(?:{_ODD}(?:-{_ODD})?)*")
_ROW = re.compile(r"""(?P<quote>["'])(?P<text>\w)(?P=quote)|[{,]\s*(?P<key>\w)\s*:\s*["']""")
"""A row of a table of letters: a letter that is all of a text, or the key of one. Letters name little else."""
_OTHER_LINE_ENDS = {
    Language.JAVASCRIPT: "\u2028\u2029",
    Language.TYPESCRIPT: "\u2028\u2029",
    Language.CSHARP: "\u0085\u2028\u2029",
}
_KEYCAP, _BLACK_FLAG, _TAGS = "\u20e3", "\U0001f3f4", re.compile("[\U000e0020-\U000e007e]{2,8}\U000e007f")


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to report, from the character `start` up to before `end`."""

    rule_id: str
    start: int
    end: int
    message: str
    severity: Severity = Severity.HIGH
    cwe: tuple[int, ...] = (1007,)


def disguises(text: str, language: Language | None) -> Iterator[Mark]:
    """Yield what in `text` reads otherwise than it runs. `language` is None for a file that is not code."""
    yield from _bidi(text, language)
    listed = _listed(text, language)
    yield from _invisible(text, language, listed)
    for found in _CONTROL.finditer(text):
        severity = Severity.LOW if found.start() in listed else Severity.HIGH
        message = _named("A control character stands here", found.group())
        yield Mark("hidden-control-character", *found.span(), message, severity)
    if language is not None:
        yield from _line_ends(text, language)
        yield from _look_alikes(text, language)


def has_hidden_characters(name: str) -> bool:
    """Say whether a file name holds characters that a reader cannot see, or that turn the text around them."""
    return bool(
        _CONTROL.search(name) or _BIDI.search(name) or _SEPARATOR.search(name) or re.search(r"[\t\n\r\v\f]", name)
    ) or any(_is_hiding(name, found) for found in _INVISIBLE.finditer(name))


def _bidi(text: str, language: Language | None) -> Iterator[Mark]:
    if not _BIDI.search(text):
        return
    start = 0
    for line in text.split("\n"):
        controls = _BIDI.findall(line)
        # In prose and data, right-to-left words are set off by balanced pairs, and that is what they are for.
        balanced = sum(c in _OPENING for c in controls) == sum(c in _CLOSING for c in controls)
        if controls and (language is not None or not balanced or any(c in _OVERRIDES for c in controls)):
            first = start + line.index(controls[0])
            message = _named("A control character reorders this line for the reader, not for the machine", controls[0])
            yield Mark("hidden-bidi", first, start + len(line), message, cwe=(1007, 838))
        start += len(line) + 1


def _listed(text: str, language: Language | None) -> frozenset[int]:
    """Return where a character is one of a set in a string: of those beside a range, as in a pattern's `[…]`.

    What a name may hold is not among them: where a string is taken for one in error, it is code that would be hidden.
    """
    if language is None or not (_INVISIBLE.search(text) or _CONTROL.search(text)):
        return frozenset()
    strings = [lexeme for lexeme in lexemes(text, language) if not lexeme.comment]
    return frozenset(
        at
        for string in strings
        for found in _SET.finditer(text, string.start, string.end)
        if found["first"] < found["last"]
        for at in range(*found.span())
        if not text[at].isalpha()
    )


def _invisible(text: str, language: Language | None, listed: frozenset[int]) -> Iterator[Mark]:
    # Beside digits and slashes, such as in dates, marks of direction keep the order that readers of the script expect.
    of_use = _MARKS_OF_DIRECTION if _RIGHT_TO_LEFT.search(text) else frozenset[str]()
    for found in _INVISIBLE.finditer(text):
        before, after = _is_ascii_word(text, found.start() - 1), _is_ascii_word(text, found.end())
        if found.group() in of_use and not (before and after):
            continue
        if found.start() and _is_hiding(text, found):
            name = before or after or found.group().isalpha()
            severity = Severity.HIGH if name or len(found.group()) > 1 else Severity.MEDIUM
            if listed.issuperset(range(*found.span())) or _is_byte_order_mark(text, found):
                severity = Severity.LOW
            message = _named("An invisible character stands here", found.group()[0])
            yield Mark("hidden-character", *found.span(), message, severity if language else Severity.LOW)


def _is_hiding(text: str, found: re.Match[str]) -> bool:
    """Say whether a run of invisible characters has no use in the writing around it."""
    run, before, after = found.group(), text[: found.start()][-1:], text[found.end() :][:1]
    if _TAGS.fullmatch(run):
        return before != _BLACK_FLAG  # the flags of England, Scotland and Wales are spelled with these
    if unicodedata.name(run[0], "").startswith("VARIATION SELECTOR"):
        joined = len(run) == 1 or (len(run) == 2 and run[1] == "\u200d")  # noqa: PLR2004  selector and joiner, as in emoji
        return not joined or (before.isascii() and after != _KEYCAP)
    if len(run) > 1 and run not in {"\u200d\u200d", "\u200c\u200d", "\u200f\u200f"}:
        return True
    return not (_is_foreign(before) or _is_foreign(after))


def _is_byte_order_mark(text: str, found: re.Match[str]) -> bool:
    """Say whether it is all that a string holds: what code looks for where a file begins."""
    around = text[found.start() - 1 : found.start()] + text[found.end() : found.end() + 1]
    return found.group() == "\ufeff" and around in {"''", '""'}


def _is_foreign(character: str) -> bool:
    """Say whether it is a letter, mark or symbol of writing that invisible characters are part of."""
    return not character.isascii() and unicodedata.category(character)[0] in "LMS"


def _is_ascii_word(text: str, at: int) -> bool:
    character = text[at : at + 1]
    return character.isascii() and (character.isalnum() or character in {"_", "$"})


def _line_ends(text: str, language: Language) -> Iterator[Mark]:
    for found in _BARE_RETURN.finditer(text):
        yield Mark(
            "hidden-line-end", *found.span(), "A carriage return ends the line for the machine, not for the reader."
        )
    for found in _SEPARATOR.finditer(text):
        if found.group() in _OTHER_LINE_ENDS.get(language, ""):
            message = _named("A character ends the line for the machine, not for the reader", found.group())
            yield Mark("hidden-line-end", *found.span(), message)
    for found in _FEED.finditer(text):
        line_start, line_end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.start())
        if text[line_start : line_end if line_end >= 0 else None].strip():
            yield Mark(
                "hidden-line-end",
                *found.span(),
                "A form feed stands beside code, and some viewers break the line here.",
            )


def _look_alikes(text: str, language: Language) -> Iterator[Mark]:
    if text.isascii():
        return
    code = code_only(text, language)
    ascii_words = {word for word in _WORD.findall(code) if word.isascii()}
    rows = {row.start(row.lastgroup or 0) for row in _ROW.finditer(text)}
    for found in _WORD.finditer(code):
        word = found.group()
        if word.isascii() or found.start() in rows:
            continue
        plain = unicodedata.normalize("NFKC", word)
        if language is Language.PYTHON and plain != word and plain.isascii():
            message = f'Python reads this name as "{plain}"; it is written with other characters.'
            yield Mark("disguised-name", *found.span(), message)
        elif _imitates(word, ascii_words):
            yield Mark(
                "disguised-name", *found.span(), "Letters of another alphabet in this name look like Latin ones."
            )


def _imitates(word: str, ascii_words: set[str]) -> bool:
    skeleton = "".join(_LOOK_ALIKES.get(character, character) for character in word)
    if skeleton == word or not skeleton.isascii():
        return False
    return skeleton in ascii_words or any(character.isascii() and character.isalpha() for character in word)


def _named(message: str, character: str) -> str:
    return f"{message}: U+{ord(character):04X}{' ' + name if (name := unicodedata.name(character, '')) else ''}."
