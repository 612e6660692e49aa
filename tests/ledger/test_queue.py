"""Claims, leases and fencing, the same on both databases."""

import threading
from collections.abc import Callable

import pytest

from reviewbot.errors import LostClaimError
from reviewbot.ledger import Ledger
from reviewbot.ledger.deaths import MAX_REST_SECONDS, rest_seconds
from reviewbot.ledger.record import BLAME_SHARED, FOREVER, Claim, Ending, Kind, State
from reviewbot.ledger.tally import Series
from tests.ledger.cases import PULL, comment, delivery, pull, push, rerun, stop
from tests.ledger.conftest import HandClock

LEASE = 60.0
GONE = LEASE + 1.5 * rest_seconds(1, LEASE)
"""After so long the work of a worker that died is handed out again."""


def claimed(ledger: Ledger, owner: str = "worker") -> Claim:
    claim = ledger.claim(owner, LEASE)
    assert claim is not None
    return claim


def state(ledger: Ledger, number: int = 7) -> State:
    found = ledger.find_pull(501, number)
    assert found is not None
    return found.state


def test_a_claimed_row_is_not_handed_out_again(ledger: Ledger) -> None:
    row = ledger.request_review(push("head1", 10))
    claim = claimed(ledger)
    assert (claim.row_id, claim.kind, claim.pull, claim.head, claim.attempt) == (row, Kind.REVIEW, PULL, "head1", 1)
    assert ledger.claim("other", LEASE) is None
    assert ledger.claim_row(row, "other", LEASE) is None
    assert ledger.finish(claim, Ending.REVIEWED, "head1") is State.DONE
    assert ledger.claim("other", LEASE) is None


def test_a_hint_claims_the_row_it_names(ledger: Ledger) -> None:
    ledger.request_review(push("a", 10, pull(1)))
    second = ledger.request_review(push("b", 10, pull(2)))
    claim = ledger.claim_row(second, "worker", LEASE)
    assert claim is not None
    assert claim.pull.number == 2
    assert ledger.claim_row(4_000, "worker", LEASE) is None


def test_a_worker_takes_only_the_kinds_it_can_do(ledger: Ledger) -> None:
    ledger.record_delivery(delivery(comment()))
    assert ledger.claim("worker", LEASE, [Kind.REVIEW]) is None
    claim = ledger.claim("worker", LEASE, [Kind.COMMAND])
    assert claim is not None
    assert claim.command is not None
    assert (claim.command.text, claim.command.author_id) == ("/reviewbot review", 4711)


def test_a_command_keeps_the_head_that_was_known_when_it_came(ledger: Ledger) -> None:
    ledger.record_delivery(delivery(push("before", 10)))
    ledger.record_delivery(delivery(comment()))
    ledger.record_delivery(delivery(push("after", 20)))
    claim = ledger.claim("worker", LEASE, [Kind.COMMAND])
    assert claim is not None
    assert claim.command is not None
    assert claim.command.head == "before"


def test_heartbeats_keep_a_claim_and_silence_loses_it(ledger: Ledger, clock: HandClock) -> None:
    ledger.request_review(push("head1", 10))
    first = claimed(ledger, "first")
    for _ in range(5):
        clock.wait(LEASE - 1)
        assert ledger.heartbeat(first, LEASE)
        assert ledger.claim("second", LEASE) is None
    clock.wait(GONE)
    second = claimed(ledger, "second")
    assert (second.row_id, second.attempt) == (first.row_id, 2)
    assert not ledger.heartbeat(first, LEASE)
    assert not ledger.is_current(first)


def test_whoever_lost_the_claim_can_change_nothing(ledger: Ledger, clock: HandClock) -> None:
    ledger.request_review(push("head1", 10))
    first = claimed(ledger, "same name")
    clock.wait(GONE)
    second = claimed(ledger, "same name")
    changes: list[Callable[[], State]] = [
        lambda: ledger.finish(first, Ending.REVIEWED, "head1"),
        lambda: ledger.retry(first, clock.time, "late"),
        lambda: ledger.postpone(first, clock.time, "late"),
        lambda: ledger.give_up(first, "late"),
    ]
    for late in changes:
        with pytest.raises(LostClaimError, match="no longer holds"):
            late()
    assert ledger.heartbeat(second, LEASE)


