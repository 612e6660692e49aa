"""Bandit as a `Scanner`: for Python files, in an isolated process, with its own defaults and nobody else's."""

import base64
import json
import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import BaseModel, ValidationError

from reviewbot.change import SourceFile
from reviewbot.errors import ScanError
from reviewbot.finding import Finding, Scan, Tool
from reviewbot.language import Language, language_of
from reviewbot.policy import Severity
from reviewbot.scanners.attendants import Attendants
from reviewbot.scanners.bandit_policy import judgement, without_value
from reviewbot.scanners.batch import Answer, Failure, Pace, ask_all, scan_trees
from reviewbot.scanners.looks import harmless
from reviewbot.scanners.memory import Memory
from reviewbot.scanners.regions import Text
from reviewbot.scanners.sandbox import Limits, run, scratch
from reviewbot.scanners.suppression import bandit_suppression

BANDIT = "Bandit"
BANDIT_VERSION = "1.9.4"
CONTROL = SourceFile("control.py", "assert True\n")
"""Planted into each run, to know that this very run reports what there is."""
WORKER = Path(__file__).resolve().with_name("bandit_worker.py")
COMMAND = (sys.executable, "-I", str(WORKER))
WARM_SHARE = 4
"""A worker that was kept gets a quarter of the time that a batch has. The rest is for a fresh one."""


class _Cwe(BaseModel):
    id: int | None = None


class _Issue(BaseModel):
    test_id: str
    issue_text: str
    issue_severity: str
    issue_confidence: str
    issue_cwe: _Cwe = _Cwe()
    line_number: int
    line_range: list[int]
    col_offset: int
    end_col_offset: int


class _File(BaseModel):
    issues: list[_Issue]
    problem: str


class _Reply(BaseModel):
    files: list[_File]


@dataclass(frozen=True, slots=True)
class Bandit:
    """Runs Bandit. `command` starts the worker; `nosec` comments and the repository's settings have no effect.

    `attendants` keep workers from one scan to the next. Whatever goes wrong with them is no word on the files.
    """

    command: tuple[str, ...] = COMMAND
    pace: Pace = field(default_factory=lambda: Pace(processes=os.cpu_count() or 1, split_above=20))
    attendants: Attendants | None = None
    memory: Memory = field(default_factory=Memory)

    @property
    def name(self) -> str:
        """The tool's name."""
        return BANDIT

    def scan(self, trees: Sequence[Sequence[SourceFile]]) -> Sequence[Scan]:
        """Scan the Python files of `trees`.

        Raises:
            ScanError: Bandit is missing, is another version, or does not start.
        """
        tool = Tool(BANDIT, installed_version())
        memory = self.memory.under(BANDIT, tool.version)
        try:
            return scan_trees(
                tool,
                trees,
                _is_python,
                lambda files: memory.asked_once(files, lambda unknown: ask_all(unknown, self._ask, self.pace)),
            )
        except OSError as error:
            raise ScanError(f"Bandit could not be run: {error}. Run `reviewbot doctor`.") from error

    def _ask(self, files: Sequence[SourceFile], seconds: float) -> Mapping[SourceFile, Answer] | Failure:
        end = time.monotonic() + seconds
        if self.attendants is not None:
            reply = self._try(files, seconds / WARM_SHARE, self.attendants)
            if not isinstance(reply, Failure):
                return reply
        reply = self._try(files, max(end - time.monotonic(), 1.0))
        if isinstance(reply, Failure) and isinstance(check := self._try([], self.pace.seconds), Failure):
            raise ScanError(f"Bandit cannot read even one line of ours: it {check.reason}. Run `reviewbot doctor`.")
        return reply

    def _try(
        self, files: Sequence[SourceFile], seconds: float, warm: Attendants | None = None
    ) -> Mapping[SourceFile, Answer] | Failure:
        asked = [CONTROL, *files]
        texts = [Text.of(file) for file in asked]
        request = json.dumps({"files": [base64.b64encode(text.data).decode() for text in texts]}).encode() + b"\n"
        written = warm.ask(request, Limits(seconds)) if warm else self._run(request, Limits(seconds))
        if isinstance(written, Failure):
            return written
        try:
            reply = _Reply.model_validate_json(written)
        except ValidationError:
            return Failure("wrote a report that cannot be read")
        if len(reply.files) != len(asked):
            return Failure(f"answered for {len(reply.files)} files of {len(asked)}")
        if [issue.test_id for issue in reply.files[0].issues] != ["B101"]:
            return Failure("does not find what is planted in the run")
        way = warm.way if warm else "process"
        return {
            file: _answer(file, text, said, way)
            for file, text, said in list(zip(asked, texts, reply.files, strict=True))[1:]
        }

    def _run(self, request: bytes, limits: Limits) -> bytes | Failure:
        with scratch() as folder:
            outcome = run(self.command, cwd=folder, limits=limits, stdin=request)
        return Failure(outcome.failure) if outcome.failure else outcome.stdout


def installed_version() -> str:
    """Return the version of Bandit that is installed.

    Raises:
        ScanError: there is none, or it is not the one that this code was tested with.
    """
    try:
        found = version("bandit")
    except PackageNotFoundError:
        raise ScanError(f"Bandit is not installed. Run `pip install bandit=={BANDIT_VERSION}`.") from None
    if found != BANDIT_VERSION:
        raise ScanError(f"Bandit {found} is installed. Run `pip install bandit=={BANDIT_VERSION}`.")
    return found


def _is_python(file: SourceFile) -> bool:
    return language_of(file.path) is Language.PYTHON


def _answer(file: SourceFile, text: Text, said: _File, way: str) -> Answer:
    starts = _python_lines(text.data)
    return Answer(
        findings=tuple(_finding(file, text, starts, issue) for issue in said.issues),
        problem=f"was not read: {said.problem}" if said.problem else "",
        way=way,
    )


def _python_lines(data: bytes) -> list[int]:
    """Return where Python's lines start. Unlike git's, they also end at a carriage return of its own."""
    return [0, *(end.end() for end in re.finditer(rb"\r\n|\r|\n", data))]


def _finding(file: SourceFile, text: Text, starts: Sequence[int], issue: _Issue) -> Finding:
    # of a password in a dictionary it names the key's line, and gives the lines of the whole dictionary
    lines = [issue.line_number] if issue.test_id == "B105" else issue.line_range or [issue.line_number]
    first, last = min(lines), max(lines)
    start = starts[min(first, len(starts)) - 1] + issue.col_offset
    end = starts[min(last, len(starts)) - 1] + issue.end_col_offset
    region = text.region(start, end)
    known = judgement(issue.test_id, issue.issue_text, text.snippet(region))
    cwe = known.cwe or issue.issue_cwe.id
    said = _level(issue.issue_severity)
    severity = min(known.severity or said, said) if known.at_most else known.severity or said
    place = (issue.test_id, file.text, issue.line_number, issue.col_offset)
    if severity > Severity.LOW and harmless(*place):
        severity = Severity.LOW
    return Finding(
        tool=BANDIT,
        rule_id=issue.test_id,
        message=without_value(issue.test_id, issue.issue_text),
        severity=severity,
        confidence=_level(issue.issue_confidence),
        path=file.path,
        region=region,
        snippet=text.snippet(region),
        cwe=(cwe,) if cwe else (),
        suppression=bandit_suppression(text.snippet(region)),
    )


def _level(word: str) -> Severity:
    return Severity.__members__.get(word, Severity.LOW)
