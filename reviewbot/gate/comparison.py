"""What the scanners say of a candidate, beside what they said of the files as they are."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from reviewbot.finding import OWN_CHECKS, Finding, Scan, reportable
from reviewbot.gate.candidate import Candidate, EditedFile
from reviewbot.gate.reason import Reason, Refusal
from reviewbot.policy import Policy, Severity


@dataclass(frozen=True, slots=True)
class Comparison:
    """What speaks against a candidate, and which original findings its edits made go away."""

    reasons: tuple[Reason, ...]
    gone: tuple[Finding, ...]


def uncovered(candidate: Candidate, original: Scan, scan: Scan) -> tuple[Reason, ...]:
    """Return a reason for each edited file that fewer scanners read than before, or none at all."""
    reasons = []
    known = {skipped.path for skipped in original.skipped}
    for file in candidate.files:
        read = scan.vouched(file.path)
        missing = sorted(original.vouched(file.path) - read)
        skipped = [s.reason for s in scan.skipped if s.path == file.path and s.path not in known]
        if missing:
            said = f"{' and '.join(missing)} read the file before, and did not read it whole with this change."
        elif not read:
            said = "No scanner read the file, so nothing vouches for it."
        elif skipped:
            said = f"The file was not read whole: {'; '.join(skipped)}."
        else:
            continue
        reasons.append(Reason(Refusal.NOT_SCANNED, said, file.path))
    return tuple(reasons)


def compare(candidate: Candidate, original: Scan, scan: Scan, policy: Policy) -> Comparison:
    """Compare the findings of `scan` on the candidate with the `original` ones.

    Each original finding excuses one of the same rule that is no graver: with the same fingerprint
    anywhere in the file, else on the lines that stand for its own. What the suggestion claims to fix
    excuses nothing.
    """
    claimed = candidate.suggestion.finding
    reasons: list[Reason] = []
    gone: list[Finding] = []
    for file in candidate.files:
        known = [f for f in _relevant(original.findings, file.path, policy) if not _is_claimed(f, claimed)]
        fresh = _relevant(scan.findings, file.path, policy)
        _excuse(known, fresh, _same_identity)
        _excuse(known, fresh, partial(_same_place, file=file, claimed=claimed))
        gone += [f for f in known if file.edits_on(f.region.start_line, f.region.end_line)]
        reasons += [_refusal(finding, claimed, file) for finding in fresh]
    if claimed is not None and candidate.file(claimed.path) is None:
        said = f"It does not edit {claimed.path}, where {_label(claimed)} was found."
        reasons.append(Reason(Refusal.NOT_FIXED, said, claimed.path))
    return Comparison(tuple(reasons), tuple(gone))


def _excuse(known: list[Finding], fresh: list[Finding], same: Callable[[Finding, Finding], bool]) -> None:
    """Take out of both lists what is the same in both, one for one."""
    for finding in tuple(known):
        twin = next((f for f in fresh if f.severity <= finding.severity and same(finding, f)), None)
        if twin is not None:
            known.remove(finding)
            fresh.remove(twin)


def _relevant(findings: Iterable[Finding], path: str, policy: Policy) -> list[Finding]:
    """Return what the policy wants said, finding by finding: merging twins here could hide a new one.

    Our own checks report what a change does to its review, such as a suppression: that always counts.
    """
    strict = replace(policy, report=Severity.LOW)
    return [f for f in findings if f.path == path and reportable([f], strict if f.tool == OWN_CHECKS else policy)]


def _label(finding: Finding) -> str:
    return f"{finding.tool} {finding.rule_id}"


def _labels(finding: Finding) -> set[str]:
    return {_label(finding), *finding.also}


def _is_claimed(finding: Finding, claimed: Finding | None) -> bool:
    return claimed is not None and _label(finding) == _label(claimed) and finding.region == claimed.region


def _same_identity(old: Finding, new: Finding) -> bool:
    return old.fingerprint.partition(":")[0] == new.fingerprint.partition(":")[0]


def _same_place(old: Finding, new: Finding, file: EditedFile, claimed: Finding | None) -> bool:
    return _label(old) == _label(new) and _stands_at(old, new, file) and not _remains(claimed, new, file)


def _stands_at(old: Finding, new: Finding, file: EditedFile) -> bool:
    start, end = file.moved(old.region.start_line, old.region.end_line)
    return new.region.start_line <= end and start <= new.region.end_line


def _remains(claimed: Finding | None, finding: Finding, file: EditedFile) -> bool:
    """Say whether `finding` is what was to be fixed: the same rule, or the same weakness by the same tools."""
    if claimed is None or claimed.path != file.path or not _stands_at(claimed, finding, file):
        return False
    tools = {label.partition(" ")[0] for label in _labels(claimed)}
    same_weakness = finding.tool in tools and not set(finding.cwe).isdisjoint(claimed.cwe)
    return _label(finding) in _labels(claimed) or same_weakness


def _refusal(finding: Finding, claimed: Finding | None, file: EditedFile) -> Reason:
    line = finding.region.start_line
    message = " ".join(finding.message.split()).rstrip(".")
    if _remains(claimed, finding, file):
        said = f"{_label(finding)} still finds on line {line} what was to be fixed: {message}."
        return Reason(Refusal.NOT_FIXED, said, file.path, line)
    said = f"{_label(finding)} finds something new on line {line}: {message}."
    return Reason(Refusal.NEW_FINDING, said, file.path, line)
