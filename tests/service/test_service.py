"""End to end over real processes: a signed delivery comes in, one review and one concluded check come out."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from reviewbot.ledger import open_ledger
from tests.fake_github import FakeGitHub
from tests.fake_github.faults import Fault
from tests.fake_github.sending import Weather, send_waiting, sending
from tests.service.stack import Stack, eventually, settled

POISONED_WAYS = ["celery", *["embedded"] * ("CHAOS_PULLS" in os.environ)]
"""Each takes a minute and more, nearly all of it the start of workers: `make chaos` has both."""
HIDDEN = {"notes.txt": "one \u202e two\n"}  # characters that reorder text: found without starting a scanner


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with FakeGitHub(contents_per_minute=None) as hub, Stack(hub, tmp_path) as stack:
        yield stack


def one_review_each(stack: Stack, number: int) -> None:
    hub = stack.hub
    repository = hub.create_repository("acme/shop")
    with sending(hub.world, stack.url, Weather(copies=2)):
        pulls = [hub.open_pull(repository, head_files=HIDDEN) for _ in range(number)]
        done = eventually(lambda: settled(hub, pulls), 60)
    assert done, stack.told()
    assert [len(hub.reviews(pull)) for pull in pulls] == [1] * number
    assert [len(hub.review_comments(pull)) for pull in pulls] == [1] * number
    assert [(run.status, run.conclusion) for run in hub.check_runs()] == [("completed", "failure")] * number


def test_the_embedded_default_reviews_without_redis(stack: Stack) -> None:
    stack.serve(workers=2)

    one_review_each(stack, 3)


def test_celery_workers_behind_redis_review(stack: Stack) -> None:
    stack.redis()
    stack.serve(workers=0, **stack.broker)
    stack.celery()

    one_review_each(stack, 3)


@pytest.mark.parametrize(
    ("number", "again"),
    [(signal.SIGTERM, False), (signal.SIGTERM, True), (signal.SIGINT, False), (signal.SIGQUIT, False)],
)
def test_a_service_that_is_told_to_stop_ends_and_its_work_is_taken_up_again(
    stack: Stack, number: signal.Signals, *, again: bool
) -> None:
    serve = stack.serve(workers=1)
    stack.hub.fail(Fault("pulls/get", delay=3.0, nth=(1,)))
    pull = stack.hub.open_pull(stack.hub.create_repository("acme/shop"), head_files=HIDDEN)
    send_waiting(stack.hub.world, stack.url)
    assert eventually(lambda: "apps/create-installation-access-token" in stack.hub.operations(), 60), stack.told()

    serve.signal(number)
    if again:
        assert eventually(lambda: not stack.takes_deliveries(), 45), stack.told()
        serve.signal(number)

    assert eventually(lambda: serve.running is not None and serve.running.poll() is not None, 45), stack.told()
    serve.start()
    assert eventually(lambda: settled(stack.hub, [pull]), 60), stack.told()
    assert len(stack.hub.reviews(pull)) == 1
    assert [run.conclusion for run in stack.hub.check_runs()] == ["failure"]


def stop_between_writes(processes: list[int], ledger: Path) -> None:
    """Stop the processes where none of them holds SQLite's write lock: nobody else could write while one stands so."""
    while True:
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        probe = sqlite3.connect(ledger, timeout=2, isolation_level=None)
        with closing(probe), suppress(sqlite3.OperationalError):
            probe.execute("BEGIN IMMEDIATE")
            return
        for process in processes:
            os.kill(process, signal.SIGCONT)
        time.sleep(0.05)


def test_a_worker_that_stood_still_in_the_middle_of_posting_doubles_nothing(stack: Stack) -> None:
    serve = stack.serve(workers=1)
    paused: list[int] = []

    def pause() -> None:
        paused.extend(child for child in serve.children() if "work" in command_of(child))
        stop_between_writes(paused, stack.folder / "ledger.sqlite")

    stack.hub.fail(Fault("pulls/create-review", before=pause, delay=4.0, nth=(1,)))
    pull = stack.hub.open_pull(stack.hub.create_repository("acme/shop"), head_files=HIDDEN)
    send_waiting(stack.hub.world, stack.url)
    assert eventually(lambda: bool(paused), 60), stack.told()
    second = stack.run("second", sys.executable, "-m", "reviewbot", "work")
    assert eventually(lambda: settled(stack.hub, [pull]), 120), stack.told()
    for child in paused:
        os.kill(child, signal.SIGCONT)

    assert not eventually(lambda: len(stack.hub.reviews(pull)) > 1, 8), stack.told()
    assert second.running is not None
    assert {run.status for run in stack.hub.check_runs()} == {"completed"}


