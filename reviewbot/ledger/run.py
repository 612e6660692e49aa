"""What is kept of a review: what was found where, by what, and the verdicts on what was suggested. No code.

Messages, the sentences of reasons, and why a file was skipped are left out: scanners quote code in them.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reviewbot.conversation import NO_TALLY, Tally
from reviewbot.finding import Finding
from reviewbot.gate.reason import Refusal
from reviewbot.ledger.applied import EditRecord, edit_records
from reviewbot.review import Review
from reviewbot.suggestion import Edit
from reviewbot.verdict import Verdict

REPAIRED, ABANDONED = "repaired", "abandoned"


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """A finding; `commented` if the review has a comment on it."""

    fingerprint: str
    tool: str
    rule_id: str
    path: str
    line: int
    severity: str
    commented: bool


@dataclass(frozen=True, slots=True)
class SuggestionRecord:
    """A candidate, its verdict and its origin.

    `fingerprint` is the finding's, or that of a model's opinion. `refusals` are the verdict's; `flagged`: the
    scanners found something new in it. Prompt and answer are kept as hashes only. `ending` says how the attempts
    for a finding ended, on the candidate that ended them, if any was refused: `REPAIRED` or `ABANDONED`.
    """

    fingerprint: str
    origin: str
    model: str
    attempt: int
    edits_sha256: str
    accepted: bool
    refusals: tuple[str, ...]
    flagged: bool = False
    prompt_sha256: str = ""
    answer_sha256: str = ""
    edits: tuple[EditRecord, ...] = ()
    ending: str = ""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One review. `tools` are names and versions; `skipped` the files that should have been scanned.

    `suggestions` holds every candidate, those that were withheld too; `tally` counts what a model was asked.
    `rules` is the digest of the rules that were used.
    """

    base: str
    head: str
    conclusion: str
    complete: bool
    tools: tuple[tuple[str, str], ...]
    skipped: tuple[str, ...]
    findings: tuple[FindingRecord, ...]
    suggestions: tuple[SuggestionRecord, ...]
    tally: Tally = NO_TALLY
    rules: str = ""


def run_of(review: Review, rules: str = "") -> RunRecord:
    """Take from a review what is kept of it."""
    commented = {comment.fingerprint for comment in review.comments}
    return RunRecord(
        base=review.base,
        head=review.head,
        conclusion=review.conclusion.value,
        complete=review.complete,
        tools=tuple((tool.name, tool.version) for tool in review.coverage.tools),
        skipped=tuple(dict.fromkeys(skipped.path for skipped in review.coverage.skipped)),
        findings=tuple(_finding(finding, commented) for finding in review.findings),
        suggestions=with_endings(
            [
                *(_suggestion(verdict, _fingerprint(verdict)) for verdict in review.verdicts),
                *(_suggestion(opinion.verdict, opinion.fingerprint) for opinion in review.opinions),
            ]
        ),
        tally=review.tally,
        rules=rules,
    )


def with_endings(candidates: Sequence[SuggestionRecord]) -> tuple[SuggestionRecord, ...]:
    """Note how the attempts for each finding ended, where the gate refused any. They are in their order."""
    groups: dict[str, list[int]] = {}
    for n, one in enumerate(candidates):
        groups.setdefault(one.fingerprint, []).append(n)
    done = list(candidates)
    for places in groups.values():
        if any(set(candidates[n].refusals) - {Refusal.NOT_CHOSEN.value} for n in places):
            shown = next((n for n in places if candidates[n].accepted), None)
            last = places[-1] if shown is None else shown
            done[last] = replace(candidates[last], ending=ABANDONED if shown is None else REPAIRED)
    return tuple(done)


def _finding(finding: Finding, commented: set[str]) -> FindingRecord:
    return FindingRecord(
        finding.fingerprint,
        finding.tool,
        finding.rule_id,
        finding.path,
        finding.region.start_line,
        finding.severity.label,
        finding.fingerprint in commented,
    )


def _fingerprint(verdict: Verdict) -> str:
    finding = verdict.suggestion.finding
    return "" if finding is None else finding.fingerprint


def _suggestion(verdict: Verdict, fingerprint: str) -> SuggestionRecord:
    suggestion = verdict.suggestion
    return SuggestionRecord(
        fingerprint=fingerprint,
        origin=suggestion.origin.value,
        model=suggestion.model,
        attempt=suggestion.attempt,
        edits_sha256=edits_sha256(suggestion.edits),
        accepted=verdict.accepted,
        refusals=tuple(dict.fromkeys(reason.refusal.value for reason in verdict.reasons)),
        flagged=verdict.flagged,
        prompt_sha256=suggestion.prompt_sha256,
        answer_sha256=suggestion.answer_sha256,
        edits=edit_records(suggestion.edits),
    )


def edits_sha256(edits: Sequence[Edit]) -> str:
    """Name edits in records, which never hold their text."""
    digest = hashlib.sha256()
    for edit in edits:
        for part in (edit.path, f"{edit.start_line}-{edit.end_line}", edit.replacement):
            digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()
