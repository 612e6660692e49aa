"""Recording deliveries. One row for each pull request: the upsert on it is the coalescing, the newest head wins."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, and_, case, delete, or_, select, true, update
from sqlalchemy.sql.elements import ColumnElement

from reviewbot.ledger.bulk import NOW, Bulk, rows_of
from reviewbot.ledger.fitting import fitted
from reviewbot.ledger.forget import forget, forget_repositories
from reviewbot.ledger.record import (
    CommandWork,
    Delivery,
    Kind,
    Occasion,
    Pause,
    Recorded,
    RemoveRepositories,
    RerunWork,
    ReviewWork,
    State,
    StopWork,
    Uninstall,
    Work,
)
from reviewbot.ledger.rows import (
    DELIVERY_COLUMNS,
    PULL_COLUMNS,
    KeyedWork,
    PullWork,
    add_request,
    command_values,
    delivery_row,
    key_of,
    pull_key,
    pull_row,
)
from reviewbot.ledger.schema import delivery, pause, work
from reviewbot.ledger.store import Store, insert_into

_KEYED = ReviewWork | StopWork | CommandWork


class Deliveries(Store):
    """What the receiver writes before it answers 202."""

    def record_delivery(self, received: Delivery) -> Recorded:
        """Record one delivery and what it asks for, durably. Known ones change nothing."""
        return self.record_deliveries([received])[0]

    def record_deliveries(self, received: Sequence[Delivery]) -> tuple[Recorded, ...]:
        """Record several in one transaction, as if one after the other. The results are in the same order."""
        with self._writing() as connection:
            now = self._clock.now(connection)
            new = self._insert(connection, received, now)
            touched = self._ask(connection, [_asked(received[n]) for n in new], now)
            rows = dict(zip(new, touched, strict=True))
        if any(isinstance(one.work, Uninstall | RemoveRepositories) for one in received):
            self._flush_deleted()
        return tuple(Recorded(n in rows, rows.get(n, ())) for n in range(len(received)))

    def request_review(self, asked: ReviewWork) -> int:
        """Ask for a review without a delivery: a command does so, and whoever finds a head without a review."""
        with self._writing() as connection:
            ((row_id,),) = self._ask(connection, [asked], self._clock.now(connection))
            return row_id

    def forget_deliveries(self, older_than_seconds: float) -> int:
        """Delete the marks of deliveries so old that GitHub no longer redelivers them. Return how many."""
        with self._writing() as connection:
            before = self._clock.now(connection) - older_than_seconds
            return connection.execute(delete(delivery).where(delivery.c.received_at < before)).rowcount

    def _insert(self, connection: Connection, received: Sequence[Delivery], now: float) -> list[int]:
        """Insert the deliveries that are new, and return their places in `received`."""
        first: dict[str, int] = {}
        for n, one in enumerate(received):
            first.setdefault(fitted(delivery.c.guid, one.guid), n)
        rows = [delivery_row(guid, received[n]) for guid, n in sorted(first.items())]
        return sorted(first[guid] for guid in self._delivery_insert.execute(connection, rows, now).scalars())

    def _ask(self, connection: Connection, asked: Sequence[Work | None], now: float) -> list[tuple[int, ...]]:
        """Do what each of `asked` asks for, in their order, and return the rows that each touched."""
        touched: list[tuple[int, ...]] = []
        for keyed, group in groupby(asked, key=lambda one: isinstance(one, _KEYED)):
            if keyed:
                touched += self._upsert(connection, [one for one in group if isinstance(one, _KEYED)], now)
            else:
                touched += [_apply(connection, one, now) for one in group if not isinstance(one, _KEYED)]
        return touched

    def _upsert(self, connection: Connection, asked: Sequence[KeyedWork], now: float) -> list[tuple[int, ...]]:
        keys = [key_of(one) for one in asked]
        pulls: dict[str, list[PullWork]] = {}
        for key, one in zip(keys, asked, strict=True):
            if not isinstance(one, CommandWork):
                add_request(pulls.setdefault(key, []), one)
        # Always in the order of the keys: two receivers that lock the same rows cannot then block each other.
        for together in zip_longest(*(pulls[key] for key in sorted(pulls))):
            rows = [pull_row(one) for one in together if one is not None]
            self._pull_upsert.execute(connection, rows, now)
        commands = [(key, one) for key, one in zip(keys, asked, strict=True) if isinstance(one, CommandWork)]
        if commands:
            heads = _heads(connection, {pull_key(one.pull) for _, one in commands})
            values = [
                command_values(one, heads.get(pull_key(one.pull), ""), now)
                for _, one in sorted(commands, key=itemgetter(0))
            ]
            connection.execute(insert_into(connection, work).on_conflict_do_nothing(index_elements=["key"]), values)
        ids = {row.key: row.id for row in self._ids.execute(connection, [[key] for key in set(keys)])}
        return [(ids[key],) for key in keys]

    @cached_property
    def _delivery_insert(self) -> Bulk:
        columns = [delivery.c[name] for name in DELIVERY_COLUMNS]
        rows = rows_of(self._engine, *columns).add_columns(NOW)
        statement = insert_into(self._engine, delivery).from_select([*columns, delivery.c.received_at], rows)
        return Bulk(self._engine, statement.on_conflict_do_nothing().returning(delivery.c.guid))

    @cached_property
    def _ids(self) -> Bulk:
        keys = rows_of(self._engine, work.c.key)
        return Bulk(self._engine, select(work.c.key, work.c.id).where(work.c.key.in_(keys)))

    @cached_property
    def _pull_upsert(self) -> Bulk:
        columns = [work.c[name] for name in PULL_COLUMNS]
        rows = rows_of(self._engine, *columns).add_columns(NOW)
        statement = insert_into(self._engine, work).from_select([*columns, work.c.waiting_since], rows)
        new = statement.excluded
        newer = self._newer(new)
        asleep = or_(work.c.state != State.RUNNING, work.c.lease_until <= new.waiting_since)
        upsert = statement.on_conflict_do_update(
            index_elements=["key"],
            set_={
                **{
                    name: new[name]
                    for name in ("installation", "repository", "trigger", "requested_by", "delivery", "trace", "open")
                },
                "head": case((and_(newer, new.head != ""), new.head), else_=work.c.head),
                "updated_at": case((newer, new.updated_at), else_=work.c.updated_at),
                "request": work.c.request + 1,
                "forced": case((new.forced > 0, work.c.request + 1), else_=work.c.forced),
                "state": case((~asleep, work.c.state), (new.open, State.WAITING), else_=State.STOPPED),
                "waiting_since": case((work.c.state == State.WAITING, work.c.waiting_since), else_=new.waiting_since),
                "next_at": new.waiting_since,
                "attempts": 0,
                "blame": 0,
            },
            where=or_(newer, new.forced > 0),
        )
        return Bulk(self._engine, upsert)

    def _newer(self, new: Any) -> ColumnElement[bool]:
        """Say which request wins: that of the later change of the pull request; of two, the later arrival."""
        return new.updated_at >= work.c.updated_at  # type: ignore[no-any-return]  # a column collection of Any


def _asked(received: Delivery) -> Work | None:
    """Return what a delivery asks for, with the delivery's name on it."""
    asked = received.work
    if isinstance(asked, ReviewWork | CommandWork | RerunWork):
        return replace(asked, occasion=Occasion(received.guid, received.trace))
    return asked


