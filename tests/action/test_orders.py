"""Commands in comments, in Action mode: who may give them, and for which head they count."""

import subprocess
from datetime import timedelta

import pytest

from reviewbot.action.orders import NO_DISMISSAL
from reviewbot.action.status import Status
from reviewbot.github.orders import MOVED
from tests.action.scene import BOT, Ended, Runner, Workplace
from tests.fake_github import FakeGitHub
from tests.fake_github.state import Pull

EARLIER = timedelta(minutes=5)


class Commented:
    """The workflow that a comment starts."""

    def __init__(self, workplace: Workplace, runner: Runner) -> None:
        self._workplace = workplace
        self._runner = runner

    def say(self, pull: Pull, author: str, text: str, *, then: str | None = None) -> Ended:
        """Write a comment, edit it if `then` says so, and run the workflow."""
        hub = self._workplace.hub
        comment = hub.comment(pull, author, text)
        event = self._workplace.comment_event(comment)
        if then is not None:
            comment.body = then
        hub.requests.clear()
        return self._runner.run(self._workplace.environment("issue_comment", event, pull))


@pytest.fixture
def commented(workplace: Workplace, runner: Runner) -> Commented:
    return Commented(workplace, runner)


def answers(pull: Pull) -> list[str]:
    return [comment.body.partition("\n\n<!--")[0] for comment in pull.comments if comment.author.login == BOT]


def written(hub: FakeGitHub) -> list[str]:
    return [one.operation for one in hub.requests if one.incoming.method != "GET"]


def test_somebody_who_may_write_gets_a_review_of_the_head_that_was_there(
    hub: FakeGitHub, commented: Commented, fork: Pull
) -> None:
    hub.run_workflow(fork, ago=EARLIER)

    ended = commented.say(fork, "alice", "/reviewbot review")

    (review,) = hub.reviews(fork, by=BOT)
    assert (ended.status, review.commit) == (Status.CLEAN, fork.head_sha)
    assert [one.content for one in fork.comments[0].reactions] == ["eyes"]


def test_a_comment_that_is_read_twice_is_reviewed_and_answered_once(
    hub: FakeGitHub, workplace: Workplace, runner: Runner, fork: Pull
) -> None:
    hub.run_workflow(fork, ago=EARLIER)
    for text in ("/reviewbot review", "/reviewbot help"):
        event = workplace.comment_event(hub.comment(fork, "alice", text))
        for _ in range(2):
            assert runner.run(workplace.environment("issue_comment", event, fork)).status == Status.CLEAN

    assert (len(hub.reviews(fork)), len(answers(fork))) == (1, 1)


@pytest.mark.parametrize("role", ["nobody", "read", "triage"])
@pytest.mark.parametrize("text", ["/reviewbot review", "/reviewbot dismiss it is fine", "/reviewbot --model x"])
def test_a_stranger_costs_one_question_and_gets_nothing(
    hub: FakeGitHub, commented: Commented, fork: Pull, role: str, text: str
) -> None:
    hub.run_workflow(fork, ago=EARLIER)
    if role != "nobody":
        hub.add_collaborator(fork.repository, "mallory", role)

    ended = commented.say(fork, "mallory", text)

    assert ended.status == Status.CLEAN
    assert hub.operations() == ["repos/get-collaborator-permission-level"]


@pytest.mark.parametrize("pushed", ["after", "never seen", "back again"])
def test_a_head_that_came_after_the_comment_is_not_reviewed(
    hub: FakeGitHub, commented: Commented, fork: Pull, pushed: str
) -> None:
    if pushed == "back again":  # it was the head long ago, then another was, and now it is the head once more
        hub.run_workflow(fork, ago=EARLIER)
    if pushed != "never seen":
        hub.run_workflow(fork, ago=-EARLIER)

    commented.say(fork, "alice", "/reviewbot review")

    assert (hub.reviews(fork), answers(fork)) == ([], [MOVED])


def test_runs_that_no_push_started_prove_nothing(hub: FakeGitHub, commented: Commented, fork: Pull) -> None:
    hub.run_workflow(fork, "workflow_dispatch", ago=EARLIER)

    commented.say(fork, "alice", "/reviewbot review")

    assert (hub.reviews(fork), answers(fork)) == ([], [MOVED])


def test_a_comment_that_was_edited_is_not_obeyed(hub: FakeGitHub, commented: Commented, fork: Pull) -> None:
    hub.run_workflow(fork, ago=EARLIER)

    commented.say(fork, "alice", "/reviewbot review", then="/reviewbot help")

    assert written(hub) == []


@pytest.mark.parametrize("text", ["/reviewbot review", "/reviewbot fix"])
def test_nothing_is_done_where_the_pull_request_is_checked_out(
    hub: FakeGitHub, workplace: Workplace, commented: Commented, fork: Pull, text: str
) -> None:
    hub.run_workflow(fork, ago=EARLIER)
    place = str(workplace.folder / "workspace" / "code")
    subprocess.run(["git", "clone", "--quiet", "--no-checkout", str(fork.repository.git.path), place], check=True)
    subprocess.run(["git", "-C", place, "fetch", "--quiet", "origin", f"refs/pull/{fork.number}/head"], check=True)
    subprocess.run(["git", "-C", place, "checkout", "--quiet", "--detach", "FETCH_HEAD"], check=True)

    ended = commented.say(fork, "alice", text)

    assert (ended.status, workplace.scanner.runs, written(hub)) == (Status.USAGE, [], [])


def test_dismissing_says_what_to_do_instead(commented: Commented, fork: Pull) -> None:
    commented.say(fork, "alice", "/reviewbot dismiss tests only")

    assert answers(fork) == [NO_DISMISSAL]


def test_a_comment_without_a_command_asks_github_nothing(hub: FakeGitHub, commented: Commented, fork: Pull) -> None:
    ended = commented.say(fork, "alice", "Looks good to me. /reviewbot review")

    assert (ended.status, hub.requests) == (Status.CLEAN, [])
