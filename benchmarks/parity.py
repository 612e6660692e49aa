"""Every way to run Semgrep must find the same: over all rule test files, and over a corpus. Prints what differs."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from benchmarks.measure import announce, machine
from reviewbot.change import MAX_FILE_BYTES, SourceFile
from reviewbot.finding import Scan
from reviewbot.language import language_of
from reviewbot.scanners.batch import Pace
from reviewbot.scanners.pool import Pool
from reviewbot.scanners.rulepack import bundled_rules, load_pack
from reviewbot.scanners.semgrep import Semgrep
from reviewbot.scanners.semgrep_engine import installed_engines

PART = 200
"""Files in one scan."""

REFERENCE = "command line"


def read(folder: Path) -> Iterator[SourceFile]:
    """Yield the files below `folder` that there may be rules for, as text."""
    for path in sorted(folder.rglob("*")):
        if (
            path.is_file()
            and path.suffix != ".yaml"
            and path.stat().st_size <= MAX_FILE_BYTES
            and language_of(path.name)
        ):
            try:
                yield SourceFile(path.relative_to(folder).as_posix(), path.read_bytes().decode("utf-8"))
            except UnicodeDecodeError:
                continue


def ways(pool: Pool) -> dict[str, Semgrep]:
    """Return each way alone, the reference last. The pool is the first in the chain and the engine stands behind it."""
    core, experimental, command_line = installed_engines()
    pack = load_pack(bundled_rules())
    pace = Pace(processes=2, files=100, size=1_000_000, seconds=120.0, total_seconds=3600.0)
    return {
        "engine": Semgrep(pack, [core], pace, prefilter_above=sys.maxsize),
        "engine, prefiltered": Semgrep(pack, [core], pace, prefilter_above=0),
        "pool": Semgrep(pack, [core], pace, pool=pool),
        "experimental command line": Semgrep(pack, [experimental], pace),
        REFERENCE: Semgrep(pack, [command_line], pace),
    }


def differences(found: Scan, expected: Scan) -> list[str]:
    """Say what one has and the other has not: findings with all their parts, covered files, skipped files."""
    pairs: Sequence[tuple[str, set[object], set[object]]] = (
        ("finding", {*found.findings}, {*expected.findings}),
        ("covered", {*found.covered}, {*expected.covered}),
        ("skipped", {entry.path for entry in found.skipped}, {entry.path for entry in expected.skipped}),
    )
    return [
        f"{what} {sign} {one!r:.300}"
        for what, left, right in pairs
        for sign, more in (("missing", right - left), ("extra", left - right))
        for one in sorted(more, key=repr)
    ]


def compare(title: str, files: Sequence[SourceFile], say: Callable[[str], None]) -> int:
    """Print how many differences each way shows, and return their number."""
    core, *_ = installed_engines()
    seconds: dict[str, float] = {}
    mismatches: dict[str, list[str]] = {}
    used: dict[str, Counter[str]] = {}
    findings = skipped = 0
    with Pool(core, size=16) as pool:
        for first in range(0, len(files), PART):
            part = files[first : first + PART]
            runs = ways(pool)  # anew for each part: nothing is remembered
            ways(pool)["pool"].scan([part])  # after it, processes wait with the rules that this part needs
            scans: dict[str, Scan] = {}
            for name, semgrep in reversed(runs.items()):
                start = time.perf_counter()
                [scans[name]] = semgrep.scan([part])
                seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - start
                mismatches.setdefault(name, []).extend(differences(scans[name], scans[REFERENCE]))
                used.setdefault(name, Counter())[scans[name].tools[0].way] += 1
            findings, skipped = findings + len(scans[REFERENCE].findings), skipped + len(scans[REFERENCE].skipped)
            click.echo(
                f"{first + len(part)} of {len(files)}: {sum(map(len, mismatches.values()))} mismatches", err=True
            )
    say(f"\n## {title}: {len(files)} files, {findings} findings, {skipped} skipped\n")
    say("| way | mismatches | seconds | what answered, in how many parts |\n|---|---|---|---|")
    for name in reversed(used):
        answered = "; ".join(f"{way}: {count}" for way, count in used[name].items())
        say(f"| {name} | {len(mismatches[name])} | {seconds[name]:.0f} | {answered} |")
    for name, found in mismatches.items():
        for line in found[:20]:
            say(f"\n{name}: {line}")
    return sum(map(len, mismatches.values()))


@click.command()
@click.option(
    "--corpus", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A folder of source files."
)
@click.option("--limit", default=10_000, show_default=True, help="Take at most so many files of it, evenly.")
def main(corpus: Path | None, limit: int) -> None:
    """Compare all ways over the rules' test files, and over the files of a CORPUS."""
    announce("Parity")
    count = compare("Rule test files", list(read(bundled_rules())), print)
    if corpus is not None:
        files = list(read(corpus))
        step = max(1, len(files) // limit)
        count += compare("Corpus", files[::step][:limit], print)
    print(f"\n{count} mismatches. Afterwards: {machine()}")
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