def _heads(connection: Connection, keys: set[str]) -> dict[str, str]:
    rows = connection.execute(select(work.c.key, work.c.head).where(work.c.key.in_(sorted(keys))))
    return {row.key: row.head for row in rows}


def _apply(
    connection: Connection, asked: RerunWork | Uninstall | RemoveRepositories | Pause | None, now: float
) -> tuple[int, ...]:
    match asked:
        case RerunWork():
            return _rerun(connection, asked, now)
        case Uninstall():
            forget(connection, asked.installation, now)
        case RemoveRepositories():
            forget_repositories(connection, asked.installation, asked.repository_ids, now)
        case Pause():
            set_pause(connection, asked)
            return () if asked.until is not None else _take_up_again(connection, asked.installation, now)
    return ()


def _take_up_again(connection: Connection, installation: int, now: float) -> tuple[int, ...]:
    """Let the reviews wait again that failed under way when the App was suspended."""
    failed = and_(work.c.installation == installation, work.c.kind == Kind.REVIEW, work.c.state == State.FAILED)
    values = {"state": State.WAITING, "attempts": 0, "blame": 0, "waiting_since": now, "next_at": now}
    statement = update(work).where(failed, work.c.open, work.c.head != work.c.reviewed_head).values(values)
    return tuple(connection.execute(statement.returning(work.c.id)).scalars())


def _rerun(connection: Connection, asked: RerunWork, now: float) -> tuple[int, ...]:
    statement = (
        update(work)
        .where(
            work.c.kind == Kind.REVIEW,
            work.c.installation == asked.installation,
            work.c.repository_id == asked.repository_id,
            work.c.head == asked.head,
        )
        .values(
            trigger="rerun",
            delivery=fitted(work.c.delivery, asked.occasion.delivery),
            trace=fitted(work.c.trace, asked.occasion.trace),
            requested_by=fitted(work.c.requested_by, asked.requested_by),
            open=true(),
            request=work.c.request + 1,
            forced=work.c.request + 1,
            state=case((work.c.state == State.RUNNING, work.c.state), else_=State.WAITING),
            waiting_since=now,
            next_at=now,
            attempts=0,
            blame=0,
        )
        .returning(work.c.id)
    )
    return tuple(connection.execute(statement).scalars())


def set_pause(connection: Connection, asked: Pause) -> None:
    """Claim nothing of an installation for a while, or go on with it."""
    if asked.until is None:
        connection.execute(delete(pause).where(pause.c.installation == asked.installation))
        return
    statement = insert_into(connection, pause)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["installation"], set_={"until": statement.excluded.until}),
        {"installation": asked.installation, "until": asked.until},
    )
