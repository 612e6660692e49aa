"""`reviewbot tune`: a training file from what was reviewed, and a LoRA adapter that is trained on it."""

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from reviewbot.change import SourceFile
from reviewbot.cli.exits import Exit
from reviewbot.errors import ConfigError
from reviewbot.examples import Example, judge_replies, read_examples
from reviewbot.finding import Scanner
from reviewbot.git import LocalRepository
from reviewbot.ledger import open_ledger
from reviewbot.ledger.past import PastFinding
from reviewbot.ledger.run import edits_sha256
from reviewbot.policy import Policy
from reviewbot.scanners.installed import default_scanners
from reviewbot.scanners.rulepack import bundled_rules, load_pack
from reviewbot.settings import TuneSettings

HELD_OUT = 5
"""Of so many files one is held out, all of its examples with it."""

FEWEST = 2
_TRAINER = "workers.deepseek.tuning"


@dataclass(frozen=True, slots=True)
class TuneOptions:
    """The options of `reviewbot tune`, as click gives them."""

    model: str
    revision: str
    clones: tuple[str, ...]
    at: str
    output: Path
    passes: int
    rank: int
    rate: float
    device: str
    examples_only: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """An example with the repository it is from. `applied`: people took over what was suggested, to the letter."""

    repository: str
    example: Example
    applied: bool


def run_tune(options: TuneOptions) -> int:
    """Write the training file, train, and print what came of it.

    Raises:
        ConfigError: somebody's consent is missing, a clone lacks commits, or there is too little to learn from.
    """
    console = Console()
    settings = TuneSettings.read()
    clones = [_clone(text, settings, options.at) for text in options.clones]
    scanners = default_scanners(load_pack(bundled_rules()))
    found: list[_Found] = []
    with closing(open_ledger(settings.database_url.get_secret_value())) as ledger:
        for repository, clone in clones:
            past = ledger.past_findings(repository)
            new = _collect(repository, past, clone, options.at, scanners)
            found += new
            dismissed, applied = sum(one.dismissed for one in past), sum(one.applied for one in new)
            console.print(
                f"{repository}: {len(past)} findings, {dismissed} dismissed and left out, {len(new)} examples, "
                f"of them {applied} suggestions that were applied as they were."
            )
    lessons, held_out = _split(found)
    _write(options.output, lessons, held_out)
    console.print(f"{options.output / 'examples.jsonl'}: {len(lessons)} to train on, {len(held_out)} held out.")
    if not options.examples_only:
        _train(options, lessons, held_out, scanners, console)
    return Exit.CLEAN


def _clone(text: str, settings: TuneSettings, at: str) -> tuple[str, LocalRepository]:
    repository, _, folder = text.partition("=")
    if not folder or repository.count("/") != 1:
        raise ConfigError(f'--clone "{text}" is not OWNER/NAME=FOLDER.')
    if not settings.consents(repository):
        raise ConfigError(
            f"REVIEWBOT_TUNE_CONSENT does not name {repository}. Add it once those whose code it is have agreed that "
            "a model is trained on it."
        )
    clone = LocalRepository(Path(folder))
    clone.merge_base(at, at)  # that it is there
    return repository, clone


def _collect(
    repository: str, past: Sequence[PastFinding], clone: LocalRepository, at: str, scanners: Sequence[Scanner]
) -> list[_Found]:
    made = []
    kept = [one for one in past if not one.dismissed]
    for head in dict.fromkeys(one.head for one in kept):
        wanted = {one.fingerprint: one for one in kept if one.head == head}
        then, now = {}, {}
        for path in dict.fromkeys(one.path for one in wanted.values()):
            before, after = _read(clone, head, path), _read(clone, at, path)
            if before is not None and after is not None and before != after:
                then[path], now[path] = SourceFile(path, before), after
        if then:
            examples = read_examples(tuple(then.values()), now, wanted, scanners, Policy())
            made += [_Found(repository, one, _applied(one, wanted)) for one in examples]
    return made


def _read(clone: LocalRepository, ref: str, path: str) -> str | None:
    """Return a file. What cannot be read any more, such as a fork's commit that was never fetched, is no example."""
    try:
        return clone.read(ref, path)
    except ConfigError:
        return None


def _applied(example: Example, wanted: dict[str, PastFinding]) -> bool:
    return edits_sha256(example.edits) in wanted[example.finding.fingerprint].accepted


def _split(found: Sequence[_Found]) -> tuple[list[_Found], list[_Found]]:
    """Hold out some of the files. It is the same choice each time, whatever the order."""
    files = sorted({_file(one) for one in found}, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    if len(files) < FEWEST:
        raise ConfigError(
            f"There are examples in {len(files)} files, and one has to be held out. Come back when people have fixed "
            "more of what was found, or name more repositories by --clone."
        )
    chosen = set(files[: max(1, len(files) // HELD_OUT)])
    return [one for one in found if _file(one) not in chosen], [one for one in found if _file(one) in chosen]


def _file(one: _Found) -> str:
    return f"{one.repository.lower()}/{one.example.file.path}"


def _write(folder: Path, lessons: Sequence[_Found], held_out: Sequence[_Found]) -> None:
    """Write the training file. It holds source code: nobody else may read it."""
    try:
        folder.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        raise ConfigError(f"{folder} is there already. Name a folder that is not.") from None
    path = folder / "examples.jsonl"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        for one, held in (*((one, False) for one in lessons), *((one, True) for one in held_out)):
            file.write(json.dumps(_line(one, held=held)) + "\n")


def _line(one: _Found, *, held: bool) -> dict[str, Any]:
    example = one.example
    return {
        "repository": one.repository,
        "fingerprint": example.finding.fingerprint,
        "rule": example.finding.rule_id,
        "source": "applied" if one.applied else "written by people",
        "held_out": held,
        "system": example.prompt.system,
        "user": example.prompt.user,
        "answer": example.answer,
    }


def _train(
    options: TuneOptions,
    lessons: Sequence[_Found],
    held_out: Sequence[_Found],
    scanners: Sequence[Scanner],
    console: Console,
) -> None:
    try:
        trainer, loader = import_module(_TRAINER), import_module("workers.deepseek")
    except ModuleNotFoundError as error:
        raise ConfigError(f"Training needs {error.name}, which is not installed. Install reviewbot[model].") from None
    settings = loader.ModelSettings(options.model, options.revision, options.device)
    course = trainer.Course(rank=options.rank, passes=options.passes, rate=options.rate)
    adapter = options.output / "adapter"
    known, held = (
        [trainer.Lesson(one.example.prompt.system, one.example.prompt.user, one.example.answer) for one in part]
        for part in (lessons, held_out)
    )
    result = trainer.tune(settings, trainer.Lessons(known, held), adapter, course, console.print)
    examples = [one.example for one in held_out]
    table = Table("held out", "before", "after", box=None, pad_edge=False)
    table.add_row("loss per token", f"{result.loss_before:.3f}", f"{result.loss_after:.3f}")
    passed = [_passed(examples, texts, scanners) for texts in (result.answers_before, result.answers_after)]
    table.add_row("pass the gate", *(f"{count} of {len(examples)}" for count in passed))
    console.print(table)
    console.print(f"The adapter is in {adapter}. Name it in REVIEWBOT_MODEL_ADAPTERS to use it.")


def _passed(examples: Sequence[Example], texts: Sequence[str], scanners: Sequence[Scanner]) -> int:
    verdicts = judge_replies(examples, texts, scanners, Policy())
    return sum(verdict is not None and verdict.accepted for verdict in verdicts)
