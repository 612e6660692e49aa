"""What a delivery from GitHub asks of us. No I/O; `signature.verify` comes first.

GitHub signs the body alone. The event's name and the delivery's id stand in headers that anybody could
change, so the body must have the shape of its event, and what counts as new work is decided by meaning
(repository, pull request, head), never by the delivery's id.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from reviewbot.errors import PayloadError
from reviewbot.github import payloads
from reviewbot.github.commands import command_line

RERUN_ACTION = "review-again"
"""Identifier of the button in our check runs that asks for a fresh review (GitHub: 20 characters at most)."""

_WORD = re.compile(r"[a-z0-9_]{1,60}")


class Trigger(StrEnum):
    """Why a pull request is to be reviewed."""

    OPENED = "opened"
    PUSHED = "pushed"
    READY = "ready"
    REOPENED = "reopened"
    RERUN = "rerun"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class PullAddress:
    """Where a pull request is. `repository` is "owner/name" as of the delivery; `repository_id` survives renames."""

    installation: int
    repository: str
    repository_id: int
    number: int


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """A pull request has a head to review. `updated_at` orders deliveries, which may come in any order."""

    address: PullAddress
    head: str
    updated_at: datetime
    trigger: Trigger
    draft: bool
    author_is_bot: bool


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """Somebody wrote a command. Whether they may give it is asked of GitHub when it is executed."""

    address: PullAddress
    comment_id: int
    on_review: bool
    """Whether the comment stands on a line of the change (`pull_request_review_comment`)."""
    author: str
    author_id: int
    text: str
    """The command's line alone, cut to `MAX_COMMAND_CHARACTERS`."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PullClosed:
    """A pull request was closed, merged or made a draft: work waiting for it stops."""

    address: PullAddress
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RerunRequest:
    """Somebody asked for a check to run again.

    `address` is None where GitHub does not say which pull request it is: the head is in a fork, or in
    several pull requests. Look for the open ones with this head in the repository.
    """

    address: PullAddress | None
    head: str
    installation: int
    repository: str
    repository_id: int
    requested_by: str


@dataclass(frozen=True, slots=True)
class InstallationGone:
    """The App was uninstalled: what is kept about the installation is to be deleted."""

    installation: int


@dataclass(frozen=True, slots=True)
class RepositoriesRemoved:
    """The App was taken off repositories: what is kept about them is to be deleted."""

    installation: int
    repository_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class InstallationSuspended:
    """The App may do nothing there until it is unsuspended."""

    installation: int


@dataclass(frozen=True, slots=True)
class InstallationUnsuspended:
    """The App may go on there."""

    installation: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to do, and why."""

    reason: str


type InstallationEvent = InstallationGone | RepositoriesRemoved | InstallationSuspended | InstallationUnsuspended
type Event = ReviewRequest | CommandRequest | PullClosed | RerunRequest | InstallationEvent | Ignored


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event with the name and action that GitHub gave it."""

    name: str
    action: str | None
    event: Event


def parse_event(name: str, body: bytes, *, alias: bool = True) -> Event:
    """Say what a delivery asks of us, as `parse_delivery` does, which says its action as well."""
    return parse_delivery(name, body, alias=alias).event


def parse_delivery(name: str, body: bytes, *, alias: bool = True) -> Delivery:
    """Read a delivery whose signature was verified.

    Args:
        name: the X-GitHub-Event header.
        body: the delivery's raw bytes.
        alias: whether `/review` is a command too.

    Raises:
        PayloadError: the body is not JSON, or not of the shape of an event with this name.
    """
    payload = payloads.decode(name, body)
    action = payload.get("action")
    if action is not None and not (isinstance(action, str) and _WORD.fullmatch(action)):
        if name in payloads.SUBJECTS:
            raise PayloadError(f"The delivery is no {name} event: its action is not a word.")
        action = None  # a repository_dispatch takes any text of the sender's as its action
    reader = _READERS.get((name, action or ""))
    if reader is None:
        words = " ".join(filter(None, (name, action)))
        return Delivery(name, action, Ignored(f"nothing to do on {words}"))
    return Delivery(name, action, reader(_Body(name, payload, alias)))


@dataclass(frozen=True, slots=True)
class _Body:
    name: str
    payload: dict[str, Any]
    alias: bool

    def read[P: BaseModel](self, model: type[P]) -> P:
        return payloads.read(model, self.name, self.payload)


type _Reader = Callable[[_Body], Event]

