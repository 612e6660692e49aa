"""What becomes of work whose worker died: it rests for a while, and is blamed for as much as speaks against it.

Nobody sees a worker die: its lease ends. If nobody else's work was lost at the time, the work itself may be what
killed it (memory, a crash of a parser). If others lost theirs too, the machine, the process or whoever stops
processes is the likelier cause: that counts less, and still counts, because such work may take others with it.
"""

import random
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from reviewbot.ledger.record import BLAME_LIMIT, BLAME_SHARED, BLAME_WHOLE, State
from reviewbot.ledger.schema import work
from reviewbot.ledger.store import Store
from reviewbot.ledger.tally import DEATHS, Series, count

LATELY_SECONDS = 900.0
"""Others whose worker died so shortly before share the blame."""
MAX_REST_SECONDS = 300.0
MAX_BLAME = 2 * BLAME_LIMIT
"""Work whose workers die even while they give it up is marked as failed and handed out no more."""


class Deaths(Store):
    """What is done before work is handed out."""

    def _expired(self, now: float) -> ColumnElement[bool]:
        """Return which rows are in the hands of a worker that is gone or stands still."""
        return and_(work.c.state == State.RUNNING, work.c.lease_until <= now)

    def _bury(self, connection: Connection, now: float, lease_seconds: float) -> None:
        """Take back all work whose lease ended. It waits again, unless it is not wanted any more or had its chances.

        `lease_seconds` is for how long workers claim.
        """
        expired = select(work).where(self._expired(now)).order_by(work.c.id).with_for_update(skip_locked=True)
        for row in connection.execute(expired).all():
            alone = not self._others_died(connection, row, now + lease_seconds / 3)
            blame = row.blame + (BLAME_WHOLE if alone else BLAME_SHARED)
            rest = rest_seconds(row.attempts, lease_seconds) * random.uniform(1, 1.5)  # noqa: S311  no secret
            values = {
                "state": _state(row, blame),
                "owner": "",
                "lease_until": 0.0,
                "blame": blame,
                "died_at": row.lease_until,
                "waiting_since": now,
                "next_at": row.lease_until + rest,
            }
            connection.execute(update(work).where(work.c.id == row.id).values(values))
            count(connection, {Series(DEATHS, ("alone" if alone else "with others",)): 1})

    def _others_died(self, connection: Connection, row: Row[Any], silent_until: float) -> bool:
        """Say whether workers of other work died with that of `row`, or not long before.

        Leases are renewed each third of their time. One that ends before `silent_until` has missed its renewal, so
        its worker died too.
        """
        silent = and_(work.c.state == State.RUNNING, work.c.lease_until <= silent_until)
        lately = work.c.died_at > max(0.0, row.lease_until - LATELY_SECONDS)
        others = select(work.c.id).where(work.c.id != row.id, or_(silent, lately)).limit(1)
        return connection.execute(others).first() is not None


def rest_seconds(attempts: int, lease_seconds: float) -> float:
    """Return for how long work rests at least after so many attempts: ever longer, so that no burst uses them up."""
    return min(MAX_REST_SECONDS, max(1, attempts) ** 2 * lease_seconds / 12)


def _state(row: Row[Any], blame: int) -> State:
    if not row.open:
        return State.STOPPED
    return State.FAILED if blame >= MAX_BLAME else State.WAITING
