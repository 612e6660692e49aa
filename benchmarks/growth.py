"""What it costs as it grows: files, rules, candidates, and reviews in one worker."""

import os
import statistics
import time

import click

from benchmarks.measure import announce, candidate, children, machine, pack_of, percentile, resident_mib
from reviewbot.change import Change, ChangedFile, Hunk, Line
from reviewbot.finding import scan
from reviewbot.pipeline import review_change
from reviewbot.policy import Policy
from reviewbot.scanners.bandit import Bandit
from reviewbot.scanners.installed import Kept
from reviewbot.scanners.semgrep import Semgrep


def seconds_of(trees: list[list[object]], scanners: tuple[object, ...]) -> tuple[float, int]:
    """Scan, and return the seconds and how many files were skipped."""
    start = time.perf_counter()
    scans = scan(trees, scanners)  # type: ignore[arg-type]  # the callers give scanners and files
    return time.perf_counter() - start, sum(len(one.skipped) for one in scans)


def files(sizes: tuple[int, ...]) -> None:
    """One tree of so many files of 100 lines."""
    print("\n## Files in one scan (our pack, warm)\n\n| files | seconds | per file | skipped |\n|---|---|---|---|")
    with Kept(pack_of(None)) as kept:
        seconds_of([[candidate(-1)]], kept.scanners("warming"))
        for size in sizes:
            tree = [candidate(number) for number in range(size)]
            seconds, skipped = seconds_of([tree], kept.scanners(f"{size}"))  # type: ignore[list-item]  # as above
            print(f"| {size} | {seconds:.2f} | {seconds / size:.3f} | {skipped} |", flush=True)


def rules(sizes: tuple[int, ...], rounds: int) -> None:
    """One candidate with so many rules."""
    print("\n## Rules (one candidate, median)\n\n| rules | cold | warm, a second after |\n|---|---|---|")
    for size in sizes:
        pack, cold, warm = pack_of(size), [], []
        with Kept(pack) as kept:
            for number in range(rounds + 1):
                cold.append(seconds_of([[candidate(number)]], (Semgrep(pack), Bandit()))[0])
                time.sleep(1 + size / 1000)
                warm.append(seconds_of([[candidate(number)]], kept.scanners(f"{number}"))[0])
        print(f"| {size} | {statistics.median(cold):.3f} | {statistics.median(warm[1:]):.3f} |", flush=True)


def candidates(sizes: tuple[int, ...]) -> None:
    """So many candidates at once, each a tree of one file."""
    print(
        "\n## Candidates in one round (our pack, warm)\n\n| candidates | seconds | each | skipped |\n|---|---|---|---|"
    )
    with Kept(pack_of(None)) as kept:
        seconds_of([[candidate(-1)]], kept.scanners("warming"))
        for size in sizes:
            trees = [[candidate(number)] for number in range(size)]
            seconds, skipped = seconds_of(trees, kept.scanners(f"{size}"))  # type: ignore[arg-type]  # as above
            print(f"| {size} | {seconds:.2f} | {seconds / size:.3f} | {skipped} |", flush=True)


def change(number: int) -> Change:
    """Return a change of one file with one weakness in it."""
    file = candidate(number)
    lines = file.text.splitlines(keepends=True)
    hunk = Hunk(tuple(Line(text, None, place) for place, text in enumerate(lines, start=1)), "")
    return Change("base", "head", (ChangedFile(file.path, None, file.text, (hunk,)),), (), ())


def reviews(count: int) -> None:
    """So many reviews in one worker, each of another file."""
    print(f"\n## {count} reviews in one worker\n")
    print("| reviews | median s | p95 s | worker MiB (own) | kept | their MiB (own) |\n|---|---|---|---|---|---|")
    times: list[float] = []
    with Kept(pack_of(None)) as kept:
        scanners = kept.scanners("customer")
        for number in range(1, count + 1):
            start = time.perf_counter()
            review_change(change(number), scanners=scanners, generator=None, policy=Policy())
            times.append(time.perf_counter() - start)
            if number in {count // 20, count // 4, count // 2, 3 * count // 4, count}:
                _row(number, times[-max(1, count // 20) :])


def _row(number: int, times: list[float]) -> None:
    time.sleep(1)
    alive = children()
    kept = [resident_mib(pid) for pid in alive]
    whole, own = resident_mib(os.getpid())
    print(
        f"| {number} | {statistics.median(times):.3f} | {percentile(times, 0.95):.3f} | {whole:.0f} ({own:.0f}) "
        f"| {len(alive)} | {sum(one for one, _ in kept):.0f} ({sum(one for _, one in kept):.0f}) |",
        flush=True,
    )


@click.command()
@click.option("--short", is_flag=True, help="A tenth of the largest sizes.")
@click.option("--reviews", "count", default=1000, show_default=True)
def main(count: int, *, short: bool) -> None:
    """Measure how the cost grows."""
    announce("Growth")
    reviews(count)
    rules((30, 150, 600) if short else (30, 150, 600, 2000), 3)
    candidates((1, 20, 50) if short else (1, 5, 20, 50, 200, 500))
    files((1, 10, 100) if short else (1, 10, 100, 1000))
    print(f"\nAfterwards: {machine()}")


if __name__ == "__main__":
    main()
