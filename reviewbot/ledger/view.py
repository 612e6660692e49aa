"""What the ledger tells operators: records that are read and never written."""

from dataclasses import dataclass

from reviewbot.ledger.tally import Step


@dataclass(frozen=True, slots=True)
class QueueState:
    """How much is in which state, for how long the oldest claimable row has waited, and how many wait for GitHub."""

    rows: dict[str, int]
    oldest_waiting_seconds: float | None
    paused: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Which reviews are wanted. Empty text: all."""

    state: str = ""
    conclusion: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class PullRow:
    """One pull request, as a list shows it. `run_id` is its newest run."""

    row_id: int
    repository: str
    repository_id: int
    number: int
    state: str
    head: str
    age_seconds: float
    error: str
    run_id: int | None
    conclusion: str
    findings: int
    suggestions: int
    withheld: int


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """A candidate with its verdict. `refusals` are the names of the reasons; `applied_head` holds its lines.

    `flagged` and `ending` are those of `reviewbot.ledger.run.SuggestionRecord`.
    """

    row_id: int
    fingerprint: str
    origin: str
    model: str
    attempt: int
    accepted: bool
    flagged: bool
    ending: str
    refusals: tuple[str, ...]
    posted: bool
    applied_head: str
    prompt_sha256: str
    answer_sha256: str
    edits_sha256: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding, whether it was commented, and whether somebody dismissed it."""

    fingerprint: str
    tool: str
    rule_id: str
    path: str
    line: int
    severity: str
    commented: bool
    dismissed: bool


@dataclass(frozen=True, slots=True)
class RunRow:
    """One review whole. `review_id` is GitHub's id of the posted review, None if none is known to stand there."""

    row_id: int
    base: str
    head: str
    conclusion: str
    complete: bool
    saved_at: float
    delivery: str
    trigger: str
    requested_by: str
    rules: str
    review_id: int | None
    tools: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    skipped: tuple[str, ...]
    findings: tuple[FindingRow, ...]
    suggestions: tuple[SuggestionRow, ...]
