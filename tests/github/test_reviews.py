import json
import re
from dataclasses import replace

import pytest

from reviewbot.errors import GitHubError, RateLimitedError, UnavailableError
from reviewbot.github.auth import AppAuth, GitHub
from reviewbot.github.pulls import fetch_pull
from reviewbot.github.reviews import MAX_COMMENTS, Publication, State, publish
from tests.fake_github import FakeGitHub, Fault
from tests.fake_github.faults import bad_gateway, secondary_limit
from tests.fake_github.state import Pull
from tests.fakes import PausedClock
from tests.github.scene import KEY, LostError, MemoryOutbox, address_of, published, published_in_the_end, reviewed

CREATE, SUBMIT, LIST = "pulls/create-review", "pulls/submit-review", "pulls/list-reviews"
DANGEROUS = "one = 1\nDANGER(1)\nthree = 3\nDANGER(2)\n"


@pytest.fixture
def pull(hub: FakeGitHub) -> Pull:
    repository = hub.create_repository("acme/shop", files={"app.py": "a = 1\n"})
    return hub.open_pull(repository, head_files={"new.py": DANGEROUS})


@pytest.fixture
def outbox(clock: PausedClock) -> MemoryOutbox:
    return MemoryOutbox(clock)


def visible(hub: FakeGitHub, pull: Pull) -> list[tuple[str, int]]:
    """Return head and number of comments of each review that people see, and check that none is left unseen."""
    assert [review for review in pull.reviews if review.state == "PENDING"] == []
    comments = [comment.review_id for comment in hub.review_comments(pull)]
    return [(review.commit, comments.count(review.id)) for review in hub.reviews(pull)]


def test_one_review_holds_all_comments(hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox) -> None:
    done = published(github, outbox)
    assert visible(hub, pull) == [(pull.head_sha, 2)]
    assert done.review_id == hub.reviews(pull)[0].id
    assert [entry.state for entry in outbox.entries.values()] == [State.POSTED]
    assert hub.reviews(pull)[0].state == "COMMENTED"
    assert hub.operations().count(CREATE) == hub.operations().count(SUBMIT) == 1
    assert {comment.place.line for comment in hub.review_comments(pull)} == {2, 4}


def test_the_same_head_is_published_once(hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox) -> None:
    first = published(github, outbox)
    assert published(github, outbox).review_id == first.review_id
    assert published(github, MemoryOutbox(outbox.clock)).review_id == first.review_id  # also when the record is lost
    assert visible(hub, pull) == [(pull.head_sha, 2)]


def test_a_review_that_somebody_asks_for_is_another_one(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox
) -> None:
    published(github, outbox)
    published(github, outbox, occasion="comment-17")
    published(github, outbox, occasion="comment-17")
    assert visible(hub, pull) == [(pull.head_sha, 2), (pull.head_sha, 0)]
    assert "said before, nothing new" in hub.reviews(pull)[1].body


def test_a_review_without_findings_is_said_too(hub: FakeGitHub, app: AppAuth, outbox: MemoryOutbox) -> None:
    repository = hub.create_repository("acme/other")
    other = hub.open_pull(repository, head_files={"fine.py": "a = 1\n"})
    published(app.open(address_of(hub, other)), outbox)
    assert visible(hub, other) == [(other.head_sha, 0)]


FAULTS = {
    "502, done": lambda operation: bad_gateway(operation, apply=True, nth={1}),
    "502, not done": lambda operation: bad_gateway(operation, nth={1}),
    "reset, done": lambda operation: Fault(operation, reset=True, apply=True, nth={1}),
    "reset, not done": lambda operation: Fault(operation, reset=True, nth={1}),
    "cut": lambda operation: Fault(operation, cut=25, apply=True, nth={1}),
    "502 thrice, done": lambda operation: bad_gateway(operation, apply=True, nth={1, 2, 3}),
    "502 thrice, not done": lambda operation: bad_gateway(operation, nth={1, 2, 3}),
    "500 once, then 502, done": lambda operation: Fault(operation, status=500, apply=True, nth={1, 2}),
}


@pytest.mark.parametrize("operation", [CREATE, SUBMIT])
@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_becomes_of_an_answer_there_is_one_review(  # noqa: PLR0913, PLR0917  fixtures and cases
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox, operation: str, fault: str
) -> None:
    review = reviewed(github)
    hub.fail(FAULTS[fault](operation))
    done = published_in_the_end(github, outbox, review)
    assert visible(hub, pull) == [(pull.head_sha, 2)]
    assert done.review_id == hub.reviews(pull)[0].id
    assert outbox.clock.slept[0] >= 30  # a list may lag behind: nobody looks at once


