"""Takes work from the ledger and does it: the same for embedded workers and for those behind Celery."""

import os
import random
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from reviewbot.claimed import Claimed, Keeping
from reviewbot.errors import ConfigError, GitHubError, LostClaimError, RateLimitedError, ScanError, TransientError
from reviewbot.github.assignment import Outcome
from reviewbot.github.limits import Budget as GitHubBudget
from reviewbot.github.orders import Orders
from reviewbot.lease import Lease
from reviewbot.ledger import Ledger
from reviewbot.ledger.record import Claim, Ending, State
from reviewbot.ledger.tally import Budget
from reviewbot.steps import Steps
from reviewbot.tracing import NoTracer, Tracer

log = structlog.get_logger()

MAX_REST_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Times:
    """How long a worker waits for what, in seconds.

    A worker that is gone or stands still loses its work after `lease`. An idle one looks for work every `poll`.
    After GitHub could not be reached, work rests for `retry`, at most twice as long.
    """

    lease: float = 60.0
    poll: float = 0.5
    retry: float = 60.0


@dataclass(frozen=True, slots=True)
class Telemetry:
    """What a worker tells besides its work: what it keeps of a review, spans, and the budget that GitHub last named."""

    keeping: Keeping = field(default_factory=Keeping)
    tracer: Tracer = field(default_factory=NoTracer)
    budget: Callable[[int], GitHubBudget | None] = lambda _installation: None


class Worker:
    """Does one piece of work at a time. Its name is its own: two workers are never confused."""

    def __init__(self, ledger: Ledger, orders: Orders, times: Times, telemetry: Telemetry | None = None) -> None:
        self._ledger = ledger
        self._telemetry = telemetry or Telemetry()
        self._orders = orders
        self._times = times
        self._name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._failures = 0

    @property
    def rest_seconds(self) -> float:
        """How long to wait before the next claim: ever longer while GitHub is away."""
        return min(MAX_REST_SECONDS, 2.0 ** min(self._failures, 10)) if self._failures else 0.0

    def work(self) -> bool:
        """Claim what is due and do it. False: nothing was to be done.

        Raises:
            UnavailableError: the ledger is away.
        """
        claim = self._ledger.claim(self._name, self._times.lease)
        if claim is None:
            return False
        told = log.bind(row=claim.row_id, pull=f"{claim.pull.repository}#{claim.pull.number}", attempt=claim.attempt)
        with Lease(self._ledger, claim, self._times.lease) as lease:
            try:
                with self._traced(claim) as steps:
                    claimed = Claimed(self._ledger, claim, lease, steps, self._telemetry.keeping)
                    told.info("work.ended", **self._do(claim, claimed, steps))
                self._failures = 0
            except LostClaimError as error:
                told.warning("work.lost", error=str(error))
            except TransientError as error:
                self._failures += 1
                self._postpone(claim, error)
                told.warning("work.postponed", error=str(error))
            except (ScanError, GitHubError, ConfigError) as error:
                told.error("work.failed", error=str(error), state=self._fail(claim, error))
            except SystemExit:
                # We are being stopped: the work goes back at once, not when the lease ends.
                self._ledger.postpone(claim, 0.0, "the worker was stopped")
                raise
        self._note_budget(claim.pull.installation)
        return True

    @contextmanager
    def _traced(self, claim: Claim) -> Iterator[Steps]:
        about: dict[str, str | int] = {"kind": claim.kind.value, "row": claim.row_id, "attempt": claim.attempt}
        with (
            self._telemetry.tracer.span("worker.task", claim.occasion.trace, trigger=claim.trigger, **about),
            Steps(self._telemetry.tracer) as steps,
        ):
            yield steps

    def _note_budget(self, installation: int) -> None:
        known = self._telemetry.budget(installation)
        if known is not None:
            self._ledger.note_budget(installation, Budget(known.ceiling, known.remaining, known.reset_at))

    def _do(self, claim: Claim, claimed: Claimed, steps: Steps) -> dict[str, str]:
        """Do the work and note its end; return what to log of it."""
        if claim.exhausted:
            if claim.command is None:
                self._orders.bot.abandon(claimed.assignment())
            else:
                self._orders.abandon(claimed.order(claim.command))
            return {"state": self._ledger.give_up(claim, f"no end after {claim.attempt - 1} attempts")}
        outcome = self._turn(claim, claimed)
        state = self._ledger.finish(claim, Ending(outcome.end.value), outcome.head, steps.taken())
        return {"ending": outcome.end, "head": outcome.head, "state": state}

    def _turn(self, claim: Claim, claimed: Claimed) -> Outcome:
        if claim.command is None:
            return self._orders.bot.review(claimed.assignment())
        return self._orders.execute(claimed.order(claim.command))

    def _postpone(self, claim: Claim, error: TransientError) -> None:
        now = self._ledger.now()
        if isinstance(error, RateLimitedError):
            at = now + max(1.0, error.retry_at - time.time())
            self._ledger.pause(claim.pull.installation, at)
        else:
            at = now + self._times.retry * random.uniform(1, 2)  # noqa: S311  no secret
        self._ledger.postpone(claim, at, str(error))

    def _fail(self, claim: Claim, error: Exception) -> State:
        if isinstance(error, ScanError):
            return self._ledger.retry(claim, self._ledger.now() + self._times.retry, str(error))
        return self._ledger.give_up(claim, str(error))


def work_until(stopped: Callable[[], bool], worker: Worker, poll_seconds: float) -> None:
    """Work until `stopped` says so."""
    while not stopped():
        try:
            idle = not worker.work()
        except TransientError as error:
            log.warning("ledger.away", error=str(error))
            idle = True
        wait = poll_seconds * random.uniform(0.5, 1) if idle else 0.0  # noqa: S311  no secret
        rest(stopped, max(worker.rest_seconds, wait))


def work_side_by_side(stopped: Callable[[], bool], workers: Sequence[Worker], poll_seconds: float) -> None:
    """Work with each of `workers` until `stopped` says so: the first in this thread, the others in their own.

    If one of them fails, none goes on: whoever started the process starts it afresh.
    """
    failed = threading.Event()

    def over() -> bool:
        return stopped() or failed.is_set()

    def work(worker: Worker) -> None:
        ended = False
        try:
            work_until(over, worker, poll_seconds)
            ended = True
        finally:
            if not ended:
                failed.set()

    first, *others = workers
    # What they had in hand when the process ends goes back when its lease ends.
    threads = [threading.Thread(target=work, args=(worker,), daemon=True) for worker in others]
    for thread in threads:
        thread.start()
    work(first)
    for thread in threads:
        thread.join()


def rest(stopped: Callable[[], bool], seconds: float) -> None:
    """Sleep, and wake up when `stopped` says so."""
    deadline = time.monotonic() + seconds
    while not stopped() and (left := deadline - time.monotonic()) > 0:
        time.sleep(min(0.2, left))
