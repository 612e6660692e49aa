"""The outbox: what is to be written to GitHub, once, each under a unique key.

    plan ─► mark_posting ─► (the request) ─► mark_posted | mark_failed
                 └── a crash or a lost answer ─► pending: wait, look at GitHub, then mark_posted or post again

GitHub knows no idempotency key, so `posting` is committed before the request: https://docs.github.com/en/rest.
"""

from typing import Any

from sqlalchemy import Connection, Row, Update, insert, select, update

from reviewbot.ledger.fitting import fitted
from reviewbot.ledger.record import Claim, OutboxEntry, Plan, Posting
from reviewbot.ledger.schema import outbox, work
from reviewbot.ledger.store import Store

_OPEN = (Posting.PLANNED, Posting.POSTING)


class Outbox(Store):
    """What the holder of a claim does before and after it writes to GitHub.

    Every change raises LostClaimError if the claim is lost, and KeyError for a key that was not planned for
    this row.
    """

    def plan(self, claim: Claim, entry: Plan) -> OutboxEntry:
        """Note what is to be written, and return what is known of it: it may be posted already.

        An entry that is not on its way yet, or failed, is planned anew.
        """
        with self._writing() as connection:
            self._check_held(connection, claim)
            now = self._clock.now(connection)
            known = connection.execute(select(outbox).where(outbox.c.key == entry.key)).first()
            values = {
                "target": fitted(outbox.c.target, entry.target),
                "head": fitted(outbox.c.head, entry.head),
                "body_sha256": entry.body_sha256,
                "state": Posting.PLANNED,
                "changed_at": now,
                "error": "",
            }
            if known is None:
                values |= {"key": entry.key, "work_id": claim.row_id, "attempts": 0}
                connection.execute(insert(outbox).values(kind=fitted(outbox.c.kind, entry.kind), **values))
            elif known.work_id != claim.row_id:
                raise KeyError(entry.key)
            elif known.state not in {Posting.POSTING, Posting.POSTED}:
                connection.execute(_change(claim, entry.key).values(values))
            row = connection.execute(select(outbox).where(outbox.c.key == entry.key)).one()
            return _entry_of(row, now)

    def mark_posting(self, claim: Claim, key: str) -> None:
        """Note that the request is sent now. The lease must not have ended: a paused worker sends nothing."""
        with self._writing() as connection:
            now = self._clock.now(connection)
            self._check_held(connection, claim, work.c.lease_until > now)
            statement = _change(claim, key).where(outbox.c.state.in_(_OPEN))
            values = {"state": Posting.POSTING, "changed_at": now, "attempts": outbox.c.attempts + 1}
            _change_one(connection, statement.values(values), key)

    def mark_posted(self, claim: Claim, key: str, github_id: int) -> None:
        """Note under which id it stands on GitHub: of the answer, or of what a look there found."""
        self._end(claim, key, state=Posting.POSTED, github_id=github_id, error="")

    def mark_failed(self, claim: Claim, key: str, error: str) -> None:
        """Note that GitHub refused it, and did not take it."""
        self._end(claim, key, state=Posting.FAILED, error=fitted(outbox.c.error, error))

    def mark_superseded(self, claim: Claim, key: str) -> None:
        """Note that it is no longer to be written, and was not."""
        self._end(claim, key, state=Posting.SUPERSEDED)

    def pending(self, claim: Claim) -> tuple[OutboxEntry, ...]:
        """Return what was planned or sent for this row and is not known to have arrived, the oldest first."""
        return self._entries(claim, outbox.c.state.in_(_OPEN))

    def posted(self, claim: Claim, kind: str) -> tuple[OutboxEntry, ...]:
        """Return what stands on GitHub for this row, of one kind, the oldest first."""
        return self._entries(claim, outbox.c.state == Posting.POSTED, outbox.c.kind == kind)

    def _entries(self, claim: Claim, *conditions: Any) -> tuple[OutboxEntry, ...]:
        with self._reading() as connection:
            now = self._clock.now(connection)
            found = select(outbox).where(outbox.c.work_id == claim.row_id, *conditions).order_by(outbox.c.id)
            return tuple(_entry_of(row, now) for row in connection.execute(found))

    def _end(self, claim: Claim, key: str, **values: Any) -> None:
        with self._writing() as connection:
            self._check_held(connection, claim)
            _change_one(connection, _change(claim, key).values(changed_at=self._clock.now(connection), **values), key)


def _change(claim: Claim, key: str) -> Update:
    return update(outbox).where(outbox.c.key == key, outbox.c.work_id == claim.row_id)


def _change_one(connection: Connection, statement: Update, key: str) -> None:
    if connection.execute(statement).rowcount != 1:
        raise KeyError(key)


def _entry_of(row: Row[Any], now: float) -> OutboxEntry:
    return OutboxEntry(
        row.key,
        row.kind,
        row.target,
        row.head,
        row.body_sha256,
        Posting(row.state),
        row.github_id,
        row.attempts,
        now - row.changed_at,
    )
