"""The Review: what we say about a change, as Markdown, and whether it passes."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reviewbot.change import Change, Excluded, Skipped
from reviewbot.finding import Finding, Scan, Tool
from reviewbot.policy import Policy
from reviewbot.verdict import Verdict


class Conclusion(StrEnum):
    """GitHub's word for the outcome of a check run."""

    SUCCESS = "success"
    NEUTRAL = "neutral"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment on head lines `start_line` to `line`, in GitHub-flavoured Markdown."""

    path: str
    start_line: int
    line: int
    body: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was read, by the scanners' own word.

    `scanned` maps each file that was read whole to the tools that vouch for it. `skipped` should have been
    read and was not; `excluded` holds nothing to read.
    """

    scanned: tuple[tuple[str, tuple[str, ...]], ...]
    skipped: tuple[Skipped, ...]
    excluded: tuple[Excluded, ...]
    tools: tuple[Tool, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a review is written from. `after` is the scan of the head of `change`."""

    change: Change
    after: Scan
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    generation_error: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """The whole answer to one change. `comments` are on lines of the diff; the rest stands in `body`."""

    base: str
    head: str
    conclusion: Conclusion
    body: str
    comments: tuple[Comment, ...]
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    coverage: Coverage
    generation_error: str | None = None

    @property
    def complete(self) -> bool:
        """Every file that should have been scanned was."""
        return not self.coverage.skipped


def conclude(
    findings: Sequence[Finding], skipped: Sequence[Skipped], generation_error: str | None, policy: Policy
) -> Conclusion:
    """Decide the outcome. A pure function; its truth table stands in tests/unit/test_review.py."""
    raise NotImplementedError


def coverage(change: Change, after: Scan) -> Coverage:
    """Work out what of `change` was read. A file with rules for its language that nobody vouches for is skipped."""
    raise NotImplementedError


def compose(evidence: Evidence, policy: Policy) -> Review:
    """Write the review."""
    raise NotImplementedError
