"""Recording: once, in any order, and what each kind of delivery does to the rows."""

import random
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from reviewbot.ledger import Ledger, open_ledger
from reviewbot.ledger.record import (
    FOREVER,
    Ending,
    Pause,
    PullState,
    RerunWork,
    ReviewWork,
    State,
    StopWork,
    Uninstall,
)
from tests.ledger.cases import PULL, comment, delivery, pull, push, rerun, stop
from tests.ledger.test_queue import LEASE, claimed


def found(ledger: Ledger) -> PullState:
    state = ledger.find_pull(501, 7)
    assert state is not None
    return state


def test_a_delivery_is_recorded_once_however_often_it_comes(ledger: Ledger) -> None:
    first = delivery(push("head1", 10), guid="one", body="same")
    assert ledger.record_delivery(first).new
    ledger.finish(claimed(ledger), Ending.REVIEWED, "head1")
    before = found(ledger)
    replayed = replace(first, guid="two")
    assert [known.new for known in ledger.record_deliveries([first, replayed, first])] == [False] * 3
    assert found(ledger) == before
    assert ledger.claim("worker", LEASE) is None


def test_twins_in_one_batch_are_one_delivery(ledger: Ledger) -> None:
    one = delivery(push("head1", 10), guid="one", body="same")
    recorded = ledger.record_deliveries([one, one, replace(one, guid="two")])
    assert [known.new for known in recorded] == [True, False, False]
    assert len(recorded[0].row_ids) == 1


def test_a_batch_is_recorded_as_if_one_after_the_other(ledger: Ledger) -> None:
    batch = [
        delivery(push("head1", 10)),
        delivery(None, event="ping"),
        delivery(comment()),
        delivery(push("head3", 30)),
        delivery(push("head2", 20)),
        delivery(Uninstall(12)),
        delivery(push("head", 10, pull(8))),
    ]
    recorded = ledger.record_deliveries(batch)
    assert all(one.new for one in recorded)
    assert recorded[0].row_ids == recorded[3].row_ids == recorded[4].row_ids
    assert len({row for one in recorded for row in one.row_ids}) == 3
    assert found(ledger).head == "head3"


def test_requests_of_one_pull_request_that_come_together_end_as_if_one_after_the_other(ledger: Ledger) -> None:
    events: list[ReviewWork | StopWork] = [push(f"head{at}", at) for at in (10, 20, 30)]
    events += [push("other20", 20), stop(20), stop(35), rerun("head5")]
    for seed in range(20):
        shuffled = random.Random(seed).sample(events, len(events))  # noqa: S311  no secret
        together, apart = pull(100 + seed), pull(200 + seed)
        ledger.record_deliveries([delivery(replace(event, pull=together)) for event in shuffled])
        for event in shuffled:
            ledger.record_delivery(delivery(replace(event, pull=apart)))
        one, other = (ledger.find_pull(on.repository_id, on.number) for on in (together, apart))
        assert one is not None
        assert other is not None
        assert replace(one, row_id=other.row_id, pull=other.pull) == other, shuffled


def test_the_newest_head_wins_in_every_order(ledger: Ledger) -> None:
    events: list[ReviewWork | StopWork] = [push(f"head{at}", at) for at in (10, 20, 30)]
    events.append(stop(40))
    events.append(push("head50", 50))
    for seed in range(10):
        shuffled = random.Random(seed).sample(events, len(events))  # noqa: S311  no secret
        for event in shuffled:
            ledger.record_delivery(delivery(event))
        state = found(ledger)
        assert (state.head, state.state, state.updated_at) == ("head50", State.WAITING, 50)
        ledger.forget_installation(11)


def test_of_two_changes_in_one_second_the_later_arrival_wins(ledger: Ledger) -> None:
    ledger.record_delivery(delivery(push("first", 10)))
    ledger.record_delivery(delivery(push("second", 10)))
    assert found(ledger).head == "second"


def test_closed_before_opened_stays_closed(ledger: Ledger) -> None:
    ledger.record_delivery(delivery(stop(20)))
    ledger.record_delivery(delivery(push("late", 10)))
    assert found(ledger).state is State.STOPPED
    assert ledger.claim("worker", LEASE) is None
    ledger.record_delivery(delivery(rerun("late")))  # somebody asks for it all the same
    assert claimed(ledger).forced


