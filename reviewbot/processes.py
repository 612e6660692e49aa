"""The processes beside the receiver, put together from their settings: `reviewbot work` and `reviewbot sweep`."""

import hashlib
import hmac
import os
import signal
import sys
from types import FrameType

from pydantic import SecretStr

from reviewbot.github.auth import AppAuth
from reviewbot.github.bot import Bot
from reviewbot.github.client import connect
from reviewbot.github.orders import Orders
from reviewbot.ledger import open_ledger
from reviewbot.log import set_up_logging
from reviewbot.queue import Hints
from reviewbot.scanners.installed import default_scanners
from reviewbot.scanners.rulepack import bundled_rules, load_pack
from reviewbot.settings import WorkerSettings
from reviewbot.sweeper import Intervals, Sweeper, sweep_until
from reviewbot.worker import Times, Worker, work_until

GRACE_SECONDS = 25
"""How long work under way may go on after SIGTERM. What is not done by then goes back to the ledger."""


def run_worker() -> None:
    """Work until we are told to stop, or our parent is gone.

    Raises:
        ConfigError: a setting is missing or wrong.
    """
    settings = _settings()
    stop = Stop()
    work_until(stop, open_worker(settings), Times().poll)


def run_sweeper() -> None:
    """Sweep until we are told to stop, or our parent is gone.

    Raises:
        ConfigError: a setting is missing or wrong.
    """
    settings = _settings()
    stop = Stop()
    hints = None if settings.broker_url is None else Hints(settings.broker_url)
    sweep_until(
        stop, Sweeper(open_ledger(settings.database_url.get_secret_value()), _app(settings), hints), Intervals()
    )


def open_worker(settings: WorkerSettings) -> Worker:
    """Return a worker that scans with everything that is installed.

    Raises:
        ConfigError: the database cannot be used, or a setting is wrong.
    """
    scanners = default_scanners(load_pack(bundled_rules()), settings.rule_pages)
    bot = Bot(_app(settings), scanners, generator=None, key=_mark_key(settings))
    times = Times(lease=settings.lease_seconds, retry=settings.retry_seconds)
    return Worker(open_ledger(settings.database_url.get_secret_value()), Orders(bot, settings.review_alias), times)


class Stop:
    """Becomes true with SIGTERM or SIGINT, or when our parent is gone. Work gets `GRACE_SECONDS` to end."""

    def __init__(self) -> None:
        self._asked = False
        self._parent = os.getppid()
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
