"""One thread that answers the requests of all callers together."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog
import torch

from reviewbot.errors import GenerationError
from workers.deepseek.batch import Batch, Forward, forward_of
from workers.deepseek.loading import Model
from workers.deepseek.prefixes import Prefixes, shared
from workers.deepseek.request import Answer, Call, Finish, Request, Row, row_of
from workers.deepseek.settings import ModelSettings
from workers.deepseek.slots import Kept

log = structlog.get_logger()

_WORTH_SHARING = 32
"""Tokens in common for which a request waits until another one's prompt is read, to start from there."""

_MAX_PASSED_OVER = 64
"""After so many requests that came later were taken first, for their adapter, the batch is emptied."""

_MAX_OPENING = 12
"""Tokens that answers start with alike, at most: the fence and its language."""

_LOOK_SECONDS = 0.1
"""How often a caller that waits looks whether its answer is still wanted."""


class Engine:
    """Answers requests with one model, from the time it is made until it is closed.

    `activate` makes the model use the LoRA adapter of that name, empty for none; it is only called by the engine's
    thread, and between passes. `forward` stands in for the model's pass in tests.
    """

    def __init__(
        self,
        model: Model,
        settings: ModelSettings,
        activate: Callable[[str], None] = lambda _: None,
        forward: Forward | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._model, self._settings, self._activate, self._clock = model, settings, activate, clock
        self._batch = Batch(model, forward or forward_of(model), settings.temperature, settings.cache_tokens)
        self._prefixes = Prefixes(settings.context_tokens)
        self._incoming: list[Row] = []
        self._waiting: list[Row] = []  # this and what follows is the engine's thread's alone
        self._changed = threading.Condition()
        self._stopped = ""
        self._adapter = ""
        self._limit = settings.max_batch
        self._halved = False
        self._passed_over = 0
        self._opening: tuple[int, ...] = ()
        self._room = True  # whether somebody who waits may get in: something has changed
        self._thread = threading.Thread(target=self._serve, name="deepseek-engine", daemon=True)
        self._thread.start()

    def run(self, requests: Sequence[Request], cancelled: Callable[[], bool] = lambda: False) -> list[Answer]:
        """Answer all of `requests`, in their order. Any number of threads may call this.

        `cancelled` is asked now and then by the calling thread; once it is true, or raises, what is not complete
        is left as it is. Each request must fit in the cache.

        Raises:
            GenerationError: the engine is closed, or broke down.
        """
        if not requests:
            return []
        self._check()
        call = Call(len(requests), self._clock() + self._settings.answer_seconds)
        rows = [row_of(one, call, place, self._model.codec, self._opening) for place, one in enumerate(requests)]
        with self._changed:
            self._incoming += rows
            self._changed.notify()
        try:
            while not call.done.wait(_LOOK_SECONDS):
                self._check()
                call.stopped = call.stopped or cancelled()
        finally:
            call.stopped = True
        return [answer for answer in call.answers if answer is not None]

    def _check(self) -> None:
        if self._stopped:
            raise GenerationError(self._stopped)

    def close(self) -> None:
        """Stop, and leave callers that wait with an error. Returns when the thread has ended."""
        with self._changed:
            self._stopped = self._stopped or "The model was shut down."
            self._changed.notify()
        self._thread.join()

    def _serve(self) -> None:
        try:
            with torch.inference_mode():
                while not self._stopped:
                    self._await()
                    try:
                        self._take_turn()
                    except torch.OutOfMemoryError:
                        self._give_way()
        except RuntimeError as error:  # torch raises nothing finer when a device fails
            log.exception("engine.failed")
            self._stopped = f"The model broke down ({str(error).partition(chr(10))[0]}). Restart the worker."
        finally:
            self._stopped = self._stopped or "The model's engine ended because of a bug. Restart the worker."

    def _await(self) -> None:
        """Wait until there is something to do."""
        with self._changed:
            if not (self._waiting or self._batch.rows):
                self._limit, self._halved = self._settings.max_batch, False
                while not (self._incoming or self._stopped):
                    self._changed.wait()
            self._room = self._room or bool(self._incoming)
            self._waiting += self._incoming
            self._incoming = []

    def _take_turn(self) -> None:
        self._sweep()
        if self._room and not self._batch.reading:
            self._admit()
        if self._batch.reading:
            self._batch.read()
            self._room = not self._batch.reading
        elif self._batch.rows:
            self._batch.write()
        for row in [row for row in self._batch.rows if row.finish]:
            self._learn_opening(row)
            self._finish(row)

    def _learn_opening(self, row: Row) -> None:
        """Remember how an answer starts, up to the end of its first line: the next one will start alike."""
        for size in range(1, min(len(row.out), _MAX_OPENING)):
            start = self._model.codec.decode(row.out[:size]).lstrip("\n")
            if start.startswith("```") and "\n" in start:  # what fills a hole starts with code, and each time other
                self._opening = tuple(row.out[:size])
                return

    def _sweep(self) -> None:
        """End what nobody wants any more, or what took too long."""
        now = self._clock()
        for row in [*self._waiting, *self._batch.rows]:
            if row.call.stopped:
                row.finish = Finish.CANCELLED
            elif now >= row.call.deadline:
                row.finish = Finish.LATE
        for row in [row for row in self._batch.rows if row.finish]:
            self._finish(row)
        for row in [row for row in self._waiting if row.finish]:
            self._waiting.remove(row)
            row.deliver()

    def _finish(self, row: Row) -> None:
        """Deliver a row's answer, and keep the start of its prompt if another one is likely to start so."""
        common = row.shared if len(self._batch.rows) > 1 else len(row.request.ids)
        ids = row.request.ids[: min(common, row.cached)]
        if ids and not self._prefixes.holds(self._adapter, ids):
            with suppress(torch.OutOfMemoryError):
                kept = self._batch.cache.keep(self._batch.rows.index(row), len(ids))
                self._prefixes.remember(self._adapter, ids, kept)
        self._batch.remove(row)
        self._room = True
        row.deliver()

    def _admit(self) -> None:
        """Take what fits from those who wait into the batch."""
        self._room = False
        if not self._waiting:
            return
        if not self._batch.rows:
            self._switch(self._waiting[0].request.adapter)
        chosen: list[tuple[Row, Row | Kept | None, int]] = []
        left = []
        for row in self._waiting:
            rows = [one for one, _, _ in chosen]
            found, common = self._start_of(row)
            soon = max((shared(row.request.ids, one.request.ids) for one in rows), default=0)
            if self._fits([*self._batch.rows, *rows, row]) and soon < common + _WORTH_SHARING:
                chosen.append((row, found, common))
            else:
                left.append(row)
        self._waiting = left
        if left and left[0].request.adapter != self._adapter:
            self._passed_over += len(chosen)
        if chosen:
            self._place(sorted(chosen, key=lambda one: one[0].length - one[2]))

    def _switch(self, adapter: str) -> None:
        self._passed_over = 0
        if adapter != self._adapter:
            self._activate(adapter)
            self._adapter = adapter

    def _fits(self, rows: list[Row]) -> bool:
        if rows[-1].request.adapter != self._adapter or (len(rows) > 1 and self._passed_over >= _MAX_PASSED_OVER):
            return False
        tokens = max(row.request.longest for row in rows) * len(rows)
        return len(rows) <= self._limit and (len(rows) == 1 or tokens <= self._settings.cache_tokens)

    def _start_of(self, row: Row) -> tuple[Row | Kept | None, int]:
        """Return where the longest start of a row's tokens can be copied from, and how long it is."""
        found: Row | Kept | None
        found, most = self._prefixes.find(row.request.adapter, row.request.ids)
        if row.request.adapter == self._adapter:
            for other in self._batch.rows:
                common = min(shared(row.request.ids, other.request.ids), other.cached)
                if common > most:
                    found, most = other, common
        return found, min(most, len(row.request.ids) - 1)

    def _place(self, chosen: list[tuple[Row, Row | Kept | None, int]]) -> None:
        first = len(self._batch.rows)
        self._batch.add([row for row, _, _ in chosen])
        for slot, (row, found, common) in enumerate(chosen, start=first):
            if isinstance(found, Kept):
                self._batch.cache.put(found, slot, common)
            elif found is not None:
                found.shared = max(found.shared, common)
                self._batch.cache.copy(self._batch.rows.index(found), slot, common)
            row.cached = common

    def _give_way(self) -> None:
        """Free the device's memory, and start again with half of the batch; when that was done, give up on it."""
        rows, self._batch.rows = self._batch.rows, []
        self._room = True
        self._batch.cache.clear()
        self._prefixes.clear()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        log.warning("engine.out_of_memory", rows=len(rows), halved=self._halved)
        if self._halved or len(rows) == 1:
            for row in rows:
                row.finish = Finish.MEMORY
                row.deliver()
            return
        self._halved, self._limit = True, max(len(rows) // 2, 1)
        for row in rows:
            row.cached = row.shared = 0
        self._waiting = [*rows, *self._waiting]
