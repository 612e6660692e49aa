"""Draws the README's picture: the terminal report of a real review. `make picture` runs it.

The change under review is the demo's, cut to two of its pages so that the picture fits a screen.
"""

import re
import tempfile
from io import StringIO
from pathlib import Path

from rich.console import Console, RenderableType

from reviewbot.cli.demo import build_repository
from reviewbot.git import LocalRepository
from reviewbot.pipeline import review_change
from reviewbot.policy import Policy
from reviewbot.reports import terminal
from reviewbot.scanners.installed import default_scanners
from reviewbot.scanners.rulepack import bundled_rules, load_pack

TARGET = Path(__file__).parent / "images" / "review.svg"
LEFT_OUT = ('@app.get("/report")', '@app.post("/wake")')
WEB_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def main() -> None:
    """Review the change and write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        repository = Path(folder)
        build_repository(repository)
        app = repository / "app.py"
        pages = app.read_text("utf-8").split("\n\n\n")
        app.write_text("\n\n\n".join(page for page in pages if not page.startswith(LEFT_OUT)) + "\n", "utf-8")
        (repository / "server.js").unlink()
        change = LocalRepository(repository).change("main", "worktree")
        scanners = default_scanners(load_pack(bundled_rules()))
        review = review_change(change, scanners=scanners, generator=None, policy=Policy())
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(picture(terminal.report(review), "reviewbot review"), "utf-8")


def picture(drawn: RenderableType, title: str, width: int = 100) -> str:
    """Return `drawn` as SVG. It loads nothing from elsewhere, so the same input gives the same picture anywhere."""
    console = Console(record=True, file=StringIO(), width=width, force_terminal=True, color_system="truecolor")
    console.print(drawn)
    return WEB_FONTS.sub("", console.export_svg(title=title, unique_id="review"))


if __name__ == "__main__":
    main()
