"""Commands in comments: who may give them, what they do, and what strangers cost."""

import pytest

from reviewbot.github.orders import MAX_REPLY_CHARACTERS
from reviewbot.github.pending import SETTLE_SECONDS
from reviewbot.ledger.record import BLAME_LIMIT, BLAME_WHOLE
from tests.fake_github.faults import Fault, bad_gateway
from tests.fake_github.state import IssueComment, Pull, Repository
from tests.fakes import ScriptedGenerator
from tests.service.office import DANGER, Office, drain
from tests.service.test_bot import Interrupted

QUESTION = "repos/get-collaborator-permission-level"


@pytest.fixture
def reviewed(office: Office, pull: Pull) -> Pull:
    """A pull request with its review; what happened up to here is forgotten."""
    office.ask(pull)
    drain(office.worker())
    office.hub.requests.clear()
    return pull


def answers(office: Office, pull: Pull) -> list[str]:
    return [comment.body for comment in pull.comments if comment.author is office.hub.app.bot]


def written(office: Office) -> list[str]:
    """Name what was sent to GitHub apart from questions and tokens."""
    return [
        one.operation
        for one in office.hub.requests
        if one.incoming.method != "GET" and not one.operation.startswith("apps/")
    ]


def tokens_asked_for(office: Office) -> list[str]:
    asked = [one for one in office.hub.requests if one.operation == "apps/create-installation-access-token"]
    return [one.incoming.body.decode() for one in asked]


def test_somebody_who_may_write_gets_a_fresh_review(office: Office, reviewed: Pull) -> None:
    office.say(reviewed, "alice", "/reviewbot review")

    drain(office.worker())

    assert [review.commit for review in office.hub.reviews(reviewed)] == [reviewed.head_sha] * 2
    assert [reaction.content for reaction in reviewed.comments[0].reactions] == ["eyes"]
    assert len(office.hub.review_comments(reviewed)) == 1
    assert {run.status for run in office.hub.check_runs()} == {"completed"}


@pytest.mark.parametrize("who", ["nobody", "contributor", "reader", "triager", "former member", "bot"])
@pytest.mark.parametrize("text", ["/reviewbot fix", "/reviewbot dismiss it is fine", "/reviewbot --model x"])
def test_a_stranger_costs_one_question_and_gets_nothing(
    office: Office, reviewed: Pull, repository: Repository, who: str, text: str
) -> None:
    login = {"bot": "helper[bot]"}.get(who, "mallory")
    if who in {"reader", "triager"}:
        office.hub.add_collaborator(repository, login, {"reader": "read", "triager": "triage"}[who])
    if who == "former member":
        office.hub.add_collaborator(repository, login, "admin")
        office.hub.remove_collaborator(repository, login)
    if who == "contributor":
        office.hub.close(office.hub.open_pull(repository, head_files=DANGER, author=login), merged=True)
    scans, model = len(office.scans), ScriptedGenerator([])
    office.say(reviewed, login, text)

    drain(office.worker(generator=model))

    # Nobody has to be asked about a bot.
    asked = [name for name in office.hub.operations() if not name.startswith("apps/")]
    assert asked == ([] if who == "bot" else [QUESTION])
    assert "write" not in "".join(tokens_asked_for(office))
    assert (written(office), answers(office, reviewed), reviewed.comments[0].reactions) == ([], [], [])
    assert (len(office.scans), model.prompts) == (scans, [])


def test_permission_that_cannot_be_asked_for_is_no_permission(office: Office, reviewed: Pull) -> None:
    office.hub.fail(bad_gateway(QUESTION))
    office.say(reviewed, "alice", "/reviewbot review")

    assert office.worker().work()

    assert (written(office), len(office.hub.reviews(reviewed))) == ([], 1)


def test_a_comment_that_was_edited_since_is_not_executed(office: Office, reviewed: Pull) -> None:
    comment = office.say(reviewed, "alice", "/reviewbot dismiss a test")
    office.hub.edit_comment(comment, "/reviewbot review")

    drain(office.worker())

    assert (written(office), answers(office, reviewed)) == ([], [])


@pytest.mark.parametrize(
    "text", ["/reviewbot review --config.api_base=http://127.0.0.1:9/", "/reviewbot --model x", "/reviewbot rveiew"]
)
def test_a_mistake_is_answered_and_does_nothing(office: Office, reviewed: Pull, text: str) -> None:
    office.say(reviewed, "alice", text)

    drain(office.worker())

    (answer,) = answers(office, reviewed)
    assert "127.0.0.1" not in answer
    assert [reaction.content for reaction in reviewed.comments[0].reactions] == ["confused"]
    assert len(office.hub.reviews(reviewed)) == 1


def test_a_head_that_came_after_the_command_is_not_reviewed_for_it(office: Office, repository: Repository) -> None:
    pull = office.hub.open_pull(repository, head_files=DANGER, draft=True)
    office.ask(pull)
    drain(office.worker())
    office.say(pull, "alice", "/reviewbot review")
    office.hub.push(pull, {"app.py": "a = 2\nDANGER\n"})

    drain(office.worker())

    (answer,) = answers(office, pull)
    assert "has changed since you wrote that" in answer
    assert (office.hub.reviews(pull), office.scans) == ([], [])


