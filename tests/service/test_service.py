"""End to end over real processes: a signed delivery comes in, one review and one concluded check come out."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_github import FakeGitHub
from tests.fake_github.faults import Fault
from tests.fake_github.sending import Weather, send_waiting, sending
from tests.service.stack import Stack, eventually, settled

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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_a_service_that_is_told_to_stop_ends_and_its_work_is_taken_up_again(
    stack: Stack, number: signal.Signals
) -> None:
    serve = stack.serve(workers=1)
    stack.hub.fail(Fault("pulls/get", delay=3.0, nth=(1,)))
    pull = stack.hub.open_pull(stack.hub.create_repository("acme/shop"), head_files=HIDDEN)
    send_waiting(stack.hub.world, stack.url)
    assert eventually(lambda: "apps/create-installation-access-token" in stack.hub.operations(), 60), stack.told()

    serve.signal(number)

    assert eventually(lambda: serve.running is not None and serve.running.poll() is not None, 45), stack.told()
    serve.start()
    assert eventually(lambda: settled(stack.hub, [pull]), 60), stack.told()
    assert len(stack.hub.reviews(pull)) == 1


def test_a_worker_that_stood_still_in_the_middle_of_posting_doubles_nothing(stack: Stack) -> None:
    serve = stack.serve(workers=1)
    stack.hub.fail(Fault("pulls/create-review", delay=4.0, nth=(1,)))
    pull = stack.hub.open_pull(stack.hub.create_repository("acme/shop"), head_files=HIDDEN)
    send_waiting(stack.hub.world, stack.url)
    assert eventually(lambda: "checks/create" in stack.hub.operations(), 60), stack.told()
    paused = [child for child in serve.children() if "work" in command_of(child)]
    for child in paused:
        os.kill(child, signal.SIGSTOP)
    second = stack.run("second", sys.executable, "-m", "reviewbot", "work")
    assert eventually(lambda: settled(stack.hub, [pull]), 120), stack.told()
    for child in paused:
        os.kill(child, signal.SIGCONT)

    assert not eventually(lambda: len(stack.hub.reviews(pull)) > 1, 8), stack.told()
    assert second.running is not None
    assert {run.status for run in stack.hub.check_runs()} == {"completed"}


def command_of(process: int) -> list[str]:
    return Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8").split("\0")