@pytest.mark.parametrize("operation", [CREATE, SUBMIT])
@pytest.mark.parametrize("limit", [{"retry_after": 60}, {"status": 429}, {}])
def test_a_limit_ends_the_publication_and_the_next_try_goes_on(  # noqa: PLR0913, PLR0917  fixtures and cases
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox, operation: str, limit: dict[str, int]
) -> None:
    review = reviewed(github)
    hub.fail(secondary_limit(operation, nth={1}, **limit))
    with pytest.raises(RateLimitedError) as caught:
        published(github, outbox, review)
    assert caught.value.retry_at - outbox.clock.now() >= 59
    sent = len(hub.requests)
    with pytest.raises(RateLimitedError):
        published(github, outbox, review)
    assert len(hub.requests) == sent
    outbox.clock.sleep(60)
    published(github, outbox, review)
    assert visible(hub, pull) == [(pull.head_sha, 2)]


def test_no_post_without_a_complete_look_up(hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox) -> None:
    review = reviewed(github)
    hub.fail(bad_gateway(LIST))
    with pytest.raises(UnavailableError):
        published(github, outbox, review)
    hub.mend()
    hub.fail(bad_gateway("pulls/list-review-comments"))
    with pytest.raises(UnavailableError):
        published(github, outbox, review)
    hub.mend()
    assert CREATE not in hub.operations()
    published(github, outbox, review)
    assert visible(hub, pull) == [(pull.head_sha, 2)]


def test_a_second_page_that_fails_is_no_look_up(hub: FakeGitHub, github: GitHub, outbox: MemoryOutbox) -> None:
    review = reviewed(github)
    sent = {"event": "COMMENT", "body": "Hm."}
    hub.world.limits.contents_per_minute = None
    for _ in range(101):
        github.write.requestJsonAndCheck("POST", "/repos/acme/shop/pulls/1/reviews", input=sent)
    created = hub.operations().count(CREATE)
    hub.fail(bad_gateway(LIST, nth=range(2, 99)))
    with pytest.raises(UnavailableError):
        published(github, outbox, review)
    assert hub.operations().count(CREATE) == created


def test_a_list_that_lags_behind_brings_no_second_review(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox
) -> None:
    review = reviewed(github)
    hub.fail(bad_gateway(CREATE, apply=True, nth={1}))
    hub.fail(Fault(LIST, status=200, body=[], nth={2, 3}))  # it shows nothing for a while
    published_in_the_end(github, outbox, review)
    assert visible(hub, pull) == [(pull.head_sha, 2)]


def test_a_worker_that_was_paused_adds_nothing(
    hub: FakeGitHub, github: GitHub, app: AppAuth, pull: Pull, outbox: MemoryOutbox
) -> None:
    review = reviewed(github)
    paused = MemoryOutbox(outbox.clock, lost_at=frozenset({2}))
    with pytest.raises(LostError):  # its lease ran out between the two writes
        published(github, paused, review)
    assert hub.reviews(pull) == []
    published(app.open(github.address), outbox, review)
    assert visible(hub, pull) == [(pull.head_sha, 2)]
    assert hub.operations().count(CREATE) == 1  # what the paused one had written was submitted


def test_a_worker_whose_record_is_stale_finds_the_review_of_the_other(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox
) -> None:
    review = reviewed(github)
    published(github, outbox, review)
    # The list shows the other's review only after this worker has written its own.
    hub.fail(Fault(LIST, status=200, body=[], nth={1}))
    published(github, MemoryOutbox(outbox.clock), review)
    assert visible(hub, pull) == [(pull.head_sha, 2)]
    assert "pulls/delete-pending-review" in hub.operations()


def test_nothing_is_posted_once_the_head_moved_on(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox
) -> None:
    review = reviewed(github)
    hub.push(pull, {"new.py": "one = 1\n"})
    assert published(github, outbox, review).review_id is None
    assert CREATE not in hub.operations()


@pytest.mark.parametrize("event", ["push", "close"])
def test_what_was_written_is_thrown_away_when_the_head_moves_on_or_the_pull_request_is_closed(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox, event: str
) -> None:
    review = reviewed(github)
    head = review.head

    class Moving(MemoryOutbox):
        def mark_posting(self, key: str) -> None:
            super().mark_posting(key)
            if self.marks == 1 and event == "push":
                hub.push(pull, {"other.py": "two = 2\n"})
            elif self.marks == 1:
                hub.close(pull)

    assert published(github, Moving(outbox.clock), review).review_id is None
    assert CREATE in hub.operations()
    assert visible(hub, pull) == []
    assert head == review.head


def test_what_an_earlier_head_left_behind_stands_in_no_way(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox
) -> None:
    with pytest.raises(LostError):
        published(github, MemoryOutbox(outbox.clock, lost_at=frozenset({2})))
    head = hub.push(pull, {"new.py": DANGEROUS + "five = 5\n"})
    published(github, outbox)
    assert visible(hub, pull) == [(head, 2)]


