"""Draws the picture of a review as it reads on a pull request: real comments of a real review, in a real browser.

The Markdown is rendered as CommonMark with tables; a suggestion is drawn as the difference that GitHub makes of it.
"""

import html
import sys
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from reviewbot.change import Change, split_lines
from reviewbot.cli.demo import build_repository
from reviewbot.git import LocalRepository
from reviewbot.pipeline import review_change
from reviewbot.policy import Policy
from reviewbot.review import Comment, Review
from reviewbot.scanners.installed import default_scanners
from reviewbot.scanners.rulepack import bundled_rules, load_pack
from tests.setup.browser import find_chromium, open_browser

TARGET = Path(__file__).parent / "images" / "comment.png"
WIDTH = 780
SHOWN = 1
STYLE = """
:root { color-scheme: light; font: 14px/1.5 system-ui, sans-serif; color: #1f2328; }
body { margin: 24px; background: #fff; }
article { border: 1px solid #d1d9e0; border-radius: 6px; margin: 0 0 16px 52px; position: relative; }
article::before { content: "rb"; position: absolute; left: -52px; width: 38px; height: 38px; border-radius: 50%;
  background: #33475b; color: #fff; font-weight: 600; line-height: 38px; text-align: center; }
header { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0; padding: 8px 16px;
  color: #59636e; }
header b { color: #1f2328; }
header .bot { border: 1px solid #d1d9e0; border-radius: 2em; padding: 0 6px; font-size: 12px; }
header code { background: none; padding: 0; }
.body { padding: 12px 16px 4px; } p, ul, table { margin: 0 0 12px; } a { color: #0969da; }
code { background: #818b981f; border-radius: 6px; padding: .2em .4em; font: 85% ui-monospace, monospace; }
table { border-collapse: collapse; } td, th { text-align: left; border: 1px solid #d1d9e0; padding: 5px 12px; }
pre { margin: 0; font: 12px/20px ui-monospace, monospace; white-space: pre-wrap; }
pre code { background: none; padding: 0; font: inherit; }
.code, .suggestion { border: 1px solid #d1d9e0; border-radius: 6px; margin: 0 0 12px; overflow: hidden; }
.code { background: #f6f8fa; padding: 8px 12px; }
.suggestion > div { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; padding: 5px 12px; font-size: 12px;
  color: #59636e; }
.old { background: #ffebe9; } .new { background: #dafbe1; } .old, .new { padding: 0 12px; }
details { margin: 0 0 12px; }
"""


def main() -> None:
    """Review the demo's change and write the picture."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("There is no chromium. tools/install-services installs it.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "repository").mkdir()
        build_repository(folder / "repository")
        change = LocalRepository(folder / "repository").change("main", "add-pages")
        scanners = default_scanners(load_pack(bundled_rules()))
        review = review_change(change, scanners=scanners, generator=None, policy=Policy())
        page = folder / "page.html"
        page.write_text(drawn(review, change), "utf-8")
        with open_browser(chromium, folder / "chromium") as browser:
            browser.open(page.as_uri())
            TARGET.write_bytes(browser.picture(WIDTH))


def drawn(review: Review, change: Change) -> str:
    """Return the page: what the review says as a whole, and the first comments of those with a suggestion."""
    told = sorted(review.comments, key=lambda comment: "```suggestion" not in comment.body)[:SHOWN]
    parts = [_article("left a review", review.body, [])]
    files = {file.path: split_lines(file.new) for file in change.files}
    for comment in sorted(told, key=lambda comment: (comment.path, comment.line)):
        lines = files[comment.path][(comment.start_line or comment.line) - 1 : comment.line]
        parts.append(_article(f"commented on <code>{html.escape(_place(comment))}</code>", comment.body, lines))
    return f"<!doctype html><meta charset=utf-8><title>A review</title><style>{STYLE}</style>{''.join(parts)}"


def _place(comment: Comment) -> str:
    start = comment.start_line or comment.line
    return f"{comment.path}:{comment.line}" if start == comment.line else f"{comment.path}:{start}-{comment.line}"


def _article(said: str, body: str, lines: list[str]) -> str:
    head = f"<header><b>reviewbot</b> <span class=bot>bot</span> {said}</header>"
    return f"<article>{head}<div class=body>{_markdown(lines).render(body)}</div></article>"


def _markdown(lines: list[str]) -> MarkdownIt:
    """Return a renderer for the comment on `lines`, which its suggestions replace."""
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")

    def fence(_self: RendererHTML, tokens: list[Token], index: int, *_: object) -> str:
        token = tokens[index]
        if token.info.strip() != "suggestion":
            return f"<div class=code><pre><code>{html.escape(token.content)}</code></pre></div>"
        rows = [("old", line) for line in lines] + [("new", line) for line in split_lines(token.content)]
        code = "".join(f'<pre class="{kind}">{html.escape(line.rstrip()) or " "}</pre>' for kind, line in rows)
        return f"<div class=suggestion><div>Suggested change</div>{code}</div>"

    markdown.add_render_rule("fence", fence)
    return markdown


if __name__ == "__main__":
    main()
