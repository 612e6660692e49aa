"""The pages and who may see them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import parse_qs, urlencode

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from reviewbot.dashboard import words
from reviewbot.dashboard.chart import MAX_WEEKS, chart
from reviewbot.dashboard.github_door import GitHubDoor, SignIn
from reviewbot.dashboard.pages import HEADERS, Pages
from reviewbot.dashboard.session import Sessions, from_own_page
from reviewbot.errors import UnavailableError
from reviewbot.ledger import Ledger
from reviewbot.ledger.overview import PAGE
from reviewbot.ledger.seal import seal_of
from reviewbot.ledger.statistics import WEEK_SECONDS
from reviewbot.ledger.view import Filter
from reviewbot.settings import ReceiverSettings

HOME = "/dashboard"
MAX_FORM_BYTES = 2_000
MAX_DIGITS = 9
RECENT = 6

_SEE_OTHER, _FORBIDDEN, _NOT_FOUND = 303, 403, 404

log = structlog.get_logger()


def dashboard_routes(settings: ReceiverSettings, ledger: Ledger, github: SignIn | None = None) -> Sequence[BaseRoute]:
    """Return the pages; none where nobody could sign in, by token or with `github`."""
    if settings.dashboard_token is None and github is None:
        return ()
    sessions = Sessions(settings.dashboard_token, secret=settings.github_client_secret if github else None)
    desk = _Desk(settings, ledger, sessions, Pages(token=settings.dashboard_token is not None, github=bool(github)))
    return (
        *(() if github is None else GitHubDoor(github, sessions, desk.told).routes(f"{HOME}/github")),
        Route(HOME, desk.guarded(desk.overview)),
        Route(f"{HOME}/reviews", desk.guarded(desk.reviews)),
        Route(f"{HOME}/reviews/{{row:int}}", desk.guarded(desk.review)),
        Route(f"{HOME}/sign-in", desk.sign_in, methods=["GET", "POST"]),
        Route(f"{HOME}/sign-out", desk.sign_out, methods=["POST"]),
        Route(f"{HOME}/style.css", desk.style),
    )


class _Desk:
    def __init__(self, settings: ReceiverSettings, ledger: Ledger, sessions: Sessions, pages: Pages) -> None:
        self._settings = settings
        self._ledger = ledger
        self._sessions = sessions
        self._pages = pages
        self._seal = seal_of(settings.diff_key)

    def guarded(self, show: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
        """Return a page that only those see who are signed in. It asks the ledger in a thread of its own."""

        async def page(request: Request) -> Response:
            if not self._sessions.knows(request):
                return RedirectResponse(f"{HOME}/sign-in", _SEE_OTHER, HEADERS)
            try:
                return await run_in_threadpool(show, request)
            except UnavailableError as error:
                return self.told("The ledger is away", str(error), 503)

        return page

    def overview(self, _request: Request) -> Response:
        """Show health, the share flagged, what was withheld, and the newest reviews."""
        figures = self._ledger.statistics(self._ledger.now() - MAX_WEEKS * WEEK_SECONDS)
        queue = self._ledger.queue_state()
        pulls, total = self._ledger.pulls(Filter())
        late = (queue.oldest_waiting_seconds or 0.0) > self._settings.max_waiting_seconds
        return self._pages.page(
            "overview",
            here="overview",
            queue=queue,
            late=late,
            budget=self._ledger.tightest_budget(),
            figures=figures,
            chart=chart(figures.weeks),
            weeks=MAX_WEEKS,
            pulls=pulls[:RECENT],
            total=total,
        )

    def reviews(self, request: Request) -> Response:
        """Show one page of pull requests."""
        asked = request.query_params
        wanted = Filter(
            state=_one_of(asked.get("state", ""), words.STATES),
            conclusion=_one_of(asked.get("conclusion", ""), words.CONCLUSIONS),
            text=asked.get("repository", "").strip()[:100],
        )
        page = _number(asked.get("page", "1"))
        pulls, total = self._ledger.pulls(wanted, page)
        told = {"state": wanted.state, "conclusion": wanted.conclusion, "repository": wanted.text}
        chosen = urlencode({name: value for name, value in told.items() if value})
        pages = max(1, -(-total // PAGE))
        return self._pages.page(
            "reviews", here="reviews", pulls=pulls, total=total, wanted=wanted, page=page, pages=pages, chosen=chosen
        )

    def review(self, request: Request) -> Response:
        """Show one pull request, with the run that is asked for or else its newest."""
        pull = self._ledger.pull(min(request.path_params["row"], 2**62))
        if pull is None:
            return self.told("Not found", "There is no such review, or its installation was removed.", _NOT_FOUND)
        runs = self._ledger.runs(pull.row_id)
        asked = _number(request.query_params.get("run", "0"), least=0)
        run_id = asked if asked in {run_id for run_id, *_ in runs} else pull.run_id
        run = None if run_id is None else self._ledger.run(run_id)
        url = words.pull_url(self._settings.web_url, pull.repository, pull.number)
        posted = run is not None and run.review_id is not None
        return self._pages.page(
            "review",
            here="reviews",
            pull=pull,
            runs=runs,
            run=run,
            findings={finding.fingerprint: finding for finding in run.findings} if run else {},
            diffs=self._diffs(run.row_id) if run else {},
            diffs_kept=self._seal is not None,
            pull_url=url,
            review_url=f"{url}#pullrequestreview-{run.review_id}" if run is not None and posted else "",
        )

    def _diffs(self, run_id: int) -> dict[str, str | None]:
        """Return the diffs of a run that are kept, by the hash of their edits. None: sealed with another key."""
        if self._seal is None:
            return {}
        return {name: self._seal.open(sealed) for name, sealed in self._ledger.sealed_diffs(run_id).items()}

    async def sign_in(self, request: Request) -> Response:
        """Ask for the token, or take it."""
        if request.method != "POST":
            return self._pages.page("sign_in", here="", wrong=False)
        if not from_own_page(request):
            return self.told("Not from here", "That form was not sent from this page.", _FORBIDDEN)
        if not self._sessions.is_token(await _field(request, "token", self._settings.body_seconds)):
            log.warning("dashboard.refused", address=request.client.host if request.client else "")
            return self._pages.page("sign_in", _FORBIDDEN, here="", wrong=True)
        log.info("dashboard.signed_in", address=request.client.host if request.client else "")
        response = RedirectResponse(HOME, _SEE_OTHER, HEADERS)
        self._sessions.begin(response)
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        response = RedirectResponse(f"{HOME}/sign-in", _SEE_OTHER, HEADERS)
        if from_own_page(request):
            self._sessions.end(response)
        return response

    async def style(self, _request: Request) -> Response:
        """Show the style sheet."""
        return self._pages.style()

    def told(self, title: str, sentence: str, status: int) -> Response:
        """Return a page that says one thing."""
        return self._pages.page("message", status, here="", title=title, sentence=sentence)


async def _field(request: Request, name: str, seconds: float) -> str:
    """Return a field of a small form; empty if the form is none, or does not arrive in time."""
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_FORM_BYTES:
                    return ""
    except (TimeoutError, ClientDisconnect):
        return ""
    fields = parse_qs(body.decode("ascii", "replace"), max_num_fields=4) if body.count(b"&") < 4 else {}  # noqa: PLR2004  as many as are parsed
    return fields.get(name, [""])[0]


def _one_of(given: str, known: dict[str, str]) -> str:
    return given if given in known else ""


def _number(given: str, least: int = 1) -> int:
    """Return a number from an address; what is none counts as the least."""
    plain = given.isascii() and given.isdecimal() and len(given) <= MAX_DIGITS
    return max(least, int(given)) if plain else least
