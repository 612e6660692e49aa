"""The way each request to GitHub takes: PyGithub's objects above, one transport below.

PyGithub repeats requests that are not safe to repeat, sleeps through rate limits inside of a worker, and has no
limit for an answer as a whole. `Connection` is its requester with that part replaced.
"""

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, override

import httpx
from github.Repository import Repository
from github.Requester import Requester

from reviewbot import __version__
from reviewbot.errors import GitHubError, RateLimitedError, UnavailableError
from reviewbot.github.answers import (
    FIRST_BAD_STATUS,
    failure,
    graphql_failure,
    unclear,
)
from reviewbot.github.limits import Budget, Gate

API_VERSION = "2022-11-28"
CONNECT_TIMEOUT_SECONDS = 10.0
READ_TIMEOUT_SECONDS = 30.0
ANSWER_TIMEOUT_SECONDS = 60.0
"""For the body of an answer as a whole: a byte each second is never too slow for the time-out of a single read."""
MAX_ANSWER_BYTES = 32_000_000
"""More than the largest tree that GitHub lists (7 MB) and a page of the files of a pull request."""
PAGE_LENGTH = 100
REPEATABLE = frozenset({"GET", "HEAD"})
"""Only these, and queries of GraphQL, are sent again. Whether a POST was carried out is not for this layer to guess."""
ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 0.5
MAX_REDIRECTS = 3

_UNAUTHORIZED = 401
_REDIRECTS = (301, 302, 307, 308)


class Credentials(Protocol):
    """Who we are to GitHub."""

    def authorization(self) -> str:
        """Return the value of the Authorization header."""

    def renew(self, refused: str) -> bool:
        """Give up the credential that was `refused` with 401. Say whether there can be another."""


@dataclass(frozen=True, slots=True)
class Server:
    """A GitHub: github.com, or an enterprise server, whose `api_url` ends in /api/v3. Threads share one."""

    api_url: str
    http: httpx.Client
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


def connect(api_url: str = "https://api.github.com") -> Server:
    """Return the server at `api_url`; nothing is sent yet."""
    timeout = httpx.Timeout(READ_TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS)
    return Server(api_url.rstrip("/"), httpx.Client(timeout=timeout, follow_redirects=False))


@dataclass(frozen=True, slots=True)
class _Request:
    verb: str
    address: str
    parameters: Mapping[str, Any]
    headers: Mapping[str, str]
    content: bytes | None

    @property
    def what(self) -> str:
        return f"{self.verb} {httpx.URL(self.address).path}"


