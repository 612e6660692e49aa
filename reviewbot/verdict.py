"""The gate. A Verdict says whether a Suggestion may be shown as code to take over, and if not, why."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from reviewbot.change import SourceFile
from reviewbot.finding import Scan, Scanner, scan
from reviewbot.gate.candidate import Candidate, build
from reviewbot.gate.comparison import compare, uncovered
from reviewbot.gate.deletion import deletions
from reviewbot.gate.dependencies import unknown_imports
from reviewbot.gate.reason import Reason, Refusal
from reviewbot.gate.soundness import unsound
from reviewbot.policy import Policy
from reviewbot.snapshot import UNKNOWN, Repository
from reviewbot.suggestion import Suggestion
from reviewbot.syntax import read

__all__ = ["Gate", "Reason", "Refusal", "Verdict", "judge"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of one suggestion. `scan` holds the scanners' report on the candidate's files."""

    suggestion: Suggestion
    scan: Scan
    reasons: tuple[Reason, ...]

    @property
    def accepted(self) -> bool:
        """Nothing speaks against showing it."""
        return not self.reasons

    @property
    def refused(self) -> bool:
        """The gate has something against it. An accepted suggestion may still be withheld, for a better one."""
        return any(reason.refusal is not Refusal.NOT_CHOSEN for reason in self.reasons)

    @property
    def flagged(self) -> bool:
        """The scanners report something in it that is new."""
        return any(reason.refusal is Refusal.NEW_FINDING for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Gate:
    """What suggestions are judged against: the files at head, their scan, the scanners and the policy.

    `repository` says what else there is at both ends of the change, as far as it is known.
    """

    files: tuple[SourceFile, ...]
    original: Scan
    scanners: tuple[Scanner, ...]
    policy: Policy
    repository: Repository = UNKNOWN


def judge(suggestions: Sequence[Suggestion], gate: Gate) -> tuple[Verdict, ...]:
    """Judge each suggestion on its own, in order. All candidates go through the scanners in one run.

    Raises:
        ScanError: a scanner failed; nothing is accepted then.
    """
    files = {file.path: file for file in gate.files}
    read_once = cache(read)
    built = [build(suggestion, files, read_once) for suggestion in suggestions]
    refused = [_before_scan(candidate, gate) for candidate in built]
    waiting = [c for c, reasons in zip(built, refused, strict=True) if isinstance(c, Candidate) and not reasons]
    scans = iter(scan([candidate.tree for candidate in waiting], gate.scanners) if waiting else ())
    verdicts = []
    for suggestion, candidate, reasons in zip(suggestions, built, refused, strict=True):
        if reasons or not isinstance(candidate, Candidate):
            verdicts.append(Verdict(suggestion, Scan(), reasons))
        else:
            report = next(scans)
            verdicts.append(Verdict(suggestion, report, _after_scan(candidate, report, gate)))
    return tuple(verdicts)


def _before_scan(candidate: Candidate | str, gate: Gate) -> tuple[Reason, ...]:
    if isinstance(candidate, str):
        said = "The lines that it replaces are not those that it was written against."
        return (Reason(Refusal.ANCHOR_MISMATCH, said, candidate),)
    finding = candidate.suggestion.finding
    unchosen = (*unsound(candidate), *unknown_imports(candidate, gate.repository))
    return unchosen or deletions(candidate, () if finding is None else (finding,))


def _after_scan(candidate: Candidate, report: Scan, gate: Gate) -> tuple[Reason, ...]:
    claimed = candidate.suggestion.finding
    comparison = compare(candidate, gate.original, report, gate.policy)
    return (
        *uncovered(candidate, gate.original, report),
        *comparison.reasons,
        *deletions(candidate, (*comparison.gone, *([claimed] if claimed and comparison.gone else []))),
    )
