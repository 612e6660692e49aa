"""What GitHub remembers: accounts, Apps, repositories, pull requests and all that hangs on them.

Everything here is mutable and guarded by the one lock of `World`.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.fake_github.repository_git import GitRepository


def now() -> datetime:
    """Return the time as GitHub states it: UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(eq=False, slots=True)
class User:
    id: int
    login: str
    type: str = "User"


@dataclass(eq=False, slots=True)
class App:
    id: int
    slug: str
    owner: User
    bot: User
    private_key: str
    public_key: str
    webhook_secret: str
    webhook_url: str
    permissions: dict[str, str]
    events: tuple[str, ...]
    created_at: datetime = field(default_factory=now)

    @property
    def client_id(self) -> str:
        return f"Iv23li{self.id:014d}"


@dataclass(eq=False, slots=True)
class Installation:
    id: int
    app: App
    account: User
    permissions: dict[str, str]
    repository_ids: set[int] = field(default_factory=set)
    suspended_at: datetime | None = None
    created_at: datetime = field(default_factory=now)


@dataclass(eq=False, slots=True)
class Token:
    value: str
    installation: Installation
    permissions: dict[str, str]
    repository_ids: frozenset[int] | None
    expires_at: datetime


@dataclass(eq=False, slots=True)
class Repository:
    id: int
    owner: User
    name: str
    git: GitRepository
    private: bool = True
    default_branch: str = "main"
    parent: "Repository | None" = None
    roles: dict[str, str] = field(default_factory=dict)
    pulls: "dict[int, Pull]" = field(default_factory=dict)
    check_runs: "list[CheckRun]" = field(default_factory=list)
    workflow_runs: "list[WorkflowRun]" = field(default_factory=list)
    former_names: set[str] = field(default_factory=set)
    created_at: datetime = field(default_factory=now)

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"


@dataclass(eq=False, slots=True)
class Reaction:
    id: int
    user: User
    content: str
    created_at: datetime = field(default_factory=now)


@dataclass(eq=False, slots=True)
class IssueComment:
    id: int
    pull: "Pull"
    author: User
    body: str
    app: App | None = None
    reactions: list[Reaction] = field(default_factory=list)
    minimized: str | None = None
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)


@dataclass(eq=False, slots=True)
class Place:
    """Where a review comment hangs; `line` is None once the code under it has changed (or for a whole file)."""

    path: str
    line: int | None
    side: str = "RIGHT"
    start_line: int | None = None
    start_side: str | None = None
    subject_type: str = "line"


@dataclass(eq=False, slots=True)
class ReviewComment:
    id: int
    pull: "Pull"
    review_id: int
    author: User
    body: str
    place: Place
    original: Place
    commit: str
    original_commit: str
    diff_hunk: str
    in_reply_to: int | None = None
    reactions: list[Reaction] = field(default_factory=list)
    minimized: str | None = None
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)

    @property
    def outdated(self) -> bool:
        return self.place.line is None and self.original.line is not None


@dataclass(eq=False, slots=True)
class Review:
    id: int
    pull: "Pull"
    author: User
    body: str
    state: str
    commit: str
    submitted_at: datetime | None = None
    minimized: str | None = None


@dataclass(eq=False, slots=True)
class Pull:
    id: int
    number: int
    repository: Repository
    author: User
    title: str
    body: str | None
    base_ref: str
    base_sha: str
    head_owner: User
    head_repository: Repository | None
    head_ref: str
    head_sha: str
    state: str = "open"
    draft: bool = False
    merged: bool = False
    locked: bool = False
    comments: list[IssueComment] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    review_comments: list[ReviewComment] = field(default_factory=list)
    resolved: dict[int, User] = field(default_factory=dict)
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)
    closed_at: datetime | None = None

    def thread(self, root: int) -> list[ReviewComment]:
        """Return the comments of the thread that the comment `root` opened."""
        return [each for each in self.review_comments if root in (each.id, each.in_reply_to)]


@dataclass(eq=False, slots=True)
class Artifact:
    id: int
    name: str
    archive: bytes
    expired: bool = False
    stated_bytes: int | None = None
    """What GitHub says of its size, where that is not the truth."""


@dataclass(eq=False, slots=True)
class WorkflowRun:
    id: int
    repository: Repository
    event: str
    head_sha: str
    head_branch: str
    head_repository: Repository | None
    actor: User
    artifacts: list[Artifact] = field(default_factory=list)
    created_at: datetime = field(default_factory=now)


@dataclass(eq=False, slots=True)
class CheckRun:
    id: int
    repository: Repository
    app: App
    name: str
    head_sha: str
    suite_id: int
    status: str = "queued"
    conclusion: str | None = None
    external_id: str = ""
    details_url: str | None = None
    started_at: str | None = None
    completed_at: str | None = None
    output: dict[str, Any] = field(default_factory=dict)
    annotations: list[dict[str, Any]] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)
