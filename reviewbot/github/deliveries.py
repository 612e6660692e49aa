"""Deliveries that did not reach us: GitHub keeps them for three days, and sends one again only when it is asked to.

https://docs.github.com/webhooks/using-webhooks/handling-failed-webhook-deliveries
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reviewbot.github.auth import AppAuth

MAX_DELIVERIES = 5_000
"""How many are looked at in one sweep, the newest first: more than GitHub sends in five minutes to a busy App."""
_OK = "OK"


@dataclass(frozen=True, slots=True)
class Missed:
    """A delivery that was never received, by the last attempt of it that GitHub made."""

    id: int
    guid: str
    event: str
    delivered_at: datetime


def missed_since(app: AppAuth, since: datetime) -> tuple[Missed, ...]:
    """Return the deliveries since then of which no attempt arrived, the oldest first.

    Raises:
        GitHubError, TransientError: the list cannot be read, or not completely.
    """
    attempts: dict[str, Any] = {}
    arrived: set[str] = set()
    for number, delivery in enumerate(app.connection.pages("/app/hook/deliveries")):
        if number >= MAX_DELIVERIES or datetime.fromisoformat(delivery["delivered_at"]) < since:
            break
        if delivery["status"] == _OK:
            arrived.add(delivery["guid"])
        attempts.setdefault(delivery["guid"], delivery)
    missed = [_missed(delivery) for guid, delivery in attempts.items() if guid not in arrived]
    return tuple(sorted(missed, key=lambda delivery: (delivery.delivered_at, delivery.id)))


def redeliver(app: AppAuth, missed: Iterable[Missed]) -> None:
    """Ask GitHub to send each again, under the same id. It answers before it sends.

    Raises:
        GitHubError: it is too old.
        TransientError: GitHub does not answer, or wants a pause.
    """
    for delivery in missed:
        app.connection.requestJsonAndCheck("POST", f"/app/hook/deliveries/{delivery.id}/attempts")


def _missed(delivery: Any) -> Missed:
    at = datetime.fromisoformat(delivery["delivered_at"])
    return Missed(delivery["id"], delivery["guid"], delivery["event"], at)
