"""One request to a model server and the reading of its answer, which ends whatever the server does."""

import asyncio
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum

import httpx
from pydantic import SecretStr

from reviewbot import __version__
from reviewbot.generators.dialect import Request, UnreadableError
from reviewbot.generators.reading import Reading

ATTEMPTS = 2
FIRST_PAUSE_SECONDS = 0.25
MAX_PAUSE_SECONDS = 30.0
"""A server that asks to be left alone for longer is: the review goes on without it."""

_OK = 200
_REFUSALS = {
    400: "refused the request as wrong, or too long for the model",
    413: "refused the request as too long",
    422: "refused the request as wrong",
}
_CLOSED = {
    401: "does not accept the API key",
    402: "wants to be paid first",
    403: "does not let this API key use the model",
    404: "has no such model, or no chat at this address",
    405: "has no chat at this address",
    501: "has no chat at this address",
}
_BUSY = {408, 409, 425, 429}
_FIRST_SERVER_ERROR = 500


class Scope(StrEnum):
    """What a failure speaks of: this prompt alone, this request, or all requests to the server."""

    PROMPT = "prompt"
    REQUEST = "request"
    SERVER = "server"


class ExchangeError(Exception):
    """There is no answer. The text says what the server did, and quotes nothing of what it sent."""

    def __init__(self, what: str, scope: Scope = Scope.REQUEST) -> None:
        super().__init__(what)
        self.scope = scope


class _AgainError(Exception):
    """It is worth another try, after so many seconds."""

    def __init__(self, what: str, pause: float, scope: Scope = Scope.REQUEST) -> None:
        super().__init__(what)
        self.pause = pause
        self.scope = scope


@dataclass(frozen=True, slots=True)
class Line:
    """The way to a server: connections that are kept, the key, and how many requests are sent at once."""

    http: httpx.AsyncClient
    key: SecretStr | None
    at_once: asyncio.Semaphore

    async def ask(self, request: Request, *, fenced: bool) -> Reading:
        """Send `request` and read the answer. To generate twice does no harm, so it is tried again where that helps.

        A connection that is kept may have been cut in the meantime: servers do so after an error of their own.
        The caller says how long all of it may take.

        Raises:
            ExchangeError: there is no answer.
        """
        for attempt in range(ATTEMPTS):
            try:
                return await self._once(request, fenced=fenced)
            except _AgainError as error:
                if attempt + 1 == ATTEMPTS or error.pause > MAX_PAUSE_SECONDS:
                    raise ExchangeError(str(error), error.scope) from None
                await asyncio.sleep(error.pause)
        raise AssertionError

    async def _once(self, request: Request, *, fenced: bool) -> Reading:
        reading = Reading(fenced=fenced)
        try:
            async with self.http.stream(
                "POST", request.url, content=request.body, headers=self._headers(), follow_redirects=False
            ) as response:
                _check(response)
                async for data in response.aiter_raw():
                    reading.feed(data)
                    if reading.over:
                        break
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise _AgainError(
                "cannot be reached, or its certificate is not trusted", FIRST_PAUSE_SECONDS, Scope.SERVER
            ) from None
        except httpx.TransportError:
            raise _AgainError("cut the connection", 0.0) from None
        except UnreadableError as error:
            raise ExchangeError(f"sent {error}") from None
        return _ended(reading)

    def _headers(self) -> dict[str, str]:
        headers = {
            "Accept": "text/event-stream, application/x-ndjson, application/json",
            # A few compressed bytes can be gigabytes.
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
            "User-Agent": f"reviewbot/{__version__}",
        }
        return headers | ({} if self.key is None else {"Authorization": f"Bearer {self.key.get_secret_value()}"})


def _ended(reading: Reading) -> Reading:
    try:
        reading.end()
    except UnreadableError as error:
        raise _AgainError(f"sent {error}", FIRST_PAUSE_SECONDS) from None
    return reading


def _check(response: httpx.Response) -> None:
    status = response.status_code
    if status in _BUSY or (status >= _FIRST_SERVER_ERROR and status not in _CLOSED):
        raise _AgainError(f"answers with status {status}", _pause(response.headers.get("retry-after")))
    if status in _REFUSALS:
        raise ExchangeError(_REFUSALS[status], Scope.PROMPT)
    if response.has_redirect_location:
        # Wherever that is, neither key nor code is meant for it.
        raise ExchangeError("sends us to another address; set the one that is meant", Scope.SERVER)
    if status != _OK:
        raise ExchangeError(_CLOSED.get(status, f"answers with status {status}"), Scope.SERVER)
    if response.headers.get("content-type", "").startswith("text/html"):
        raise ExchangeError("sent a web page; set the address under which its chat is", Scope.SERVER)
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ExchangeError("sent compressed data that was not asked for")


def _pause(retry_after: str | None) -> float:
    """Return for how many seconds a server asks, in either form that HTTP has for it."""
    if retry_after is None:
        return FIRST_PAUSE_SECONDS
    if retry_after.isascii() and retry_after.isdecimal():
        return float(retry_after[:9])
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (ValueError, OverflowError, OSError):
        return FIRST_PAUSE_SECONDS
