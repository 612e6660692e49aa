"""Where the time of a review goes: to its steps, and within them to the scanners."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from reviewbot.change import SourceFile
from reviewbot.finding import Scan, Scanner


@dataclass(frozen=True, slots=True)
class Timing:
    """How long something took. A scanner stands under the step that it ran in, as in "Judging suggestions: Bandit"."""

    what: str
    seconds: float


class Stopwatch:
    """Measures from its making on. Scanners run side by side, so what they took may add up to more than their step."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._steps: list[tuple[str, float]] = [("Starting", self._began)]
        self._scans: list[tuple[str, Timing]] = []

    def told(self, show: Callable[[str], None]) -> Callable[[str], None]:
        """Return what is to be called at the start of each step, and passes that on to `show`."""

        def step(name: str) -> None:
            self._steps.append((name, time.perf_counter()))
            show(name)

        return step

    def timed(self, scanners: Sequence[Scanner]) -> tuple[Scanner, ...]:
        """Return scanners that do the same and are measured."""
        return tuple(_Timed(scanner, self._note) for scanner in scanners)

    def timings(self) -> tuple[Timing, ...]:
        """Return what was measured up to now, each step followed by its scanners, and the sum of the steps."""
        now = time.perf_counter()
        ends = [start for _, start in self._steps[1:]] + [now]
        rows: list[Timing] = []
        for (name, start), end in zip(self._steps, ends, strict=True):
            rows.append(Timing(name, end - start))
            rows += [timing for step, timing in self._scans if step == name]
        return (*rows, Timing("All", now - self._began))

    def _note(self, scanner: str, seconds: float) -> None:
        step = self._steps[-1][0]
        self._scans.append((step, Timing(f"{step}: {scanner}", seconds)))


@dataclass(frozen=True, slots=True)
class _Timed:
    scanner: Scanner
    note: Callable[[str, float], None] = field(repr=False)

    @property
    def name(self) -> str:
        return self.scanner.name

    def scan(self, trees: Sequence[Sequence[SourceFile]]) -> Sequence[Scan]:
        start = time.perf_counter()
        try:
            return self.scanner.scan(trees)
        finally:
            self.note(self.name, time.perf_counter() - start)
