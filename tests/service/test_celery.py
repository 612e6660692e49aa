"""Celery and Redis: the settings that were measured, and what hostile or broken queues can do."""

import base64
import json
import os
import pickle
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import redis
from pydantic import SecretStr

from reviewbot.errors import UnavailableError
from reviewbot.queue import QUEUE, TASK, VISIBILITY_SECONDS, Hints
from tests.fake_github import FakeGitHub
from tests.fake_github.sending import send_waiting, sending
from tests.fake_github.state import Pull
from tests.service.proxy import proxy_to
from tests.service.stack import Stack, eventually, settled
from workers.configuration import HARD_LIMIT_SECONDS, make_app

HIDDEN = {"notes.txt": "one \u202e two\n"}


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with FakeGitHub(contents_per_minute=None) as hub, Stack(hub, tmp_path) as stack:
        yield stack


def test_the_settings_are_those_that_lose_and_run_nothing_foreign() -> None:
    found = make_app("redis://127.0.0.1:1/0").conf

    assert found.accept_content == found.result_accept_content == ["json"]
    assert found.result_backend is None
    assert (found.task_acks_late, found.task_retry_on_worker_lost) == (True, True)
    assert not found.task_reject_on_worker_lost
    assert (found.worker_prefetch_multiplier, found.worker_disable_prefetch) == (0, True)
    assert (found.worker_enable_remote_control, found.worker_send_task_events) == (False, False)
    assert found.broker_transport_options["visibility_timeout"] == VISIBILITY_SECONDS >= 2 * HARD_LIMIT_SECONDS
    assert found.broker_connection_max_retries is None
    assert found.worker_proc_alive_timeout >= 60  # else a child that is slow to start is killed again and again


def test_a_hint_carries_the_row_and_nothing_else(stack: Stack) -> None:
    hints = connected(stack)

    hints.send([7, 9])

    assert hints.waiting() == 2
    message = json.loads(client(stack).lindex(QUEUE, -1) or "")
    assert message["headers"]["task"] == TASK
    assert message["content-type"] == "application/json"
    assert message["headers"]["kwargsrepr"] == "{'row': 7}"


def test_a_broker_that_is_away_is_said_and_not_waited_for(stack: Stack) -> None:
    hints = Hints(SecretStr(stack.broker["REVIEWBOT_BROKER_URL"]))

    with pytest.raises(UnavailableError):
        hints.send([7])
    with pytest.raises(UnavailableError):
        hints.waiting()


def test_a_broker_that_takes_no_more_is_said_and_taken_up_again(stack: Stack) -> None:
    hints, queue = connected(stack), client(stack)
    queue.config_set("maxmemory", "1")

    with pytest.raises(UnavailableError):
        hints.send([7])

    queue.config_set("maxmemory", "0")
    hints.send([7])
    assert hints.waiting() == 1


def test_a_broker_whose_password_is_wrong_is_said_without_it(stack: Stack) -> None:
    hints, queue = connected(stack), client(stack)
    queue.config_set("requirepass", "the right one")
    wrong = Hints(SecretStr(f"redis://:canary@127.0.0.1:{stack.redis_port}/0"))

    for ask in (lambda: hints.send([7]), wrong.waiting):
        with pytest.raises(UnavailableError) as said:
            ask()
        assert "canary" not in str(said.value)


def test_deliveries_are_taken_whatever_the_brokers_password(stack: Stack) -> None:
    connected(stack)
    client(stack).config_set("requirepass", "the right one")
    stack.serve(workers=0, REVIEWBOT_BROKER_URL=f"redis://:canary@127.0.0.1:{stack.redis_port}/0")
    stack.hub.open_pull(stack.hub.create_repository("acme/shop"), head_files=HIDDEN)

    sent = send_waiting(stack.hub.world, stack.url)

    assert {delivery.status_code for delivery in sent} <= {200, 202}
    ready = httpx.get(f"http://127.0.0.1:{stack.port}/readyz", timeout=60)
    assert (ready.status_code, ready.json()["status"], ready.json()["broker"]) == (200, "degraded", "unavailable")
    assert "canary" not in stack.told()


