"""The processes beside the receiver: embedded workers and the sweeper, each started again when it dies."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

import structlog

log = structlog.get_logger()

LOOK_SECONDS = 0.5
STEADY_SECONDS = 30.0
"""Whoever lives this long is started again at once; else ever later."""
MAX_DELAY_SECONDS = 30.0
STOP_SECONDS = 40.0
"""Workers get 25 seconds to end their work, and then kill their scanners."""


def start_crew(workers: int) -> "Crew":
    """Start so many workers, and the sweeper, beside a receiver.

    They read their own settings from the environment: the receiver does not hold the private key that they need.
    """
    program = (sys.executable, "-m", "reviewbot")
    registered = _is_set("APP_ID")
    if not registered:
        reason = "REVIEWBOT_APP_ID is not set: deliveries are recorded, and nothing is reviewed here"
        log.warning("no.workers", reason=reason)
        workers = 0
    # A process that starts slowly may come to itself when we are gone already: it is told whom to look for.
    ours = ("--beside", str(os.getpid()))
    working = [[*program, "work", *ours]] * workers
    if workers > 1 and _runs_model():
        # One process, so that the model is loaded once.
        working = [[*program, "work", *ours, "--threads", str(workers)]]
    return Crew([*working, *[[*program, "sweep", *ours]] * registered])


def _runs_model() -> bool:
    return _is_set("MODEL") and not _is_set("MODEL_ENDPOINT")


def _is_set(setting: str) -> bool:
    return any(name in os.environ for name in (f"REVIEWBOT_{setting}", f"REVIEWBOT_{setting}_FILE"))


class Crew:
    """Keeps a process running for each of `commands`, until it is told to stop.

    The processes end by themselves if we are killed: each looks for its parent.
    """

    def __init__(self, commands: Sequence[Sequence[str]]) -> None:
        self._members = [_Member(command) for command in commands]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="crew", daemon=True)
        self._thread.start()

    def wake(self, row_ids: Sequence[int]) -> None:
        """Do nothing: workers look into the ledger twice a second, and the sweeper does so for those elsewhere.

        To send hints from the receiver costs it half of what it can take (docs/operations.md).
        """

    def stop(self) -> None:
        """End all: workers get the time to end their work, or give it back."""
        self._over.set()
        self._thread.join()
        for member in self._members:
            member.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for member in self._members:
            member.stop(deadline)

    def _watch(self) -> None:
        while True:
            for member in self._members:
                member.keep_alive()
            if self._over.wait(LOOK_SECONDS):
                return


class _Member:
    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_at = 0.0
        self._delay = 0.0

    def keep_alive(self) -> None:
        now = time.monotonic()
        if self._process is not None and self._process.poll() is not None:
            self._delay = (
                0.0 if now - self._started_at > STEADY_SECONDS else min(MAX_DELAY_SECONDS, self._delay * 2 + 1)
            )
            log.error(
                "process.died", command=" ".join(self._command[3:]), status=self._process.returncode, delay=self._delay
            )
            self._process, self._start_at = None, now + self._delay
        if self._process is None and now >= self._start_at:
            self._process, self._started_at = subprocess.Popen(self._command), now  # noqa: S603  our own command line

    def ask_to_stop(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def stop(self, deadline: float) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
