"""Whether a Celery worker's event loop still turns: a file that it touches, and a look at how old that is.

Celery's own `inspect ping` needs remote control, which is off (workers/configuration.py). `python -m workers.alive`
is the health check of containers: status 0, or 1 with the reason.
"""

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from celery.signals import heartbeat_sent

VARIABLE = "REVIEWBOT_HEARTBEAT"
STALE_SECONDS = 60.0
"""Celery sends its own heartbeat every two seconds; a worker that lost Redis for a while is not to be killed for it."""


def touch_with_each_heartbeat(environment: Mapping[str, str] = os.environ) -> None:
    """Have this worker touch the file that REVIEWBOT_HEARTBEAT names, if it names one."""
    if name := environment.get(VARIABLE):
        file = Path(name)

        def touch(**_: object) -> None:
            file.touch(mode=0o600)

        # Celery refers to its receivers weakly; this one has no other owner.
        heartbeat_sent.connect(touch, weak=False)


def main(environment: Mapping[str, str] = os.environ) -> int:
    """Look at the file."""
    name = environment.get(VARIABLE)
    if not name:
        sys.stderr.write(f"{VARIABLE} is not set: nothing is known of the worker.\n")
        return 1
    try:
        age = time.time() - Path(name).stat().st_mtime
    except OSError as error:
        sys.stderr.write(f"The worker has not touched {name}: {error.strerror}.\n")
        return 1
    if age > STALE_SECONDS:
        sys.stderr.write(f"The worker touched {name} {age:.0f} seconds ago.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
