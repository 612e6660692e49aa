"""Signing in with the operators' token: a cookie that says until when, and proves that we wrote it."""

import hashlib
import hmac
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

COOKIE = "__Host-reviewbot"
"""Browsers take a cookie of such a name only with Secure, for this host alone, and for all of its paths."""
VALID_SECONDS = 8 * 3600


class Sessions:
    """Knows who is signed in, without keeping anything: another token or client secret ends all sessions.

    Without a `token`, `secret` is what sessions are signed with, and only GitHub opens them.
    """

    def __init__(
        self, token: SecretStr | None, clock: Callable[[], float] = time.time, secret: SecretStr | None = None
    ) -> None:
        self._token = None if token is None else token.get_secret_value().encode()
        signing = b"\0".join(one.get_secret_value().encode() for one in (token, secret) if one is not None)
        if not signing:
            raise ValueError("Sessions need something secret.")
        self._key = hmac.digest(signing, b"reviewbot dashboard session", hashlib.sha256)
        self._clock = clock

    def knows(self, request: Request) -> bool:
        """Say whether the request comes from somebody who signed in, or carries the token itself."""
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return self.is_token(given)
        until, _, proof = request.cookies.get(COOKIE, "").partition(".")
        if not (until.isascii() and until.isdecimal() and len(until) < len("99999999999")):
            return False
        return hmac.compare_digest(proof.encode(), self._proof(until).encode()) and self._clock() < int(until)

    def is_token(self, given: str) -> bool:
        """Say whether `given` is the token, in the same time whatever it is."""
        return self._token is not None and hmac.compare_digest(
            hashlib.sha256(given.encode("utf-8", "replace")).digest(), hashlib.sha256(self._token).digest()
        )

    def begin(self, response: Response) -> None:
        """Sign in whoever gets `response`."""
        until = str(int(self._clock()) + VALID_SECONDS)
        self._set(response, f"{until}.{self._proof(until)}", VALID_SECONDS)

    def end(self, response: Response) -> None:
        """Sign out whoever gets `response`."""
        self._set(response, "", 0)

    def _set(self, response: Response, value: str, seconds: int) -> None:
        response.set_cookie(COOKIE, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="strict")

    def _proof(self, until: str) -> str:
        return hmac.new(self._key, until.encode(), hashlib.sha256).hexdigest()


def from_own_page(request: Request) -> bool:
    """Say whether a form was sent from one of our own pages, by what every browser tells of it."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
