"""What a step leaves behind: outputs, the summary, annotations and files.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

import secrets
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

from reviewbot.action.claim import FILE, claim
from reviewbot.action.job import Job
from reviewbot.action.log import Level, Log
from reviewbot.finding import Finding
from reviewbot.github.pulls import Pull
from reviewbot.markdown import plain
from reviewbot.outcome import Conclusion, count, explanation, headline, ranked, title
from reviewbot.policy import Severity
from reviewbot.reports import markdown, sarif
from reviewbot.review import Review
from reviewbot.visible import shortened, visible

MAX_ANNOTATIONS = 9
"""GitHub shows ten of each level for a step; one is kept for what we have to say ourselves."""
MAX_MESSAGE_CHARACTERS = 4_000
MAX_TITLE_CHARACTERS = 200
MAX_SUMMARY_BYTES = 1_000_000
"""GitHub takes 1 MiB for a step, and refuses the whole summary if it is longer."""

_LEVELS = {Severity.HIGH: Level.ERROR, Severity.MEDIUM: Level.WARNING, Severity.LOW: Level.NOTICE}


def write_outputs(path: Path, outputs: Mapping[str, str]) -> None:
    """Set outputs of the step. No value can end its block early or set another: what ends it cannot be guessed."""
    with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
        for name, value in outputs.items():
            word = f"reviewbot_{secrets.token_hex(16)}"
            file.write(f"{name}<<{word}\n{value}\n{word}\n")


def write_summary(path: Path, *parts: str) -> None:
    """Add Markdown, which must be escaped already, to the summary of the step."""
    text = "\n\n".join(part for part in parts if part).encode("utf-8", "backslashreplace")
    with path.open("ab") as file:
        file.write(text[:MAX_SUMMARY_BYTES].decode("utf-8", "ignore").encode() + b"\n")


def outputs_of(review: Review, files: Mapping[str, Path]) -> dict[str, str]:
    """Return the outputs that tell of a review."""
    return {
        "conclusion": review.conclusion.value,
        "findings": str(len(review.findings)),
        "suggestions": str(len(review.verdicts)),
        "withheld": str(sum(not verdict.accepted for verdict in review.verdicts)),
        **{name: str(path) for name, path in files.items()},
    }


def write_files(job: Job, pull: Pull, review: Review, *, unposted: bool) -> dict[str, Path]:
    """Write the review as files, and return them by the name of their output. A claim is for what is `unposted`."""
    files = {}
    if unposted:
        files["claim-file"] = job.folder / FILE
        files["claim-file"].write_text(claim(pull.address.repository, pull.address.number, review).model_dump_json())
    if job.sarif == "true":
        files["sarif-file"] = job.folder / "reviewbot.sarif"
        files["sarif-file"].write_text(sarif.report(review), encoding="utf-8", errors="backslashreplace")
    return files


def tell(job: Job, log: Log, review: Review, *, told: Collection[str], notice: str = "") -> None:
    """Tell of a review in log and summary, and annotate the findings that are not `told` in comments."""
    log.say(headline(review))
    for finding in ranked(review.findings):
        place = f"{finding.path}:{finding.region.start_line}"
        log.say(f"{finding.severity.label}: {place}: {title(finding)} ({finding.tool} {finding.rule_id})")
    annotate(log, [finding for finding in ranked(review.findings) if finding.fingerprint not in told])
    write_summary(job.summary, plain(notice) if notice else "", markdown.report(review))


def annotate(log: Log, findings: Collection[Finding]) -> None:
    """Put findings on their lines: the most severe ones, as many as GitHub shows."""
    levels = Counter[Level]()
    for finding in findings:
        level = _LEVELS[finding.severity]
        levels[level] += 1
        if levels[level] <= MAX_ANNOTATIONS:
            text = shortened(visible(explanation(finding)), MAX_MESSAGE_CHARACTERS)
            log.annotate(level, text, _properties(finding))
    left_out = sum(max(0, found - MAX_ANNOTATIONS) for found in levels.values())
    if left_out:
        log.say(f"{count(left_out, 'further finding')} not annotated; the summary of this step has them.")


def tell_failure(path: Path, sentence: str) -> None:
    """Set the outputs and the summary where there is no review."""
    write_summary(path, f"**Not reviewed.** {plain(sentence)}")


def failure_outputs() -> dict[str, str]:
    """Return the outputs where there is no review: what was not scanned is never a success."""
    return {"conclusion": Conclusion.FAILURE.value, "findings": "", "suggestions": "", "withheld": ""}


def _properties(finding: Finding) -> dict[str, str | int]:
    region = finding.region
    named = shortened(visible(f"{title(finding)} ({finding.tool} {finding.rule_id})"), MAX_TITLE_CHARACTERS)
    columns = (
        {"col": region.start_column, "endColumn": region.end_column} if region.start_line == region.end_line else {}
    )
    return {"file": finding.path, "line": region.start_line, "endLine": region.end_line, **columns, "title": named}
