"""Sends deliveries to a receiver: repeated, shuffled, lost, or as they come."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from tests.fake_github.deliveries import Delivery
from tests.fake_github.state import now
from tests.fake_github.world import World

ANSWER_SECONDS = 10.0  # https://docs.github.com/webhooks/using-webhooks/best-practices-for-using-webhooks
MAX_PAYLOAD_BYTES = 25_000_000
PAUSE_SECONDS = 0.02


def never(_delivery: Delivery) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Weather:
    """What happens to deliveries on their way.

    Those that `hold` names wait for a later sending.

    Each is sent `copies` times; `shuffle` mixes the order; those that `lose` names never arrive and are failed in
    GitHub's log; `senders` send at the same time.
    """

    copies: int = 1
    shuffle: random.Random | None = None
    lose: Callable[[Delivery], bool] = never
    hold: Callable[[Delivery], bool] = never
    senders: int = 1


CALM = Weather()


def send_waiting(world: World, to_url: str | None = None, weather: Weather = CALM) -> Sequence[Delivery]:
    """Send all that waits, and return it with what the receiver answered. GitHub repeats nothing by itself."""
    with world.lock:
        waiting = [each for each in world.deliveries if each.status is None and not weather.hold(each)]
        for each in waiting:
            each.status = "sending"
    order = [each for each in waiting for _ in range(weather.copies)]
    if weather.shuffle is not None:
        weather.shuffle.shuffle(order)
    with httpx.Client(timeout=ANSWER_SECONDS, trust_env=False) as client, ThreadPoolExecutor(weather.senders) as pool:
        list(pool.map(lambda each: _send(client, each, to_url, lost=weather.lose(each)), order))
    return waiting


def _send(client: httpx.Client, delivery: Delivery, to_url: str | None, *, lost: bool) -> None:
    delivery.delivered_at = now()
    if lost or len(delivery.body) > MAX_PAYLOAD_BYTES:
        delivery.status, delivery.status_code = "failed to connect to host", 502
        return
    started = time.monotonic()
    try:
        answer = client.post(to_url or delivery.app.webhook_url, content=delivery.body, headers=delivery.headers())
    except httpx.TimeoutException:
        delivery.status, delivery.status_code = "timed out", 504
    except httpx.TransportError:
        delivery.status, delivery.status_code = "failed to connect to host", 502
    else:
        delivery.status_code, delivery.answer = answer.status_code, answer.text
        delivery.status = "OK" if answer.is_success else f"Invalid HTTP Response: {answer.status_code}"
    delivery.duration = round(time.monotonic() - started, 2)


def redeliver(world: World, delivery: Delivery) -> Delivery:
    """Queue the delivery once more, as a person does in the App's settings."""
    with world.lock:
        again = delivery.again(world.next_id())
        world.deliveries.append(again)
    return again


@contextmanager
def sending(world: World, to_url: str | None = None, weather: Weather = CALM) -> Iterator[None]:
    """Send deliveries as they come up, in a thread, while the block runs."""
    done = threading.Event()

    def run() -> None:
        while not done.wait(PAUSE_SECONDS):
            send_waiting(world, to_url, weather)

    thread = threading.Thread(target=run, name="fake-github-deliveries", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
