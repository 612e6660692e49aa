"""Pages from templates, with the headers that keep them to themselves."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from reviewbot import __version__
from reviewbot.dashboard import words
from reviewbot.dashboard.chart import LITERATURE_SHARE

_TEMPLATES = Path(__file__).parent / "templates"

HEADERS = {
    # No script at all, from nowhere; styles from our own address only; no frame around us; forms go to us alone.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html"""


class Pages:
    """Renders templates. Whatever they are given is escaped."""

    def __init__(self, *, token: bool = True, github: bool = False) -> None:
        """`token` and `github` are the ways to sign in."""
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            by_token=token, by_github=github, version=__version__, literature=LITERATURE_SHARE, words=words
        )
        self._style = (_TEMPLATES / "style.css").read_text("utf-8")

    def page(self, name: str, status: int = 200, **shown: Any) -> HTMLResponse:
        """Return a page."""
        return HTMLResponse(self._templates.get_template(f"{name}.html").render(shown), status, HEADERS)

    def style(self) -> Response:
        """Return the style sheet, which everybody may see."""
        return Response(self._style, headers=HEADERS, media_type="text/css")
