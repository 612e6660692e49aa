"""Draws a terminal report as an SVG picture for the README, from the output of a real review.

from docs.picture import picture
Path("docs/review.svg").write_text(picture(terminal.report(review), "reviewbot review"), "utf-8")
"""

import re
from io import StringIO

from rich.console import Console, RenderableType

WEB_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def picture(drawn: RenderableType, title: str, width: int = 100) -> str:
    """Return `drawn` as SVG. It loads nothing from elsewhere, so the same input gives the same picture anywhere."""
    console = Console(record=True, file=StringIO(), width=width, force_terminal=True, color_system="truecolor")
    console.print(drawn)
    return WEB_FONTS.sub("", console.export_svg(title=title, unique_id="review"))
