"""GitHub-flavoured Markdown with other people's text in it: the only place that knows what has to be escaped.

Whatever `text` holds, the result of these functions makes no link, image, HTML, mention or reference,
starts no line with a slash, and ends no block early. References that GitHub makes by itself are listed at
https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
"""

import re
from itertools import pairwise

from reviewbot.visible import visible

_PUNCTUATION = re.compile(r"[\\`*\[\]~|<>$]|(?<![^\W_])_|_(?![^\W_])")
_AT_LINE_START = re.compile(r"^(\d*)([#+\-=.)])")
"""Headings, lists, rules and underlines; no text of ours puts such a character first."""
_GAP = "&#8203;"
"""A space of no width: a backslash does not keep GitHub from linking, as it looks at the text once rendered."""
_REFERENCE = re.compile(
    r"""
    (?<=@) | (?<=\#)                       # @user, #123, owner/repo#123, user@commit, mail addresses
    | (?<=:)(?=//) | (?<=www)(?=\.)      # addresses
    | (?<=GH)(?=-\d)                     # GH-123
    | (?<=mailto:) | (?<=xmpp:)
    | (?<=:)(?=[\w+-]+:)                   # :emoji:
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COMMIT = re.compile(r"[0-9a-f]{7,}", re.IGNORECASE)
_QUOTED_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")


def plain(text: str) -> str:
    """Return `text` as running text that looks the way it is written."""
    spaced = " ".join(visible(part) for part in text.split())
    escaped = "".join(_escape(part) for part in _split(spaced))
    return f"&#47;{escaped[1:]}" if escaped.startswith("/") else _AT_LINE_START.sub(r"\1\\\2", escaped)


def _split(text: str) -> list[str]:
    """Cut `text` where GitHub would otherwise see a reference, with `_GAP` between the parts."""
    inside = {match.start() for match in _REFERENCE.finditer(text)}
    inside.update(cut for match in _COMMIT.finditer(text) for cut in range(match.start(), match.end(), 6))
    parts = [text[start:end] for start, end in pairwise(sorted({0, *inside, len(text)}))]
    return [piece for part in parts for piece in (_GAP, part)][1:]


def _escape(part: str) -> str:
    return part if part == _GAP else _PUNCTUATION.sub(r"\\\g<0>", part.replace("&", "&amp;"))


def prose(text: str) -> str:
    """Return `text` as running text in which what stands between back-ticks is code."""
    result, end = [], 0
    for match in _QUOTED_CODE.finditer(text):
        result += [_kept_spaces(text[end : match.start()]), code_span(match[2].strip())]
        end = match.end()
    return "".join((*result, _kept_spaces(text[end:]))).strip()


def _kept_spaces(text: str) -> str:
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() else ""
    return f"{before}{plain(text)}{after}" if text.strip() else before


def code_span(text: str) -> str:
    """Return `text` as code within a line, on one line."""
    shown = visible(text) or " "
    ticks = "`" * (_longest_run(shown) + 1)
    padding = " " if shown.startswith("`") or shown.endswith("`") or shown != shown.strip() else ""
    return f"{ticks}{padding}{shown}{padding}{ticks}"


def cell(markdown: str) -> str:
    """Return inline Markdown, such as `code_span` gives, fit for a cell of a table."""
    return re.sub(r"(?<!\\)((?:\\\\)*)\|", r"\1\\|", markdown)


def fence(code: str, info: str = "") -> str:
    """Return `code` as a block, letter for letter. `info` is the language, or GitHub's word `suggestion`."""
    ticks = "`" * max(3, _longest_run(code) + 1)
    body = code if not code or code.endswith("\n") else code + "\n"
    return f"{ticks}{info}\n{body}{ticks}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
