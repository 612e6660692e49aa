"""The one task. It is thin: a message says that work waits, and the ledger says which.

The threads of one process (`--pool threads`) share a model and scanners, and each has a worker of its own.
"""

import threading
from functools import cache

import structlog
from celery.signals import worker_process_shutdown, worker_shutdown

from reviewbot.processes import Workplace
from reviewbot.queue import TASK
from reviewbot.settings import WorkerSettings
from reviewbot.worker import Worker
from workers.app import app

log = structlog.get_logger()

_OPENING = threading.Lock()
_OWN = threading.local()


@cache
def _workplace() -> Workplace:
    """Return what the threads of this process share. Call it with `_OPENING` held: else two would open it."""
    return Workplace(WorkerSettings.read())


def _worker() -> Worker:
    """Return the worker of this thread, made when its first message comes."""
    if not hasattr(_OWN, "worker"):
        with _OPENING:
            _OWN.worker = _workplace().worker()
    found: Worker = _OWN.worker
    return found


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]  # Celery has no types
@worker_shutdown.connect  # type: ignore[untyped-decorator]  # as above
def close(**_: object) -> None:
    """End the scanners that wait, in whichever process has some."""
    if _workplace.cache_info().currsize:
        _workplace().close()


@app.task(name=TASK, max_retries=2, default_retry_delay=30)  # type: ignore[untyped-decorator]  # as above
def work(row: object = None, **_: object) -> None:
    """Take the next piece of work that waits, whichever row the message names: the ledger knows whose turn it is.

    Whatever goes wrong is in the ledger already, or will be found there when the lease ends. A message that is
    retried for it would only come on top.
    """
    try:
        _worker().work()
    except Exception:
        log.exception("work.failed", row=row)
