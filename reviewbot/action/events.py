"""The events that start a workflow, as far as we read them. Whoever opened the pull request wrote much of them."""

from pydantic import BaseModel, ConfigDict

from reviewbot.github import payloads
from reviewbot.github.commands import command_line
from reviewbot.github.events import CommandRequest, PullAddress
from reviewbot.github.job import NO_INSTALLATION
from reviewbot.github.payloads import FullName, Number, Sha


class _Payload(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class Repository(_Payload):
    """The repository that the workflow belongs to."""

    id: Number
    full_name: FullName


class HeadRepository(Repository):
    """Where a head is pushed: a fork, or the repository itself."""

    owner: payloads.User


class Head(_Payload):
    """The commit that the event is about. `repo` is null once the fork is deleted."""

    sha: Sha
    repo: Repository | None = None


class Pull(_Payload):
    """A pull request at the time of the event."""

    number: Number
    head: Head


class PullEvent(_Payload):
    """`pull_request` and `pull_request_target`."""

    repository: Repository
    pull_request: Pull

    @property
    def address(self) -> PullAddress:
        """Where the pull request is."""
        return _address(self.repository, self.pull_request.number)

    @property
    def from_fork(self) -> bool:
        """The head is in another repository, or in one that is gone."""
        head = self.pull_request.head.repo
        return head is None or head.id != self.repository.id


class Run(_Payload):
    """A run of another workflow. `head_branch` is any text; `head_repository` is null once it is deleted."""

    id: Number
    event: str
    head_sha: Sha
    head_branch: str | None = None
    head_repository: HeadRepository | None = None


class RunEvent(_Payload):
    """`workflow_run`."""

    action: str
    repository: Repository
    workflow_run: Run


def read_pull_event(body: bytes) -> PullEvent:
    """Read a `pull_request` or `pull_request_target` event.

    Raises:
        PayloadError: it is none.
    """
    return _read(PullEvent, "pull_request", body)


def read_run_event(body: bytes) -> RunEvent:
    """Read a `workflow_run` event.

    Raises:
        PayloadError: it is none.
    """
    return _read(RunEvent, "workflow_run", body)


def read_command(body: bytes) -> CommandRequest | None:
    """Read an `issue_comment` event; None if there is no command of a person in it.

    Raises:
        PayloadError: it is none.
    """
    payload = payloads.decode("issue_comment", body)
    event = payloads.read(payloads.IssueCommentEvent, "issue_comment", payload)
    comment, author = event.comment, event.comment.user
    if payload.get("action") != "created" or event.issue.pull_request is None or author is None:
        return None
    if author.id != event.sender.id or author.is_bot:
        return None
    text = command_line(comment.body or "", alias=True)
    if text is None:
        return None
    address = PullAddress(NO_INSTALLATION, event.repository.full_name, event.repository.id, event.issue.number)
    return CommandRequest(address, comment.id, False, author.login, author.id, text, comment.created_at)  # noqa: FBT003  the record's order


def address_of(event: RunEvent, number: int) -> PullAddress:
    """Return where a pull request of the event's repository is."""
    return _address(event.repository, number)


def _address(repository: Repository, number: int) -> PullAddress:
    return PullAddress(NO_INSTALLATION, repository.full_name, repository.id, number)


def _read[P: BaseModel](model: type[P], name: str, body: bytes) -> P:
    return payloads.read(model, name, payloads.decode(name, body))
