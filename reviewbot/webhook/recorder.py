"""Many deliveries in one transaction: while one is written to disk, the next ones gather."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import structlog

from reviewbot.errors import UnavailableError
from reviewbot.ledger.record import Delivery, Recorded

MAX_BATCH = 256
ANSWER_SECONDS = 8
"""GitHub waits ten seconds. A delivery that is recorded later is known again when GitHub repeats it."""

type Wake = Callable[[Sequence[int]], None]
"""Told the rows that now wait. It must return at once and raise nothing: no delivery waits for workers."""


class Book(Protocol):
    """What the receiver needs of the ledger."""

    def record_deliveries(self, received: Sequence[Delivery]) -> tuple[Recorded, ...]:
        """Record all of them durably, or raise UnavailableError and none."""

    def oldest_waiting_age(self) -> float | None:
        """Return for how many seconds the oldest row of work has waited."""


class Recorder:
    """Writes deliveries to the ledger in the order in which they came, from one event loop."""

    def __init__(self, book: Book, wake: Wake) -> None:
        self._book = book
        self._wake = wake
        self._waiting: deque[tuple[Delivery, asyncio.Future[Recorded]]] = deque()
        self._arrived = asyncio.Event()
        # A thread of its own: pages that ask the ledger too take none away from deliveries.
        self._writer = ThreadPoolExecutor(1, "recorder")
        self.alive = True

    async def record(self, delivery: Delivery) -> Recorded:
        """Return once the delivery is committed.

        Raises:
            UnavailableError: it was not, or not in time. GitHub is to be told so.
        """
        if not self.alive:
            raise UnavailableError("The receiver cannot record deliveries and is about to stop.")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Recorded] = loop.create_future()
        self._waiting.append((delivery, future))
        self._arrived.set()
        deadline = loop.call_later(ANSWER_SECONDS, _fail, [future], "The ledger did not answer in time.")
        try:
            return await future
        finally:
            deadline.cancel()

    async def run(self) -> None:
        """Write until cancelled. Whatever else ends it leaves no delivery without an answer."""
        try:
            while True:
                await self._arrived.wait()
                await self._write(self._next_batch())
        finally:
            self.alive = False
            self._writer.shutdown()
            _fail([future for _, future in self._waiting], "The receiver has stopped.")

    def _next_batch(self) -> list[tuple[Delivery, asyncio.Future[Recorded]]]:
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MAX_BATCH))]
        if not self._waiting:
            self._arrived.clear()
        return batch

    async def _write(self, batch: list[tuple[Delivery, asyncio.Future[Recorded]]]) -> None:
        futures = [future for _, future in batch]
        try:
            recorded = await asyncio.get_running_loop().run_in_executor(
                self._writer, self._book.record_deliveries, [delivery for delivery, _ in batch]
            )
            for future, one in zip(futures, recorded, strict=True):
                if not future.done():
                    future.set_result(one)
        except UnavailableError as error:
            structlog.get_logger(__name__).error("ledger unavailable", deliveries=len(batch), error=str(error))
            _fail(futures, str(error))
            return
        finally:
            _fail(futures, "The delivery could not be recorded.")  # whoever has no answer yet
        rows = [row for one in recorded for row in one.row_ids]
        told = [
            f"{delivery.guid} {delivery.event} {delivery.action} {'new' if one.new else 'known'}"
            for (delivery, _), one in zip(batch, recorded, strict=True)
        ]
        # One line for each transaction: one for each delivery would cost more than the delivery.
        structlog.get_logger(__name__).info("deliveries recorded", deliveries=told, rows=rows)
        if rows:
            self._wake(rows)


def _fail(futures: list[asyncio.Future[Recorded]], sentence: str) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(UnavailableError(sentence))
