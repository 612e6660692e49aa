"""The set-up as an ASGI application: one person, one App, half an hour.

    GET /setup?token=T   T is taken once; a cookie takes its place
    GET /setup           the page that leads to GitHub; once the App is registered, what to do next
    GET /setup/done      where GitHub sends the browser, with a code and our state

Whoever has no cookie is told that nothing is here.
"""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hmac import compare_digest

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from reviewbot.errors import GitHubError, TransientError
from reviewbot.github.client import Server
from reviewbot.setup import page
from reviewbot.setup.keys import App, Folder, fetch_app
from reviewbot.setup.manifest import DONE_PATH, Registration

LIFETIME_SECONDS = 1_800.0
PATH = "/setup"
_COOKIE = "reviewbot-setup"
_KEY_BYTES = 32


class Setup:
    """Registers one App. `finished` is called when the last page was sent; `app` is then the new App.

    `link` is the address to open. It leads to the page once, and for half an hour.
    """

    def __init__(
        self, asked: Registration, folder: Folder, server: Server, clock: Callable[[], float] = time.time
    ) -> None:
        self.app: App | None = None
        self.finished: Callable[[], None] = lambda: None
        self._asked = asked
        self._folder = folder
        self._server = server
        self._clock = clock
        self.until = clock() + LIFETIME_SECONDS
        self._token = secrets.token_urlsafe(_KEY_BYTES)
        self._cookie: str | None = None
        self._state: str | None = None

    @property
    def link(self) -> str:
        """The address to open in a browser."""
        return f"{self._asked.page_url}{PATH}?token={self._token}"

    def application(self) -> Starlette:
        """Return the application."""
        routes = [Route(PATH, self._setup, methods=["GET"]), Route(DONE_PATH, self._done, methods=["GET"])]
        return Starlette(routes=routes)

    async def _setup(self, request: Request) -> Response:
        if "token" in request.query_params:
            return self._admit(request.query_params["token"])
        if not self._admitted(request):
            return self._nothing()
        if self.app is not None:
            self._cookie = None
            self.finished()
            return self._shown(page.done_page(self.app, self._asked, self._folder))
        self._state = secrets.token_urlsafe(_KEY_BYTES)
        until = datetime.fromtimestamp(self.until, UTC).strftime("%H:%M UTC")
        return self._shown(page.registration_page(self._asked, self._folder, self._state, until))

    def _admit(self, token: str) -> Response:
        if self._over() or not self._token or not compare_digest(token.encode(), self._token.encode()):
            return self._nothing()
        self._token, self._cookie = "", secrets.token_urlsafe(_KEY_BYTES)
        answer = RedirectResponse(PATH, 303, headers=self._headers)
        encrypted = self._asked.page_url.startswith("https:")
        # Lax: GitHub sends the browser back to us, and the cookie comes with it.
        answer.set_cookie(_COOKIE, self._cookie, path=PATH, secure=encrypted, httponly=True, samesite="lax")
        return answer

    def _admitted(self, request: Request) -> bool:
        given = request.cookies.get(_COOKIE, "")
        return not self._over() and self._cookie is not None and compare_digest(given.encode(), self._cookie.encode())

    def _over(self) -> bool:
        return self._clock() > self.until

    async def _done(self, request: Request) -> Response:
        state = request.query_params.get("state", "")
        if not self._admitted(request):
            return self._nothing()
        expected, self._state = self._state, None  # it is good for one answer of GitHub's
        if expected is None or not compare_digest(state.encode(), expected.encode()):
            return self._trouble("Not registered", "This answer is not the one that was waited for.", 403)
        try:
            app = await run_in_threadpool(fetch_app, self._server, request.query_params.get("code", ""))
        except (GitHubError, TransientError) as error:
            return self._trouble("Not registered", f"{error} If GitHub lists the App, delete it there.", 502)
        try:
            await run_in_threadpool(self._folder.keep, app, self._asked)
        except OSError as error:
            said = f"The keys could not be written ({error.strerror}). Delete the App {app.slug} on GitHub."
            return self._trouble("The keys are lost", said, 500)
        self.app = app
        return RedirectResponse(PATH, 303, headers=self._headers)

    @property
    def _headers(self) -> dict[str, str]:
        return page.headers(self._asked.github_url)

    def _shown(self, text: str, status: int = 200) -> Response:
        return HTMLResponse(text, status, headers=self._headers)

    def _trouble(self, heading: str, sentence: str, status: int) -> Response:
        return self._shown(page.trouble_page(heading, sentence, again=True), status)

    def _nothing(self) -> Response:
        said = "The link is used up or too old. Run `reviewbot setup` again."
        return self._shown(page.trouble_page("Nothing is here", said), 404)