def test_comments_that_github_does_not_take_go_to_the_summary(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox
) -> None:
    lines = "".join(f"DANGER({number})\n" for number in range(12))
    hub.push(pull, {"new.py": lines})
    review = reviewed(github)
    bad = {3, 10}
    comments = tuple(
        replace(comment, start_line=comment.line + 500, line=comment.line + 500) if number in bad else comment
        for number, comment in enumerate(review.comments)
    )
    hub.world.limits.contents_per_minute = 40
    published(github, outbox, replace(review, comments=comments))
    assert visible(hub, pull) == [(pull.head_sha, 10)]
    body = hub.reviews(pull)[0].body
    assert "On lines that take no comment" in body
    assert all(f"new.py:{comments[number].line}" in body for number in bad)
    assert hub.operations().count(SUBMIT) == 1


def test_a_file_that_is_not_in_the_diff_goes_to_the_summary_by_the_older_words_too(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox
) -> None:
    hub.world.older_messages = True
    review = reviewed(github)
    comments = (replace(review.comments[0], path="elsewhere.py"), review.comments[1])
    published(github, outbox, replace(review, comments=comments))
    assert visible(hub, pull) == [(pull.head_sha, 1)]


def test_a_search_for_the_culprits_that_is_interrupted_leaves_nothing_visible(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox
) -> None:
    review = reviewed(github)
    comments = (replace(review.comments[0], line=900, start_line=900), review.comments[1])
    hub.fail(secondary_limit(CREATE, nth={3}))
    with pytest.raises(RateLimitedError):
        published(github, outbox, replace(review, comments=comments))
    assert hub.reviews(pull) == []
    outbox.clock.sleep(60)
    published(github, outbox, replace(review, comments=comments))
    assert visible(hub, pull) == [(pull.head_sha, 1)]


def test_no_more_comments_are_posted_than_a_review_bears(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox
) -> None:
    hub.push(pull, {"new.py": "".join(f"DANGER({number})\n" for number in range(60))})
    done = published(github, outbox)
    assert visible(hub, pull) == [(pull.head_sha, MAX_COMMENTS)]
    assert len(done.told) == MAX_COMMENTS


def test_ten_pushes_without_a_fix_repeat_no_comment(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox
) -> None:
    for number in range(10):
        hub.push(pull, {"new.py": f"moved = {number}\n" * number + DANGEROUS})
        published(github, outbox)
    assert [comments for _, comments in visible(hub, pull)] == [2] + [0] * 9
    assert len(hub.review_comments(pull)) == 2


def test_what_a_person_dismissed_is_not_said(hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox) -> None:
    review = reviewed(github)
    quiet = frozenset({review.findings[0].fingerprint})
    publication = Publication(fetch_pull(github, github.address), review, quiet=quiet)
    done = publish(github, publication, outbox, KEY)
    assert visible(hub, pull) == [(pull.head_sha, 1)]
    assert quiet <= done.told


def test_forged_marks_hide_nothing(
    hub: FakeGitHub, github: GitHub, app: AppAuth, pull: Pull, outbox: MemoryOutbox
) -> None:
    published(github, outbox)
    theirs = [hub.reviews(pull)[0].body, *(comment.body for comment in hub.review_comments(pull))]
    twin = hub.open_pull(pull.repository, head_files={"new.py": DANGEROUS})
    for body in theirs:  # our own words, from another pull request and by another author
        hub.comment(twin, "mallory", body)
        sent = {"event": "COMMENT", "body": body.replace(pull.head_sha, twin.head_sha)}
        other = app.open(address_of(hub, twin))
        other.write.requestJsonAndCheck("POST", f"/repos/acme/shop/pulls/{twin.number}/reviews", input=sent)
    for review in twin.reviews:
        review.author = hub.world.user("mallory")
    published(app.open(address_of(hub, twin)), outbox)
    assert visible(hub, twin)[-1] == (twin.head_sha, 2)


def test_a_mark_of_ours_in_a_text_of_somebody_else_is_not_found(
    hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox
) -> None:
    published(github, outbox)
    hub.reviews(pull)[0].author = hub.world.user("mallory")
    for comment in hub.review_comments(pull):
        comment.author = hub.world.user("mallory")
    published(github, MemoryOutbox(outbox.clock))
    assert [comments for _, comments in visible(hub, pull)] == [2, 2]


def test_a_refusal_is_told_and_posts_nothing(hub: FakeGitHub, github: GitHub, pull: Pull, outbox: MemoryOutbox) -> None:
    review = reviewed(github)
    hub.fail(Fault(CREATE, status=403, body={"message": "Resource not accessible by integration"}))
    with pytest.raises(GitHubError, match="not accessible"):
        published(github, outbox, review)
    assert hub.operations().count(CREATE) == 1
    assert hub.reviews(pull) == []


def test_the_step_that_reads_never_writes(hub: FakeGitHub, github: GitHub, outbox: MemoryOutbox) -> None:
    published(github, outbox)
    asked = [
        json.loads(request.incoming.body)
        for request in hub.requests
        if request.operation == "apps/create-installation-access-token"
    ]
    assert [len(body["repository_ids"]) for body in asked] == [1, 1]
    assert all(re.search(r"write", json.dumps(body)) is None for body in asked[:1])
