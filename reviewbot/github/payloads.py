"""The few fields of GitHub's webhook payloads that we read. Unknown keys are left alone.

Fields and their meaning: https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from typing import Annotated, Any, Literal

import jiter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from reviewbot.errors import PayloadError

Number = Annotated[int, Field(gt=0, lt=2**63)]
Sha = Annotated[str, Field(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})\z")]
Login = Annotated[str, Field(pattern=r"^[^\x00-\x20]{1,100}\z")]
Moment = Annotated[AwareDatetime, Field(strict=False)]
# It becomes part of addresses that we ask for: nothing but the characters that GitHub allows.
FullName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,100}/[A-Za-z0-9._-]{1,100}\z")]

# What each event is about. A body that also holds the subject of another event was sent under a wrong
# name: the signature covers the body only, neither the event's name nor the delivery's id.
SUBJECTS = {
    "pull_request": {"pull_request"},
    "issue_comment": {"issue", "comment"},
    "pull_request_review_comment": {"pull_request", "comment"},
    "check_run": {"check_run"},
    "check_suite": {"check_suite"},
    "installation": set[str](),
    "installation_repositories": {"repositories_removed"},
}
_ABOUT_NO_REPOSITORY = {"installation", "installation_repositories"}
_ALL_SUBJECTS = {"repository", "review", "thread", *(key for keys in SUBJECTS.values() for key in keys)}

_FOREIGN = {
    name: _ALL_SUBJECTS - own - (set() if name in _ABOUT_NO_REPOSITORY else {"repository"})
    for name, own in SUBJECTS.items()
}


class _Payload(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class User(_Payload):
    """An account. `type` is "User", "Bot", "Organization" or "Mannequin"."""

    login: Login
    id: Number
    type: str = "User"

    @property
    def is_bot(self) -> bool:
        """Say whether an App or another machine account acted."""
        return self.type == "Bot"


class Repository(_Payload):
    """A repository, by its id (which survives renames) and its name."""

    id: Number
    full_name: FullName


class Identified(_Payload):
    """An object of which we need the id alone."""

    id: Number


class Head(_Payload):
    """The newest commit of a pull request."""

    sha: Sha


class PullRequest(_Payload):
    """`user` is null when the account was deleted."""

    number: Number
    updated_at: Moment
    head: Head
    user: User | None = None
    draft: bool = False


class Delivered(_Payload):
    """What every event about a repository holds. Without an installation it came from a repository's webhook."""

    repository: Repository
    sender: User
    installation: Identified | None = None


class PullRequestEvent(Delivered):
    """A `pull_request` event."""

    pull_request: PullRequest


class Issue(_Payload):
    """`pull_request` is there when the issue is a pull request."""

    number: Number
    pull_request: dict[str, Any] | None = None


class Comment(_Payload):
    """A comment; `user` is null when the account was deleted."""

    id: Number
    body: str | None = None
    user: User | None = None
    created_at: Moment


class IssueCommentEvent(Delivered):
    """An `issue_comment` event: issues and pull requests alike."""

    issue: Issue
    comment: Comment


class PullNumber(_Payload):
    """A pull request of which we need the number alone."""

    number: Number


class ReviewCommentEvent(Delivered):
    """A `pull_request_review_comment` event."""

    pull_request: PullNumber
    comment: Comment


class Base(_Payload):
    """What a pull request is to be merged into."""

    repo: Identified


class CheckedPull(_Payload):
    """A pull request that a check belongs to."""

    number: Number
    base: Base


class Checked(_Payload):
    """A check run or suite. `pull_requests` is empty when the head is in a fork."""

    head_sha: Sha
    pull_requests: tuple[CheckedPull, ...] = Field(default=(), strict=False)


class RequestedAction(_Payload):
    """The button of a check run that was pressed."""

    identifier: str


class CheckRunEvent(Delivered):
    """A `check_run` event."""

    check_run: Checked
    requested_action: RequestedAction | None = None


class CheckSuiteEvent(Delivered):
    """A `check_suite` event."""

    check_suite: Checked


class Installation(_Payload):
    """The whole object, as only `installation` events carry it: others hold its id alone."""

    id: Number
    app_id: Number
    account: dict[str, Any]


class InstallationEvent(_Payload):
    """An `installation` event that we act upon."""

    action: Literal["deleted", "suspend", "unsuspend"]
    installation: Installation


class InstallationRepositoriesEvent(_Payload):
    """An `installation_repositories` event: the App was taken off repositories, or put on some."""

    installation: Installation
    repositories_removed: tuple[Identified, ...] = Field(strict=False)


def decode(name: str, body: bytes) -> dict[str, Any]:
    """Read `body` as the JSON object of an event called `name`.

    Raises:
        PayloadError: it is not one JSON object in UTF-8, nests too deep, holds a key twice, or holds the
            subject of another event.
    """
    try:
        payload = jiter.from_json(body, allow_inf_nan=False, catch_duplicate_keys=True)
    except ValueError:
        raise PayloadError("The delivery's body is not JSON as GitHub sends it.") from None
    if not isinstance(payload, dict):
        raise PayloadError("The delivery's body is not a JSON object.")
    if name in SUBJECTS:
        _check_subject(name, payload.keys())
    return payload


def read[P: BaseModel](model: type[P], name: str, payload: dict[str, Any]) -> P:
    """Pick the fields of `model` from the payload of an event called `name`.

    Raises:
        PayloadError: one of them is missing or of another type; the text names it.
    """
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PayloadError(f"The delivery is no {name} event: {where} is missing or not as expected.") from None


def _check_subject(name: str, keys: Any) -> None:
    if missing := SUBJECTS[name] - keys:
        raise PayloadError(f"The delivery is no {name} event: it holds no {min(missing)}.")
    if foreign := keys & _FOREIGN[name]:
        raise PayloadError(f"The delivery is no {name} event: it holds a {min(foreign)}.")
