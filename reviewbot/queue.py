"""What the receiver and the workers share: the name of a task, its payload, and how it is sent.

A message is a hint that work waits in the ledger, and no more. One that is lost, doubled, late or forged
costs time and never work: the sweeper sends another, and the ledger says what is to be done.
"""

import threading
import time
from collections.abc import Iterable

from celery import Celery
from kombu.exceptions import OperationalError
from pydantic import SecretStr
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from reviewbot.errors import ConfigError, UnavailableError

TASK = "reviewbot.work"
QUEUE = "reviewbot"

SOCKET_SECONDS = 5
CONNECT_SECONDS = 2
PULSE_SECONDS = 5.0
VISIBILITY_SECONDS = 1800
"""Redis gives a message that nobody confirmed to another worker after this: twice the longest task at least."""

TRANSPORT_OPTIONS = {
    "visibility_timeout": VISIBILITY_SECONDS,  # the shortest one of all who share a broker holds for all
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": SOCKET_SECONDS,  # without one, a Redis that hangs holds the sender for ever
    "socket_connect_timeout": CONNECT_SECONDS,
    "socket_keepalive": True,
    "health_check_interval": 5,  # a connection that went dead unheard is made anew within twice this and a second
}
"""https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html"""
PUBLISH_RETRY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}


def payload(row_id: int) -> dict[str, int]:
    """Return the keyword arguments of the task: the row of the ledger that waits."""
    return {"row": row_id}


class Pulse:
    """Asks whether the broker is there, but not more often than every few seconds, and one caller at a time.

    A broker that hangs takes seconds to be found out; whoever asks meanwhile gets the last answer.
    """

    def __init__(self, broker_url: SecretStr, every_seconds: float = PULSE_SECONDS) -> None:
        """Ask nothing yet.

        Raises:
            ConfigError: this is no address of Redis.
        """
        try:
            # Celery's connection would try again and again before it says no.
            self._redis = Redis.from_url(
                broker_url.get_secret_value(),
                socket_timeout=CONNECT_SECONDS,
                socket_connect_timeout=CONNECT_SECONDS,
                retry=Retry(NoBackoff(), 0),
            )
        except ValueError:
            raise ConfigError("REVIEWBOT_BROKER_URL is no address of Redis, such as redis://host:6379/0.") from None
        self._every = every_seconds
        self._lock = threading.Lock()
        self._alive = False
        self._next = 0.0

    def __call__(self) -> bool:
        """Say whether the broker answered when it was last asked."""
        if self._lock.acquire(blocking=False):
            try:
                if time.monotonic() >= self._next:
                    self._alive = self._answers()
                    self._next = time.monotonic() + self._every
            finally:
                self._lock.release()
        return self._alive

    def _answers(self) -> bool:
        try:
            return bool(self._redis.ping())
        except RedisError:
            return False


class Hints:
    """Sends hints to the Celery workers behind a broker. It knows the task by name only."""

    def __init__(self, broker_url: SecretStr) -> None:
        self._app = Celery("reviewbot", broker=broker_url.get_secret_value(), set_as_current=False)
        self._app.conf.update(
            task_serializer="json",
            accept_content=["json"],
            task_ignore_result=True,
            broker_transport_options=TRANSPORT_OPTIONS,
            task_publish_retry_policy=PUBLISH_RETRY,
        )

    def send(self, row_ids: Iterable[int]) -> None:
        """Send one hint for each row. Never call it while a delivery waits for its answer: it may take seconds.

        Raises:
            UnavailableError: the broker did not take them all. The sweeper tries again.
        """
        try:
            for row_id in row_ids:
                self._app.send_task(TASK, kwargs=payload(row_id), queue=QUEUE)
        except OperationalError as error:
            raise UnavailableError(f"The broker did not take a hint: {error}. The sweeper sends another.") from None

    def waiting(self) -> int:
        """Return how many hints lie in the queue.

        Raises:
            UnavailableError: the broker does not answer.
        """
        try:
            with self._app.connection_for_read() as connection:
                channel = connection.default_channel
                return int(channel.queue_declare(QUEUE, passive=False).message_count)
        except OperationalError as error:
            raise UnavailableError(f"The broker does not answer: {error}.") from None
