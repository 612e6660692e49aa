"""What each rule costs, and the pack against another one: `python -m benchmarks.rules`.

The engine reads the same files with all rules of a language, and says of each rule how long it was at work; the
processor time of the whole run stands beside it, so that a busy machine does not flatter us. By default the files are
those that the rules are tested with; `--files DIR` names others. With `--against DIR`, a checkout of other rules in
Semgrep's format, those for the same languages take turns with ours over the same files. They are read where they lie.
A first pass finds the files that each pack reads to the end; what does not parse, or keeps a rule busy for too long, is
counted, named by its reason, and left out for all.
"""

import json
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import yaml

from benchmarks.measure import announce, in_turn
from reviewbot.language import language_of
from reviewbot.scanners.batch import Failure
from reviewbot.scanners.rulepack import bundled_rules, load_pack
from reviewbot.scanners.sandbox import scratch
from reviewbot.scanners.semgrep_engine import RULES_FILE, Core, Target, installed_engines, parse_report, words

MAX_BYTES = 60_000
"""Longer files are mostly generated, and one of them would decide the result."""
MAX_FILES = 300
DEAR = 15
"""So many of the dearest rules are listed for each language."""
ROUNDS = 3

type Rules = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of the engine took: in all, and each rule by the engine's own clock."""

    cpu_seconds: float
    findings: int
    by_rule: Counter[str]
    unread: Mapping[str, str]


def run_engine(core: Core, rules: Rules, targets: Sequence[Target]) -> Cost:
    """Scan `targets` with `rules`, with a clock on each rule.

    Raises:
        ClickException: The engine wrote no report.
    """
    said: list[bytes] = []

    def once(_: int) -> None:
        with scratch() as folder:
            (folder / RULES_FILE).write_text(json.dumps({"rules": rules}), encoding="utf-8")
            for target in targets:
                (folder / target.name).write_bytes(target.data)
            command = core.command(folder, targets)
            clocked = ["-json_time" if part == "-json_nodots" else part for part in command]
            # it ends with an error where a file does not parse, and reports all the same
            done = subprocess.run(clocked, cwd=folder, capture_output=True, check=False)
            said.append(done.stdout)

    (taken,) = in_turn({"": once}, 1)[""]
    # it prints a dot for each file before the report
    written = said[0][max(said[0].find(b"{"), 0) :]
    report = parse_report(written)
    if isinstance(report, Failure):
        message = f"With {len(rules)} rules over {len(targets)} files the engine {report.reason}."
        raise click.ClickException(message)
    clock = json.loads(written.decode("utf-8", "replace"))["time"]
    by_rule: Counter[str] = Counter()
    for target in clock["targets"]:
        for rule, seconds in zip(clock["rules"], target["match_times"], strict=True):
            by_rule[rule if isinstance(rule, str) else rule["id"]] += seconds
    return Cost(taken.cpu_seconds, len(report.results), by_rule, words(report.errors))


def own_rules(language: str) -> Rules:
    """Return our rules for `language`."""
    return [json.loads(rule.definition) for rule in load_pack(bundled_rules()).rules if language in rule.languages]


def other_rules(directory: Path, language: str) -> Rules:
    """Return the rules for `language` below `directory`; files that are no rules are passed over."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((*directory.rglob("*.yaml"), *directory.rglob("*.yml"))):
        try:
            document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        except yaml.YAMLError:
            continue
        for rule in document.get("rules", []) if isinstance(document, dict) else []:
            if language in rule.get("languages", []) and rule.get("mode", "search") in {"search", "taint"}:
                found[rule["id"]] = rule
    return list(found.values())


def read_targets(directory: Path, language: str) -> Sequence[Target]:
    """Return files of `language`, every n-th if there are too many."""
    paths = [path for path in sorted(directory.rglob("*")) if path.is_file() and language_of(path.name) == language]
    paths = [path for path in paths if path.stat().st_size <= MAX_BYTES]
    chosen = paths[:: max(1, len(paths) // MAX_FILES)][:MAX_FILES]
    return [
        Target(f"t{number:04}{path.suffix}", language, path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        for number, path in enumerate(chosen)
    ]


def compare(core: Core, language: str, files: Path, against: Path | None) -> None:
    """Print what our rules for `language` cost, and those of `against` in turn with them."""
    targets = read_targets(files, language)
    if not targets:
        return
    packs = {"reviewbot": own_rules(language)} | (
        {str(against.name): other_rules(against, language)} if against else {}
    )
    unread: dict[str, str] = {}
    for rules in packs.values():
        unread |= run_engine(core, rules, targets).unread
    targets = [target for target in targets if target.name not in unread]
    costs: dict[str, list[Cost]] = {name: [] for name in packs}
    for _ in range(ROUNDS if against else 1):
        for name, rules in packs.items():
            costs[name].append(run_engine(core, rules, targets))
    kilobytes = sum(len(target.data) for target in targets) / 1000
    print(f"\n## {language}: {len(targets)} files, {kilobytes:,.0f} kB\n")
    for reason, count in Counter(unread.values()).most_common():
        print(f"Left out: {count} x {reason}.\n")
    _print_costs(packs, costs, len(targets))


def _print_costs(packs: Mapping[str, Rules], costs: Mapping[str, Sequence[Cost]], files: int) -> None:
    print("| pack | rules | findings | CPU s | CPU ms per file |\n|---|---|---|---|---|")
    for name, taken in costs.items():
        least = min(taken, key=lambda cost: cost.cpu_seconds)
        each = 1000 * least.cpu_seconds / files
        print(f"| {name} | {len(packs[name])} | {least.findings} | {least.cpu_seconds:.2f} | {each:.1f} |")
    by_rule = costs["reviewbot"][0].by_rule
    whole = by_rule.total() or 1
    print("\n| rule | share % | ms per file |\n|---|---|---|")
    for rule, seconds in by_rule.most_common(DEAR):
        print(f"| {rule} | {100 * seconds / whole:.1f} | {1000 * seconds / files:.2f} |", flush=True)


@click.command(help=__doc__)
@click.option("--files", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Code to read.")
@click.option("--against", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Other rules.")
@click.option("--language", "languages", multiple=True, help="Only this language; may be given several times.")
def main(files: Path | None, against: Path | None, languages: tuple[str, ...]) -> None:
    """Measure language by language."""
    announce("What the rules cost")
    core, *_ = installed_engines()
    spoken = {name for rule in load_pack(bundled_rules()).rules for name in rule.languages}
    for language in languages or sorted(spoken - {"regex", "generic"}):
        compare(core, language, files or bundled_rules(), against)


if __name__ == "__main__":
    main()
