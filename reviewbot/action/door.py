"""A run of the action: the event decides which of the three doors below is taken, and the exit status says how it went.

`review` is the pull request's own job. `publish` posts what that job could not post. `command` obeys a comment.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence

from reviewbot.action import orders, report, turn
from reviewbot.action.checkout import refuse_checkout
from reviewbot.action.claim import differs
from reviewbot.action.events import PullEvent, read_command, read_pull_event, read_run_event
from reviewbot.action.job import SECRETS, Job, read_job
from reviewbot.action.log import Level, Log
from reviewbot.action.publication import claimed_pull
from reviewbot.action.room import Room
from reviewbot.action.status import Status, status_after, status_of
from reviewbot.errors import ConfigError, ReviewbotError
from reviewbot.finding import Scanner
from reviewbot.github.auth import GitHub
from reviewbot.github.client import connect
from reviewbot.github.events import PullAddress
from reviewbot.github.job import JobAccess
from reviewbot.github.pulls import Pull, fetch_pull
from reviewbot.redaction import Redactor
from reviewbot.review import Review
from reviewbot.scanners.installed import default_scanners
from reviewbot.scanners.rulepack import bundled_rules, load_pack

_SUPERSEDED = (
    "The pull request has new commits, or was closed, since this job was started: this commit was not reviewed. "
    "The job of the newest commit is the one that counts."
)


def installed_scanners() -> Sequence[Scanner]:
    """Return all scanners of this installation."""
    return default_scanners(load_pack(bundled_rules()))


def run_action(
    environment: Mapping[str, str] = os.environ,
    scanners: Callable[[], Sequence[Scanner]] = installed_scanners,
) -> int:
    """Do what the event asks for, and return the exit status of the step."""
    log = Log(_write, Redactor(environment.get(name, "") for name in SECRETS))
    with log:
        try:
            job = read_job(environment)
        except ConfigError as error:
            log.annotate(Level.ERROR, str(error), {"title": "reviewbot"})
            return Status.USAGE
        for secret in job.secrets():
            log.mask(secret)
        try:
            server = connect(job.base_url)
            with server.http:
                return _door(job)(Room(job, log, JobAccess(job.token, server), scanners))
        except ReviewbotError as error:
            return _not_reviewed(job, log, error)


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _not_reviewed(job: Job, log: Log, error: ReviewbotError) -> Status:
    log.annotate(Level.ERROR, f"{error} Nothing counts as reviewed.", {"title": "reviewbot: not reviewed"})
    report.write_outputs(job.output, report.failure_outputs())
    report.tell_failure(job.summary, str(error))
    return status_after(error)


def _door(job: Job) -> Callable[[Room], Status]:
    doors = {
        "pull_request": review,
        "pull_request_target": review,
        "workflow_run": publish,
        "issue_comment": command,
    }
    if job.event_name not in doors:
        raise ConfigError(f"The action does nothing on {job.event_name[:60]!a}. It runs on {', '.join(doors)}.")
    return doors[job.event_name]


def review(room: Room) -> Status:
    """Review the pull request of the event, post it if the token may, and end with what was found.

    Raises:
        ReviewbotError: it was not reviewed.
    """
    event = read_pull_event(room.job.event())
    head = event.pull_request.head.sha
    if room.job.event_name == "pull_request_target":
        refuse_checkout(room.job.workspace, head)
    with room.access.open(_own(room, event.address)) as github:
        pull = fetch_pull(github, event.address)
        if pull.head_sha != head or pull.state != "open":
            return _superseded(room)
        made, policy = turn.look(room, github, pull)
        posting = turn.post(room, github, pull, made)
        _report(room, pull, made, posting, _why(posting, event, room.job))
    status = status_of(made, policy)
    failed = posting.refused and not posting.expected
    return Status.INCOMPLETE if failed and status is Status.CLEAN else status


def _superseded(room: Room) -> Status:
    room.log.annotate(Level.WARNING, _SUPERSEDED, {"title": "reviewbot: not reviewed"})
    report.write_outputs(room.job.output, report.failure_outputs())
    report.tell_failure(room.job.summary, _SUPERSEDED)
    return Status.INCOMPLETE


def publish(room: Room) -> Status:
    """Review, and post, the pull request whose own job could not post. That job's status is the one that counts.

    Raises:
        ReviewbotError: its claim was refused, or nothing could be posted.
    """
    event = read_run_event(room.job.event())
    if event.action != "completed" or event.workflow_run.event != "pull_request":
        room.log.say("Nothing to post: the workflow that ended was not started by a pull request.")
        return Status.CLEAN
    refuse_checkout(room.job.workspace, event.workflow_run.head_sha)
    claimed = claimed_pull(room.access, event)
    if claimed is None:
        room.log.say("Nothing to post: the job left no claim, as it could post its review itself, or made none.")
        return Status.CLEAN
    with room.access.open(_own(room, claimed.address)) as github:
        status, made = _posted(room, github, claimed.address, event.workflow_run.head_sha, "push")
    if made is not None and differs(claimed.claim, made):
        room.log.say("The pull request's own job claims another outcome: its workflow or version is not the same.")
    return status


def command(room: Room) -> Status:
    """Obey the command in a comment, if its author may give it.

    Raises:
        ReviewbotError: it could not be obeyed.
    """
    request = read_command(room.job.event())
    if request is None:
        room.log.say("There is no command in this comment.")
        return Status.CLEAN
    _own(room, request.address)
    head = orders.obey(request, room)
    if head is None:
        return Status.CLEAN
    with room.access.open(request.address) as github:
        return _posted(room, github, request.address, head, f"comment-{request.comment_id}")[0]


def _posted(room: Room, github: GitHub, address: PullAddress, head: str, occasion: str) -> tuple[Status, Review | None]:
    """Review `head` and post it; what was found is said on the pull request, not by this job's status."""
    pull = fetch_pull(github, address)
    if pull.head_sha != head or pull.state != "open":
        room.log.say(_SUPERSEDED)
        return Status.CLEAN, None
    made, _ = turn.look(room, github, pull)
    posting = turn.post(room, github, pull, made, occasion)
    _report(room, pull, made, posting, posting.refused)
    return (Status.INCOMPLETE if posting.refused else Status.CLEAN), made


def _own(room: Room, address: PullAddress) -> PullAddress:
    """Refuse an event of another repository than the job's own."""
    if address.repository.lower() != room.job.repository.lower():
        raise ConfigError("The event names another repository than GITHUB_REPOSITORY.")
    return address


def _report(room: Room, pull: Pull, made: Review, posting: turn.Posting, notice: str) -> None:
    if notice:
        room.log.annotate(Level.WARNING, notice, {"title": "reviewbot: the review stands here only"})
    report.tell(room.job, room.log, made, told=posting.told, notice=notice)
    files = report.write_files(room.job, pull, made, unposted=posting.expected)
    report.write_outputs(room.job.output, report.outputs_of(made, files))


def _why(posting: turn.Posting, event: PullEvent, job: Job) -> str:
    """Say why the review is not on the pull request, and what would put it there."""
    if not posting.refused:
        return ""
    if not posting.expected:
        return f"The review could not be posted: {posting.refused}"
    if job.actor == "dependabot[bot]":
        why = "GitHub gives jobs for Dependabot a token that cannot write."
    elif event.from_fork:
        why = "GitHub gives jobs for forks a token that cannot write."
    else:
        return (
            "The job's token may not write to pull requests: give the job `permissions: pull-requests: write`. "
            f"({posting.refused})"
        )
    return f"{why} docs/action.md has a second workflow that posts such reviews."
