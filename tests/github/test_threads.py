import pytest

from reviewbot.errors import GitHubError, UnavailableError
from reviewbot.github.auth import GitHub
from reviewbot.github.pulls import fetch_change, fetch_pull
from reviewbot.github.threads import Thread, already_said, fetch_threads, settle
from reviewbot.pipeline import review_change
from reviewbot.review import Review
from tests.fake_github import FakeGitHub, Fault
from tests.fake_github.faults import bad_gateway
from tests.fake_github.state import Pull
from tests.fakes import MarkerScanner, PausedClock
from tests.github.scene import POLICY, MemoryOutbox, marker_of, published, reviewed

DANGEROUS = "one = 1\nDANGER(1)\nthree = 3\n"
UPDATE = "pulls/update-review-comment"


@pytest.fixture
def pull(hub: FakeGitHub) -> Pull:
    repository = hub.create_repository("acme/shop", files={"app.py": "a = 1\n"})
    return hub.open_pull(repository, head_files={"new.py": DANGEROUS})


@pytest.fixture
def outbox(clock: PausedClock) -> MemoryOutbox:
    return MemoryOutbox(clock)


def threads_of(github: GitHub) -> tuple[Thread, ...]:
    return fetch_threads(github, fetch_pull(github, github.address), marker_of(github))


def settled(github: GitHub, review: Review | None = None, *, resolve: bool = False) -> int:
    review = review or reviewed(github)
    return len(settle(github, review, threads_of(github), marker_of(github), resolve=resolve))


def test_a_finding_that_is_proven_gone_is_said_in_our_own_comment(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox
) -> None:
    published(github, outbox)
    before = hub.review_comments(pull)[0].body
    head = hub.push(pull, {"new.py": "one = 1\nfine(1)\nthree = 3\n"})
    assert settled(github) == 1
    text = hub.review_comments(pull)[0].body
    assert text.startswith(f"**No longer reported** at {head[:12]}: Marker 1.0 read the file again.")
    assert before.partition("\n\n<!--")[0] in text
    assert settled(github) == 0  # it is said once
    assert hub.operations().count(UPDATE) == 1
    assert len(hub.review_comments(pull)) == 1


def test_a_finding_that_comes_back_is_said_again(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox
) -> None:
    published(github, outbox)
    hub.push(pull, {"new.py": "one = 1\n"})
    settled(github)
    hub.push(pull, {"new.py": DANGEROUS})
    published(github, outbox)
    assert len(hub.review_comments(pull)) == 2


def test_a_finding_that_is_still_there_is_left_alone(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox
) -> None:
    published(github, outbox)
    hub.push(pull, {"new.py": f"# moved\n\n{DANGEROUS}"})
    assert settled(github) == 0


def test_a_file_that_was_not_read_again_proves_nothing(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox
) -> None:
    published(github, outbox)
    hub.push(pull, {"new.py": "one = 1\n"})
    blind = MarkerScanner(unreadable=lambda file: file.path == "new.py")
    change = fetch_change(github, fetch_pull(github, github.address))
    assert settled(github, review_change(change, scanners=[blind], generator=None, policy=POLICY)) == 0
    other = MarkerScanner(name="Other")  # read by another tool than the one that found it
    assert settled(github, review_change(change, scanners=[other], generator=None, policy=POLICY)) == 0
    hub.push(pull, {"new.py": None, "app.py": "a = 2\n"})
    assert settled(github) == 0
    assert UPDATE not in hub.operations()


def test_a_suggestion_can_no_longer_be_applied_once_its_finding_is_gone(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox
) -> None:
    published(github, outbox)
    comment = hub.review_comments(pull)[0]
    marker = marker_of(github)
    mark = marker.read(comment.body)
    assert mark is not None
    comment.body = marker.under("Bad.\n\n````suggestion\nfine(1)\n```\n````", mark)
    hub.push(pull, {"new.py": "one = 1\n"})
    settled(github)
    assert "suggestion" not in comment.body
    assert "````\nfine(1)\n```\n````" in comment.body


@pytest.mark.parametrize("fixed_first", [True, False])
def test_what_a_person_resolved_stays_quiet(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox, *, fixed_first: bool
) -> None:
    published(github, outbox)
    if fixed_first:
        hub.push(pull, {"new.py": "one = 1\n"})
        settled(github)
    hub.resolve(hub.review_comments(pull)[0], "alice")
    hub.push(pull, {"new.py": f"# again\n{DANGEROUS}"})
    assert already_said(threads_of(github)) == {reviewed(github).findings[0].fingerprint}
    published(github, outbox)
    assert len(hub.review_comments(pull)) == 1
    hub.push(pull, {"new.py": "one = 1\n"})
    assert settled(github) == 0


def test_threads_are_resolved_only_where_that_is_asked_for_and_permitted(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox
) -> None:
    published(github, outbox)
    hub.push(pull, {"new.py": "one = 1\n"})
    assert settled(github, resolve=True) == 1  # our manifest does not permit it: said all the same
    assert "No longer reported" in hub.review_comments(pull)[0].body
    assert pull.resolved == {}
    hub.push(pull, {"new.py": DANGEROUS})
    published(github, outbox)
    hub.push(pull, {"new.py": "one = 1\n"})
    hub.installation(pull.repository).permissions["contents"] = "write"
    assert settled(github, resolve=True) == 1
    assert list(pull.resolved) == [hub.review_comments(pull)[-1].id]
    hub.push(pull, {"new.py": DANGEROUS})
    published(github, outbox)  # we resolved it, so it may be said again
    assert len(hub.review_comments(pull)) == 3


def test_threads_of_others_are_none_of_ours(hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox) -> None:
    published(github, outbox)
    ours = hub.review_comments(pull)[0]
    hub.reply(ours, "alice", "What about it?")
    hub.reply(ours, "mallory", ours.body)
    assert [thread.comment_id for thread in threads_of(github)] == [ours.id]


def test_threads_that_cannot_be_read_completely_are_an_error(
    hub: FakeGitHub, github: GitHub, outbox: MemoryOutbox
) -> None:
    published(github, outbox)
    hub.fail(bad_gateway("graphql"))
    with pytest.raises(UnavailableError):
        threads_of(github)
    hub.mend()
    hub.fail(Fault("graphql", status=200, body={"errors": [{"type": "FORBIDDEN", "message": "no"}]}))
    with pytest.raises(GitHubError):
        threads_of(github)


def test_a_comment_that_somebody_deleted_meanwhile_is_no_failure(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox
) -> None:
    published(github, outbox)
    hub.push(pull, {"new.py": "one = 1\n"})
    threads, review = threads_of(github), reviewed(github)
    pull.review_comments.clear()
    settle(github, review, threads, marker_of(github))
    assert UPDATE in hub.operations()
