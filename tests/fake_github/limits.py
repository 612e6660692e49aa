"""GitHub's limits, as it counts them: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api."""

import time
from collections import deque
from dataclasses import dataclass, field

from tests.fake_github.exchange import Refusal

CONTENT = frozenset(
    {
        "pulls/create-review",
        "pulls/submit-review",
        "pulls/create-review-comment",
        "pulls/create-reply-for-review-comment",
        "issues/create-comment",
    }
)
MINUTE_SECONDS = 60.0
HOUR_SECONDS = 3600.0


@dataclass(slots=True)
class Limits:
    """Counts requests per hour and created contents per minute; None means that nothing is limited."""

    per_hour: int = 5_000
    contents_per_minute: int | None = 80
    used: int = 0
    started: float = field(default_factory=time.time)
    created: deque[float] = field(default_factory=deque)

    def spend(self, operation: str) -> None:
        """Count a request.

        Raises:
            Refusal: the hour's requests are used up (403), or too much content was created in a minute (403).

        """
        if operation == "rate-limit/get":
            return
        if time.time() - self.started > HOUR_SECONDS:
            self.used, self.started = 0, time.time()
        if self.used >= self.per_hour:
            raise Refusal(403, "API rate limit exceeded for installation.", headers=self.headers())
        self.used += 1
        if operation in CONTENT and self.contents_per_minute is not None:
            self._create(self.contents_per_minute)

    def _create(self, allowed: int) -> None:
        clock = time.time()
        while self.created and clock - self.created[0] > MINUTE_SECONDS:
            self.created.popleft()
        if len(self.created) >= allowed:
            wait = int(MINUTE_SECONDS - (clock - self.created[0])) + 1
            text = "You have exceeded a secondary rate limit and have been temporarily blocked from content creation."
            raise Refusal(403, f"{text} Please retry your request again later.", headers={"retry-after": str(wait)})
        self.created.append(clock)

    def headers(self) -> dict[str, str]:
        return {
            "x-ratelimit-limit": str(self.per_hour),
            "x-ratelimit-remaining": str(max(self.per_hour - self.used, 0)),
            "x-ratelimit-used": str(self.used),
            "x-ratelimit-reset": str(int(self.started + HOUR_SECONDS)),
            "x-ratelimit-resource": "core",
        }
