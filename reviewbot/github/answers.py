"""What an answer of GitHub means: the only place that turns one into an error of ours.

The rate limits are those of https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from reviewbot.errors import GitHubError, RateLimitedError, ReviewbotError, UnavailableError
from reviewbot.visible import shortened, visible

FIRST_BAD_STATUS = 400
FIRST_SERVER_ERROR = 500
SECONDARY_LIMIT_SECONDS = 60.0
"""What GitHub asks to be waited where it does not say for how long."""
MAX_WAIT_SECONDS = 7_200.0
"""A reset further away than this is a mistake: limits are counted by the hour."""
MAX_WORDS = 300

_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TOO_SLOW, _TOO_MANY = 401, 403, 404, 408, 429
_SECRET = re.compile(r"gh[a-z]_\w+|github_pat_\w+|eyJ[\w-]+\.[\w.-]+|v\d\.[0-9a-f]{40}")
_HINTS = {
    _UNAUTHORIZED: "Check the id and the private key of the App, and the clock of this machine.",
    _FORBIDDEN: "Check the permissions of the App and whether its installation is suspended.",
    _NOT_FOUND: "It is gone, or the App is not installed there.",
}


def failure(what: str, status: int, headers: Mapping[str, str], body: bytes, now: float) -> ReviewbotError:
    """Return the error that the answer `status` to the request `what` stands for. Header names are lower case."""
    words = _words(body)
    if status >= FIRST_SERVER_ERROR or status == _TOO_SLOW:
        return UnavailableError(f"GitHub answered {what} with {status}. It may be down; try again later.")
    if _limited(status, headers, words):
        return RateLimitedError(
            f"GitHub's rate limit is reached: {what} was answered {status}.", _retry_at(headers, now)
        )
    why = f": {words}" if words else ""
    return GitHubError(f"GitHub refused {what} with {status}{why}. {_HINTS.get(status, '')}".strip(), status)


def unclear(what: str, why: str) -> UnavailableError:
    """Return the error for a request without a whole answer. Whether GitHub carried it out is not known."""
    return UnavailableError(f"GitHub gave no whole answer to {what} ({why}). Try again later.")


def graphql_failure(what: str, errors: Any, now: float) -> ReviewbotError:
    """Return the error for the `errors` of a GraphQL answer, whose HTTP status is 200 all the same."""
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    kind, words = first.get("type"), _cleaned(str(first.get("message", "")))
    if kind == "RATE_LIMITED":
        return RateLimitedError(f"GitHub's rate limit is reached: {what}.", now + SECONDARY_LIMIT_SECONDS)
    status = {"FORBIDDEN": _FORBIDDEN, "NOT_FOUND": _NOT_FOUND}.get(str(kind))
    if kind is None:
        return UnavailableError(f"GitHub could not answer {what}: {words}. Try again later.")
    return GitHubError(f"GitHub refused {what}: {words}.", status)


def _limited(status: int, headers: Mapping[str, str], words: str) -> bool:
    if status == _TOO_MANY:
        return True
    used_up = headers.get("x-ratelimit-remaining") == "0"
    return status == _FORBIDDEN and (used_up or "retry-after" in headers or "rate limit" in words.lower())


def _retry_at(headers: Mapping[str, str], now: float) -> float:
    wait = _seconds(headers.get("retry-after"))
    reset = _seconds(headers.get("x-ratelimit-reset"))
    if wait is None and reset is not None and headers.get("x-ratelimit-remaining") == "0":
        wait = reset - now
    if wait is None:
        wait = SECONDARY_LIMIT_SECONDS
    return now + min(max(wait, 1.0), MAX_WAIT_SECONDS)


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and re.fullmatch(r"[0-9]{1,12}", text) else None


def _words(body: bytes) -> str:
    """Return what GitHub says went wrong: its message, and the details in either of the two shapes that it has."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(answer, dict):
        return ""
    details = answer.get("errors")
    parts = [answer.get("message"), *(map(_detail, details) if isinstance(details, list) else ())]
    return _cleaned("; ".join(str(part) for part in parts if part))


def _detail(detail: Any) -> str:
    if not isinstance(detail, dict):
        return str(detail)
    return " ".join(str(detail[key]) for key in ("resource", "field", "code", "message") if detail.get(key))


def _cleaned(words: str) -> str:
    return shortened(visible(_SECRET.sub("[secret]", " ".join(words.split()))), MAX_WORDS).rstrip(".")
