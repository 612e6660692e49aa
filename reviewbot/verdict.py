"""The gate. A Verdict says whether a Suggestion may be shown as code to take over, and if not, why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from reviewbot.change import SourceFile
from reviewbot.errors import GenerationError
from reviewbot.finding import Scan, Scanner, scan
from reviewbot.gate.candidate import Candidate, build
from reviewbot.gate.comparison import compare, uncovered
from reviewbot.gate.deletion import deletions
from reviewbot.gate.reason import Reason, Refusal
from reviewbot.gate.soundness import unsound
from reviewbot.policy import Policy
from reviewbot.prompt import Prompt, Reply
from reviewbot.suggestion import Generator, Origin, Suggestion, answered, ask_again
from reviewbot.syntax import read

__all__ = ["Gate", "Reason", "Refusal", "Verdict", "judge", "repair"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of one suggestion. `scan` holds the scanners' report on the candidate's files."""

    suggestion: Suggestion
    scan: Scan
    reasons: tuple[Reason, ...]

    @property
    def accepted(self) -> bool:
        """No reason against it was found."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Gate:
    """What suggestions are judged against: the files at head, their scan, the scanners and the policy."""

    files: tuple[SourceFile, ...]
    original: Scan
    scanners: tuple[Scanner, ...]
    policy: Policy


def judge(suggestions: Sequence[Suggestion], gate: Gate) -> tuple[Verdict, ...]:
    """Judge each suggestion on its own, in order. All candidates go through the scanners in one run.

    Raises:
        ScanError: a scanner failed; nothing is accepted then.
    """
    files = {file.path: file for file in gate.files}
    read_once = cache(read)
    built = [build(suggestion, files, read_once) for suggestion in suggestions]
    refused = [_before_scan(candidate) for candidate in built]
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


def _before_scan(candidate: Candidate | str) -> tuple[Reason, ...]:
    if isinstance(candidate, str):
        said = "The lines that it replaces are not those that it was written against."
        return (Reason(Refusal.ANCHOR_MISMATCH, said, candidate),)
    finding = candidate.suggestion.finding
    return unsound(candidate) or deletions(candidate, () if finding is None else (finding,))


def _after_scan(candidate: Candidate, report: Scan, gate: Gate) -> tuple[Reason, ...]:
    claimed = candidate.suggestion.finding
    comparison = compare(candidate, gate.original, report, gate.policy)
    return (
        *uncovered(candidate, gate.original, report),
        *comparison.reasons,
        *deletions(candidate, (*comparison.gone, *([claimed] if claimed and comparison.gone else []))),
    )


def repair(verdicts: Sequence[Verdict], gate: Gate, generator: Generator | None) -> tuple[Verdict, ...]:
    """Hand what was refused back to the model with the reasons, and judge what returns.

    At most `policy.max_repairs` rounds. The result holds the last verdict on each suggestion, in order.
    Without a model, or with an answer that cannot be read, the refusal stands. Somebody's patch is not
    ours to rewrite.

    Raises:
        GenerationError: the model did not answer.
        ScanError: a scanner failed.
    """
    if generator is None:
        return tuple(verdicts)
    latest = list(verdicts)
    files = {file.path: file for file in gate.files}
    open_cases = [n for n, v in enumerate(latest) if not v.accepted and v.suggestion.origin is not Origin.PATCH]
    for _ in range(gate.policy.max_repairs):
        repaired = _asked_again([latest[n] for n in open_cases], files, generator)
        open_cases = [n for n, suggestion in zip(open_cases, repaired, strict=True) if suggestion is not None]
        if not open_cases:
            break
        judged = judge([suggestion for suggestion in repaired if suggestion is not None], gate)
        for n, verdict in zip(open_cases, judged, strict=True):
            latest[n] = verdict
        open_cases = [n for n in open_cases if not latest[n].accepted]
    return tuple(latest)


def _asked_again(
    refused: Sequence[Verdict], files: Mapping[str, SourceFile], generator: Generator
) -> list[Suggestion | None]:
    prompts = [_prompt(verdict, files) for verdict in refused]
    asked = [prompt for prompt in prompts if prompt is not None]
    replies = generator.generate(asked) if asked else ()
    if len(replies) != len(asked):
        raise GenerationError(f"The model answered {len(replies)} prompts of {len(asked)}.")
    left = iter(replies)
    return [
        None if prompt is None else _read(next(left), verdict.suggestion, files)
        for prompt, verdict in zip(prompts, refused, strict=True)
    ]


def _prompt(verdict: Verdict, files: Mapping[str, SourceFile]) -> Prompt | None:
    finding = verdict.suggestion.finding
    if finding is None or finding.path not in files:
        return None
    return ask_again(verdict.suggestion, [reason.text for reason in verdict.reasons], files[finding.path])


def _read(reply: Reply, suggestion: Suggestion, files: Mapping[str, SourceFile]) -> Suggestion | None:
    if suggestion.finding is None:
        return None
    return answered(reply, suggestion.finding, files[suggestion.finding.path], suggestion.attempt + 1)
