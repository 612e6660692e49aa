from datetime import UTC, datetime

import pytest

from reviewbot.errors import UnavailableError
from reviewbot.github import people
from reviewbot.github.auth import AppAuth, GitHub
from reviewbot.github.deliveries import missed_since, redeliver
from reviewbot.github.events import CommandRequest
from reviewbot.github.installations import installed, open_pulls, repositories
from tests.fake_github import FakeGitHub
from tests.fake_github.faults import bad_gateway
from tests.fake_github.state import IssueComment, Pull, ReviewComment
from tests.fakes import PausedClock
from tests.github.scene import MemoryOutbox, published


def command(github: GitHub, comment: IssueComment | ReviewComment) -> CommandRequest:
    return CommandRequest(
        address=github.address,
        comment_id=comment.id,
        on_review=isinstance(comment, ReviewComment),
        author=comment.author.login,
        author_id=comment.author.id,
        text=comment.body,
        created_at=datetime.now(UTC),
    )


@pytest.mark.parametrize(
    ("role", "allowed"),
    [("read", False), ("triage", False), ("write", True), ("maintain", True), ("admin", True), (None, False)],
)
def test_those_may_command_who_may_write_now(
    hub: FakeGitHub, github: GitHub, pull: Pull, role: str | None, *, allowed: bool
) -> None:
    hub.add_collaborator(pull.repository, "bob", role or "admin")
    if role is None:
        hub.remove_collaborator(pull.repository, "bob")
    assert people.may_write(github, "bob") is allowed
    assert hub.operations()[-1] == "repos/get-collaborator-permission-level"
    assert not any("write" in token.permissions.values() for token in hub.world.tokens.values())


def test_a_stranger_who_is_no_account_may_nothing(github: GitHub) -> None:
    assert not people.may_write(github, "nobody")
    assert not any(people.may_write(github, name) for name in ("../../x?y", "", "reviewbot[bot]", "-a", "b\n"))


def test_nobody_may_anything_while_github_does_not_say(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    hub.add_collaborator(pull.repository, "bob", "admin")
    hub.fail(bad_gateway("repos/get-collaborator-permission-level"))
    with pytest.raises(UnavailableError):
        people.may_write(github, "bob")


def test_a_command_is_answered_below_the_pull_request(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    comment = hub.comment(pull, "bob", "/reviewbot help")
    request = command(github, comment)
    people.react(github, request, "eyes")
    people.react(github, request, "eyes")
    people.reply(github, request, "It goes like this.")
    assert [reaction.content for reaction in comment.reactions] == ["eyes"]
    assert [each.body for each in pull.comments] == ["/reviewbot help", "It goes like this."]


def test_a_command_in_a_thread_is_answered_there(
    hub: FakeGitHub, github: GitHub, pull: Pull, clock: PausedClock
) -> None:
    hub.push(pull, {"new.py": "DANGER(1)\n"})
    published(github, MemoryOutbox(clock))
    ours = hub.review_comments(pull)[0]
    theirs = hub.reply(ours, "bob", "/reviewbot dismiss it is a test")
    request = command(github, theirs)
    found = people.fetch_comment(github, request)
    assert found is not None
    assert (found.thread, found.author_id, found.body) == (ours.id, theirs.author.id, theirs.body)
    people.react(github, request, "+1")
    people.reply(github, request, "Noted.")
    assert [each.in_reply_to for each in hub.review_comments(pull)] == [None, ours.id, ours.id]


def test_a_comment_is_read_as_it_is_now(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    comment = hub.comment(pull, "bob", "/reviewbot review")
    request = command(github, comment)
    comment.body = "something else"
    found = people.fetch_comment(github, request)
    assert found is not None
    assert found.body == "something else"
    pull.comments.clear()
    assert people.fetch_comment(github, request) is None


def test_deliveries_that_never_arrived_are_sent_again(hub: FakeGitHub, app: AppAuth, pull: Pull) -> None:
    before = datetime(2020, 1, 1, tzinfo=UTC)
    hub.push(pull, {"app.py": "a = 3\n"})
    hub.deliver()
    missed = missed_since(app, before)
    assert [delivery.event for delivery in missed] == ["installation", "pull_request", "pull_request"]
    redeliver(app, missed)
    assert hub.operations().count("apps/redeliver-webhook-delivery") == 3
    assert missed_since(app, datetime(2100, 1, 1, tzinfo=UTC)) == ()
    hub.deliver()
    for delivery in hub.world.deliveries[-2:]:
        delivery.status = "OK"  # these attempts arrive
    assert [delivery.guid for delivery in missed_since(app, before)] == [missed[0].guid]


def test_a_list_of_deliveries_that_is_not_complete_is_no_list(hub: FakeGitHub, app: AppAuth) -> None:
    hub.fail(bad_gateway("apps/list-webhook-deliveries"))
    with pytest.raises(UnavailableError):
        missed_since(app, datetime(2020, 1, 1, tzinfo=UTC))


def test_what_is_open_is_found_without_a_delivery(hub: FakeGitHub, app: AppAuth, github: GitHub, pull: Pull) -> None:
    suspended = hub.install(hub.create_repository("umbrella/lab"))
    hub.suspend(suspended)
    assert list(installed(app)) == [github.address.installation]
    (found,) = repositories(app, github.address.installation)
    assert (found.repository, found.repository_id) == ("acme/shop", pull.repository.id)
    assert not hub.world.tokens  # the token that listed them is revoked
    second = hub.open_pull(pull.repository, head_files={"x.py": "1\n"}, draft=True)
    hub.close(pull)
    assert [(each.address.number, each.head, each.draft) for each in open_pulls(github)] == [
        (second.number, second.head_sha, True)
    ]
