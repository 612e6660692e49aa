"""An Outcome as JSON with a versioned schema, for programs.

The models below are the schema; `schema()` prints it. A key is added without a new version; one that goes
or changes its meaning makes `reviewbot/review/2`.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from reviewbot import __version__
from reviewbot.change import Excluded, Skipped
from reviewbot.cwe import weakness
from reviewbot.finding import Finding as Found
from reviewbot.opinion import Opinion as Thought
from reviewbot.outcome import Outcome, shown_snippet, title
from reviewbot.policy import Severity
from reviewbot.review import Review
from reviewbot.verdict import Verdict

SCHEMA: Final = "reviewbot/review/1"

_Severity = Literal["low", "medium", "high"]
_LEVELS: dict[Severity, _Severity] = {Severity.LOW: "low", Severity.MEDIUM: "medium", Severity.HIGH: "high"}


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Tool(_Model):
    """A program that took part."""

    name: str
    version: str
    way: str = Field(description="How it was run. It has no influence on what is found.")


class Weakness(_Model):
    """An entry of the CWE list."""

    id: str = Field(examples=["CWE-78"])
    name: str
    link: str


class Region(_Model):
    """Lines and columns count characters from 1; `end_column` is the first one outside."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


class Finding(_Model):
    """One weakness at one place."""

    fingerprint: str = Field(description="Stays the same across commits while the code does.")
    severity: _Severity
    confidence: _Severity
    title: str
    message: str = Field(description="As the rule says it. It may hold code of the change: escape it before use.")
    tool: str
    rule: str
    also: list[str] = Field(description="Other tools and rules that report the same weakness here.")
    cwe: list[Weakness]
    path: str
    region: Region
    snippet: str
    suppression: str | None = Field(description="The comment that asked the scanner to look away. It hides nothing.")


class Edit(_Model):
    """Whole lines replaced by others. An insertion before line n has `end_line` n - 1."""

    path: str
    start_line: int
    end_line: int
    old: str
    new: str


class Reason(_Model):
    """Why a suggestion is withheld. `refusal` is stable, `text` is for people."""

    refusal: str
    text: str
    path: str
    line: int | None


class Suggestion(_Model):
    """New code and the verdict on it. `edits` is empty where it is withheld: refused code is not passed on."""

    fingerprint: str | None = Field(description="That of the finding that it removes.")
    origin: Literal["rule", "model", "patch"]
    model: str
    attempt: int
    rationale: str
    accepted: bool
    reasons: list[Reason]
    edits: list[Edit]
    scanned_by: list[str] = Field(description="The tools that read all of its files whole.")


class Opinion(_Model):
    """What a model thinks of changed lines on which no scanner reports anything. It has no influence on the outcome."""

    fingerprint: str
    path: str
    start_line: int
    end_line: int
    cwe: int | None = Field(description="The weakness that the model named.")
    suggestion: Suggestion


class Tally(_Model):
    """What a model was asked in this review and what came of it, counted."""

    asked: int
    unanswered: int
    declined: int = Field(description="The model said that it has nothing to offer.")
    unreadable: int = Field(description="Not in the format that was asked for, or it would change nothing.")
    repeated: int
    generated: int = Field(description="Candidates; each was scanned or refused before that.")
    flagged: int = Field(description="Candidates in which the scanners found something new.")
    repaired: int = Field(description="Findings of which one candidate was refused and a later one accepted.")
    withheld: int
    missing: list[str] = Field(description="Why answers are missing, each sentence once.")
    left_out: list[str] = Field(description="How many findings were not put to the model, a sentence for each reason.")


class Scanned(_Model):
    """A file and the tools that vouch for having read it whole."""

    path: str
    tools: list[str]


class Unread(_Model):
    """A file that was not read, and why."""

    path: str
    reason: str


class Coverage(_Model):
    """What was read. A file in `skipped` should have been and was not; one in `excluded` holds nothing to read."""

    complete: bool
    scanned: list[Scanned]
    skipped: list[Unread]
    excluded: list[Unread]


class Timing(_Model):
    """A step of the review, or a scanner within one."""

    what: str
    seconds: float