def test_a_rerun_says_nothing_about_the_newest_head(ledger: Ledger) -> None:
    ledger.record_delivery(delivery(push("head2", 20)))
    ledger.finish(claimed(ledger), Ending.REVIEWED, "head2")
    ledger.record_delivery(delivery(rerun("head1")))
    assert (found(ledger).head, found(ledger).updated_at) == ("head2", 20)


def test_a_rerun_of_a_fork_is_found_by_its_head(ledger: Ledger) -> None:
    row = ledger.record_delivery(delivery(push("head1", 10))).row_ids
    ledger.finish(claimed(ledger), Ending.REVIEWED, "head1")
    assert ledger.record_delivery(delivery(RerunWork(11, 501, "unknown"))).row_ids == ()
    assert ledger.record_delivery(delivery(RerunWork(99, 501, "head1"))).row_ids == ()
    assert ledger.record_delivery(delivery(RerunWork(11, 501, "head1", "user:1"))).row_ids == row
    claim = claimed(ledger)
    assert (claim.forced, claim.trigger, claim.requested_by) == (True, "rerun", "user:1")


def test_a_command_is_done_once_even_if_its_comment_comes_again(ledger: Ledger) -> None:
    ledger.record_delivery(delivery(comment()))
    ledger.finish(claimed(ledger), Ending.ANSWERED)
    ledger.record_delivery(delivery(comment("/reviewbot dismiss edited")))
    assert ledger.claim("worker", LEASE) is None


def test_a_suspended_installation_waits_and_goes_on(ledger: Ledger) -> None:
    ledger.record_delivery(delivery(push("head1", 10)))
    ledger.record_delivery(delivery(Pause(11, FOREVER)))
    assert ledger.claim("worker", LEASE) is None
    ledger.record_delivery(delivery(Pause(11, None)))
    claimed(ledger)


def test_a_repository_that_was_renamed_or_moved_is_the_same(ledger: Ledger) -> None:
    ledger.record_delivery(delivery(push("head1", 10)))
    ledger.record_delivery(delivery(push("head2", 20, replace(PULL, repository="new/name", installation=12))))
    assert found(ledger).pull == replace(PULL, repository="new/name", installation=12)


def test_hostile_text_is_cut_to_what_the_columns_take(ledger: Ledger) -> None:
    nasty = "\0\ud800" + "long" * 1_000
    ledger.record_delivery(delivery(push(nasty, 10, replace(PULL, repository=nasty)), guid=nasty))
    ledger.record_delivery(delivery(comment(nasty), event=nasty))
    assert claimed(ledger).pull.repository == ("?" + "long" * 1_000)[:200]
    command = claimed(ledger).command
    assert command is not None
    assert len(command.text) == 500


def test_a_thousand_deliveries_become_fifty_rows_of_the_newest_head(ledger: Ledger) -> None:
    pushes = [delivery(push(f"head{at}", at, pull(number))) for at in range(20) for number in range(50)]
    random.Random(7).shuffle(pushes)  # noqa: S311  no secret
    for start in range(0, len(pushes), 100):
        ledger.record_deliveries(pushes[start : start + 100])
    heads = []
    while claim := ledger.claim("worker", LEASE):
        heads.append(claim.head)
    assert heads == ["head19"] * 50


def test_ten_thousand_deliveries_of_five_hundred_pull_requests_are_five_hundred_reviews(fast_folder: Path) -> None:
    pushes = [delivery(push(f"head{at}", at, pull(number))) for at in range(20) for number in range(500)]
    random.Random(7).shuffle(pushes)  # noqa: S311  no secret
    with closing(open_ledger(f"sqlite:///{fast_folder}/ten-thousand.db")) as ledger:
        for start in range(0, len(pushes), 256):
            ledger.record_deliveries(pushes[start : start + 256])
        done = []
        while claim := ledger.claim("worker", LEASE):
            done.append((claim.pull.number, claim.head))
            ledger.finish(claim, Ending.REVIEWED, claim.head)

    assert sorted(done) == [(number, "head19") for number in range(500)]


def test_old_marks_of_deliveries_can_be_dropped(ledger: Ledger) -> None:
    ledger.record_delivery(delivery(push("head1", 10)))
    assert ledger.forget_deliveries(60) == 0
    assert ledger.forget_deliveries(-1) == 1
    assert found(ledger).head == "head1"
