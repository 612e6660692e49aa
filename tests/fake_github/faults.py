"""Faults that a test asks for: an error, a lost answer, a cut or a slow one."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from tests.fake_github.exchange import Response

HTML_502 = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(slots=True)
class Fault:
    """What goes wrong with requests whose operation matches.

    `match` is a pattern of the whole operation id (`graphql` for GraphQL), `method` narrows to one HTTP method.
    `nth` says which of the matching requests fail, counted from 1 (all of them when empty). With `apply` the request
    is carried out first, and only its answer is lost or replaced. `reset` closes the connection without an answer,
    `cut` after that many bytes of it. `delay` seconds pass before the answer is sent. `before` is called first: what
    happens on GitHub between one request of a client and its next (the head moves, the App is suspended).
    """

    match: str
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    delay: float = 0.0
    apply: bool = False
    reset: bool = False
    cut: int | None = None
    nth: Collection[int] = ()
    before: Callable[[], object] | None = None
    seen: int = 0

    def strikes(self, operation: str) -> bool:
        """Count the request, and say whether this fault is for it."""
        if not re.fullmatch(self.match, operation):
            return False
        self.seen += 1
        return not self.nth or self.seen in self.nth

    def answer(self) -> Response | None:
        """Return the answer in place of the real one; None when the real one is kept."""
        if self.status is None:
            return None
        if isinstance(self.body, bytes):
            return Response(self.status, headers=self.headers, text=self.body, content_type="text/html")
        body = self.body if self.body is not None else {"message": f"fault {self.status}", "documentation_url": ""}
        return Response(self.status, body, self.headers)


def bad_gateway(match: str, *, apply: bool = False, nth: Collection[int] = ()) -> Fault:
    """Return the HTML page that stands before GitHub when it does not answer in time."""
    return Fault(match, status=502, body=HTML_502, apply=apply, nth=nth)


def secondary_limit(
    match: str, *, retry_after: int | None = None, status: int = 403, nth: Collection[int] = ()
) -> Fault:
    """Return the secondary rate limit: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api."""
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    text = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    body = {"message": text, "documentation_url": "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"}
    return Fault(match, status=status, headers=headers, body=body, nth=nth)


def primary_limit(match: str, *, reset: int, nth: Collection[int] = ()) -> Fault:
    """Return the primary rate limit, used up until `reset` (seconds since 1970)."""
    headers = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "0", "x-ratelimit-reset": str(reset)}
    body = {"message": "API rate limit exceeded for installation.", "documentation_url": ""}
    return Fault(match, status=403, headers=headers, body=body, nth=nth)
