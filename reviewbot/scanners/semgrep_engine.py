"""The ways to start Semgrep on files of ours, and the reading of its report.

`Core` starts the engine inside the installed package: 0.1 s instead of the 2 s that the command line takes, the same
findings. Its options are not documented ("no guarantees"), so it is trusted only in the exact version that this was
tested with, and only as long as each run finds what is planted in it. `Experimental` is documented and takes 0.2 s;
`CommandLine` is the documented way that all others are measured against.
"""

import json
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ValidationError

from reviewbot.errors import ScanError
from reviewbot.scanners.batch import Failure
from reviewbot.scanners.sandbox import Limits, run, scratch

SEMGREP_VERSION = "1.182.0"
RULE_SECONDS = 3
"""For one rule on one file. Rules take milliseconds, even on a busy machine."""

RULES_FILE = "rules.json"
TARGETS_FILE = "targets.json"


@dataclass(frozen=True, slots=True)
class Target:
    """A file as the engine gets it: a name of ours within the folder, and Semgrep's name of its language."""

    name: str
    language: str
    data: bytes


class _Place(BaseModel):
    offset: int


class _Extra(BaseModel):
    message: str
    fix: str | None = None
    is_ignored: bool | None = None


class Match(BaseModel):
    """One finding, as reported. Offsets count bytes."""

    check_id: str
    path: str
    start: _Place
    end: _Place
    extra: _Extra


class _Location(BaseModel):
    path: str | None = None


class Complaint(BaseModel):
    """One error, in the form of either way: the engine has `error_type` and `location`, the command line the others."""

    error_type: Any = None
    type: Any = None
    location: _Location | None = None
    path: str | None = None
    rule_id: str | None = None
    message: str = ""

    @property
    def kind(self) -> str:
        """Its name, such as PartialParsing."""
        said = self.error_type or self.type
        return str(said[0] if isinstance(said, list) and said else said)

    @property
    def where(self) -> str | None:
        """The path of the file it is about."""
        return self.path or (self.location.path if self.location else None)


class _Paths(BaseModel):
    scanned: list[str]


class Report(BaseModel):
    """What Semgrep wrote."""

    version: str
    results: list[Match]
    errors: list[Complaint]
    paths: _Paths
    skipped_rules: list[Any] = []


class Engine(Protocol):
    """A way to start Semgrep."""

    @property
    def way(self) -> str:
        """What a report calls it."""

    def command(self, folder: Path, targets: Sequence[Target]) -> Sequence[str]:
        """Return the command that scans `targets`, which lie in `folder` beside the rules."""


@dataclass(frozen=True, slots=True)
class Core:
    """The engine itself. `path` is that of `semgrep-core`."""

    path: Path
    way: ClassVar[str] = "engine"

    def command(self, folder: Path, targets: Sequence[Target]) -> Sequence[str]:
        """Write the list of targets, and return the command."""
        (folder / TARGETS_FILE).write_bytes(listed(targets))
        # One process uses one core: with more, its garbage collector eats what is gained.
        limits = ("-timeout", str(RULE_SECONDS), "-timeout_threshold", "1", "-max_memory", "0", "-j", "1")
        return (str(self.path), "-json_nodots", "-rules", RULES_FILE, "-targets", TARGETS_FILE, "-fast", *limits)

    def prefilters(self, rules: bytes, limits: Limits) -> bytes:
        """Return the dump of the words that each rule needs, or nothing if the engine gives none."""
        with scratch() as folder:
            (folder / RULES_FILE).write_bytes(rules)
            outcome = run((str(self.path), "-prefilter_of_rules", RULES_FILE), cwd=folder, limits=limits)
        return b"" if outcome.failure else outcome.stdout