_NO_INSTALLATION = Ignored("it names no installation: it came from a repository's webhook, not from the App's")


def _address(event: payloads.Delivered, number: int) -> PullAddress | None:
    if event.installation is None:
        return None
    return PullAddress(event.installation.id, event.repository.full_name, event.repository.id, number)


def _review(trigger: Trigger) -> _Reader:
    def read(body: _Body) -> Event:
        event = body.read(payloads.PullRequestEvent)
        pull = event.pull_request
        address = _address(event, pull.number)
        if address is None:
            return _NO_INSTALLATION
        bot = pull.user is not None and pull.user.is_bot
        return ReviewRequest(address, pull.head.sha, pull.updated_at, trigger, draft=pull.draft, author_is_bot=bot)

    return read


def _closed(body: _Body) -> Event:
    event = body.read(payloads.PullRequestEvent)
    address = _address(event, event.pull_request.number)
    return PullClosed(address, event.pull_request.updated_at) if address else _NO_INSTALLATION


def _issue_comment(body: _Body) -> Event:
    event = body.read(payloads.IssueCommentEvent)
    if event.issue.pull_request is None:
        return Ignored("a comment on an issue that is no pull request")
    return _command(event, event.comment, event.issue.number, alias=body.alias, on_review=False)


def _review_comment(body: _Body) -> Event:
    event = body.read(payloads.ReviewCommentEvent)
    return _command(event, event.comment, event.pull_request.number, alias=body.alias, on_review=True)


def _command(
    event: payloads.Delivered, comment: payloads.Comment, number: int, *, alias: bool, on_review: bool
) -> Event:
    author = comment.user
    if author is None or author.id != event.sender.id:
        return Ignored("a comment that its sender did not write")
    if author.is_bot or event.sender.is_bot:
        return Ignored("a comment by a bot")
    text = command_line(comment.body or "", alias=alias)
    if text is None:
        return Ignored("a comment without a command")
    address = _address(event, number)
    if address is None:
        return _NO_INSTALLATION
    return CommandRequest(address, comment.id, on_review, author.login, author.id, text, comment.created_at)


def _check_run(body: _Body) -> Event:
    event = body.read(payloads.CheckRunEvent)
    if event.requested_action and event.requested_action.identifier != RERUN_ACTION:
        return Ignored("a button that is not ours")
    return _rerun(event, event.check_run)


def _check_suite(body: _Body) -> Event:
    event = body.read(payloads.CheckSuiteEvent)
    return _rerun(event, event.check_suite)


def _rerun(event: payloads.Delivered, checked: payloads.Checked) -> Event:
    if event.sender.is_bot:
        return Ignored("a re-run asked for by a bot")
    if event.installation is None:
        return _NO_INSTALLATION
    repository = event.repository
    # GitHub also lists pull requests of other repositories that have the same head.
    numbers = [pull.number for pull in checked.pull_requests if pull.base.repo.id == repository.id]
    address = _address(event, numbers[0]) if len(numbers) == 1 else None
    return RerunRequest(
        address, checked.head_sha, event.installation.id, repository.full_name, repository.id, event.sender.login
    )


def _installation(kind: Callable[[int], Event]) -> _Reader:
    return lambda body: kind(body.read(payloads.InstallationEvent).installation.id)


def _removed(body: _Body) -> Event:
    event = body.read(payloads.InstallationRepositoriesEvent)
    return RepositoriesRemoved(event.installation.id, tuple(each.id for each in event.repositories_removed))


_READERS: dict[tuple[str, str], _Reader] = {
    ("pull_request", "opened"): _review(Trigger.OPENED),
    ("pull_request", "synchronize"): _review(Trigger.PUSHED),
    ("pull_request", "ready_for_review"): _review(Trigger.READY),
    ("pull_request", "reopened"): _review(Trigger.REOPENED),
    ("pull_request", "closed"): _closed,
    ("pull_request", "converted_to_draft"): _closed,
    ("issue_comment", "created"): _issue_comment,
    ("pull_request_review_comment", "created"): _review_comment,
    ("check_run", "rerequested"): _check_run,
    ("check_run", "requested_action"): _check_run,
    ("check_suite", "rerequested"): _check_suite,
    ("installation", "deleted"): _installation(InstallationGone),
    ("installation_repositories", "removed"): _removed,
    ("installation", "suspend"): _installation(InstallationSuspended),
    ("installation", "unsuspend"): _installation(InstallationUnsuspended),
}
