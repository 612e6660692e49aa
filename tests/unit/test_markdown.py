"""What other people wrote, rendered by markdown-it with GitHub's extensions switched on: it stays text."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reviewbot.markdown import cell, code_span, fence, plain, prose
from reviewbot.visible import visible

HOSTILE = [
    "@org/all",
    "![x](http://evil.example/p.png)",
    "](http://evil.example)",
    "[a]: http://evil.example",
    "https://evil.example",
    "www.evil.example",
    "<img src=x onerror=alert(1)>",
    "</details><script>",
    "&lt;b&gt; &#64;org",
    "#1 GH-1 a/b#1 a/b@0123456789abcdef0123456789abcdef01234567",
    "/reviewbot approve",
    "line\n/deploy prod",
    "```\n@org/all\n```",
    "`` ` ``` @org/all",
    "a `b` @org/all `c`",
    "x\n\n# heading\n\n- item\n\n| a | b |\n|---|---|",
    "a | b",
    "me@evil.example mailto:me@evil.example",
    ":shipit:",
    "\x1b]8;;http://evil.example\x07click\x1b]8;;\x07",
    "\u202eevil\u2066",
    "---",
    "===",
    "__0__ __init__",
    "- item",
    "1. item",
    "2) item",
    "+ x",
    "# x",
    "[^1] ^[x]",
    "*[a]: b",
    "$\\href{http://evil.example}{x}$",
    "*a* _b_ ~~c~~ \\",
]
HARMLESS = {"paragraph_open", "paragraph_close", "inline", "text", "code_inline", "text_special"}
REFERENCES = re.compile(
    r"@[\w]|#\d|\bGH-\d|https?://|www\.|mailto:\w|:[\w+-]+:|\b[0-9a-f]{7,40}\b(?=[^\w]|$)", re.IGNORECASE
)
texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=40),
    st.lists(
        st.sampled_from([*HOSTILE, "`", "``", "[", "](", ")", "@", "<", "\n", "|", "\\", "/", " "]), max_size=6
    ).map("".join),
)


def tokens(markdown: str) -> list[Token]:
    parsed = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    return [token for outer in parsed for token in (outer, *(outer.children or ()))]


def last(markdown: str) -> str:
    """Return the text of the last paragraph."""
    return [token for token in tokens(markdown) if token.type == "inline"][-1].content


def outside_code(markdown: str) -> str:
    return "".join(token.content for token in tokens(markdown) if token.type in ("text", "text_special"))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("function", [plain, prose, code_span])
def test_hostile_text_stays_text(text: str, function: object) -> None:
    assert callable(function)
    check(function(text))
    assert {token.type for token in tokens(f"text\n{function(text)}")} <= {*HARMLESS, "softbreak"}


def check(markdown: str) -> None:
    assert {token.type for token in tokens(markdown)} <= HARMLESS
    assert not REFERENCES.search(outside_code(markdown))
    assert not re.search(r"^\s*/", markdown, re.MULTILINE)
    assert "\n" not in markdown


@settings(deadline=None)
@given(texts)
def test_running_text_is_only_ever_text(text: str) -> None:
    check(plain(text))
    assert outside_code(plain(text)).replace("\u200b", "") == visible(" ".join(text.split()))


@settings(deadline=None)
@given(texts)
def test_prose_is_only_ever_text_and_code(text: str) -> None:
    check(prose(text))


@settings(deadline=None)
@given(texts)
def test_a_code_span_holds_all_of_its_text_and_nothing_else(text: str) -> None:
    spans = [token for token in tokens(code_span(text)) if token.type not in ("paragraph_open", "paragraph_close")]
    assert [token.type for token in spans] == ["inline", "code_inline"]
    assert spans[1].content.strip() == visible(text).strip()


@settings(deadline=None)
@given(texts, texts)
def test_a_cell_stays_in_its_column(one: str, other: str) -> None:
    table = f"| A | B |\n|---|---|\n| {cell(code_span(one))} | {cell(plain(other))} |\n\nafter"
    kinds = [token.type for token in tokens(table)]
    assert kinds.count("td_open") == 2
    assert kinds.count("tr_open") == 2
    assert last(table) == "after"


@settings(deadline=None)
@given(texts, st.sampled_from(["", "suggestion", "diff"]))
def test_a_fence_holds_its_code_and_closes_after_it(code: str, info: str) -> None:
    blocks = tokens(fence(code, info) + "\n\nafter")
    assert blocks[0].type == "fence"
    assert blocks[0].info == info
    lines = code.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    assert blocks[0].content == (lines if not lines or lines.endswith("\n") else lines + "\n")
    assert last(fence(code, info) + "\n\nafter") == "after"


def test_what_stands_between_back_ticks_is_code() -> None:
    assert prose("Use `a_b()`, not ``x`y`` (it_is bad).") == "Use `a_b()`, not ``x`y`` (it_is bad)."
