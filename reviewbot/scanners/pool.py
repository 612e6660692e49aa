"""Semgrep engines started ahead: each has read its rules, waits for files, scans once and ends.

The engine's start and the reading of the rules are over when a scan comes. A process is used once, so nothing of one
scan can reach another. It waits in opening its list of targets, which is a FIFO. It opens that path twice, and a FIFO
gives its content only once; so the list is written into the FIFO after a file with the same list took over the name.
"""

import errno
import os
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from reviewbot.scanners.batch import Failure
from reviewbot.scanners.sandbox import Limits, collect, kill, new_scratch, start
from reviewbot.scanners.semgrep_engine import RULES_FILE, TARGETS_FILE, Engine, Report, Target, listed, parse_report

POOLED_SECONDS = 60.0
"""The most that a pooled scan may take, and the processor time that it may use."""

_PIPE_BYTES = 1 << 16
_POLL_SECONDS = 0.002


@dataclass(frozen=True, slots=True)
class _Waiting:
    rules: bytes
    folder: tempfile.TemporaryDirectory[str]
    process: subprocess.Popen[bytes]

    def scan(self, targets: Sequence[Target], limits: Limits) -> Report | Failure:
        end = time.monotonic() + limits.deadline_seconds
        folder, listing = Path(self.folder.name), listed(targets)
        for target in targets:
            (folder / target.name).write_bytes(target.data)
        (folder / "next").write_bytes(listing)
        try:
            fifo = self._open(folder / TARGETS_FILE, end)
            if fifo is None:
                return Failure("did not become ready")
            with open(fifo, "wb", buffering=0) as pipe:  # noqa: PTH123  takes a descriptor
                (folder / "next").rename(folder / TARGETS_FILE)
                if pipe.write(listing) != len(listing):
                    return Failure("did not read the list of files")
        except BrokenPipeError:
            return Failure("ended before it read the list of files")
        written, stopped = collect(self.process, end, limits)
        if stopped or self.process.returncode:
            return Failure(stopped or f"ended with exit status {self.process.returncode}")
        return parse_report(written)

    def _open(self, fifo: Path, end: float) -> int | None:
        """Open the FIFO, which succeeds once the engine has opened the other end."""
        while self.process.poll() is None and time.monotonic() < end:
            try:
                return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
            except OSError as error:
                if error.errno != errno.ENXIO:
                    raise
            time.sleep(_POLL_SECONDS)
        return None

    def close(self) -> None:
        kill(self.process)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.folder.cleanup()


class Pool:
    """Keeps up to `size` processes of `engine` waiting, `spare` for each set of rules that was last asked for.

    Each takes 105 to 150 MB, of which a third is its own. Close it after use, or use it in a `with` statement.
    """

    way = "pool"

    def __init__(self, engine: Engine, size: int = 4, spare: int = 2) -> None:
        self._engine = engine
        self._size, self._spare = size, spare
        self._lock = threading.Lock()
        self._waiting: deque[Future[_Waiting]] = deque()
        self._rules: deque[bytes] = deque()
        # One thread starts them all and lives as long as the pool: the kernel ends a process with the thread
        # that started it.
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pool")
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def warm(self, rules: bytes) -> None:
        """Have processes with `rules` started, in the background. The oldest others make room for them."""
        with self._lock:
            missing = 0 if self._closed else self._spare - self._rules.count(rules)
            for _ in range(missing):
                self._rules.append(rules)
                self._waiting.append(self._starter.submit(self._start, rules))
            surplus = max(0, len(self._rules) - self._size)
            dropped = [self._pop(0) for _ in range(surplus)]
        for future in dropped:
            _discard(future)

    def report(self, targets: Sequence[Target], rules: bytes, limits: Limits) -> Report | Failure:
        """Scan `targets` with a waiting process, and have its successor started once the processors are free again."""
        try:
            return self._report(targets, rules, limits)
        finally:
            self.warm(rules)

    def _report(self, targets: Sequence[Target], rules: bytes, limits: Limits) -> Report | Failure:
        with self._lock:
            future = self._pop(self._rules.index(rules)) if rules in self._rules else None
        if future is None:
            return Failure("has no process waiting")
        if len(listed(targets)) > _PIPE_BYTES:
            _discard(future)
            return Failure("takes no list of this length")
        try:
            waiting = future.result(limits.deadline_seconds)
        except (OSError, TimeoutError):
            _discard(future)
            return Failure("could not be started")
        try:
            return waiting.scan(targets, limits)
        finally:
            waiting.close()

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            self._closed = True
            dropped = [self._pop(0) for _ in range(len(self._rules))]
        for future in dropped:
            _discard(future)
        self._starter.shutdown()

    def _pop(self, index: int) -> Future[_Waiting]:
        del self._rules[index]
        future = self._waiting[index]
        del self._waiting[index]
        return future

    def _start(self, rules: bytes) -> _Waiting:
        folder = new_scratch()
        path = Path(folder.name)
        (path / RULES_FILE).write_bytes(rules)
        command = self._engine.command(path, ())
        (path / TARGETS_FILE).unlink()
        os.mkfifo(path / TARGETS_FILE, mode=0o600)
        return _Waiting(rules, folder, start(command, cwd=path, limits=Limits(POOLED_SECONDS)))


def _discard(future: Future[_Waiting]) -> None:
    """End a process that nobody will use, be it running, starting or not started yet."""
    if not future.cancel():
        future.add_done_callback(lambda done: None if done.cancelled() or done.exception() else done.result().close())
