"""Reads what would be posted as GitHub would, and applies it: it knows nothing of verdicts or the gate."""

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt

from reviewbot.change import Change, ChangedFile, Hunk, Line, SourceFile
from reviewbot.review import Review

_OURS = {"<details><summary>What was scanned</summary>\n", "</details>", "</details>\n"}
_LINK = "https://cwe.mitre.org/data/definitions/"
_REFERENCE = re.compile(r"@\w|#\d|\bGH-\d|https?://|www\.\w|^/\w", re.MULTILINE)


@dataclass(frozen=True)
class Posted:
    """One click's worth: the lines `start` to `end` of `path` become `code`."""

    path: str
    start: int
    end: int
    code: str


def added(path: str, text: str) -> ChangedFile:
    """A new file, all of which can be commented on."""
    lines = text.removesuffix("\n").split("\n")
    hunk = Hunk(tuple(Line(line, None, number) for number, line in enumerate(lines, start=1)))
    return ChangedFile(path, None, text, (hunk,))


def posted(review: Review) -> list[Posted]:
    """Return the suggestions that stand in the comments of `review`, at most one in each."""
    found = []
    for comment in review.comments:
        tokens = MarkdownIt("commonmark").enable("table").parse(comment.body)
        blocks = [token for token in tokens if token.type == "fence" and token.info.startswith("suggestion")]
        assert len(blocks) <= 1
        found += [Posted(comment.path, comment.start_line, comment.line, block.content) for block in blocks]
    return found


def taken_over(change: Change, suggestion: Posted) -> SourceFile:
    """Do what GitHub does when somebody clicks."""
    (old,) = (file.new for file in change.files if file.path == suggestion.path)
    lines = old.split("\n")
    before, after = lines[: suggestion.start - 1], lines[suggestion.end :]
    code = suggestion.code.removesuffix("\n").split("\n") if suggestion.code else []
    return SourceFile(suggestion.path, "\n".join([*before, *code, *after]))


def assert_harmless(review: Review) -> None:
    """Nothing that a model wrote became markup, a link, a mention or a command, and every fence holds."""
    for text in (review.body, *(comment.body for comment in review.comments)):
        outer = MarkdownIt("commonmark").enable("table").parse(text)
        tokens = [token for one in outer for token in (one, *(one.children or ()))]
        assert {token.content for token in tokens if token.type.startswith("html")} <= _OURS
        assert not [token for token in tokens if token.type == "image"]
        links = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
        assert all(re.fullmatch(rf"{_LINK}\d{{1,4}}\.html", link) for link in links), links
        plain = "\n".join(token.content for token in tokens if token.type in {"text", "text_special"})
        assert not _REFERENCE.search(plain), plain
        fences = [token for token in outer if token.type == "fence"]
        for fence in fences:
            runs = [len(run) for run in re.findall(r"^ {0,3}(`{3,})", fence.content, re.MULTILINE)]
            assert max(runs, default=0) < len(fence.markup)
        written = sum(text.count(f"{fence.markup}{fence.info}\n") for fence in fences)
        assert written >= len(fences)
        if fences:
            assert outer[-1].type != "fence"
        assert not re.search(r"^\s*/\w", text, re.MULTILINE)