def test_a_draft_is_reviewed_when_somebody_asks(office: Office, repository: Repository) -> None:
    pull = office.hub.open_pull(repository, head_files=DANGER, draft=True)
    office.ask(pull)
    drain(office.worker())
    office.say(pull, "alice", "/review")

    drain(office.worker())

    assert [review.commit for review in office.hub.reviews(pull)] == [pull.head_sha]


def test_a_dismissed_finding_is_not_brought_up_again(office: Office, reviewed: Pull) -> None:
    (comment,) = office.hub.review_comments(reviewed)
    office.command(office.hub.reply(comment, "alice", "/reviewbot dismiss it is a test"))
    drain(office.worker())
    office.hub.push(reviewed, {"app.py": "a = 5\nDANGER\n"})
    office.ask(reviewed)

    drain(office.worker())

    own = [each for each in office.hub.review_comments(reviewed) if each.author is office.hub.app.bot]
    assert [each.in_reply_to for each in own] == [None, comment.id]
    assert "Dismissed" in own[1].body


def test_to_dismiss_outside_of_a_thread_is_answered_with_how_to(office: Office, reviewed: Pull) -> None:
    office.say(reviewed, "alice", "/reviewbot dismiss all of it")

    drain(office.worker())

    assert "in the thread of the finding" in answers(office, reviewed)[0]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("help", "/reviewbot explain"),
        ("status", "The last review is of"),
        ("explain", "DANGER-rule"),
        ("fix", "no fix"),
    ],
)
def test_other_commands_are_answered_once(office: Office, reviewed: Pull, command: str, expected: str) -> None:
    office.say(reviewed, "alice", f"/reviewbot {command}")

    drain(office.worker())
    drain(office.worker())

    (answer,) = answers(office, reviewed)
    assert expected in answer
    assert len(office.hub.reviews(reviewed)) == 1


@pytest.mark.parametrize("apply", [True, False])
def test_an_answer_whose_receipt_is_lost_is_given_once(office: Office, reviewed: Pull, *, apply: bool) -> None:
    office.hub.fail(bad_gateway("issues/create-comment", apply=apply, nth=(1,)))
    comment = office.say(reviewed, "alice", "/reviewbot help")
    assert office.worker().work()
    office.wait_for(comment)

    drain(office.worker())

    assert len(answers(office, reviewed)) == 1
    assert sum(office.clock.slept) >= SETTLE_SECONDS  # before that nobody knows whether it still arrives


def test_a_long_answer_whose_receipt_is_lost_is_cut_and_given_once(office: Office, repository: Repository) -> None:
    pull = office.hub.open_pull(repository, head_files={"app.py": "DANGER\n" * 1_500})
    office.hub.fail(bad_gateway("issues/create-comment", apply=True, nth=(1,)))
    comment = office.say(pull, "alice", "/reviewbot explain")
    assert office.worker().work()
    office.wait_for(comment)

    drain(office.worker())

    (answer,) = answers(office, pull)
    assert MAX_REPLY_CHARACTERS <= len(answer) <= 65_536


def test_of_two_workers_that_answer_at_once_one_is_heard(office: Office, reviewed: Pull) -> None:
    comment = office.say(reviewed, "alice", "/reviewbot help")

    def take_over() -> None:
        office.expire_command(comment)
        drain(office.worker())

    office.hub.fail(Fault("issues/create-comment", nth=(1,), before=take_over))
    office.worker().work()

    assert len(answers(office, reviewed)) == 1


def give_up(office: Office, comment: IssueComment) -> None:
    """Let each worker die that scans for the command, until nobody takes it any more."""

    class KilledError(BaseException):
        pass

    def die() -> None:
        office.expire_command(comment)
        raise KilledError

    for _ in range(BLAME_LIMIT // BLAME_WHOLE):
        with pytest.raises(KilledError):
            office.worker(Interrupted(happen=die)).work()


@pytest.mark.parametrize("apply", [True, False, None])
def test_a_command_that_kills_each_worker_is_given_up_and_answered_once(
    office: Office, reviewed: Pull, *, apply: bool | None
) -> None:
    comment = office.say(reviewed, "alice", "/reviewbot fix")
    give_up(office, comment)
    if apply is not None:
        office.hub.fail(bad_gateway("issues/create-comment", apply=apply, nth=(1,)))
    assert office.worker().work()
    office.wait_for(comment)

    drain(office.worker())

    (answer,) = answers(office, reviewed)
    assert "This command was given up" in answer
    assert len(office.scans) == 1  # the review's own


def test_a_command_that_was_deleted_before_it_was_given_up_is_not_answered(office: Office, reviewed: Pull) -> None:
    comment = office.say(reviewed, "alice", "/reviewbot fix")
    give_up(office, comment)
    reviewed.comments.remove(comment)

    assert drain(office.worker()) == 1

    assert answers(office, reviewed) == []
