"""What all scanner processes have in common: each file once, no file spoiled by another, and an end to it."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from reviewbot.change import MAX_FILE_BYTES, Skipped, SourceFile
from reviewbot.finding import Finding, Scan, Tool

OUT_OF_TIME = "was not reached before the time for the whole scan was used up"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a scanner says of one file. `problem` says why it cannot vouch for the file; empty: it read it whole.

    `way` is how the scanner was run, for the record.
    """

    findings: tuple[Finding, ...] = ()
    problem: str = ""
    way: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a scanner gave no answer for a batch: it crashed, hung, or wrote what cannot be read."""

    reason: str


type Ask = Callable[[Sequence[SourceFile], float], Mapping[SourceFile, Answer] | Failure]
"""Runs a scanner on some files for at most so many seconds."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How files are spread over processes, and how long they may take.

    A batch of up to `files` files and `size` characters gets `seconds`, and one more for each `rate` characters: data
    flow rules read some 50,000 a second on one core, and a machine may be busy with four times what it can do. A file
    costs something however short it is: `file_seconds`. A single file never gets more than four times `seconds`. The
    whole scan gets `total_seconds`, and twice the time of its files, however often a batch has to be repeated.
    """

    processes: int
    split_above: int = 4
    files: int = 50
    size: int = 300_000
    seconds: float = 15.0
    rate: float = 10_000.0
    file_seconds: float = 0.2
    total_seconds: float = 60.0

    def for_batch(self, files: Sequence[SourceFile]) -> float:
        """Return the seconds for one batch."""
        return self.seconds + min(self.for_reading(files), 3 * self.seconds)

    def for_reading(self, files: Sequence[SourceFile]) -> float:
        """Return the seconds for reading alone."""
        return sum(self.file_seconds + len(file.text) / self.rate for file in files)


def unreadable(file: SourceFile) -> str:
    """Return why `file` is not handed to any scanner, or nothing."""
    try:
        size = len(file.text.encode())
    except UnicodeEncodeError:
        return "holds characters that no text file can hold"
    if size > MAX_FILE_BYTES:
        return f"is larger than {MAX_FILE_BYTES} bytes"
    return ""


type AskAll = Callable[[Sequence[SourceFile]], Mapping[SourceFile, Answer]]
"""Answers for every file, whatever happens."""


def scan_trees(
    tool: Tool, trees: Sequence[Sequence[SourceFile]], wanted: Callable[[SourceFile], bool], ask: AskAll
) -> tuple[Scan, ...]:
    """Ask once about each different file that is `wanted`, and put the answers together for each tree."""
    files = dict.fromkeys(file for tree in trees for file in tree if wanted(file))
    answers = {file: Answer(problem=problem) for file in files if (problem := unreadable(file))}
    answers |= ask([file for file in files if file not in answers])
    return tuple(_scan_of(tool, tree, answers) for tree in trees)


def _scan_of(tool: Tool, tree: Iterable[SourceFile], answers: Mapping[SourceFile, Answer]) -> Scan:
    said = [(file, answers[file]) for file in tree if file in answers]
    return Scan(
        findings=tuple(finding for _, answer in said for finding in answer.findings),
        covered=frozenset((tool.name, file.path) for file, answer in said if not answer.problem),
        skipped=tuple(
            Skipped(file.path, f"{tool.name}: the file {answer.problem}.") for file, answer in said if answer.problem
        ),
        tools=(replace(tool, way=", ".join(sorted({answer.way for _, answer in said if answer.way}))),),
    )


def ask_all(files: Sequence[SourceFile], ask: Ask, pace: Pace) -> dict[SourceFile, Answer]:
    """Ask about `files` in batches, some at a time, and narrow every failure down to the file that causes it."""
    end = time.monotonic() + pace.total_seconds + 2 * pace.for_reading(files)
    batches = _spread(files, pace)
    answers: dict[SourceFile, Answer] = {}
    with ThreadPoolExecutor(max_workers=pace.processes) as pool:
        for part in pool.map(lambda batch: _halved(batch, ask, pace, end), batches):
            answers |= part
    return answers


def _spread(files: Sequence[SourceFile], pace: Pace) -> list[tuple[SourceFile, ...]]:
    if len(files) <= pace.split_above and sum(len(file.text) for file in files) <= pace.size:
        return [tuple(files)] if files else []
    # The big ones first, dealt out in turn: all processes then end at about the same time.
    ordered = sorted(files, key=lambda file: len(file.text), reverse=True)
    hands = [ordered[first :: pace.processes] for first in range(pace.processes)]
    return [batch for hand in hands for batch in _batches(hand, pace)]


def _batches(files: Sequence[SourceFile], pace: Pace) -> Iterator[tuple[SourceFile, ...]]:
    batch: list[SourceFile] = []
    size = 0
    for file in files:
        if batch and (len(batch) == pace.files or size + len(file.text) > pace.size):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(file)
        size += len(file.text)
    if batch:
        yield tuple(batch)


def _halved(batch: Sequence[SourceFile], ask: Ask, pace: Pace, end: float) -> dict[SourceFile, Answer]:
    answers: dict[SourceFile, Answer] = {}
    pending = [batch]
    while pending:
        files = pending.pop()
        left = end - time.monotonic()
        if left <= 0:
            answers |= dict.fromkeys(files, Answer(problem=OUT_OF_TIME))
            continue
        reply = ask(files, min(left, pace.for_batch(files)))
        if not isinstance(reply, Failure):
            answers |= reply
        elif len(files) == 1:
            answers[files[0]] = Answer(problem=f"made it fail: it {reply.reason}")
        else:
            middle = len(files) // 2
            pending += [files[:middle], files[middle:]]
    return answers
