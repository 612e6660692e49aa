"""One candidate, and many, through both scanners: against the documented commands, in turn within one run."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

from benchmarks.measure import Taken, announce, by_hand, candidate, in_turn, machine, pack_of, table, write_pack
from reviewbot.change import SourceFile
from reviewbot.finding import Scan, Scanner, scan
from reviewbot.scanners.bandit import Bandit
from reviewbot.scanners.installed import Kept
from reviewbot.scanners.rulepack import RulePack
from reviewbot.scanners.semgrep import Semgrep

YAML, JSON = "semgrep (YAML) + bandit", "semgrep (JSON) + bandit"
REPEATS = 4
"""Runs of a warm way for each run of the commands, which take so much longer."""

PAUSE_SECONDS = 1.0
"""What a model takes at least between two candidates."""


class Numbers:
    """Gives every candidate of a run another number, so that none is known already."""

    def __init__(self) -> None:
        self._last = 0

    def files(self, count: int) -> list[SourceFile]:
        """Return so many candidates that were never scanned before."""
        self._last += count
        return [candidate(number) for number in range(self._last - count, self._last)]


def written(files: list[SourceFile], folder: Path) -> list[Path]:
    """Write candidates for the commands, outside the time that is measured."""
    paths = []
    for file in files:
        path = folder / file.path.replace("/", "_")
        path.write_text(file.text, encoding="utf-8")
        paths.append(path)
    return paths


def scanned(files: list[SourceFile], scanners: tuple[Scanner, ...]) -> tuple[Scan, ...]:
    """Scan each file as a tree of its own, as `judge` does. Fails if anything was skipped."""
    scans = scan([[file] for file in files], scanners)
    if any(one.skipped for one in scans):
        raise click.ClickException(f"Something was skipped: {[one.skipped for one in scans if one.skipped]}")
    return scans


def measure(title: str, pack: RulePack, count: int, rounds: int, references: tuple[str, ...]) -> None:
    """Print one table: `count` candidates at once with the rules of `pack`."""
    numbers = Numbers()
    with tempfile.TemporaryDirectory() as name, Kept(pack) as kept:
        folder = Path(name)
        rules = dict(zip((YAML, JSON), write_pack(pack, folder), strict=True))
        warm = kept.scanners("benchmark")
        paths = written(numbers.files(count), folder)
        found: set[tuple[str, int]] = set()

        def commands(reference: str) -> Callable[[int], None]:
            return lambda _: found.add(("by hand", by_hand(rules[reference], paths)))

        def ours(scanners: tuple[Scanner, ...]) -> None:
            scans = scanned(numbers.files(count), scanners)
            found.add(("by us", sum(len(one.findings) for one in scans)))

        for _ in range(2):
            ours(warm)
        ways: dict[str, Callable[[int], object]] = {reference: commands(reference) for reference in references}
        ways["reviewbot, cold"] = lambda _: ours((Semgrep(pack), Bandit()))
        for repeat in range(REPEATS):
            ways[f"pause {repeat}"] = lambda _: time.sleep(PAUSE_SECONDS)
            ways[f"reviewbot, warm, after a pause/{repeat}"] = lambda _: ours(warm)
        for repeat in range(REPEATS):
            ways[f"reviewbot, warm, back to back/{repeat}"] = lambda _: ours(warm)
        times: dict[str, list[Taken]] = {}
        for way, taken in in_turn(ways, rounds).items():
            times.setdefault(way.partition("/")[0], []).extend(taken)
    times = {way: taken for way, taken in times.items() if not way.startswith("pause")}
    said = ", ".join(f"{number} {who}" for who, number in sorted(found))
    table(f"## {title}: {len(pack.rules)} rules, {count} candidate(s); findings: {said}", times, references)
    print(f"\nAfterwards: {machine()}", flush=True)


@click.command()
@click.option("--rounds", default=3, show_default=True)
def main(rounds: int) -> None:
    """Measure the gate."""
    announce("The gate")
    for title, size in (("Small pack", 150), ("Large pack", 600), ("Our pack", None)):
        measure(title, pack_of(size), 1, rounds, (YAML, JSON))
    for count in (5, 20, 50):
        measure("Our pack", pack_of(None), count, rounds, (JSON,))


if __name__ == "__main__":
    main()