def test_readyz_tells_whether_the_broker_answers(stack: Stack) -> None:
    broker = stack.redis()
    stack.serve(workers=0, **stack.broker)
    ready = f"http://127.0.0.1:{stack.port}/readyz"

    assert eventually(lambda: httpx.get(ready, timeout=60).json()["broker"] == "ok", 60), stack.told()
    queue = client(stack)
    queue.config_set("requirepass", "another")
    queue.client_kill_filter(_type="normal")
    assert eventually(lambda: httpx.get(ready, timeout=60).json()["status"] == "degraded", 60), stack.told()
    queue.config_set("requirepass", "")
    assert eventually(lambda: httpx.get(ready, timeout=60).json()["status"] == "ok", 60), stack.told()
    broker.kill()
    assert eventually(lambda: httpx.get(ready, timeout=60).json()["broker"] == "unavailable", 60), stack.told()
    found = httpx.get(ready, timeout=60)
    assert (found.status_code, found.json()["status"]) == (200, "degraded")


def test_junk_pickles_and_forged_messages_run_nothing_and_stop_nothing(stack: Stack) -> None:
    canary = stack.folder / "canary"
    connected(stack).send([999_999_999])
    queue = client(stack)
    forged = json.loads(queue.lindex(QUEUE, 0) or "")
    pickled = {**forged, "content-type": "application/x-python-serialize", "body": pickle_that_writes(canary)}
    foreign = {**forged, "headers": {**forged["headers"], "task": "os.system"}}
    for message in (json.dumps(pickled), json.dumps(foreign), "not json at all", json.dumps({}), "[1, 2]"):
        queue.lpush(QUEUE, message)
    stack.serve(workers=0, **stack.broker)
    stack.celery("--concurrency", "1")

    assert reviews_one(stack), stack.told()
    assert not canary.exists()


@pytest.mark.parametrize("pool", ["prefork", "threads"])
def test_a_celery_worker_logs_as_the_other_doors_do(stack: Stack, pool: str) -> None:
    stack.redis()
    stack.serve(workers=0, **stack.broker)
    stack.celery("--pool", pool)

    assert reviews_one(stack), stack.told()

    log = stack.folder / "celery.log"
    assert eventually(lambda: "work.ended" in log.read_text(), 60), stack.told()
    told = log.read_text()
    (ended,) = [json.loads(line) for line in told.splitlines() if "work.ended" in line]
    assert (ended["level"], ended["ending"]) == ("info", "reviewed")
    assert "HTTP Request" not in told


def test_a_broker_that_hangs_holds_up_no_delivery_and_work_goes_on_after_it(stack: Stack) -> None:
    redis_process = stack.redis()
    stack.serve(workers=0, **stack.broker)
    stack.celery("--concurrency", "1")
    redis_process.signal(signal.SIGSTOP)
    pull = stack.hub.open_pull(stack.hub.create_repository("acme/shop"), head_files=HIDDEN)

    sent = send_waiting(stack.hub.world, stack.url)

    assert {delivery.status_code for delivery in sent} <= {200, 202}
    redis_process.signal(signal.SIGCONT)
    assert eventually(lambda: supervised(stack, [pull]), 120), stack.told()


def test_connections_to_the_broker_that_went_dead_unheard_are_made_anew(stack: Stack) -> None:
    stack.redis()
    with proxy_to(stack.redis_port) as proxy:
        stack.redis_port = proxy.port
        stack.serve(workers=0, **stack.broker)
        stack.celery("--concurrency", "1")
        assert reviews_one(stack), stack.told()
        proxy.go_dead()

        again = stack.hub.open_pull(next(iter(stack.hub.pulls())).repository, head_files=HIDDEN)
        with sending(stack.hub.world, stack.url):
            assert eventually(lambda: settled(stack.hub, [again]), 120), stack.told()
        assert stack.processes["celery"].running is not None
        assert stack.processes["celery"].running.poll() is None


def connected(stack: Stack) -> Hints:
    stack.redis()
    assert eventually(lambda: answers(stack), 30)
    return Hints(SecretStr(stack.broker["REVIEWBOT_BROKER_URL"]))


def client(stack: Stack) -> "redis.Redis":
    return redis.Redis(port=stack.redis_port)


def answers(stack: Stack) -> bool:
    try:
        return bool(client(stack).ping())
    except redis.ConnectionError:
        return False


def pickle_that_writes(canary: Path) -> str:
    class Touch:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (os.mkdir, (str(canary),))

    return base64.b64encode(pickle.dumps(Touch())).decode()


def reviews_one(stack: Stack) -> bool:
    pull = stack.hub.open_pull(stack.hub.create_repository("acme/shop"), head_files=HIDDEN)
    with sending(stack.hub.world, stack.url):
        return eventually(lambda: supervised(stack, [pull]), 120)


def supervised(stack: Stack, pulls: list[Pull]) -> bool:
    for process in stack.processes.values():
        process.keep_alive()
    return settled(stack.hub, pulls)