@dataclass(frozen=True, slots=True)
class CommandLine:
    """`semgrep scan`, as documented: https://semgrep.dev/docs/cli-reference. `path` is that of `semgrep`."""

    path: Path
    way: ClassVar[str] = "command line"
    flags: ClassVar[tuple[str, ...]] = ()

    def command(self, folder: Path, targets: Sequence[Target]) -> Sequence[str]:
        """Return the command. Files named one by one are not subject to any ignore file."""
        del folder
        options = (
            "--json",
            "--quiet",
            "--disable-nosem",
            "--metrics=off",
            "--disable-version-check",
            "--no-git-ignore",
        )
        limits = ("--timeout", str(RULE_SECONDS), "--timeout-threshold", "1", "--max-target-bytes", "0", "--jobs", "1")
        search = f"PATH={self.path.parent}:/usr/bin:/bin"  # `semgrep` starts `pysemgrep` by name
        names = [target.name for target in targets]
        ours = (*self.flags, "--no-rewrite-rule-ids", "--config", RULES_FILE)
        return ("/usr/bin/env", search, str(self.path), "scan", *ours, *options, *limits, "--", *names)


@dataclass(frozen=True, slots=True)
class Experimental(CommandLine):
    """`semgrep scan --experimental`: the same options, answered by the engine without the Python part."""

    way: ClassVar[str] = "experimental command line"
    flags: ClassVar[tuple[str, ...]] = ("--experimental",)


def listed(targets: Sequence[Target]) -> bytes:
    """Return the list of targets in the form that the engine reads."""
    entries = [
        ["CodeTarget", {"path": {"fpath": t.name, "ppath": f"/{t.name}"}, "analyzer": t.language, "products": ["sast"]}]
        for t in targets
    ]
    return json.dumps(["Targets", entries]).encode()


@dataclass(frozen=True, slots=True)
class Direct:
    """Starts `engine` for one scan, in a folder of its own."""

    engine: Engine

    @property
    def way(self) -> str:
        """What a report calls it."""
        return self.engine.way

    def report(self, targets: Sequence[Target], rules: bytes, limits: Limits) -> Report | Failure:
        """Scan `targets` with `rules`, a configuration as JSON, and read what the engine wrote."""
        with scratch() as folder:
            (folder / RULES_FILE).write_bytes(rules)
            for target in targets:
                (folder / target.name).write_bytes(target.data)
            outcome = run(self.engine.command(folder, targets), cwd=folder, limits=limits)
        return Failure(outcome.failure) if outcome.failure else parse_report(outcome.stdout)


def parse_report(written: bytes) -> Report | Failure:
    """Read what Semgrep wrote. Bytes that are not UTF-8 come from the code that it quotes."""
    try:
        return Report.model_validate_json(written.decode("utf-8", "replace"))
    except ValidationError:
        return Failure("wrote a report that cannot be read")


def installed_engines() -> tuple[Core, Experimental, CommandLine]:
    """Find the ways in the installed package.

    Raises:
        ScanError: Semgrep is missing, or is not the version that this code was tested with.
    """
    try:
        package = distribution("semgrep")
    except PackageNotFoundError:
        raise ScanError(f"Semgrep is not installed. Run `pip install semgrep=={SEMGREP_VERSION}`.") from None
    if package.version != SEMGREP_VERSION:
        raise ScanError(f"Semgrep {package.version} is installed. Run `pip install semgrep=={SEMGREP_VERSION}`.")
    core = Path(str(package.locate_file("semgrep"))) / "bin" / "semgrep-core"
    semgrep = Path(sysconfig.get_path("scripts")) / "semgrep"
    return Core(core), Experimental(semgrep), CommandLine(semgrep)


def words(complaints: Sequence[Complaint]) -> Mapping[str, str]:
    """Return for each path what Semgrep complains of, in our words: its own quote the file."""
    return {
        complaint.where: _WORDS.get(complaint.kind, f"was given up by Semgrep ({complaint.kind})")
        for complaint in reversed(complaints)
        if complaint.where
    }


_WORDS = {
    "PartialParsing": "could be read only in part: something in it does not parse",
    "Syntax error": "does not parse",
    "Lexical error": "does not parse",
    "Timeout": f"kept one rule busy for more than {RULE_SECONDS} s",
    "Too many matches": "has more matches of one rule than are counted",
    "Out of memory": "needs too much memory",
    "Stack overflow": "is nested too deeply",
}

NOT_IN_THE_LANGUAGE = frozenset({_WORDS["PartialParsing"], _WORDS["Syntax error"], _WORDS["Lexical error"]})
"""What `words` says of a file whose text is at fault."""
