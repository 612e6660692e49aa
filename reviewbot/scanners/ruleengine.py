"""One run of Semgrep's engine over the test files of rules, told apart by rule and file.

It calls `semgrep-core`, as the `semgrep` command does itself, for what the command keeps back: which rule of a pack
is broken, and why.
"""

import json
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from reviewbot.errors import ScanError
from reviewbot.scanners.rulepack import RulePack

_RULE_TIMEOUT_SECONDS = 5
_RUN_TIMEOUT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Target:
    """A text for one rule. `analyzer` is the language it is read as, in Semgrep's words; `suffix` its dialect."""

    rule_id: str
    text: str
    suffix: str
    analyzer: str


@dataclass(frozen=True, slots=True)
class Match:
    """Where a rule matched. `start` and `end` are byte offsets; `fix` is the rendered replacement of that stretch."""

    start_line: int
    start: int
    end: int
    fix: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """What the engine said: matches of each target's own rule, rules it refused, and targets it did not read whole."""

    matches: tuple[tuple[Target, Match], ...]
    broken_rules: Mapping[str, Sequence[str]]
    unread: Mapping[Target, Sequence[str]]


def run_rules(pack: RulePack, targets: Sequence[Target]) -> Report:
    """Match each rule of `pack` with the targets that name it.

    Raises:
        ScanError: the engine is missing, failed or took too long.
    """
    with tempfile.TemporaryDirectory(prefix="reviewbot-rules-") as name:
        folder = Path(name)
        files = {str(folder / f"{number}{target.suffix}"): target for number, target in enumerate(targets)}
        for path, target in files.items():
            Path(path).write_bytes(target.text.encode())
        (folder / "rules.json").write_bytes(pack.json())
        (folder / "targets.json").write_text(json.dumps(["Targets", [_code_target(p, t) for p, t in files.items()]]))
        return _report(_run(folder), files)


def _code_target(path: str, target: Target) -> list[Any]:
    name = f"/test{target.suffix}"
    return ["CodeTarget", {"path": {"fpath": path, "ppath": name}, "analyzer": target.analyzer, "products": ["sast"]}]


def _run(folder: Path) -> dict[str, Any]:
    spec = find_spec("semgrep")
    if spec is None or spec.origin is None:
        raise ScanError("Semgrep is not installed. Run `reviewbot doctor`.")
    command = [
        str(Path(spec.origin).parent / "bin" / "semgrep-core"),
        *("-json_nodots", "-rules", str(folder / "rules.json"), "-targets", str(folder / "targets.json")),
        *("-timeout", str(_RULE_TIMEOUT_SECONDS), "-timeout_threshold", "0", "-fast", "-j", "1"),
    ]
    environment = {"HOME": str(folder), "TMPDIR": str(folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603  our own command line, no shell
            command, capture_output=True, env=environment, cwd=folder, timeout=_RUN_TIMEOUT_SECONDS, check=False
        )
        report = json.loads(done.stdout.decode("utf-8", "replace"))
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        raise ScanError(f"Semgrep's engine did not test the rules: {error}. Run `reviewbot doctor`.") from None
    if not isinstance(report, dict) or "results" not in report:
        raise ScanError("Semgrep's engine gave a report that cannot be read. Run `reviewbot doctor`.")
    return report


def _report(report: dict[str, Any], files: Mapping[str, Target]) -> Report:
    broken: dict[str, list[str]] = defaultdict(list)
    unread: dict[Target, list[str]] = defaultdict(list)
    for error in report["errors"]:
        target = files.get((error.get("location") or {}).get("path", ""))
        said = " ".join(str(error.get("message", "")).split())
        if target is not None:
            unread[target].append(said)
        elif "rule_id" in error:
            broken[error["rule_id"]].append(said)
        else:
            raise ScanError(f"Semgrep's engine did not test the rules: {said}")
    for path in files.keys() - set(report["paths"]["scanned"]):
        unread[files[path]].append("the engine did not read it")
    matches = tuple((files[result["path"]], _match(result)) for result in report["results"] if _own(result, files))
    return Report(matches, broken, unread)


def _own(result: dict[str, Any], files: Mapping[str, Target]) -> bool:
    return bool(files[result["path"]].rule_id == result["check_id"])


def _match(result: dict[str, Any]) -> Match:
    start, end = result["start"], result["end"]
    return Match(start["line"], start["offset"], end["offset"], result["extra"].get("fix"))