@pytest.mark.parametrize("way", POISONED_WAYS)
def test_a_pull_request_that_kills_each_worker_is_given_up_and_others_are_reviewed(stack: Stack, way: str) -> None:
    hub, lease = stack.hub, {"REVIEWBOT_LEASE_SECONDS": "3"}
    if way == "embedded":
        workers = stack.serve(workers=1, **lease)
    else:
        stack.redis()
        stack.serve(workers=0, **stack.broker)
        workers = stack.celery("--concurrency", "1", **lease)
    repository = hub.create_repository("acme/shop")
    poison = hub.open_pull(repository, head_files=HIDDEN)
    killed: list[str] = []

    def kill_whoever_reads_poison() -> None:
        read = [each.incoming.path for each in hub.requests if each.operation == "pulls/get"]
        if read[-1].endswith(f"/pulls/{poison.number}"):
            killed.append(read[-1])
            for child in workers.children():
                if "semaphore_tracker" not in "".join(command_of(child)):  # Celery's own: it does no work
                    os.kill(child, signal.SIGKILL)

    hub.fail(Fault("pulls/list-files", before=kill_whoever_reads_poison))
    with sending(hub.world, stack.url):
        assert eventually(lambda: bool(killed), 60), stack.told()
        others = [hub.open_pull(repository, head_files=HIDDEN | {"n": str(n)}) for n in range(3)]
        assert eventually(lambda: all(hub.reviews(other) for other in others), 120), stack.told()
        assert eventually(lambda: all(run.status == "completed" for run in hub.check_runs()), 120), stack.told()

    (told,) = hub.check_runs(poison.head_sha)
    assert (len(killed), told.conclusion, hub.reviews(poison)) == (3, "failure", [])
    assert "Nothing counts as reviewed" in told.output["summary"]
    assert [len(hub.reviews(other)) for other in others] == [1] * 3


def test_what_came_while_the_receiver_was_down_is_reviewed_at_its_newest_head(stack: Stack) -> None:
    hub, serve = stack.hub, stack.serve(workers=1)
    repository = hub.create_repository("acme/shop")
    pushed = hub.open_pull(repository, head_files=HIDDEN)
    with sending(hub.world, stack.url):
        assert eventually(lambda: settled(hub, [pushed]) and swept(stack), 120), stack.told()
    serve.kill()
    for number in range(3):
        hub.push(pushed, HIDDEN | {"app.py": f"a = {number}\n"})
    failed = hub.open_pull(repository, head_files=HIDDEN | {"failed.py": ""})
    sent = send_waiting(hub.world, stack.url)
    assert {delivery.status_code for delivery in sent}.isdisjoint({200, 202})
    unheard = hub.open_pull(repository, head_files=HIDDEN | {"unheard.py": ""})
    hub.drop_waiting()  # GitHub did not even try

    serve.start()

    pulls = [pushed, failed, unheard]
    with sending(hub.world, stack.url):
        assert eventually(lambda: settled(hub, pulls), 120), stack.told()
    assert [len(hub.reviews(pull)) for pull in pulls] == [2, 1, 1]
    assert [hub.reviews(pull)[-1].commit for pull in pulls] == [pull.head_sha for pull in pulls]


def swept(stack: Stack) -> bool:
    """Say whether the sweeper has looked for open pull requests once: the first time it only notes the hour."""
    with closing(open_ledger(f"sqlite:///{stack.folder}/ledger.sqlite")) as ledger:
        return ledger.cursor("pulls") is not None


def command_of(process: int) -> list[str]:
    return Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8").split("\0")


@pytest.mark.parametrize("command", ["work", "sweep"])
def test_a_process_that_starts_after_its_receiver_was_killed_ends_by_itself(stack: Stack, command: str) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    orphan = [sys.executable, "-m", "reviewbot", command, "--beside", str(gone.pid)]
    assert subprocess.run(orphan, env=stack.environment(), timeout=60, check=False).returncode == 0
