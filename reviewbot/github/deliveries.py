"""Deliveries that did not reach us: GitHub keeps them for three days, and sends one again only when it is asked to.

https://docs.github.com/webhooks/using-webhooks/handling-failed-webhook-deliveries
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reviewbot.github.auth import AppAuth

MAX_DELIVERIES = 5_000
"""How many are looked at in one sweep, the newest first: more than GitHub sends in five minutes to a busy App."""
MAX_ATTEMPTS = 10
"""A delivery that failed so often, over most of a day, is not asked for again."""
FIRST_DELAY = timedelta(minutes=5)
"""How long a delivery rests after it failed twice; twice as long after each further time."""
_OK = "OK"
_AWAY = frozenset({0, 408, 429, 502, 503, 504})
"""What GitHub notes where nobody answered in time, and what a receiver that is full or stopping answers."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A delivery that was never received, by the last attempt of it that GitHub made.

    `reachable`: the receiver was away then, and has taken others since.
    """

    id: int
    guid: str
    event: str
    first_at: datetime
    last_at: datetime
    attempts: int
    reachable: bool

    @property
    def given_up(self) -> bool:
        """It failed so often that one more attempt would fail too: the receiver refuses it, or its address is wrong."""
        return self.attempts >= MAX_ATTEMPTS * (2 if self.reachable else 1)

    def due(self, now: datetime) -> bool:
        """Say whether it is time to ask for it again."""
        rest = FIRST_DELAY * 2 ** (self.attempts - 2) if self.attempts > 1 else timedelta()
        return not self.given_up and (self.reachable or now >= self.last_at + rest)


def missed_since(app: AppAuth, since: datetime) -> tuple[Missed, ...]:
    """Return the deliveries since then of which no attempt arrived, the oldest first.

    Raises:
        GitHubError, TransientError: the list cannot be read, or not completely.
    """
    attempts: dict[str, list[Any]] = {}
    arrived: dict[str, datetime] = {}
    for number, delivery in enumerate(app.connection.pages("/app/hook/deliveries")):
        if number >= MAX_DELIVERIES or (at := datetime.fromisoformat(delivery["delivered_at"])) < since:
            break
        if delivery["status"] == _OK:
            arrived.setdefault(delivery["guid"], at)
        attempts.setdefault(delivery["guid"], []).append(delivery)
    up_at = max(arrived.values(), default=since)
    missed = [_missed(made, up_at) for guid, made in attempts.items() if guid not in arrived]
    return tuple(sorted(missed, key=lambda delivery: (delivery.first_at, delivery.id)))


def redeliver(app: AppAuth, missed: Iterable[Missed]) -> None:
    """Ask GitHub to send each again, under the same id. It answers before it sends.

    Raises:
        GitHubError: it is too old.
        TransientError: GitHub does not answer, or wants a pause.
    """
    for delivery in missed:
        app.connection.requestJsonAndCheck("POST", f"/app/hook/deliveries/{delivery.id}/attempts")


def _missed(attempts: Sequence[Any], up_at: datetime) -> Missed:
    """Put together the attempts of one delivery, the newest first."""
    last, first = (datetime.fromisoformat(attempts[n]["delivered_at"]) for n in (0, -1))
    newest = attempts[0]
    reachable = newest["status_code"] in _AWAY and last < up_at
    return Missed(newest["id"], newest["guid"], newest["event"], first, last, len(attempts), reachable)
