"""Group commit for the receiver: one thread writes what many requests wait for, in one transaction each time.

A sync of the disk costs the same for one row as for hundreds. While one transaction is being synced the next
deliveries come together, so that a single delivery waits for nobody.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from types import TracebackType
from typing import Self

from reviewbot.errors import UnavailableError
from reviewbot.ledger.record import Delivery, Recorded

MAX_WAITING = 4_000
"""More deliveries than about a second's worth are refused: GitHub counts an answer after ten seconds as none."""
MAX_BATCH = 500
ANSWER_SECONDS = 8.0

_Item = tuple[Delivery, "Future[Recorded]"]
Write = Callable[[Sequence[Delivery]], Sequence[Recorded]]
"""`Ledger.record_deliveries`."""


class DeliveryWriter:
    """Writes deliveries for many threads. Use it in a `with` block.

    Whatever is wrong turns into an UnavailableError at once, also when the thread itself has died: a delivery
    is never acknowledged that is not in the database, and nobody waits for ever.
    """

    def __init__(self, write: Write, max_waiting: int = MAX_WAITING) -> None:
        self._write = write
        self._waiting: queue.Queue[_Item | None] = queue.Queue(max_waiting + 1)  # one more for the end
        self._max_waiting = max_waiting
        self._lock = threading.Lock()
        self._open = False
        self._thread = threading.Thread(target=self._run, name="ledger writer", daemon=True)

    def __enter__(self) -> Self:
        """Start the thread."""
        self._open = True
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Write what waits, and end the thread."""
        self.close()

    @property
    def alive(self) -> bool:
        """Deliveries are taken. If not, the process is to end, so that its supervisor starts it anew."""
        return self._open

    def record(self, delivery: Delivery) -> Recorded:
        """Write one delivery and return when it is durable.

        Raises:
            UnavailableError: it may not be; answer with 503.
        """
        try:
            return self.submit(delivery).result(ANSWER_SECONDS)
        except TimeoutError:
            raise UnavailableError("The ledger did not confirm the delivery in time.") from None

    def submit(self, delivery: Delivery) -> "Future[Recorded]":
        """Hand one delivery over; the future ends when it is durable, or with an UnavailableError.

        Raises:
            UnavailableError: too many are waiting, or the thread has ended.
        """
        future: Future[Recorded] = Future()
        future.set_running_or_notify_cancel()  # what is handed over is written, even if its client has gone
        with self._lock:
            if not self._open:
                raise UnavailableError("The ledger's writer has ended.")
            if self._waiting.qsize() >= self._max_waiting:
                raise UnavailableError(f"{self._max_waiting} deliveries are waiting for the ledger already.")
            self._waiting.put_nowait((delivery, future))
        return future

    def close(self) -> None:
        """Take no more deliveries, write those that wait, and end the thread."""
        with self._lock:
            if self._open:
                self._open = False
                self._waiting.put_nowait(None)
        self._thread.join()

    def _run(self) -> None:
        batch: list[_Item] = []
        try:
            while self._fill(batch):
                self._commit(batch)
                batch.clear()
        finally:  # a mistake of ours ends the thread; then nobody may be left waiting
            with self._lock:
                self._open = False
            self._fail([*batch, *self._left()], UnavailableError("The ledger's writer has ended."))

    def _fill(self, batch: list[_Item]) -> bool:
        """Wait for one delivery and take all that came with it. False: the end."""
        item = self._waiting.get()
        while item is not None:
            batch.append(item)
            if len(batch) == MAX_BATCH or self._waiting.empty():
                return True
            item = self._waiting.get()
        self._waiting.put(None)  # the end is still to be seen by whoever comes next
        return bool(batch)

    def _commit(self, batch: Sequence[_Item]) -> None:
        try:
            results = self._write([delivery for delivery, _ in batch])
        except UnavailableError as error:
            self._fail(batch, error)
            return
        for (_, future), recorded in zip(batch, results, strict=True):
            future.set_result(recorded)

    def _fail(self, items: Sequence[_Item], error: UnavailableError) -> None:
        for _, future in items:
            if not future.done():
                future.set_exception(error)

    def _left(self) -> list[_Item]:
        left = []
        while not self._waiting.empty():
            if (item := self._waiting.get()) is not None:
                left.append(item)
        return left
