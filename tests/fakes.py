"""Every stand-in that the tests use. There is no other place for them, and nothing is patched."""

import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reviewbot.change import SourceFile
from reviewbot.errors import GenerationError
from reviewbot.finding import Finding, Region, Scan, Tool
from reviewbot.ledger.record import Delivery, Recorded
from reviewbot.policy import Severity
from reviewbot.prompt import Prompt, Reply
from reviewbot.scanners.semgrep_engine import Engine, Target


@dataclass
class MarkerScanner:
    """A scanner that reports each line holding `marker`, and vouches for every file but the `unreadable`."""

    marker: str = "DANGER"
    name: str = "Marker"
    severity: Severity = Severity.HIGH
    cwe: tuple[int, ...] = (78,)
    unreadable: Callable[[SourceFile], bool] = lambda _file: False
    runs: list[tuple[tuple[SourceFile, ...], ...]] = field(default_factory=list)

    def scan(self, trees: Sequence[Sequence[SourceFile]]) -> Sequence[Scan]:
        self.runs.append(tuple(tuple(tree) for tree in trees))
        return [self._scan(tree) for tree in trees]

    def _scan(self, tree: Sequence[SourceFile]) -> Scan:
        read = [file for file in tree if not self.unreadable(file)]
        return Scan(
            findings=tuple(finding for file in read for finding in self._find(file)),
            covered=frozenset((self.name, file.path) for file in read),
            tools=(Tool(self.name, "1.0"),),
        )

    def _find(self, file: SourceFile) -> list[Finding]:
        return [
            finding_at(
                file, number, tool=self.name, rule_id=f"{self.marker}-rule", severity=self.severity, cwe=self.cwe
            )
            for number, line in enumerate(file.text.split("\n"), start=1)
            if self.marker in line
        ]


def finding_at(  # noqa: PLR0913  a builder for tests: each argument has a default
    file: SourceFile,
    line: int,
    *,
    tool: str = "Marker",
    rule_id: str = "DANGER-rule",
    severity: Severity = Severity.HIGH,
    cwe: tuple[int, ...] = (78,),
) -> Finding:
    """Build a finding on the whole of one line."""
    text = file.text.split("\n")[line - 1]
    return Finding(
        tool=tool,
        rule_id=rule_id,
        message=f"{rule_id} says so.",
        severity=severity,
        confidence=Severity.HIGH,
        path=file.path,
        region=Region(line, line, 1, len(text) + 1),
        snippet=text,
        cwe=cwe,
    )


@dataclass
class ScriptedGenerator:
    """A model that answers with `replies` in turn, and with nothing once they are used up; an error is raised."""

    replies: list[str | GenerationError | Reply]
    prompts: list[Prompt] = field(default_factory=list)
    rounds: list[int] = field(default_factory=list)
    infills: bool = False

    def generate(self, prompts: Sequence[Prompt]) -> Sequence[Reply]:
        self.prompts.extend(prompts)
        self.rounds.append(len(prompts))
        return [self._reply() for _ in prompts]

    def _reply(self) -> Reply:
        reply = self.replies.pop(0) if self.replies else ""
        if isinstance(reply, GenerationError):
            raise reply
        if isinstance(reply, Reply):
            return reply
        return Reply(reply, "scripted 1.0", "" if reply else "The script has ended.")


@dataclass
class MemorySnapshot:
    """A repository of `files`, path to text. `asked` has what was read, `listed` how often the paths were."""

    files: dict[str, str]
    asked: list[list[str]] = field(default_factory=list)
    listed: int = 0

    def paths(self) -> Collection[str]:
        self.listed += 1
        return self.files.keys()

    def read(self, paths: Sequence[str]) -> Sequence[SourceFile]:
        self.asked.append(list(paths))
        return [SourceFile(path, self.files[path]) for path in paths if path in self.files]


@dataclass(frozen=True)
class TamperedEngine:
    """A way to start Semgrep that runs a shell script in the engine's place; `exec "$@"` in it starts the engine."""

    engine: Engine
    script: str
    way: str = "tampered engine"

    def command(self, folder: Path, targets: Sequence[Target]) -> Sequence[str]:
        return ("/bin/sh", "-c", self.script, "sh", *self.engine.command(folder, targets))


class PausedClock:
    """A clock that only those move who sleep by it."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._started = time.time()

    def now(self) -> float:
        return self._started + sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@dataclass
class ScriptedBook:
    """A ledger that does what `script` says for each batch in turn: takes it (None), once `gate` is open, or raises."""

    script: list[Exception | None]
    age: float | Exception | None = None
    gate: threading.Event = field(default_factory=threading.Event)
    recorded: list[Delivery] = field(default_factory=list)

    def record_deliveries(self, received: Sequence[Delivery]) -> tuple[Recorded, ...]:
        outcome = self.script.pop(0) if self.script else None
        if outcome is not None:
            raise outcome
        self.gate.wait(10)
        self.recorded.extend(received)
        return tuple(Recorded(new=True, row_ids=(1,)) for _ in received)

    def oldest_waiting_age(self) -> float | None:
        if isinstance(self.age, Exception):
            raise self.age
        return self.age
