"""Processes that are killed with SIGKILL while they claim, post and finish."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reviewbot.ledger import Ledger, open_ledger
from reviewbot.ledger.record import State
from tests.ledger.cases import delivery, pull, push

PULLS = 40
KILLS = 5
ROOT = Path(__file__).parents[2]


class Workers:
    """Three processes; whoever is killed has another one in its place."""

    def __init__(self, url: str, posted: Path) -> None:
        self._command = [sys.executable, "-m", "tests.ledger.mortal", url, str(posted)]
        self._running = [self._start(number) for number in range(3)]

    def _start(self, number: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*self._command, f"worker{number}"], cwd=ROOT)

    def kill(self, number: int) -> None:
        self._running[number].kill()
        self._running[number].wait()
        self._running[number] = self._start(number)

    def end(self) -> None:
        for process in self._running:
            process.kill()
            process.wait()


@contextmanager
def workers(url: str, posted: Path) -> Iterator[Workers]:
    posted.touch()
    running = Workers(url, posted)
    try:
        yield running
    finally:
        running.end()


def done(ledger: Ledger) -> int:
    rows = [ledger.find_pull(501, number) for number in range(PULLS)]
    return sum(row is not None and row.state is State.DONE for row in rows)


def wait_until_done(ledger: Ledger, count: int) -> None:
    deadline = time.monotonic() + 120
    while done(ledger) < count:
        assert time.monotonic() < deadline, f"{done(ledger)} of {PULLS} done"
        time.sleep(0.2)


def test_killed_workers_lose_nothing_and_post_nothing_twice(url: str, tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311  no secret
    posted = tmp_path / "posted"
    ledger = open_ledger(url)
    ledger.record_deliveries([delivery(push("head", 10, pull(number))) for number in range(PULLS)])
    with workers(url, posted) as running:
        for kill in range(KILLS):
            wait_until_done(ledger, (kill + 1) * PULLS // (KILLS + 2))
            running.kill(chance.randrange(3))
        wait_until_done(ledger, PULLS)
    assert sorted(posted.read_text().splitlines()) == sorted(f"{number}:head" for number in range(PULLS))
    assert ledger.oldest_waiting_age() is None
    ledger.close()


RECEIVER = """
import sys
from reviewbot.ledger import open_ledger
from tests.ledger.cases import delivery, pull, push
ledger = open_ledger(sys.argv[1])
for number in range(1_000_000):
    ledger.record_delivery(delivery(push("head", 10, pull(number)), guid=f"guid{number}"))
    print(number, flush=True)
"""


def test_what_was_acknowledged_is_there_after_the_receiver_was_killed(url: str) -> None:
    receiver = subprocess.Popen([sys.executable, "-c", RECEIVER, url], cwd=ROOT, stdout=subprocess.PIPE)
    assert receiver.stdout is not None
    acknowledged = [int(receiver.stdout.readline()) for _ in range(50)]
    receiver.kill()
    acknowledged += [int(line) for line in receiver.stdout.read().splitlines() if line]
    receiver.wait()
    receiver.stdout.close()
    ledger = open_ledger(url)
    assert [number for number in acknowledged if ledger.find_pull(501, number) is None] == []
    again = delivery(push("head", 10, pull(0)), guid="guid0")
    assert not ledger.record_delivery(again).new
    ledger.close()