class Report(_Model):
    """One review or scan."""

    format: Literal["reviewbot/review/1"] = Field(alias="schema")
    reviewbot: str = Field(description="The version of reviewbot.")
    subject: str
    base: str | None = Field(description="Null for a scan, which has nothing to compare with.")
    head: str | None
    conclusion: Literal["success", "neutral", "failure"]
    threshold: _Severity = Field(description="The smallest severity that is reported.")
    tools: list[Tool]
    findings: list[Finding]
    suggestions: list[Suggestion]
    coverage: Coverage
    generation_error: str | None
    opinions: list[Opinion]
    tally: Tally
    timings: list[Timing] = Field(description="Where the time went, if that was asked for. Scanners run side by side.")


def report(outcome: Outcome, timings: Sequence[tuple[str, float]] = ()) -> str:
    """Write `outcome` as JSON, and `timings` as pairs of what and seconds.

    All but ASCII is escaped, so that the text survives any terminal and encoding.
    """
    review = outcome if isinstance(outcome, Review) else None
    written = Report(
        schema=SCHEMA,
        reviewbot=__version__,
        subject=outcome.subject,
        base=None if review is None else review.base,
        head=None if review is None else review.head,
        conclusion=outcome.conclusion.value,
        threshold=_LEVELS[outcome.threshold],
        tools=[Tool(name=tool.name, version=tool.version, way=tool.way) for tool in outcome.coverage.tools],
        findings=[_finding(finding) for finding in outcome.findings],
        suggestions=[_suggestion(verdict) for verdict in outcome.verdicts],
        coverage=_coverage(outcome),
        generation_error=outcome.generation_error,
        opinions=[_opinion(opinion) for opinion in outcome.opinions],
        tally=Tally.model_validate(
            asdict(outcome.tally) | {name: list(getattr(outcome.tally, name)) for name in ("missing", "left_out")}
        ),
        timings=[Timing(what=what, seconds=round(seconds, 4)) for what, seconds in timings],
    )
    return json.dumps(written.model_dump(by_alias=True), indent=2) + "\n"


def schema() -> dict[str, Any]:
    """Return the JSON Schema of what `report` writes."""
    return Report.model_json_schema(by_alias=True)


def _opinion(opinion: Thought) -> Opinion:
    return Opinion(
        fingerprint=opinion.fingerprint,
        path=opinion.path,
        start_line=opinion.passage.start,
        end_line=opinion.passage.end,
        cwe=opinion.cwe,
        suggestion=_suggestion(opinion.verdict),
    )


def _finding(finding: Found) -> Finding:
    known = [weakness(number) for number in finding.cwe]
    region = finding.region
    return Finding(
        fingerprint=finding.fingerprint,
        severity=_LEVELS[finding.severity],
        confidence=_LEVELS[finding.confidence],
        title=title(finding),
        message=finding.message,
        tool=finding.tool,
        rule=finding.rule_id,
        also=list(finding.also),
        cwe=[Weakness(id=entry.label, name=entry.name, link=entry.link) for entry in known],
        path=finding.path,
        region=Region(
            start_line=region.start_line,
            start_column=region.start_column,
            end_line=region.end_line,
            end_column=region.end_column,
        ),
        snippet=shown_snippet(finding),
        suppression=finding.suppression,
    )


def _suggestion(verdict: Verdict) -> Suggestion:
    suggestion = verdict.suggestion
    readers = [verdict.scan.vouched(path) for path in suggestion.paths]
    edits = [
        Edit(path=e.path, start_line=e.start_line, end_line=e.end_line, old=e.anchor, new=e.replacement)
        for e in suggestion.edits
    ]
    return Suggestion(
        fingerprint=None if suggestion.finding is None else suggestion.finding.fingerprint,
        origin=suggestion.origin.value,
        model=suggestion.model,
        attempt=suggestion.attempt,
        rationale=suggestion.rationale,
        accepted=verdict.accepted,
        reasons=[Reason(refusal=r.refusal, text=r.text, path=r.path, line=r.line) for r in verdict.reasons],
        edits=edits if verdict.accepted else [],
        scanned_by=sorted(frozenset.intersection(*readers)) if readers else [],
    )


def _coverage(outcome: Outcome) -> Coverage:
    covered = outcome.coverage
    return Coverage(
        complete=outcome.complete,
        scanned=[Scanned(path=path, tools=list(tools)) for path, tools in covered.scanned],
        skipped=[_unread(entry) for entry in covered.skipped],
        excluded=[_unread(entry) for entry in covered.excluded],
    )


def _unread(entry: Skipped | Excluded) -> Unread:
    return Unread(path=entry.path, reason=entry.reason)
