"""A thread in which requests run side by side, and in which each can be ended at any moment.

A thread that waits for a server can be neither stopped nor hurried; a coroutine can. All of it is hidden here:
whoever asks is a plain thread.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

LOOK_SECONDS = 0.5
"""How often it is asked whether the result is still wanted."""


class Loop:
    """An event loop in a thread of its own, started when it is first needed. Close it after use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: _Running | None = None

    def run[T](self, work: Callable[[], Coroutine[Any, Any, T]], check: Callable[[], None]) -> T:
        """Run `work` and return its result. `check` is called now and then: what it raises ends the work."""
        future = asyncio.run_coroutine_threadsafe(work(), self._started().loop)
        try:
            while True:
                check()
                try:
                    return future.result(LOOK_SECONDS)
                except TimeoutError:
                    if future.done():
                        raise
        finally:
            future.cancel()

    def close(self) -> None:
        """End the thread, and what still runs in it."""
        with self._lock:
            running, self._running = self._running, None
        if running is not None:
            running.loop.call_soon_threadsafe(running.over.set)
            running.thread.join()

    def _started(self) -> "_Running":
        with self._lock:
            if self._running is None:
                started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
                thread = threading.Thread(target=asyncio.run, args=(_stay(started),), name="endpoint", daemon=True)
                thread.start()
                self._running = _Running(*started.result(), thread)
            return self._running


@dataclass(frozen=True, slots=True)
class _Running:
    loop: asyncio.AbstractEventLoop
    over: asyncio.Event
    thread: threading.Thread


async def _stay(started: "Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]") -> None:
    """Be the loop's first task. When it ends, all others are cancelled."""
    over = asyncio.Event()
    started.set_result((asyncio.get_running_loop(), over))
    await over.wait()
