"""Processes that answer a line with a line, and are kept for the next one.

Whoever is slow, ends, or says what cannot be read is ended; so is each after a number of answers, whatever it has
gathered till then. What it did not answer says nothing of the request: ask again in a fresh process.
"""

import os
import selectors
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from reviewbot.scanners.batch import Failure
from reviewbot.scanners.sandbox import Limits, kill, new_scratch, read_until, start

LIFE_SECONDS = 900.0
"""The processor time of one process, over all its answers."""


@dataclass(slots=True)
class _Attendant:
    folder: tempfile.TemporaryDirectory[str]
    process: subprocess.Popen[bytes]
    answers: int = 0

    def ask(self, request: bytes, limits: Limits) -> bytes | Failure:
        assert self.process.stdout is not None  # noqa: S101  for the type checker: stdout=PIPE
        end = time.monotonic() + limits.deadline_seconds
        try:
            if not self._write(request, end):
                return Failure("did not read what it was asked")
        except BrokenPipeError:
            return Failure("ended before it read what it was asked")
        answer, stopped = read_until(self.process.stdout, b"\n", end, limits)
        self.answers += 1
        return Failure(stopped) if stopped else answer

    def _write(self, request: bytes, end: float) -> bool:
        """Write all of `request`, though a frozen reader would never take it."""
        assert self.process.stdin is not None  # noqa: S101  for the type checker: stdin=PIPE
        pipe, left = self.process.stdin.fileno(), memoryview(request)
        os.set_blocking(pipe, False)
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_WRITE)
            while left and selector.select(max(0.0, end - time.monotonic())):
                left = left[os.write(pipe, left) :]
        return not left

    def close(self) -> None:
        kill(self.process)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.folder.cleanup()


class Attendants:
    """Keeps up to `size` processes of `command`, each for at most `uses` answers.

    Close it after use, or use it in a `with` statement.
    """

    way = "warm process"

    def __init__(self, command: Sequence[str], size: int = 2, uses: int = 500) -> None:
        self._command = tuple(command)
        self._size, self._uses = size, uses
        self._idle: list[_Attendant] = []
        self._lock = threading.Lock()
        self._closed = False
        # One thread starts them all: the kernel ends a process with the thread that started it.
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="attendants")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, request: bytes, limits: Limits) -> bytes | Failure:
        """Send one line, `request`, and return the line that answers it.

        Raises:
            OSError: the process cannot be started.
        """
        with self._lock:
            attendant = self._idle.pop() if self._idle else None
            if self._closed:
                return Failure("is no longer kept")
        attendant = attendant or self._starter.submit(self._start).result()
        answer: bytes | Failure = Failure("was interrupted")
        try:
            answer = attendant.ask(request, limits)
        finally:
            self._keep(attendant, useful=not isinstance(answer, Failure))
        return answer

    def _keep(self, attendant: _Attendant, *, useful: bool) -> None:
        with self._lock:
            kept = useful and not self._closed and attendant.answers < self._uses and len(self._idle) < self._size
            if kept:
                self._idle.append(attendant)
        if not kept:
            attendant.close()

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for attendant in idle:
            attendant.close()
        self._starter.shutdown()

    def _start(self) -> _Attendant:
        folder = new_scratch()
        limits = Limits(LIFE_SECONDS)
        return _Attendant(folder, start(self._command, cwd=Path(folder.name), limits=limits, stdin=subprocess.PIPE))
