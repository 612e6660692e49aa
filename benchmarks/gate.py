"""One candidate, and many, through both scanners: against the documented commands, in turn within one run."""

import tempfile
import time
from pathlib import Path

import click

from benchmarks.measure import announce, by_hand, candidate, in_turn, machine, pack_of, table, write_pack
from reviewbot.change import SourceFile
from reviewbot.finding import Scan, Scanner, scan
from reviewbot.scanners.bandit import Bandit
from reviewbot.scanners.installed import Kept
from reviewbot.scanners.rulepack import RulePack
from reviewbot.scanners.semgrep import Semgrep

YAML, JSON = "semgrep (YAML) + bandit", "semgrep (JSON) + bandit"
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


def measure(title: str, pack: RulePack, count: int, rounds: int) -> None:
    """Print one table: `count` candidates at once with the rules of `pack`."""
    numbers = Numbers()
    with tempfile.TemporaryDirectory() as name, Kept(pack) as kept:
        folder = Path(name)
        in_yaml, in_json = write_pack(pack, folder)
        warm = kept.scanners("benchmark")
        for _ in range(2):
            scanned(numbers.files(count), warm)
        paths = written(numbers.files(count), folder)
        found = by_hand(in_json, paths)
        ours = sum(len(one.findings) for one in scanned(numbers.files(count), warm))

        def after_a_pause(_number: int) -> None:
            time.sleep(PAUSE_SECONDS)
            scanned(numbers.files(count), warm)

        times = dict(
            in_turn(
                {
                    YAML: lambda _: by_hand(in_yaml, paths),
                    JSON: lambda _: by_hand(in_json, paths),
                    "reviewbot, cold": lambda _: scanned(numbers.files(count), (Semgrep(pack), Bandit())),
                    "reviewbot, warm, after a pause": after_a_pause,
                    "2": after_a_pause,
                    "3": after_a_pause,
                    "reviewbot, warm, back to back": lambda _: scanned(numbers.files(count), warm),
                    "4": lambda _: scanned(numbers.files(count), warm),
                    "5": lambda _: scanned(numbers.files(count), warm),
                },
                rounds,
            )
        )
    pauses = [times.pop(name) for name in ("2", "3")]
    times["reviewbot, warm, after a pause"] = [
        seconds - PAUSE_SECONDS for part in (times["reviewbot, warm, after a pause"], *pauses) for seconds in part
    ]
    times["reviewbot, warm, back to back"] += [seconds for name in ("4", "5") for seconds in times.pop(name)]
    table(
        f"## {title}: {len(pack.rules)} rules, {count} candidate(s); {found} findings by hand, {ours} by us",
        times,
        (YAML, JSON),
    )
    print(f"\nAfterwards: {machine()}", flush=True)


@click.command()
@click.option("--rounds", default=5, show_default=True)
def main(rounds: int) -> None:
    """Measure the gate."""
    announce("The gate")
    for title, size in (("Small pack", 150), ("Large pack", 600), ("Our pack", None)):
        measure(title, pack_of(size), 1, rounds)
    for count in (5, 20, 50):
        measure("Our pack", pack_of(None), count, max(2, rounds - 2))


if __name__ == "__main__":
    main()
