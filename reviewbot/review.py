"""The Review: what we say about a change, as Markdown, and whether it passes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reviewbot.body import Rest, write_body
from reviewbot.change import Change, ChangedFile
from reviewbot.comment import click, describe, describe_opinion, place
from reviewbot.conversation import NO_TALLY, Tally
from reviewbot.finding import Finding, Region, Scan
from reviewbot.opinion import Opinion
from reviewbot.outcome import Outcome, conclude, coverage, ranked
from reviewbot.policy import Policy
from reviewbot.verdict import Verdict

_OBJECT_ID = re.compile(r"[0-9a-f]{40,64}")


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment on head lines `start_line` to `line`, in GitHub-flavoured Markdown."""

    path: str
    start_line: int
    line: int
    body: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a review is written from. `after` is the scan of the head of `change`."""

    change: Change
    after: Scan
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    generation_error: str | None = None
    opinions: tuple[Opinion, ...] = ()
    tally: Tally = NO_TALLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Outcome):
    """The whole answer to one change. `comments` are on lines of the diff; the rest stands in `body`."""

    base: str
    head: str
    body: str
    comments: tuple[Comment, ...]


def compose(evidence: Evidence, policy: Policy) -> Review:
    """Write the review."""
    change, outcome = evidence.change, _outcome(evidence, policy)
    files = {file.path: file for file in change.files}
    comments, outside = _comments(outcome, files)
    rest = Rest("Outside the diff", outside, max(0, len(comments) - policy.max_comments))
    said = (*comments, *_opinions(outcome, files))
    return Review(
        subject=outcome.subject,
        conclusion=outcome.conclusion,
        findings=outcome.findings,
        verdicts=outcome.verdicts,
        coverage=outcome.coverage,
        threshold=outcome.threshold,
        generation_error=outcome.generation_error,
        opinions=outcome.opinions,
        tally=outcome.tally,
        base=change.base,
        head=change.head,
        body=write_body(outcome, rest),
        comments=said[: policy.max_comments],
    )


def _outcome(evidence: Evidence, policy: Policy) -> Outcome:
    read = coverage(evidence.change, evidence.after)
    return Outcome(
        subject=f"{_short(evidence.change.base)}...{_short(evidence.change.head)}",
        conclusion=conclude(evidence.findings, read.skipped, evidence.generation_error, policy),
        findings=evidence.findings,
        verdicts=evidence.verdicts,
        coverage=read,
        threshold=policy.report,
        generation_error=evidence.generation_error,
        opinions=evidence.opinions,
        tally=evidence.tally,
    )


def _short(ref: str) -> str:
    """Shorten the id of a commit or tree, and leave a name as it is."""
    return ref[:12] if _OBJECT_ID.fullmatch(ref) else ref


def _comments(outcome: Outcome, files: dict[str, ChangedFile]) -> tuple[tuple[Comment, ...], tuple[Finding, ...]]:
    """Write a comment on each finding, the most severe first, and return the findings that none can stand on."""
    comments, outside = [], []
    for finding in ranked(outcome.findings):
        comment = _comment(finding, outcome, files.get(finding.path))
        if comment is None:
            outside.append(finding)
        else:
            comments.append(comment)
    return tuple(comments), tuple(outside)


def _comment(finding: Finding, outcome: Outcome, file: ChangedFile | None) -> Comment | None:
    lines = None if file is None else place(file, finding.region)
    if file is None or lines is None:
        return None
    accepted = next((verdict for verdict in outcome.verdicts_on(finding) if verdict.accepted), None)
    flagged = finding.region.start_line, finding.region.end_line
    one_click = None if accepted is None else click(accepted, flagged, file)
    start, end = lines if one_click is None else (one_click.start_line, one_click.line)
    return Comment(finding.path, start, end, describe(finding, outcome, one_click), finding.fingerprint)


def _opinions(outcome: Outcome, files: dict[str, ChangedFile]) -> Iterator[Comment]:
    for opinion in outcome.opinions:
        file, passage = files[opinion.path], opinion.passage
        lines = place(file, Region(passage.start, passage.end, 1, 1))
        if opinion.verdict.accepted and lines is not None:
            one_click = click(opinion.verdict, (passage.start, passage.end), file)
            start, end = lines if one_click is None else (one_click.start_line, one_click.line)
            body = describe_opinion(opinion, outcome, one_click)
            yield Comment(opinion.path, start, end, body, opinion.fingerprint)
