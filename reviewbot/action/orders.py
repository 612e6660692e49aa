"""A command in a comment, in a job: the same words, the same question whether its author may, the same answers.

A comment names no commit. It counts for the head that was there when it was written: the one whose jobs GitHub
started before. If that cannot be told, it counts for none.
"""

from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

from reviewbot.action.checkout import refuse_checkout
from reviewbot.action.model import open_model
from reviewbot.action.room import Room
from reviewbot.action.turn import NoLedger, mark_key
from reviewbot.github import people
from reviewbot.github.assignment import Order
from reviewbot.github.auth import GitHub
from reviewbot.github.bot import Bot
from reviewbot.github.commands import Command, Verb, parse_command
from reviewbot.github.events import CommandRequest
from reviewbot.github.orders import Orders
from reviewbot.github.pulls import Pull, fetch_pull

UNKNOWN_HEAD = "0" * 40
"""No commit has this id, so a command that is bound to it finds that the head has moved."""
NO_DISMISSAL = "Resolve the thread of the finding instead: it is not brought up again then."
_STATUS = "The checks of this pull request say how its review stands."


class _Unheld:
    """The hold on work that nobody else can claim."""

    def check(self) -> None:
        """Go on."""

    def is_current(self) -> bool:
        """Say that the result is wanted."""
        return True


@dataclass(slots=True)
class _Asked:
    """What the command brought about: the head of which a review is wanted, None if none is."""

    head: str | None = field(default=None)

    def request_review(self, head: str, updated_at: datetime) -> None:
        """Take note of it."""
        del updated_at
        self.head = head

    def dismiss(self, fingerprint: str, reason: str) -> None:
        """Do nothing: the command is answered before it comes to this."""

    def status(self) -> str:
        """Say where to look."""
        return _STATUS


def obey(request: CommandRequest, room: Room) -> str | None:
    """Execute a command, and return the head of which it asks for a review, None if it does not.

    Raises:
        TransientError, GitHubError: GitHub did not answer, or refused.
        ConfigError: the inputs cannot be used, or the pull request is checked out here.
    """
    asked = _Asked()
    with room.access.open(request.address) as github:
        if not people.may_write(github, request.author):
            return None
        if _is_dismissal(request):
            people.reply(github, request, NO_DISMISSAL)
            return None
        pull = fetch_pull(github, request.address)
        refuse_checkout(room.job.workspace, pull.head_sha)
        head = _head_at(github, pull, request.created_at)
        key = mark_key(room.job, pull)
    with closing(open_model(room.job)) as model:
        bot = Bot(room.access, lambda _address: room.scanners(), model.generator, key)
        Orders(bot, alias=True).execute(Order(request, head, _Unheld(), asked, NoLedger()))
    return asked.head


def _is_dismissal(request: CommandRequest) -> bool:
    parsed = parse_command(request.text, alias=True)
    return isinstance(parsed, Command) and parsed.verb is Verb.DISMISS


def _head_at(github: GitHub, pull: Pull, moment: datetime) -> str:
    """Return the present head if it was the head at `moment`, else an id that no commit has.

    GitHub starts a run when a commit becomes the head of a pull request, and says when, by its own clock; the dates
    of the commits are their author's. The newest of these runs tells when this head came, or came back.
    """
    path = f"/repos/{github.name}/actions/runs"
    runs = github.read.pages(path, "workflow_runs", head_sha=pull.head_sha)
    came = [
        datetime.fromisoformat(run["created_at"])
        for run in runs
        if run["event"] in {"pull_request", "pull_request_target"} and run["head_sha"] == pull.head_sha
    ]
    return pull.head_sha if came and max(came) < moment else UNKNOWN_HEAD
