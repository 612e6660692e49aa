"""What goes into the ledger and what comes out of it. No record has a place for source code.

Times are seconds since the epoch. Text that a record takes over is cut to the length of its column.
"""

from dataclasses import dataclass
from enum import StrEnum

BLAME_WHOLE, BLAME_SHARED, BLAME_LIMIT = 3, 1, 9
"""How much an attempt that came to no end speaks against the work itself, and when the work is given up for it.

Three attempts that failed, or whose worker alone died, are enough. Where workers of other work died too, it takes nine.
"""


class Kind(StrEnum):
    """What a row of work asks for."""

    REVIEW = "review"
    COMMAND = "command"


class State(StrEnum):
    """Where a row of work stands. `stopped`: the pull request is closed or a draft."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class Ending(StrEnum):
    """How a claim ended. Only `reviewed` answers for a head; after `superseded` the row waits again."""

    REVIEWED = "reviewed"
    NOTHING_TO_DO = "nothing-to-do"
    SUPERSEDED = "superseded"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class PullKey:
    """One pull request. Its repository is known by id: names change hands."""

    installation: int
    repository: str
    repository_id: int
    number: int


@dataclass(frozen=True, slots=True)
class Occasion:
    """What brought a request about: the id of the delivery, and the trace that it began (a W3C traceparent)."""

    delivery: str = ""
    trace: str = ""


@dataclass(frozen=True, slots=True)
class ReviewWork:
    """Somebody or something asks for a review of `pull`.

    `updated_at` is the pull request's own, which orders events; 0 where it is unknown. `forced` asks for a
    review even if the head has one and whatever the order of events: a re-run or a command.
    """

    pull: PullKey
    head: str
    updated_at: float
    trigger: str
    requested_by: str = ""
    forced: bool = False
    occasion: Occasion = Occasion()


@dataclass(frozen=True, slots=True)
class RerunWork:
    """A re-run of the reviews of `head`, where GitHub does not name the pull request (forks)."""

    installation: int
    repository_id: int
    head: str
    requested_by: str = ""
    occasion: Occasion = Occasion()


@dataclass(frozen=True, slots=True)
class StopWork:
    """The pull request was closed or made a draft: work that waits is stopped, running work is superseded."""

    pull: PullKey
    updated_at: float


@dataclass(frozen=True, slots=True)
class CommandWork:
    """A command that stands in a new comment. `text` is the command's line and no more of the comment."""

    pull: PullKey
    comment_id: int
    on_review: bool
    author: str
    author_id: int
    text: str
    created_at: float
    occasion: Occasion = Occasion()


@dataclass(frozen=True, slots=True)
class Uninstall:
    """The App was uninstalled: all that is known of the installation is deleted."""

    installation: int


@dataclass(frozen=True, slots=True)
class RemoveRepositories:
    """The App was taken off repositories: all that is known of them is deleted."""

    installation: int
    repository_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing of the installation is claimed before `until`. None: it goes on at once."""

    installation: int
    until: float | None


FOREVER = 1e12
"""A `Pause.until` that does not end by itself, for a suspended App."""

Work = ReviewWork | RerunWork | StopWork | CommandWork | Uninstall | RemoveRepositories | Pause


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook delivery whose signature was checked. `work` is None where there is nothing to do.

    GitHub signs only the body: a delivery is known again by `body_sha256` as well as by its `guid`.
    """

    guid: str
    event: str
    action: str
    body_sha256: str
    work: Work | None
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a delivery. `row_ids` are the rows of work it touched, for hints to the workers."""

    new: bool
    row_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CommandText:
    """The command of a claim, as in `CommandWork`. `head` was the newest known head when it arrived, or empty."""

    comment_id: int
    on_review: bool
    author: str
    author_id: int
    text: str
    created_at: float
    head: str


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on one row until the lease runs out. `owner` and `generation` prove it.

    `head` is a hint: ask GitHub for the present one. `reviewed_head` has a complete review. `attempt` counts
    from 1, and `blame` is what the earlier ones left. `request` is the request that this claim answers, and `asked`
    the newest one that was forced: it stays the same whatever else is asked for meanwhile.
    """

    row_id: int
    kind: Kind
    owner: str
    generation: int
    attempt: int
    blame: int
    request: int
    asked: int
    pull: PullKey
    head: str
    updated_at: float
    trigger: str
    requested_by: str
    forced: bool
    reviewed_head: str
    command: CommandText | None
    occasion: Occasion = Occasion()

    @property
    def exhausted(self) -> bool:
        """The row had all its chances: do not work on it again, conclude its check and give it up."""
        return self.blame >= BLAME_LIMIT


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row that a worker could claim now."""

    row_id: int
    kind: Kind
    age_seconds: float


@dataclass(frozen=True, slots=True)
class PullState:
    """What the ledger knows of one pull request."""

    row_id: int
    pull: PullKey
    state: State
    head: str
    updated_at: float
    reviewed_head: str
    attempts: int
    error: str


class Posting(StrEnum):
    """Where something stands that is to be written to GitHub.

    `posting` is committed before the request is sent: whoever finds it must look whether it arrived.
    """

    PLANNED = "planned"
    POSTING = "posting"
    POSTED = "posted"
    FAILED = "failed"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One thing to write to GitHub, once. `age_seconds` counts from its last change of state."""

    key: str
    kind: str
    target: str
    head: str
    body_sha256: str
    state: Posting
    github_id: int | None
    attempts: int
    age_seconds: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Something to write to GitHub. `key` is the same whenever the same thing is meant; `head` is the commit."""

    key: str
    kind: str
    target: str
    head: str
    body_sha256: str
