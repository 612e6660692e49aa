"""The processes beside the receiver, put together from their settings: `reviewbot work` and `reviewbot sweep`."""

import hashlib
import hmac
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from functools import partial
from types import FrameType
from typing import Self

import structlog
from pydantic import SecretStr

from reviewbot.claimed import Keeping
from reviewbot.errors import ConfigError
from reviewbot.finding import Scanner
from reviewbot.github.auth import AppAuth
from reviewbot.github.bot import Bot
from reviewbot.github.client import connect
from reviewbot.github.events import PullAddress
from reviewbot.github.orders import Orders
from reviewbot.ledger import open_ledger
from reviewbot.ledger.seal import seal_of
from reviewbot.log import set_up_logging
from reviewbot.model import Absent, opened
from reviewbot.queue import Hints
from reviewbot.scanners.installed import Kept
from reviewbot.scanners.rulepack import bundled_rules, load_pack
from reviewbot.settings import WorkerSettings
from reviewbot.suggestion import Generator
from reviewbot.sweeper import Intervals, Sweeper, sweep_until
from reviewbot.tracing import open_tracer
from reviewbot.worker import Telemetry, Times, Worker, work_side_by_side

log = structlog.get_logger()

GRACE_SECONDS = 25
"""How long work under way may go on after SIGTERM. What is not done by then goes back to the ledger."""


def run_worker(threads: int = 1, parent: int | None = None) -> None:
    """Work until we are told to stop, or our parent is gone; in so many threads, which share the model.

    Raises:
        ConfigError: a setting is missing or wrong.
    """
    settings = _settings()
    stop = Stop(parent)
    with Workplace(settings) as workplace:
        work_side_by_side(stop, [workplace.worker() for _ in range(threads)], Times().poll)


def run_sweeper(parent: int | None = None) -> None:
    """Sweep until we are told to stop, or our parent is gone.

    Raises:
        ConfigError: a setting is missing or wrong.
    """
    settings = _settings()
    stop = Stop(parent)
    hints = None if settings.broker_url is None else Hints(settings.broker_url)
    sweep_until(
        stop, Sweeper(open_ledger(settings.database_url.get_secret_value()), _app(settings), hints), Intervals()
    )


class Workplace:
    """What the workers of one process share: scanners that are kept from one review to the next, and the model.

    A model that cannot be used stops no review: each says that it was made without. Close it after use, or use it in
    a `with` statement.
    """

    def __init__(self, settings: WorkerSettings) -> None:
        """Open everything.

        Raises:
            ConfigError: the database cannot be used, or a setting is wrong.
        """
        self._settings = settings
        with ExitStack() as opening:
            self._ledger = opening.enter_context(closing(open_ledger(settings.database_url.get_secret_value())))
            pack, app = load_pack(bundled_rules()), _app(settings)
            kept = opening.enter_context(Kept(pack, pages=settings.rule_pages))
            bot = Bot(app, partial(_scanners, kept), _model(settings, opening), key=_mark_key(settings))
            self._orders = Orders(bot, settings.review_alias)
            tracer = open_tracer(settings.trace_endpoint, "worker")
            keeping = Keeping(pack.digest, seal_of(settings.diff_key), settings.diff_days)
            self._telemetry = Telemetry(keeping, tracer, lambda installation: app.gate(installation).budget)
            self._opened = opening.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def worker(self) -> Worker:
        """Return one more worker, for one thread."""
        times = Times(lease=self._settings.lease_seconds, retry=self._settings.retry_seconds)
        return Worker(self._ledger, self._orders, times, self._telemetry)

    def close(self) -> None:
        """End what was started, scanners above all."""
        self._opened.close()


def _scanners(kept: Kept, address: PullAddress) -> Sequence[Scanner]:
    """Return scanners that remember what they said of this repository alone."""
    return kept.scanners(f"{address.installation}/{address.repository_id}")


def _model(settings: WorkerSettings, opening: ExitStack) -> Generator | None:
    try:
        return opening.enter_context(opened(settings))
    except ConfigError as error:
        log.error("model.absent", error=str(error))  # noqa: TRY400  the error's text says it all
        return Absent("The model that is set cannot be used here. The log of the worker says why.")


class Stop:
    """Becomes true with SIGTERM or SIGINT, or when our parent is gone. Work gets `GRACE_SECONDS` to end.

    `parent` is the process that we were started by, where it may be gone by now.
    """

    def __init__(self, parent: int | None = None) -> None:
        self._asked = False
        self._parent = parent or os.getppid()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            signal.signal(number, self._ask)
        signal.signal(signal.SIGALRM, self._end)

    def __call__(self) -> bool:
        """Say whether it is time to stop."""
        return self._asked or os.getppid() != self._parent

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        if self._asked:
            self._end(0, None)
        self._asked = True
        signal.setitimer(signal.ITIMER_REAL, GRACE_SECONDS)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)


def _settings() -> WorkerSettings:
    settings = WorkerSettings.read()
    set_up_logging(sys.stderr, settings.secrets())
    return settings


def _app(settings: WorkerSettings) -> AppAuth:
    return AppAuth(settings.app_id, settings.private_key, connect(settings.api_url))


def _mark_key(settings: WorkerSettings) -> SecretStr:
    """Return the key of our hidden marks: the same in all workers, and known to nobody else."""
    key = settings.mark_key or settings.private_key
    return SecretStr(hmac.new(key.get_secret_value().encode(), b"reviewbot marks", hashlib.sha256).hexdigest())