class Connection(Requester):
    """PyGithub's requester over our own transport; threads may share it.

    Every failure is one of `reviewbot.errors`. GET and HEAD are repeated after one that may pass; nothing else is.
    """

    def __init__(self, server: Server, credentials: Credentials | None, gate: Gate) -> None:
        super().__init__(
            auth=None,
            base_url=server.api_url,
            timeout=int(READ_TIMEOUT_SECONDS),
            user_agent=f"reviewbot/{__version__}",
            per_page=PAGE_LENGTH,
            verify=True,
            retry=None,
            pool_size=None,
            lazy=True,
            api_version=API_VERSION,
        )
        self.server = server
        self._credentials = credentials
        self._gate = gate

    @property
    def budget(self) -> Budget | None:
        """What GitHub last said of the requests that are left, None if it has not said."""
        return self._gate.budget

    def repository(self, name: str) -> Repository:
        """Return PyGithub's object for the repository "owner/name", without asking for it."""
        return Repository(self, url=f"{self.server.api_url}/repos/{name}")

    @override  # the method through which all requests of PyGithub go
    def requestJsonAndCheck(
        self,
        verb: str,
        url: str,
        parameters: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        input: Any | None = None,
        follow_302_redirect: bool = True,
    ) -> tuple[dict[str, Any], Any]:
        """Send a request, and return the headers and the JSON of the answer.

        Raises:
            GitHubError: GitHub refused.
            RateLimitedError: a limit is reached; nothing more is sent before its time is over.
            UnavailableError: there was no whole answer. A request other than GET may have been carried out.
        """
        accept = {"Accept": "application/vnd.github+json", **(headers or {})}
        content = None if input is None else json.dumps(input).encode()
        request = _Request(verb, self._address(url), parameters or {}, accept, content)
        return self._sent(request, ATTEMPTS if verb in REPEATABLE else 1)

    def _sent(self, request: _Request, attempts: int) -> tuple[dict[str, Any], Any]:
        for attempt in range(attempts):
            try:
                return self._answer(request)
            except UnavailableError:
                if attempt + 1 == attempts:
                    raise
                self.server.sleep(FIRST_PAUSE_SECONDS * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311  no secret
        raise AssertionError

    def pages(self, path: str, item: str | None = None, **parameters: Any) -> Iterator[Any]:
        """Yield the entries of all pages of a list; `item` is the key that they stand under, if not at the top."""
        address: str | None = path
        asked: dict[str, Any] = {"per_page": PAGE_LENGTH, **parameters}
        while address is not None:
            headers, answer = self.requestJsonAndCheck("GET", address, asked)
            yield from answer if item is None else answer[item]
            links = httpx.Response(200, headers={"link": headers.get("link", "")}).links
            address, asked = links.get("next", {}).get("url"), {}

    def location(self, path: str) -> str:
        """Return the address outside of the API to which GitHub sends whoever asks for `path`. It dies in minutes.

        Raises:
            GitHubError: GitHub refused, or sends nobody on.
            RateLimitedError, UnavailableError: as `requestJsonAndCheck`.
        """
        credential = {} if self._credentials is None else {"Authorization": self._credentials.authorization()}
        self._gate.check(self.server.clock())
        request = _Request("GET", self._address(path), {}, credential, None)
        status, headers, body = self._exchange(request)
        if status in _REDIRECTS and "location" in headers:
            return headers["location"]
        raise failure(request.what, max(status, FIRST_BAD_STATUS), headers, body, self.server.clock())

    def graphql(self, query: str, **variables: Any) -> Any:
        """Ask GraphQL, and return the `data` of the answer.

        Raises:
            GitHubError: GitHub refused; `status` is 403 where a permission lacks.
            RateLimitedError: a limit is reached.
            UnavailableError: there was no whole answer.
        """
        content = json.dumps({"query": query, "variables": variables}).encode()
        request = _Request("POST", self.graphql_url, {}, {"Accept": "application/json"}, content)
        _, answer = self._sent(request, 1 if query.lstrip().startswith("mutation") else ATTEMPTS)
        if answer.get("errors"):
            raise graphql_failure("a GraphQL query", answer["errors"], self.server.clock())
        return answer["data"]

    def _address(self, url: str) -> str:
        address = f"{self.server.api_url}{url}" if url.startswith("/") else url
        if not address.startswith(f"{self.server.api_url}/") and address != self.graphql_url:
            # A credential goes nowhere else, whatever an answer names as its next page.
            raise GitHubError(f"GitHub named an address outside of its API: {address[:100]!a}.")
        return address

    def _answer(self, request: _Request) -> tuple[dict[str, Any], Any]:
        now = self.server.clock()
        self._gate.check(now)
        status, headers, body = self._authorized(request)
        self._gate.note(headers)
        if status >= FIRST_BAD_STATUS:
            error = failure(request.what, status, headers, body, now)
            raise self._gate.close(error, now) if isinstance(error, RateLimitedError) else error
        self._gate.open()
        try:
            return headers, json.loads(body) if body else None
        except (ValueError, RecursionError):
            raise unclear(request.what, "what arrived is not JSON, or not all of it") from None

    def _authorized(self, request: _Request) -> tuple[int, dict[str, str], bytes]:
        """Send a request with our credential, and once more with another if that one is refused."""
        if self._credentials is None:
            return self._redirected(request, {})
        credential = self._credentials.authorization()
        answer = self._redirected(request, {"Authorization": credential})
        if answer[0] == _UNAUTHORIZED and self._credentials.renew(credential):
            answer = self._redirected(request, {"Authorization": self._credentials.authorization()})
        return answer

    def _redirected(self, request: _Request, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Send a request to where its repository is now: one that was renamed or moved is redirected."""
        address, parameters = request.address, request.parameters
        for _ in range(MAX_REDIRECTS + 1):
            status, received, body = self._exchange(
                _Request(request.verb, address, parameters, {**request.headers, **headers}, request.content)
            )
            if status not in _REDIRECTS or "location" not in received:
                return status, received, body
            address, parameters = self._address(received["location"]), {}
        raise unclear(request.what, "too many redirects")

    def _exchange(self, request: _Request) -> tuple[int, dict[str, str], bytes]:
        sent = {
            **request.headers,
            "User-Agent": f"reviewbot/{__version__}",
            "X-GitHub-Api-Version": API_VERSION,
            **({} if request.content is None else {"Content-Type": "application/json"}),
        }
        address = httpx.URL(request.address).copy_merge_params(_query(request.parameters))
        try:
            with self.server.http.stream(request.verb, address, headers=sent, content=request.content) as response:
                body = _read(response, request.what)
                return response.status_code, {key.lower(): value for key, value in response.headers.items()}, body
        except (httpx.TransportError, httpx.DecodingError) as error:
            # The text of such an error can hold an address, but neither headers nor bodies.
            raise unclear(request.what, type(error).__name__) from error


def _query(parameters: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in parameters.items()}


def _read(response: httpx.Response, what: str) -> bytes:
    deadline = time.monotonic() + ANSWER_TIMEOUT_SECONDS
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > MAX_ANSWER_BYTES:
            raise GitHubError(f"GitHub's answer to {what} is larger than {MAX_ANSWER_BYTES:,} bytes.")
        if time.monotonic() > deadline:
            raise unclear(what, f"it took longer than {ANSWER_TIMEOUT_SECONDS:.0f} seconds")
    return b"".join(parts)
