"""The one task. It is thin: a message says that work waits, and the ledger says which."""

from functools import cache

import structlog

from reviewbot.processes import open_worker
from reviewbot.queue import TASK
from reviewbot.settings import WorkerSettings
from reviewbot.worker import Worker
from workers.app import app

log = structlog.get_logger()


@cache
def _worker() -> Worker:
    """Return the worker of this process, made when its first message comes."""
    return open_worker(WorkerSettings.read())


@app.task(name=TASK, max_retries=2, default_retry_delay=30)  # type: ignore[untyped-decorator]  # Celery has no types
def work(row: object = None, **_: object) -> None:
    """Take the next piece of work that waits, whichever row the message names: the ledger knows whose turn it is.

    Whatever goes wrong is in the ledger already, or will be found there when the lease ends. A message that is
    retried for it would only come on top.
    """
    try:
        _worker().work()
    except Exception:
        log.exception("work.failed", row=row)
