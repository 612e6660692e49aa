"""What we find in a labelled corpus, against Bandit with the community rules: `python -m benchmarks.detection`.

The corpus is a folder with `run.py`, `score.py` and `baselines/`, as its own README describes; nothing of it is part
of this project. Its own scorer, run as a command, does the counting, so that we cannot count in our own favour.
"""

import json
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

LANGUAGES = "python,javascript,typescript,java,go,ruby,php,csharp"
CORE = ("--tier", "gold,ai", "--catchable")
BASELINES = ("baselines/bandit.jsonl", "baselines/semgrep_community.jsonl")

NAMES = {
    "rec_cwe": "right weakness found",
    "fpr_cwe": "same alarm on the fixed version",
    "fpr": "any alarm on fixed code",
    "pair_cwe": "pairs right",
    "J": "J",
    "flagged": "flagged",
}


@dataclass(frozen=True, slots=True)
class Population:
    """Some of the corpus, how the scorer is asked for it, and what we aim at: a figure, and the aim in words."""

    name: str
    options: tuple[str, ...]
    aims: tuple[tuple[str, str], ...]
    by: str = "language"
    group: str | None = None


POPULATIONS = (
    Population(
        "core, catchable, without C and C++",
        (*CORE, "--language", LANGUAGES),
        (("rec_cwe", "≥ 70"), ("fpr_cwe", "≤ 10")),
    ),
    Population(
        "Python by models",
        (*CORE, "--language", "python"),
        (("rec_cwe", "≥ 75"), ("fpr_cwe", ""), ("fpr", "≤ 14")),
        by="origin",
        group="ai",
    ),
    Population("Python, all", (*CORE, "--language", "python"), (("pair_cwe", "≥ 50"),)),
    Population(
        "JavaScript, TypeScript, Go, Java, Ruby",
        (*CORE, "--language", "javascript,typescript,go,java,ruby"),
        (("rec_cwe", "≥ 60"), ("fpr_cwe", "≤ 10"), ("pair_cwe", "≥ 45")),
    ),
    Population("OWASP Benchmark Python", ("--dataset", "owasp_python"), (("J", "≥ 50"),)),
    Population("OWASP Benchmark Java", ("--dataset", "owasp_java"), (("J", "≥ 60"),)),
    Population("llmseceval, written by hand", ("--dataset", "llmseceval", "--language", "python"), (("fpr", "≤ 8"),)),
    Population("HumanEval answers", ("--dataset", "ai_humaneval"), (("flagged", "≤ 1"),)),
)


@dataclass(frozen=True, slots=True)
class Corpus:
    """The folder of the corpus, and what is run in it."""

    folder: Path

    def predictions(self, language: str, work: Path) -> Path:
        """Lay the samples out as files, scan them with the command line of reviewbot, and return what it said."""
        files, out = work / "files", work / "ours.jsonl"
        chosen = ("--language", language) if language else ()
        self._run("run.py", "materialise", "--out", str(files), *chosen)
        scan = f"{shlex.quote(sys.executable)} -m reviewbot scan {{dir}} --format sarif --report low --output {{out}}"
        self._run("run.py", "scan", "--files", str(files), "--out", str(out), "--tool", "reviewbot", "--cmd", scan)
        return out

    def score(self, predictions: Sequence[Path], options: Sequence[str], by: str) -> dict[str, Any]:
        """Return the scorer's report: findings of severity medium and up, each group weighing once."""
        fixed = ("--by-group", "--min-severity", "medium", "--format", "json", "--by", by)
        report: dict[str, Any] = json.loads(self._run("score.py", *map(str, predictions), *fixed, *options))
        return report

    def _run(self, script: str, *arguments: str) -> str:
        # in our own folder, so that the package beside this file is the one that scans
        command = [sys.executable, str(self.folder / script), *arguments]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def figures(report: dict[str, Any], population: Population) -> dict[str, Any]:
    """Return the figures of the population's group, or of all of it."""
    if population.group is None:
        total: dict[str, Any] = report["total"]
        return total
    groups = (group for group in report["groups"] if group["key"][population.by] == population.group)
    return next(groups, {})


def percent(figure: float | None) -> str:
    """Write a share as percent, and what could not be counted as a dash."""
    return "-" if figure is None else f"{100 * figure:.1f}"


def populations(corpus: Corpus, bar: Sequence[Path], ours: Path) -> None:
    """Print bar, ours and aim for each population."""
    print("| population | figure (%) | bar | ours | aim |\n|---|---|---|---|---|")
    for population in POPULATIONS:
        theirs, own = (
            figures(corpus.score(said, population.options, population.by), population) for said in (bar, [ours])
        )
        for name, aim in population.aims:
            cells = (population.name, NAMES[name], percent(theirs.get(name)), percent(own.get(name)), aim)
            print(f"| {' | '.join(cells)} |")


def groups(corpus: Corpus, bar: Sequence[Path], ours: Path, by: str) -> None:
    """Print bar and ours for each language or CWE of the core."""
    options = (*CORE, "--language", LANGUAGES)
    print(f"\n| {by} | vulnerable | found: bar | found: ours | same alarm: bar | same alarm: ours |")
    print("|---|---|---|---|---|---|")
    theirs = {group["key"][by]: group for group in corpus.score(bar, options, by)["groups"]}
    for own in corpus.score([ours], options, by)["groups"]:
        other, key = theirs[own["key"][by]], own["key"][by]
        found = (percent(one["rec_cwe"]) for one in (other, own))
        alarms = (percent(one["fpr_cwe"]) for one in (other, own))
        print(f"| {key} | {own['vuln']} | {' | '.join(found)} | {' | '.join(alarms)} |")


@click.command(help=__doc__)
@click.option("--corpus", "folder", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--language", default="", help="Scan only these languages, with commas between them.")
@click.option(
    "--predictions", type=click.Path(exists=True, path_type=Path), help="Score an earlier run's, scan nothing."
)
@click.option("--save", type=click.Path(path_type=Path), help="Keep what was found, for --predictions.")
def main(folder: Path, language: str, predictions: Path | None, save: Path | None) -> None:
    """Scan the corpus and print the tables."""
    corpus = Corpus(folder.resolve())
    bar = [corpus.folder / name for name in BASELINES]
    with tempfile.TemporaryDirectory() as work:
        ours = predictions or corpus.predictions(language, Path(work))
        if save:
            save.write_bytes(ours.read_bytes())
        populations(corpus, bar, ours)
        for by in ("language", "cwe"):
            groups(corpus, bar, ours, by)


if __name__ == "__main__":
    main()
