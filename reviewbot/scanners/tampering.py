"""Our own checks of the text, as a `Scanner`: what a change does to escape notice, by reader or by scanner.

Nothing of it has any effect on the scanners here. It is reported because it may have elsewhere, and because it is
something that a reviewer wants to know.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from reviewbot import __version__
from reviewbot.change import SourceFile, split_lines
from reviewbot.finding import OWN_CHECKS, Finding, Region, Scan, Tool
from reviewbot.language import Language, language_of
from reviewbot.policy import Severity
from reviewbot.scanners.disguise import Mark, disguises, has_hidden_characters
from reviewbot.scanners.suppression import suppressions

_COOKIE = re.compile(r"[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
_CONFIGURATION = frozenset({".bandit", ".semgrepignore"})
_HOOKS = frozenset({"sitecustomize.py", "usercustomize.py"})
_TRANSLATIONS = (".po", ".pot")
"""Catalogues of translations, in which text from right to left and its marks are ordinary."""
_BANDIT_SECTION = re.compile(r"^\[(?:tool\.)?bandit(?:[.\]].*)?$", re.MULTILINE)
_SECTION_FILES = frozenset({"pyproject.toml", "setup.cfg", "tox.ini"})
_HIDING_ATTRIBUTE = re.compile(
    r"^[ \t]*([^#\s]+)[^\n]*[ \t](?:-diff|binary|linguist-generated)(?![-\w])[^\n]*$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Tampering:
    """Reads every text file, whatever its language."""

    @property
    def name(self) -> str:
        """The tool's name."""
        return OWN_CHECKS

    def scan(self, trees: Sequence[Sequence[SourceFile]]) -> Sequence[Scan]:
        """Check the files of `trees`. Nothing is skipped: any text can be looked at."""
        return [
            Scan(
                findings=tuple(finding for file in tree for finding in check(file)),
                covered=frozenset((OWN_CHECKS, file.path) for file in tree),
                tools=(Tool(OWN_CHECKS, __version__),),
            )
            for tree in trees
        ]


def check(file: SourceFile) -> tuple[Finding, ...]:
    """Return what is to be said of `file`: of each kind, one finding per line, the worst."""
    language = language_of(file.path)
    lines = split_lines(file.text)
    starts = list(accumulate(map(len, lines), initial=0))[: max(len(lines), 1)]
    worst: dict[tuple[str, int], Mark] = {}
    for mark in _marks(file, language):
        place = mark.rule_id, bisect_right(starts, mark.start)
        if mark.severity > worst.setdefault(place, mark).severity:
            worst[place] = mark
    return tuple(_finding(file, lines, starts, mark) for mark in worst.values())


def _marks(file: SourceFile, language: Language | None) -> Iterator[Mark]:
    yield from _names(file)
    if not file.path.endswith(_TRANSLATIONS):
        yield from disguises(file.text, language)
    if language is Language.PYTHON:
        yield from _cookie(file.text)
    if language is not None:
        yield from suppressions(file.text, language)
    yield from _settings(file)


def _names(file: SourceFile) -> Iterator[Mark]:
    if has_hidden_characters(file.path):
        yield Mark("disguised-path", 0, 0, "The name of this file holds characters that cannot be seen.")
    if file.path.rpartition("/")[2] in _HOOKS:
        message = "Python runs a file of this name by itself, in every process that finds it on its path."
        yield Mark("interpreter-hook", 0, 0, message, Severity.MEDIUM, (427,))


def _cookie(text: str) -> Iterator[Mark]:
    """Look for a declared encoding that makes Python read other code: https://peps.python.org/pep-0263/."""
    start = 0
    for line in re.findall(r"[^\r\n]*(?:\r\n|\r|\n)", text + "\n")[:2]:
        found = _COOKIE.match(line.removeprefix("\ufeff"))
        if found and not _reads_the_same(text, found[1]):
            message = "Python reads this file in another encoding than reviewers and scanners do, and so other code."
            yield Mark("disguised-encoding", start, start + len(line.rstrip("\r\n")), message, cwe=(838,))
        start += len(line)


def _reads_the_same(text: str, encoding: str) -> bool:
    try:
        return text.encode().decode(encoding) == text
    except (LookupError, UnicodeError, ValueError):
        return False


def _settings(file: SourceFile) -> Iterator[Mark]:
    name = file.path.rpartition("/")[2]
    message = "This configures a scanner to leave something out. It has no effect on this review."
    if name in _CONFIGURATION and file.text.strip():
        yield Mark("scanner-configuration", 0, 0, message, Severity.MEDIUM, (693,))
    if name in _SECTION_FILES:
        for found in _BANDIT_SECTION.finditer(file.text):
            yield Mark("scanner-configuration", *found.span(), message, Severity.MEDIUM, (693,))
    if name == ".gitattributes":
        for found in _HIDING_ATTRIBUTE.finditer(file.text):
            if _may_be_code(found[1]):
                message = "This hides changes of code from those who look at a diff. It has no effect on this review."
                yield Mark("hidden-from-review", *found.span(), message, Severity.MEDIUM, (693,))


def _may_be_code(pattern: str) -> bool:
    """Say whether a pattern of .gitattributes can match a file with code in it: `*.py`, `src/**`, but not `*.png`."""
    name = pattern.rpartition("/")[2]
    return language_of(name.replace("*", "a")) is not None or name.strip("*.") == ""


def _finding(file: SourceFile, lines: Sequence[str], starts: Sequence[int], mark: Mark) -> Finding:
    line = bisect_right(starts, mark.start)
    column = mark.start - starts[line - 1] + 1
    text = lines[line - 1].rstrip("\r\n") if lines else ""
    return Finding(
        tool=OWN_CHECKS,
        rule_id=mark.rule_id,
        message=mark.message,
        severity=mark.severity,
        confidence=Severity.HIGH,
        path=file.path,
        region=Region(line, line, column, column + mark.end - mark.start),
        snippet=text,
        cwe=mark.cwe,
    )