def test_a_push_during_the_review_is_reviewed_next(ledger: Ledger) -> None:
    ledger.request_review(push("head1", 10))
    claim = claimed(ledger)
    assert ledger.is_current(claim)
    ledger.request_review(push("head2", 20))
    assert not ledger.is_current(claim)
    assert ledger.claim("other", LEASE) is None  # one worker on a pull request at a time
    assert ledger.finish(claim, Ending.REVIEWED, "head1") is State.WAITING
    assert claimed(ledger).head == "head2"


def test_a_push_that_the_running_review_already_saw_is_not_reviewed_again(ledger: Ledger) -> None:
    ledger.request_review(push("head1", 10))
    claim = claimed(ledger)
    ledger.request_review(push("head2", 20))
    assert ledger.finish(claim, Ending.REVIEWED, "head2") is State.DONE


def test_a_superseded_review_waits_again_with_all_its_attempts(ledger: Ledger) -> None:
    ledger.request_review(rerun("head1"))
    assert ledger.finish(claimed(ledger), Ending.SUPERSEDED) is State.WAITING
    again = claimed(ledger)
    assert (again.attempt, again.forced) == (1, True)


def test_twenty_pushes_during_a_review_are_one_more_review(ledger: Ledger) -> None:
    ledger.request_review(push("head0", 10))
    claim = claimed(ledger)
    for n in range(1, 20):
        ledger.record_delivery(delivery(push(f"head{n}", 10 + n)))
    ledger.finish(claim, Ending.REVIEWED, "head0")
    last = claimed(ledger)
    assert last.head == "head19"
    assert ledger.finish(last, Ending.REVIEWED, "head19") is State.DONE
    assert ledger.claim("worker", LEASE) is None


def test_a_rerun_is_asked_for_until_it_is_done(ledger: Ledger, clock: HandClock) -> None:
    ledger.request_review(push("head1", 10))
    ledger.finish(claimed(ledger), Ending.REVIEWED, "head1")
    ledger.record_delivery(delivery(rerun("head1")))
    ledger.record_delivery(delivery(push("head1", 11)))  # ready for review, say: of the same head
    first = claimed(ledger)
    assert (first.forced, first.reviewed_head) == (True, "head1")
    clock.wait(GONE)
    second = claimed(ledger)
    assert second.forced
    ledger.record_delivery(delivery(rerun("head1")))
    assert ledger.finish(second, Ending.REVIEWED, "head1") is State.WAITING  # asked for again meanwhile
    third = claimed(ledger)
    assert third.forced
    ledger.finish(third, Ending.REVIEWED, "head1")
    ledger.record_delivery(delivery(push("head2", 12)))
    assert not claimed(ledger).forced


def test_a_closed_pull_request_is_left_alone(ledger: Ledger, clock: HandClock) -> None:
    ledger.request_review(push("head1", 10))
    claim = claimed(ledger)
    ledger.record_delivery(delivery(stop(20)))
    assert not ledger.is_current(claim)
    assert ledger.finish(claim, Ending.SUPERSEDED) is State.STOPPED
    ledger.record_delivery(delivery(push("head2", 30)))  # reopened
    clock.wait(LEASE)
    assert claimed(ledger).head == "head2"
    ledger.record_delivery(delivery(stop(40)))
    clock.wait(LEASE)  # and its worker died
    assert ledger.claim("worker", LEASE) is None
    assert state(ledger) is State.STOPPED
    assert ledger.oldest_waiting_age() is None


def die(ledger: Ledger, clock: HandClock) -> list[Claim]:
    """Let workers die with what they claim until nothing is handed out any more."""
    claims = []
    while claim := ledger.claim("worker", LEASE):
        claims.append(claim)
        clock.wait(LEASE + MAX_REST_SECONDS * 1.5)
    return claims


def test_what_alone_kills_its_worker_is_given_up_after_three_attempts(ledger: Ledger, clock: HandClock) -> None:
    ledger.request_review(push("poison", 10))
    claims = die(ledger, clock)
    # Three attempts, then three more only to say on the pull request that there will be no review.
    assert [claim.exhausted for claim in claims] == [False] * 3 + [True] * 3
    assert [claim.attempt for claim in claims] == [1, 2, 3, 4, 5, 6]
    assert state(ledger) is State.FAILED
    ledger.record_delivery(delivery(push("mended", 20)))
    assert (claimed(ledger).attempt, ledger.tallies()[Series("deaths", ("alone",))]) == (1, 6)


