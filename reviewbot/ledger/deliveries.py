"""Recording deliveries. One row for each pull request: the upsert on it is the coalescing, the newest head wins."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, and_, case, delete, or_, select, true, update
from sqlalchemy.sql.elements import ColumnElement

from reviewbot.ledger.bulk import NOW, Bulk, Row, rows_of
from reviewbot.ledger.forget import forget, forget_repositories
from reviewbot.ledger.record import (
    CommandWork,
    Delivery,
    Kind,
    Occasion,
    Pause,
    PullKey,
    Recorded,
    RemoveRepositories,
    RerunWork,
    ReviewWork,
    State,
    StopWork,
    Uninstall,
    Work,
)
from reviewbot.ledger.schema import delivery, fitted, pause, work
from reviewbot.ledger.store import Store, insert_into

_Pull = ReviewWork | StopWork
_Keyed = _Pull | CommandWork


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
        rows = [_delivery_row(guid, received[n]) for guid, n in sorted(first.items())]
        return sorted(first[guid] for guid in self._delivery_insert.execute(connection, rows, now).scalars())

    def _ask(self, connection: Connection, asked: Sequence[Work | None], now: float) -> list[tuple[int, ...]]:
        """Do what each of `asked` asks for, in their order, and return the rows that each touched."""
        touched: list[tuple[int, ...]] = []
        for keyed, group in groupby(asked, key=lambda one: isinstance(one, _Keyed)):
            if keyed:
                touched += self._upsert(connection, [one for one in group if isinstance(one, _Keyed)], now)
            else:
                touched += [_apply(connection, one, now) for one in group if not isinstance(one, _Keyed)]
        return touched

    def _upsert(self, connection: Connection, asked: Sequence[_Keyed], now: float) -> list[tuple[int, ...]]:
        keys = [key_of(one) for one in asked]
        pulls: dict[str, list[_Pull]] = {}
        for key, one in zip(keys, asked, strict=True):
            if not isinstance(one, CommandWork):
                _add(pulls.setdefault(key, []), one)
        # Always in the order of the keys: two receivers that lock the same rows cannot then block each other.
        for together in zip_longest(*(pulls[key] for key in sorted(pulls))):
            rows = [_pull_row(one) for one in together if one is not None]
            self._pull_upsert.execute(connection, rows, now)
        commands = [(key, one) for key, one in zip(keys, asked, strict=True) if isinstance(one, CommandWork)]
        if commands:
            heads = _heads(connection, {pull_key(one.pull) for _, one in commands})
            values = [
                _command_values(one, heads.get(pull_key(one.pull), ""), now)
                for _, one in sorted(commands, key=itemgetter(0))
            ]
            connection.execute(insert_into(connection, work).on_conflict_do_nothing(index_elements=["key"]), values)
        ids = {row.key: row.id for row in self._ids.execute(connection, [[key] for key in set(keys)])}
        return [(ids[key],) for key in keys]

    @cached_property
    def _delivery_insert(self) -> Bulk:
        columns = [delivery.c[name] for name in _DELIVERY_COLUMNS]
        rows = rows_of(self._engine, *columns).add_columns(NOW)
        statement = insert_into(self._engine, delivery).from_select([*columns, delivery.c.received_at], rows)
        return Bulk(self._engine, statement.on_conflict_do_nothing().returning(delivery.c.guid))

    @cached_property
    def _ids(self) -> Bulk:
        keys = rows_of(self._engine, work.c.key)
        return Bulk(self._engine, select(work.c.key, work.c.id).where(work.c.key.in_(keys)))

    @cached_property
    def _pull_upsert(self) -> Bulk:
        columns = [work.c[name] for name in _PULL_COLUMNS]
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


def pull_key(pull: PullKey) -> str:
    """Return the unique key of the row of a pull request."""
    return f"pull:{pull.repository_id}:{pull.number}"


def key_of(asked: _Keyed) -> str:
    """Return the unique key of the row that `asked` belongs to."""
    if isinstance(asked, CommandWork):
        return f"{'review-comment' if asked.on_review else 'comment'}:{asked.comment_id}"
    return pull_key(asked.pull)


def _asked(received: Delivery) -> Work | None:
    """Return what a delivery asks for, with the delivery's name on it."""
    asked = received.work
    if isinstance(asked, ReviewWork | CommandWork | RerunWork):
        return replace(asked, occasion=Occasion(received.guid, received.trace))
    return asked


_DELIVERY_COLUMNS = ("guid", "event", "action", "body_sha256", "installation")


def _delivery_row(guid: str, received: Delivery) -> Row:
    asked = received.work
    return (
        guid,
        fitted(delivery.c.event, received.event),
        fitted(delivery.c.action, received.action),
        received.body_sha256,
        getattr(getattr(asked, "pull", asked), "installation", None),
    )


def _add(requests: list[_Pull], one: _Pull) -> None:
    """Add a request to those of its pull request. Of two pushes in a row only the one that wins is written."""
    last = requests[-1] if requests else None
    if not (_is_push(one) and last is not None and _is_push(last)):
        requests.append(one)
    elif one.updated_at >= last.updated_at:
        requests[-1] = one


def _is_push(asked: _Pull) -> bool:
    return isinstance(asked, ReviewWork) and not asked.forced


_PULL_COLUMNS = (
    *("key", "kind", "installation", "repository", "repository_id", "number", "delivery", "trace"),
    *("updated_at", "head", "trigger", "requested_by", "forced", "open", "state"),
)


def _pull_row(asked: _Pull) -> Row:
    pull = asked.pull
    common = (
        pull_key(pull),
        Kind.REVIEW,
        pull.installation,
        fitted(work.c.repository, pull.repository),
        pull.repository_id,
        pull.number,
    )
    if isinstance(asked, StopWork):
        return *common, "", "", asked.updated_at, "", "stop", "", 0, False, State.STOPPED
    return (
        *common,
        fitted(work.c.delivery, asked.occasion.delivery),
        fitted(work.c.trace, asked.occasion.trace),
        asked.updated_at,
        fitted(work.c.head, asked.head),
        fitted(work.c.trigger, asked.trigger),
        fitted(work.c.requested_by, asked.requested_by),
        int(asked.forced),
        True,
        State.WAITING,
    )


def _command_values(asked: CommandWork, head: str, now: float) -> dict[str, Any]:
    pull = asked.pull
    return {
        "delivery": fitted(work.c.delivery, asked.occasion.delivery),
        "trace": fitted(work.c.trace, asked.occasion.trace),
        "installation": pull.installation,
        "repository": fitted(work.c.repository, pull.repository),
        "repository_id": pull.repository_id,
        "number": pull.number,
        "open": True,
        "forced": 0,
        "state": State.WAITING,
        "waiting_since": now,
        "key": key_of(asked),
        "kind": Kind.COMMAND,
        "head": head,
        "updated_at": asked.created_at,
        "trigger": "command",
        "requested_by": fitted(work.c.requested_by, asked.author),
        "comment_id": asked.comment_id,
        "on_review": asked.on_review,
        "author": fitted(work.c.author, asked.author),
        "author_id": asked.author_id,
        "text": fitted(work.c.text, asked.text),
        "created_at": asked.created_at,
    }


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
