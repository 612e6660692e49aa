"""GitHub's rate limits, as its answers tell of them.

https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reviewbot.errors import RateLimitedError
from reviewbot.github.answers import MAX_WAIT_SECONDS, SECONDARY_LIMIT_SECONDS

_NUMBER = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Budget:
    """GitHub's own word on how many requests are allowed, and how many are left until `reset_at`."""

    ceiling: int
    remaining: int
    reset_at: float


class Gate:
    """Holds back what would be sent to a limit that is known to be reached. Each installation has its own."""

    def __init__(self) -> None:
        self._until = 0.0
        self._hits = 0
        self.budget: Budget | None = None

    def check(self, now: float) -> None:
        """Let a request pass.

        Raises:
            RateLimitedError: the limit that was reached is not over yet. Nothing was sent.
        """
        if now < self._until:
            raise RateLimitedError("GitHub's rate limit is reached, and its time is not over yet.", self._until)

    def close(self, error: RateLimitedError, now: float) -> RateLimitedError:
        """Wait as long as `error` says, and twice as long each time that this was not enough."""
        wait = max(error.retry_at - now, SECONDARY_LIMIT_SECONDS * 2**self._hits if self._hits else 0.0)
        self._hits += 1
        self._until = now + min(wait, MAX_WAIT_SECONDS)
        return RateLimitedError(str(error), self._until)

    def note(self, headers: Mapping[str, str]) -> None:
        """Keep what an answer says of the budget of ordinary requests: https://docs.github.com/rest/rate-limit."""
        told = [headers.get(f"x-ratelimit-{name}", "") for name in ("limit", "remaining", "reset")]
        if headers.get("x-ratelimit-resource", "core") == "core" and all(map(_NUMBER.fullmatch, told)):
            self.budget = Budget(int(told[0]), int(told[1]), float(told[2]))

    def open(self) -> None:
        """Take note that a request was answered."""
        self._hits = 0