def test_workers_that_die_one_after_the_other_have_no_work_given_up(ledger: Ledger, clock: HandClock) -> None:
    """A machine that loses its workers hits the same row three times in a row now and then."""
    ledger.request_review(push("unlucky", 10))
    hit = claimed(ledger)
    for number in (1, 2, 3):
        clock.wait(LEASE)
        ledger.request_review(push("other", 10, pull(number, repository_id=number)))
        assert claimed(ledger).pull.repository_id == number  # whose worker dies too, meanwhile
        clock.wait(LEASE * 1.2)
        again = ledger.claim_row(hit.row_id, "worker", LEASE)
        assert again is not None
        hit = again
    assert (hit.attempt, hit.exhausted) == (4, False)
    assert ledger.finish(hit, Ending.REVIEWED, "unlucky") is State.DONE
    ledger.request_review(push("next", 20))
    row = ledger.claim_row(hit.row_id, "worker", LEASE)
    assert row is not None
    assert (row.attempt, row.blame) == (1, 0)


def test_a_whole_worker_that_dies_is_held_against_nobody_at_once(ledger: Ledger, clock: HandClock) -> None:
    for number in range(4):
        ledger.request_review(push("head", 10, pull(number, repository_id=number)))
    for n in range(4):
        ledger.claim(f"child{n}", LEASE)
        clock.wait(LEASE / 12)  # their heartbeats differ
    clock.wait(LEASE - 4 * LEASE / 12)
    assert ledger.claim("early", LEASE) is None  # one lease has ended by now, and the others will
    clock.wait(GONE)
    assert [claimed(ledger, f"again{n}").blame for n in range(4)] == [BLAME_SHARED] * 4


def test_what_takes_others_with_it_is_given_up_after_nine_attempts(ledger: Ledger, clock: HandClock) -> None:
    poison, numbers = ledger.request_review(push("poison", 10)), iter(range(100, 200))
    victims: list[int] = []

    def take_another_with_it() -> None:
        other = pull(next(numbers), repository_id=9)
        row = ledger.request_review(push("victim", 10, other))
        assert ledger.claim_row(row, "second", LEASE) is not None
        victims.append(other.number)

    attempts = 0
    while not (claim := ledger.claim_row(poison, "first", LEASE)) or not claim.exhausted:
        attempts += claim is not None
        if claim is not None:
            take_another_with_it()
        clock.wait(LEASE)
    assert attempts == 9
    assert ledger.give_up(claim, "no end") is State.FAILED
    clock.wait(LEASE)
    others = [ledger.claim("third", LEASE) for _ in victims]
    assert {other.pull.number for other in others if other and not other.exhausted} == set(victims)


def test_work_whose_worker_died_rests_ever_longer_while_other_work_goes_on(ledger: Ledger, clock: HandClock) -> None:
    ledger.request_review(push("poison", 10))
    for attempt in (1, 2, 3):
        ended = clock.time + LEASE
        assert claimed(ledger).attempt == attempt
        clock.wait(LEASE)
        ledger.request_review(push("other", 10, pull(attempt)))
        ledger.finish(claimed(ledger), Ending.REVIEWED, "other")
        clock.time = ended + rest_seconds(attempt, LEASE) - 1
        assert ledger.claim("worker", LEASE) is None
        assert ledger.waiting(0) == ()
        clock.time = ended + rest_seconds(attempt, LEASE) * 1.5
    assert rest_seconds(1, LEASE) < rest_seconds(2, LEASE) < rest_seconds(3, LEASE) < MAX_REST_SECONDS


def test_a_retry_waits_and_the_third_is_the_last(ledger: Ledger, clock: HandClock) -> None:
    ledger.request_review(push("head1", 10))
    assert ledger.retry(claimed(ledger), clock.time + 30, "broken") is State.WAITING
    assert ledger.claim("worker", LEASE) is None
    assert ledger.oldest_waiting_age() is None  # it does not wait for a worker
    clock.wait(30)
    assert ledger.retry(claimed(ledger), clock.time, "broken") is State.WAITING
    assert ledger.retry(claimed(ledger), clock.time, "broken for good") is State.FAILED
    found = ledger.find_pull(501, 7)
    assert found is not None
    assert (found.attempts, found.error) == (3, "broken for good")


