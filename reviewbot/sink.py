"""Where log lines go: written by a thread of its own, so that a sink nobody reads stops no work."""

import logging
import logging.handlers
import os
import queue
import threading

ROOM_LINES = 2_000
"""So many lines wait for a sink that is slow; those after them are lost, and counted."""
FLUSH_SECONDS = 2.0
"""How long the end of the process waits for its last lines to be read."""


class Sink(logging.handlers.QueueHandler):
    """Writes to the open file `descriptor`. Whoever logs waits for nothing and hears of no fault.

    Once the sink takes lines again, a line says how many were lost.
    """

    def __init__(self, descriptor: int) -> None:
        """Start the thread."""
        self._lines: queue.Queue[object] = queue.Queue(ROOM_LINES)
        super().__init__(self._lines)
        self._descriptor = descriptor
        self._lost = 0
        self._counting = threading.Lock()
        # Not a stream's `write`: that holds a lock while it waits, and Python takes the lock of stderr when it ends.
        threading.Thread(target=self._write_all, name="log", daemon=True).start()

    def prepare(self, record: logging.LogRecord) -> str:
        """Make the line now: what it tells of may change."""
        return self.format(record)

    def enqueue(self, record: object) -> None:
        """Leave the line that `prepare` made for the thread."""
        try:
            self._lines.put_nowait(record)
        except queue.Full:
            self._lose(1)

    def flush(self) -> None:
        """Wait a moment until all is written."""
        with self._lines.all_tasks_done:
            self._lines.all_tasks_done.wait_for(lambda: not self._lines.unfinished_tasks, FLUSH_SECONDS)

    def _write_all(self) -> None:
        while True:
            line = str(self._lines.get())
            if not self._write(line):
                self._lose(1)
            elif lost := self._lost:
                told = {"name": __name__, "levelname": "WARNING", "levelno": logging.WARNING}
                record = logging.makeLogRecord(told | {"msg": f"{lost} lines of the log were lost: nobody read them"})
                if self._write(self.format(record)):
                    self._lose(-lost)
            self._lines.task_done()

    def _write(self, line: str) -> bool:
        left = f"{line}\n".encode(errors="backslashreplace")
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError:
            return False
        return True

    def _lose(self, lines: int) -> None:
        with self._counting:
            self._lost += lines
