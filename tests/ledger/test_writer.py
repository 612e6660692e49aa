"""Group commit: everybody gets the answer for their own delivery, and nobody waits for a dead thread."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from reviewbot.errors import UnavailableError
from reviewbot.ledger import Ledger
from reviewbot.ledger.record import Delivery, Recorded
from reviewbot.ledger.writer import DeliveryWriter
from tests.ledger.cases import delivery, pull, push


class Disk:
    """A ledger whose disk can be stopped, and that counts its syncs."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.free = threading.Event()
        self.reached = threading.Event()
        self.error: Exception | None = None

    def write(self, deliveries: Sequence[Delivery]) -> Sequence[Recorded]:
        self.reached.set()
        assert self.free.wait(30)
        if self.error is not None:
            raise self.error
        self.batches.append(len(deliveries))
        return [Recorded(new=True, row_ids=(int(one.guid),)) for one in deliveries]


def numbered(number: int) -> Delivery:
    return delivery(None, guid=str(number))


def test_each_caller_gets_its_own_answer(ledger: Ledger) -> None:
    pushes = [delivery(push("head", 10, pull(number))) for number in range(100)]
    with DeliveryWriter(ledger.record_deliveries) as writer, ThreadPoolExecutor(16) as threads:
        recorded = list(threads.map(writer.record, [*pushes, *pushes]))
    assert sorted(one.new for one in recorded) == [False] * 100 + [True] * 100
    rows = {one.row_ids: sent for one, sent in zip(recorded, [*pushes, *pushes], strict=True) if one.new}
    for number in range(100):
        state = ledger.find_pull(501, number)
        assert state is not None
        assert rows[(state.row_id,)] in pushes


def test_what_comes_during_a_sync_is_written_together() -> None:
    disk = Disk()
    with DeliveryWriter(disk.write) as writer:
        futures = [writer.submit(numbered(0))]
        assert disk.reached.wait(30)
        futures += [writer.submit(numbered(n)) for n in range(1, 50)]
        disk.free.set()
        assert [future.result(30).row_ids for future in futures] == [(n,) for n in range(50)]
    assert disk.batches == [1, 49]


def test_more_than_can_wait_is_refused_at_once() -> None:
    disk = Disk()
    with DeliveryWriter(disk.write, max_waiting=3) as writer:
        first = writer.submit(numbered(0))
        assert disk.reached.wait(30)
        waiting = [writer.submit(numbered(n)) for n in range(1, 4)]
        with pytest.raises(UnavailableError, match="3 deliveries are waiting"):
            writer.record(numbered(4))
        disk.free.set()
        assert [future.result(30).new for future in (first, *waiting)] == [True] * 4


def test_a_database_that_is_away_is_told_to_all_and_the_writer_goes_on() -> None:
    disk = Disk()
    disk.error = UnavailableError("The disk is full.")
    with DeliveryWriter(disk.write) as writer:
        lost = [writer.submit(numbered(n)) for n in range(5)]
        disk.free.set()
        for future in lost:
            with pytest.raises(UnavailableError, match="disk is full"):
                future.result(30)
        disk.error = None
        assert writer.record(numbered(7)) == Recorded(new=True, row_ids=(7,))
        assert writer.alive


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_the_death_of_the_thread_is_an_error_for_all_callers_and_never_silence() -> None:
    disk = Disk()
    disk.error = ZeroDivisionError("a mistake of ours")
    with DeliveryWriter(disk.write) as writer:
        futures = [writer.submit(numbered(0))]
        assert disk.reached.wait(30)
        futures += [writer.submit(numbered(n)) for n in range(1, 5)]
        disk.free.set()
        for future in futures:
            with pytest.raises(UnavailableError, match="writer has ended"):
                future.result(30)
        assert not writer.alive
        with pytest.raises(UnavailableError, match="writer has ended"):
            writer.record(numbered(9))


def test_closing_writes_what_waits_and_takes_nothing_more() -> None:
    disk = Disk()
    with DeliveryWriter(disk.write) as writer:
        futures = [writer.submit(numbered(n)) for n in range(20)]
        disk.free.set()
    assert [future.result(0).new for future in futures] == [True] * 20
    with pytest.raises(UnavailableError):
        writer.submit(numbered(21))
    writer.close()