def test_no_retry_is_put_off_for_more_than_an_hour(ledger: Ledger, clock: HandClock) -> None:
    ledger.request_review(push("head1", 10))
    ledger.retry(claimed(ledger), clock.time * 1_000, "a clock that is wrong")
    clock.wait(3_600)
    claimed(ledger)


def test_waiting_for_github_uses_up_no_attempt(ledger: Ledger, clock: HandClock) -> None:
    ledger.request_review(push("head1", 10))
    for _ in range(20):
        claim = claimed(ledger)
        assert claim.attempt == 1
        assert ledger.postpone(claim, clock.time + 60, "GitHub is down") is State.WAITING
        assert ledger.claim("worker", LEASE) is None
        clock.wait(60)


def test_given_up_is_given_up_until_something_new_is_asked(ledger: Ledger) -> None:
    ledger.request_review(push("head1", 10))
    assert ledger.give_up(claimed(ledger), "repository not found") is State.FAILED
    assert ledger.claim("worker", LEASE) is None
    ledger.request_review(push("head2", 20))
    claim = claimed(ledger)
    ledger.request_review(push("head3", 30))
    assert ledger.give_up(claim, "too large") is State.WAITING


def test_repositories_take_turns(ledger: Ledger) -> None:
    for number in range(4):
        ledger.request_review(push("head", 10, pull(number, repository_id=1)))
    ledger.request_review(push("head", 10, pull(1, repository_id=2)))
    ledger.request_review(push("head", 10, pull(1, repository_id=3)))
    assert [claimed(ledger).pull.repository_id for _ in range(6)] == [1, 2, 3, 1, 1, 1]


def test_nothing_of_a_paused_installation_is_claimed(ledger: Ledger, clock: HandClock) -> None:
    row = ledger.request_review(push("head", 10))
    ledger.pause(11, clock.time + 60)
    assert ledger.claim("worker", LEASE) is None
    assert ledger.claim_row(row, "worker", LEASE) is None
    assert ledger.oldest_waiting_age() is None
    ledger.request_review(push("head2", 20))  # a push does not end the pause
    assert ledger.claim("worker", LEASE) is None
    clock.wait(60)
    ledger.finish(claimed(ledger), Ending.REVIEWED, "head2")
    ledger.pause(11, FOREVER)
    ledger.request_review(push("head3", 30))
    assert ledger.claim("worker", LEASE) is None
    ledger.pause(11, None)
    claimed(ledger)


def test_the_sweeper_sees_how_long_rows_have_waited(ledger: Ledger, clock: HandClock) -> None:
    first = ledger.request_review(push("head", 10, pull(1)))
    clock.wait(100)
    second = ledger.request_review(push("head", 10, pull(2)))
    clock.wait(5)
    assert [(row.row_id, row.age_seconds) for row in ledger.waiting(0)] == [(first, 105.0), (second, 5.0)]
    assert [row.row_id for row in ledger.waiting(30)] == [first]
    assert ledger.oldest_waiting_age() == 105
    claimed(ledger)
    clock.wait(LEASE + 1)  # the worker died: the row waits since its lease ended
    assert [(row.row_id, row.age_seconds) for row in ledger.waiting(0)] == [(second, 66.0), (first, 1.0)]


def test_workers_that_claim_at_once_get_different_rows(ledger: Ledger) -> None:
    for number in range(40):
        ledger.request_review(push("head", 10, pull(number, repository_id=number % 3)))
    got: list[int] = []

    def work(owner: str) -> None:
        while claim := ledger.claim(owner, LEASE):
            got.append(claim.row_id)

    workers = [threading.Thread(target=work, args=(f"worker{n}",)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    # On PostgreSQL a claim may pass by rows that another one is looking at, and end early.
    while claim := ledger.claim("last", LEASE):
        got.append(claim.row_id)
    assert len(got) == len(set(got)) == 40
