"""Finds what was lost on the way: hints without a worker, deliveries that never came, heads without a review."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from reviewbot.errors import GitHubError, TransientError
from reviewbot.github.auth import AppAuth
from reviewbot.github.deliveries import Missed, missed_since, redeliver
from reviewbot.github.events import PullAddress, ReviewRequest
from reviewbot.github.installations import installed, open_pulls, repositories
from reviewbot.ledger import Ledger
from reviewbot.ledger.history import GIVEN_UP
from reviewbot.ledger.record import PullKey, PullState, ReviewWork, State
from reviewbot.queue import Hints

log = structlog.get_logger()

KEPT = timedelta(days=3)
"""GitHub redelivers nothing older: https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks"""
OVERLAP = timedelta(minutes=10)
"""How far a sweep looks back before the last one, for clocks that differ."""
TICK_SECONDS = 0.2
MAX_REDELIVERIES = 100
MAX_HINTS = 200
_DELIVERIES, _PULLS = "deliveries", "pulls"


@dataclass(frozen=True, slots=True)
class Intervals:
    """How often the sweeper looks for what, in seconds."""

    hints: float = 0.5
    deliveries: float = 300.0
    pulls: float = 3_600.0


class Sweeper:
    """Each method is one look. None of them loses anything when it fails: the next one looks again."""

    def __init__(self, ledger: Ledger, app: AppAuth, hints: Hints | None = None) -> None:
        self._ledger = ledger
        self._app = app
        self._hints = hints
        self._told: frozenset[str] = frozenset()

    def send_hints(self) -> int:
        """Keep as many hints in the queue as rows wait, and return how many were sent.

        Which row a hint names does not matter: a worker takes the one whose turn it is.

        Raises:
            UnavailableError: the ledger or the broker is away.
        """
        rows = self._ledger.waiting(0, MAX_HINTS) if self._hints else ()
        if self._hints is None or not rows:
            return 0
        lacking = max(0, len(rows) - self._hints.waiting())
        self._hints.send(row.row_id for row in rows[:lacking])
        return lacking

    def redeliver_missed(self, now: datetime) -> int:
        """Ask GitHub to send again what did not arrive, ever later after each failure; return how much that was.

        Raises:
            GitHubError, TransientError: GitHub did not take it.
        """
        since = max(self._since(_DELIVERIES, now - KEPT), now - KEPT + OVERLAP)
        missed = missed_since(self._app, since)
        due = [delivery for delivery in missed if delivery.due(now)][:MAX_REDELIVERIES]
        redeliver(self._app, due)
        self._note_given_up([delivery for delivery in missed if delivery.given_up])
        # Whatever is missing is looked for again from its first attempt on, also when it was given up: what is
        # not seen cannot be counted.
        oldest = min((delivery.first_at for delivery in missed), default=now)
        self._ledger.set_cursor(_DELIVERIES, (oldest - OVERLAP).isoformat())
        return len(due)

    def _note_given_up(self, given_up: Sequence[Missed]) -> None:
        """Say once of each delivery that it is lost, and keep how many there are for whoever watches the service."""
        for delivery in given_up:
            if delivery.guid not in self._told:
                log.error("delivery.given_up", guid=delivery.guid, event_name=delivery.event, tries=delivery.attempts)
        self._told = frozenset(delivery.guid for delivery in given_up)
        self._ledger.set_cursor(GIVEN_UP, str(len(given_up)))

    def find_unreviewed(self, now: datetime) -> int:
        """Ask for a review of each open head that has none and changed since the last look; return how many.

        The first look of a new ledger notes the time and asks for nothing: nobody expects reviews of what was
        opened before the App was there.

        Raises:
            GitHubError, TransientError: GitHub did not answer.
        """
        since = self._since(_PULLS, now)
        found = 0
        for installation in installed(self._app):
            for repository in repositories(self._app, installation):
                found += self._look_into(repository, since)
        self._ledger.set_cursor(_PULLS, (now - OVERLAP).isoformat())
        return found

    def forget_deliveries(self) -> None:
        """Delete the marks of deliveries that GitHub cannot send again."""
        self._ledger.forget_deliveries((KEPT + OVERLAP).total_seconds())

    def forget_diffs(self) -> None:
        """Delete the lines of suggestions that were kept long enough."""
        self._ledger.forget_diffs()

    def _look_into(self, repository: PullAddress, since: datetime) -> int:
        found = 0
        with self._app.open(repository) as github:
            for pull in open_pulls(github):
                if pull.updated_at < since:
                    break
                if _unknown(pull, self._ledger.find_pull(repository.repository_id, pull.address.number)):
                    self._ledger.request_review(_work(pull))
                    found += 1
        return found

    def _since(self, cursor: str, first: datetime) -> datetime:
        noted = self._ledger.cursor(cursor)
        return first if noted is None else datetime.fromisoformat(noted)


def _unknown(pull: ReviewRequest, known: PullState | None) -> bool:
    """Say whether no delivery told us of this head, or told us that the pull request is closed when it is not."""
    if pull.draft or pull.author_is_bot:
        return False
    return known is None or known.head != pull.head or known.state is State.STOPPED


def _work(pull: ReviewRequest) -> ReviewWork:
    address = pull.address
    key = PullKey(address.installation, address.repository, address.repository_id, address.number)
    return ReviewWork(key, pull.head, pull.updated_at.timestamp(), pull.trigger.value)


def sweep_until(stopped: Callable[[], bool], sweeper: Sweeper, intervals: Intervals) -> None:
    """Look for everything in its interval, and at once at the start, until `stopped` says so."""
    looks: list[tuple[str, float, Callable[[], object]]] = [
        ("hints", intervals.hints, sweeper.send_hints),
        ("deliveries", intervals.deliveries, lambda: sweeper.redeliver_missed(datetime.now(UTC))),
        ("pulls", intervals.pulls, lambda: sweeper.find_unreviewed(datetime.now(UTC))),
        ("forget", intervals.pulls, sweeper.forget_deliveries),
        ("forget diffs", intervals.pulls, sweeper.forget_diffs),
    ]
    due = dict.fromkeys((name for name, _, _ in looks), 0.0)
    while not stopped():
        for name, interval, look in looks:
            if time.monotonic() >= due[name] and not stopped():
                _look(name, look)
                due[name] = time.monotonic() + interval
        time.sleep(TICK_SECONDS)


def _look(name: str, look: Callable[[], object]) -> None:
    try:
        found = look()
    except (TransientError, GitHubError) as error:
        log.warning("sweep.failed", look=name, error=str(error))
    else:
        if found:
            log.info("sweep.found", look=name, found=found)
