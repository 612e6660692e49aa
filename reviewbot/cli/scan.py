"""`reviewbot scan`: whole files and folders, whatever changed in them."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from reviewbot.change import MAX_FILE_BYTES, Change, ChangedFile, Excluded, Skipped
from reviewbot.cli import output
from reviewbot.finding import Scanner, reportable, scan
from reviewbot.outcome import Outcome, conclude, coverage
from reviewbot.policy import Policy, Severity, parse_threshold
from reviewbot.scanners.compiled import load_compiled
from reviewbot.scanners.installed import default_scanners
from reviewbot.scanners.rulepack import bundled_rules
from reviewbot.triage import read_text, unreadable

STEPS = 2
NOT_OURS = frozenset({".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".mypy_cache"})
"""Folders of tools and installed packages. They are listed as left out; named on the command line, they are scanned."""


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """The options of `reviewbot scan`, as click gives them."""

    paths: tuple[Path, ...]
    form: str
    output: Path | None
    fail_on: str | None
    report: str | None


def run_scan(options: ScanOptions) -> int:
    """Scan, write the report, and return the exit status."""
    policy = Policy()
    if options.report:
        policy = replace(policy, report=Severity[options.report.upper()])
    if options.fail_on:
        policy = replace(policy, fail_on=parse_threshold(options.fail_on))
    with output.progress(STEPS) as step:
        step("Reading files")
        files = read_files(options.paths)
        step(f"Scanning {len(files.files):,} files")
        outcome = scan_files(files, default_scanners(load_compiled(bundled_rules())), policy)
    output.write(outcome, options.form, options.output)
    return output.status(outcome, policy.fail_on)


def scan_files(files: Change, scanners: tuple[Scanner, ...], policy: Policy) -> Outcome:
    """Scan all of `files` in one run of each scanner."""
    (found,) = scan((files.after(),), scanners)
    findings, covered = reportable(found.findings, policy), coverage(files, found)
    return Outcome(
        subject=files.head,
        conclusion=conclude(findings, covered.skipped, None, policy),
        findings=findings,
        verdicts=(),
        coverage=covered,
        threshold=policy.report,
    )


def read_files(paths: Iterable[Path]) -> Change:
    """Read files and folders, as if all of it were new. Symbolic links below a folder are not followed."""
    entries = [entry for path in paths for entry in _entries(path)]
    read: dict[str, ChangedFile | Skipped | Excluded] = {}
    for path in dict.fromkeys(entries):
        name = Path(os.path.relpath(path)).as_posix()
        read.setdefault(name, _read(path, name))
    return Change(
        base="",
        head=" ".join(str(path) for path in paths),
        files=tuple(entry for entry in read.values() if isinstance(entry, ChangedFile)),
        skipped=tuple(entry for entry in read.values() if isinstance(entry, Skipped)),
        excluded=tuple(entry for entry in read.values() if isinstance(entry, Excluded)),
    )


def _entries(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        yield from (Path(folder, name) for name in folders if name in NOT_OURS)
        folders[:] = sorted(name for name in folders if name not in NOT_OURS)
        yield from (Path(folder, name) for name in sorted(names))


def _read(path: Path, name: str) -> ChangedFile | Skipped | Excluded:
    try:
        status = path.lstat()
        if stat.S_ISDIR(status.st_mode):
            return Excluded(name, "a folder of a tool or of installed packages")
        if not stat.S_ISREG(status.st_mode):
            return Excluded(name, "not a regular file")
        if status.st_size > MAX_FILE_BYTES:
            return unreadable(name, f"larger than {MAX_FILE_BYTES:,} bytes")
        text = read_text(name, path.read_bytes())
    except OSError as error:
        return unreadable(name, f"cannot be read: {error.strerror}")
    return text if isinstance(text, Skipped | Excluded) else ChangedFile(name, None, text, ())
