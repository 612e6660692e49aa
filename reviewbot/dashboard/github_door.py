"""Signing in at the dashboard with GitHub. Who asks GitHub is handed in: the receiver itself asks it nothing."""

import hmac
import secrets
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from reviewbot.dashboard.pages import HEADERS
from reviewbot.dashboard.session import Sessions
from reviewbot.errors import GitHubError, TransientError

STATE_COOKIE = "__Host-reviewbot-state"
STATE_SECONDS = 600
MAX_ASKING = 4
"""So many may be asked about at once: anybody can come back from GitHub, and deliveries need the same threads."""

_SEE_OTHER, _FORBIDDEN, _BAD_GATEWAY, _UNAVAILABLE = 303, 403, 502, 503

log = structlog.get_logger()


class SignIn(Protocol):
    """GitHub, as far as signing in goes."""

    def address(self, state: str) -> str:
        """Return where to send the browser."""

    def admits(self, code: str) -> str | None:
        """Return the login of whoever came back with `code`, None if they may not come in.

        Raises:
            GitHubError, TransientError: GitHub does not say.
        """


class GitHubDoor:
    """Sends people to GitHub, and lets in those that it knows and we want."""

    def __init__(self, github: SignIn, sessions: Sessions, told: Callable[[str, str, int], Response]) -> None:
        self._github = github
        self._sessions = sessions
        self._told = told
        self._asking = 0

    def routes(self, path: str) -> Sequence[Route]:
        """Return the pages at `path`. GitHub sends people back to `path`/callback."""
        return (Route(path, self.leave), Route(f"{path}/callback", self.come_back))

    async def leave(self, _request: Request) -> Response:
        """Send the browser to GitHub, with a number that only it knows."""
        state = secrets.token_urlsafe(32)
        response = RedirectResponse(self._github.address(state), _SEE_OTHER, HEADERS)
        # Lax, not strict: the browser comes back from another site.
        response.set_cookie(
            STATE_COOKIE, state, max_age=STATE_SECONDS, path="/", secure=True, httponly=True, samesite="lax"
        )
        return response

    async def come_back(self, request: Request) -> Response:
        """Let in whoever GitHub vouches for, if they are among those who may."""
        kept, given = request.cookies.get(STATE_COOKIE, ""), request.query_params.get("state", "")
        if not kept or not hmac.compare_digest(kept.encode(), given.encode("utf-8", "replace")):
            return self._told("Not from here", "That was not begun in this browser. Sign in again.", _FORBIDDEN)
        if self._asking >= MAX_ASKING:
            return self._told("Later", "Too many people sign in right now. Try again in a minute.", _UNAVAILABLE)
        self._asking += 1
        try:
            login = await run_in_threadpool(self._github.admits, request.query_params.get("code", ""))
        except (GitHubError, TransientError) as error:
            return self._told("Not signed in", str(error), _BAD_GATEWAY)
        finally:
            self._asking -= 1
        if login is None:
            log.warning("dashboard.refused", address=request.client.host if request.client else "")
            return self._told("Not signed in", "You are not among those who may see this page.", _FORBIDDEN)
        log.info("dashboard.signed_in", login=login)
        # Our cookie is for our own pages only, and the browser still counts this one as GitHub's doing: a page of
        # ours has to lead on.
        response = self._told("Signed in", f"You are signed in as {login}.", 200)
        response.delete_cookie(STATE_COOKIE, path="/", secure=True, httponly=True, samesite="lax")
        self._sessions.begin(response)
        return response
