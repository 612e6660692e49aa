"""What time it is for leases and retries."""

import time
from typing import Protocol

from sqlalchemy import Connection, text


class Clock(Protocol):
    """Time in seconds since the epoch, the same for all who share a ledger."""

    def now(self, connection: Connection) -> float:
        """Return the present time. `connection` is inside of the transaction that asks."""


class SteadyClock:
    """The time of day when the process started, and from there on what has really passed.

    Setting the machine's clock moves no lease of a running process. Two processes that started before and
    after may disagree: a lease then ends early or late, and fencing keeps the work from being done twice.
    """

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self, connection: Connection) -> float:  # noqa: ARG002  the Protocol's
        """Return the present time."""
        return self._offset + time.monotonic()


class DatabaseClock:
    """The time of the database server, for workers on several machines."""

    def now(self, connection: Connection) -> float:
        """Return the present time."""
        return float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
