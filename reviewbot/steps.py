"""How long each step of a piece of work takes: for the ledger, and as spans of its trace."""

import time
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from reviewbot.ledger.tally import Step
from reviewbot.tracing import Tracer


class Steps:
    """Is told each step as it starts. Use it in a `with` statement: its end ends the last step."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._span = ExitStack()
        self._began: list[tuple[str, float]] = []

    def __enter__(self) -> Self:
        """Wait for the first step."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the last step."""
        self._span.__exit__(kind, error, at)

    def __call__(self, name: str) -> None:
        """End the step before, and begin this one."""
        self._span.close()
        self._began.append((name, time.perf_counter()))
        self._span.enter_context(self._tracer.span(f"review: {name}"))

    def taken(self) -> tuple[Step, ...]:
        """Return the steps up to now; the last one ends now."""
        ends = [start for _, start in self._began[1:]] + [time.perf_counter()]
        return tuple(Step(name, end - start) for (name, start), end in zip(self._began, ends, strict=False))
