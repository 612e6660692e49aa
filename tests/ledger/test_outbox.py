"""What is written to GitHub is written once: the outbox, with claims that get lost on the way."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from reviewbot.errors import LostClaimError
from reviewbot.ledger import Ledger
from reviewbot.ledger.record import Plan, Posting
from tests.ledger.cases import pull, push
from tests.ledger.conftest import HandClock
from tests.ledger.test_queue import GONE, LEASE, claimed

REVIEW = Plan("key1", "review", "pulls/7", "head1", "a" * 64)


def test_what_was_posted_is_not_planned_again(ledger: Ledger) -> None:
    ledger.request_review(push("head1", 10))
    claim = claimed(ledger)
    planned = ledger.plan(claim, REVIEW)
    assert (planned.state, planned.attempts, planned.github_id) == (Posting.PLANNED, 0, None)
    ledger.mark_posting(claim, "key1")
    ledger.mark_posted(claim, "key1", 4711)
    again = ledger.plan(claim, replace(REVIEW, body_sha256="b" * 64))
    assert (again.state, again.github_id, again.body_sha256) == (Posting.POSTED, 4711, "a" * 64)
    assert ledger.pending(claim) == ()
    assert [entry.github_id for entry in ledger.posted(claim, "review")] == [4711]


def test_the_next_worker_sees_what_may_have_arrived(ledger: Ledger, clock: HandClock) -> None:
    ledger.request_review(push("head1", 10))
    first = claimed(ledger, "first")
    ledger.plan(first, REVIEW)
    ledger.plan(first, replace(REVIEW, key="key2", kind="check"))
    ledger.mark_posting(first, "key1")
    clock.wait(GONE)  # and then it died
    second = claimed(ledger, "second")
    seen = ledger.pending(second)
    assert [(entry.key, entry.state, entry.age_seconds) for entry in seen] == [
        ("key1", Posting.POSTING, GONE),
        ("key2", Posting.PLANNED, GONE),
    ]
    assert ledger.plan(second, REVIEW).state is Posting.POSTING  # to be looked up, not to be sent
    ledger.mark_posted(second, "key1", 99)
    assert [entry.key for entry in ledger.pending(second)] == ["key2"]


def test_whoever_lost_the_claim_posts_nothing(ledger: Ledger, clock: HandClock) -> None:
    ledger.request_review(push("head1", 10))
    first = claimed(ledger, "first")
    ledger.plan(first, REVIEW)
    clock.wait(GONE)
    claimed(ledger, "second")
    changes: list[Callable[[], object]] = [
        lambda: ledger.plan(first, REVIEW),
        lambda: ledger.mark_posting(first, "key1"),
        lambda: ledger.mark_posted(first, "key1", 1),
        lambda: ledger.mark_failed(first, "key1", "refused"),
        lambda: ledger.mark_superseded(first, "key1"),
    ]
    for change in changes:
        with pytest.raises(LostClaimError):
            change()


def test_a_worker_that_was_paused_for_longer_than_its_lease_sends_nothing(ledger: Ledger, clock: HandClock) -> None:
    ledger.request_review(push("head1", 10))
    claim = claimed(ledger)
    ledger.plan(claim, REVIEW)
    clock.wait(LEASE)
    with pytest.raises(LostClaimError):
        ledger.mark_posting(claim, "key1")
    assert ledger.heartbeat(claim, LEASE)  # nobody took it over: it may go on
    ledger.mark_posting(claim, "key1")


def test_what_failed_or_was_superseded_may_be_planned_anew(ledger: Ledger) -> None:
    ledger.request_review(push("head1", 10))
    claim = claimed(ledger)
    ledger.plan(claim, REVIEW)
    ledger.mark_posting(claim, "key1")
    ledger.mark_failed(claim, "key1", "422")
    assert ledger.pending(claim) == ()
    with pytest.raises(KeyError):
        ledger.mark_posting(claim, "key1")
    again = ledger.plan(claim, replace(REVIEW, body_sha256="b" * 64))
    assert (again.state, again.attempts, again.body_sha256) == (Posting.PLANNED, 1, "b" * 64)
    ledger.mark_superseded(claim, "key1")
    assert ledger.plan(claim, REVIEW).state is Posting.PLANNED


def test_a_key_belongs_to_one_row(ledger: Ledger) -> None:
    ledger.request_review(push("head1", 10, pull(1)))
    ledger.request_review(push("head1", 10, pull(2)))
    one, other = claimed(ledger), claimed(ledger)
    ledger.plan(one, REVIEW)
    with pytest.raises(KeyError):
        ledger.plan(other, REVIEW)
    with pytest.raises(KeyError):
        ledger.mark_posting(other, "key1")
    with pytest.raises(KeyError):
        ledger.mark_posting(one, "never planned")
