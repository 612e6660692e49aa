"""The queue: rows of work are claimed for a time, and every change of them is fenced by owner and generation."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, func, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from reviewbot.ledger.accounts import FAILED, POSTPONED, count_unfinished, settle
from reviewbot.ledger.deaths import Deaths
from reviewbot.ledger.deliveries import set_pause
from reviewbot.ledger.fitting import fitted
from reviewbot.ledger.record import (
    BLAME_LIMIT,
    BLAME_WHOLE,
    Claim,
    CommandText,
    Ending,
    Kind,
    Occasion,
    Pause,
    PullKey,
    PullState,
    State,
    Waiting,
)
from reviewbot.ledger.rows import pull_key
from reviewbot.ledger.schema import pause, turn, work
from reviewbot.ledger.store import insert_into, lost
from reviewbot.ledger.tally import Step

MAX_DELAY_SECONDS = 3_600
"""No row waits longer than this for its next attempt: GitHub's limits are renewed each hour."""


class Queue(Deaths):
    """What workers and the sweeper do."""

    def claim(
        self, owner: str, lease_seconds: float, kinds: Collection[Kind] = (Kind.REVIEW, Kind.COMMAND)
    ) -> Claim | None:
        """Claim what waited longest, from the repository whose turn it is. None: nothing is to be done now.

        `owner` names the worker, and no other worker has the same name.
        """
        return self._claim(owner, lease_seconds, work.c.kind.in_(sorted(kinds)))

    def claim_row(self, row_id: int, owner: str, lease_seconds: float) -> Claim | None:
        """Claim the row that a hint names. None if it is not to be claimed now, or is gone."""
        return self._claim(owner, lease_seconds, work.c.id == row_id)

    def heartbeat(self, claim: Claim, lease_seconds: float) -> bool:
        """Renew the lease. False: the claim is lost, stop working."""
        with self._writing() as connection:
            until = self._clock.now(connection) + lease_seconds
            return connection.execute(update(work).where(self._held(claim)).values(lease_until=until)).rowcount == 1

    def is_current(self, claim: Claim) -> bool:
        """Say whether the claim is held and nothing newer was asked for: neither a push nor a stop."""
        current = and_(self._held(claim), work.c.request == claim.request)
        with self._reading() as connection:
            return connection.execute(select(work.c.id).where(current)).first() is not None

    def finish(self, claim: Claim, ending: Ending, head: str = "", steps: Sequence[Step] = ()) -> State:
        """End the claim; `head` is what was reviewed. If more was asked for meanwhile, the row waits again.

        `steps` say how long the work took; they and what it came to are counted with its end.

        Raises:
            LostClaimError: somebody else has the row.
        """
        with self._writing() as connection:
            row, now = self._locked(connection, claim), self._clock.now(connection)
            reviewed = ending is Ending.REVIEWED
            satisfied = reviewed and head == row.head and row.forced <= claim.request
            again = ending is Ending.SUPERSEDED or (row.request > claim.request and not satisfied)
            state = _state(row, State.WAITING if again else State.DONE)
            answered = row.answered if ending is Ending.SUPERSEDED else claim.request
            values = {"answered": row.request if satisfied else answered, "attempts": 0, "blame": 0, "error": ""}
            if reviewed:
                values["reviewed_head"] = fitted(work.c.reviewed_head, head)
            _release(connection, claim, state, now, ending=ending, next_at=now, **values)
            settle(connection, claim, ending, head, steps)
            return state

    def retry(self, claim: Claim, at: float, error: str) -> State:
        """Try again at `at`, in the ledger's time, at most an hour from now. The third failure is the last.

        Returns:
            `failed` if it will not be tried again: say so on the pull request.

        Raises:
            LostClaimError: somebody else has the row.
        """
        with self._writing() as connection:
            row, now = self._locked(connection, claim), self._clock.now(connection)
            newer = row.request > claim.request
            blame = 0 if newer else row.blame + BLAME_WHOLE
            state = _state(row, State.WAITING if blame < BLAME_LIMIT else State.FAILED)
            at = now if newer else _within(now, at)
            _release(connection, claim, state, now, next_at=at, blame=blame, error=fitted(work.c.error, error))
            count_unfinished(connection, claim, FAILED if state is State.FAILED else POSTPONED)
            return state

    def postpone(self, claim: Claim, at: float, error: str) -> State:
        """Try again at `at` without counting this attempt: GitHub is down or wants us to wait.

        Raises:
            LostClaimError: somebody else has the row.
        """
        with self._writing() as connection:
            row, now = self._locked(connection, claim), self._clock.now(connection)
            state, attempts = _state(row, State.WAITING), max(0, row.attempts - 1)
            error = fitted(work.c.error, error)
            _release(connection, claim, state, now, next_at=_within(now, at), attempts=attempts, error=error)
            count_unfinished(connection, claim, POSTPONED)
            return state

    def give_up(self, claim: Claim, error: str) -> State:
        """End the claim for good. Only a newer request brings the row back.

        Raises:
            LostClaimError: somebody else has the row.
        """
        with self._writing() as connection:
            row, now = self._locked(connection, claim), self._clock.now(connection)
            state = _state(row, State.WAITING if row.request > claim.request else State.FAILED)
            error = fitted(work.c.error, error)
            _release(connection, claim, state, now, next_at=now, answered=claim.request, error=error)
            count_unfinished(connection, claim, FAILED)
            return state

    def pause(self, installation: int, until: float | None) -> None:
        """Claim nothing of an installation before `until`, in the ledger's time; None: go on at once."""
        with self._writing() as connection:
            set_pause(connection, Pause(installation, until))

    def waiting(self, older_than_seconds: float, limit: int = 1_000) -> tuple[Waiting, ...]:
        """Return the rows that could have been claimed for so long, the oldest first: their hints were lost."""
        with self._reading() as connection:
            now = self._clock.now(connection)
            since = _claimable_since()
            rows = connection.execute(
                self._claimable(select(work.c.id, work.c.kind, since), now)
                .where(since <= now - older_than_seconds)
                .order_by(since, work.c.id)
                .limit(limit)
            )
            return tuple(Waiting(row_id, Kind(kind), now - at) for row_id, kind, at in rows)

    def oldest_waiting_age(self) -> float | None:
        """Return for how many seconds the oldest row could have been claimed. None: no row waits."""
        oldest = self.waiting(0, limit=1)
        return oldest[0].age_seconds if oldest else None

    def find_pull(self, repository_id: int, number: int) -> PullState | None:
        """Return what is known of a pull request."""
        key = pull_key(PullKey(0, "", repository_id, number))
        with self._reading() as connection:
            row = connection.execute(select(work).where(work.c.key == key)).first()
        if row is None:
            return None
        pull = PullKey(row.installation, row.repository, row.repository_id, row.number)
        return PullState(
            row.id, pull, State(row.state), row.head, row.updated_at, row.reviewed_head, row.attempts, row.error
        )

    def _claim(self, owner: str, lease_seconds: float, which: ColumnElement[bool]) -> Claim | None:
        with self._writing() as connection:
            now = self._clock.now(connection)
            self._bury(connection, now, lease_seconds)
            chosen = connection.execute(
                self._claimable(select(work.c.id, work.c.repository_id, work.c.installation), now)
                .outerjoin(turn, turn.c.repository_id == work.c.repository_id)
                .where(which, work.c.state == State.WAITING)
                .order_by(func.coalesce(turn.c.served, 0), work.c.waiting_since, work.c.id)
                .limit(1)
                .with_for_update(skip_locked=True, of=work)
            ).first()
            if chosen is None:
                return None
            _serve(connection, chosen.repository_id, chosen.installation)
            taken = (
                update(work)
                .where(work.c.id == chosen.id)
                .values(
                    state=State.RUNNING,
                    owner=fitted(work.c.owner, owner),
                    lease_until=now + lease_seconds,
                    generation=work.c.generation + 1,
                    attempts=work.c.attempts + 1,
                )
                .returning(work)
            )
            return _claim_of(connection.execute(taken).one())

    def _claimable(self, query: Select[Any], now: float) -> Select[Any]:
        return query.outerjoin_from(work, pause, pause.c.installation == work.c.installation).where(
            or_(and_(work.c.state == State.WAITING, work.c.next_at <= now), self._expired(now)),
            work.c.open,
            or_(pause.c.until.is_(None), pause.c.until <= now),
        )

    def _locked(self, connection: Connection, claim: Claim) -> Row[Any]:
        row = connection.execute(select(work).where(self._held(claim)).with_for_update()).first()
        if row is None:
            raise lost(claim)
        return row


def _state(row: Row[Any], wanted: State) -> State:
    return wanted if row.open else State.STOPPED


def _within(now: float, at: float) -> float:
    return min(max(at, now), now + MAX_DELAY_SECONDS)


def _claimable_since() -> ColumnElement[float]:
    return case(
        (work.c.state == State.RUNNING, work.c.lease_until),
        (work.c.next_at > work.c.waiting_since, work.c.next_at),
        else_=work.c.waiting_since,
    )


def _release(connection: Connection, claim: Claim, state: State, now: float, **values: Any) -> None:
    """Let go of a row that is locked."""
    values |= {"state": state, "owner": "", "lease_until": 0.0, "waiting_since": now}
    connection.execute(update(work).where(work.c.id == claim.row_id).values(values))


def _serve(connection: Connection, repository_id: int, installation: int) -> None:
    latest = connection.execute(select(func.coalesce(func.max(turn.c.served), 0))).scalar_one()
    statement = insert_into(connection, turn)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["repository_id"], set_={"served": statement.excluded.served}),
        {"repository_id": repository_id, "installation": installation, "served": latest + 1},
    )


def _claim_of(row: Row[Any]) -> Claim:
    command = None
    if row.kind == Kind.COMMAND:
        command = CommandText(
            row.comment_id, row.on_review, row.author, row.author_id, row.text, row.created_at, row.head
        )
    return Claim(
        row_id=row.id,
        kind=Kind(row.kind),
        owner=row.owner,
        generation=row.generation,
        attempt=row.attempts,
        blame=row.blame,
        request=row.request,
        asked=row.forced,
        pull=PullKey(row.installation, row.repository, row.repository_id, row.number),
        head=row.head,
        updated_at=row.updated_at,
        trigger=row.trigger,
        requested_by=row.requested_by,
        forced=row.forced > row.answered,
        reviewed_head=row.reviewed_head,
        command=command,
        occasion=Occasion(row.delivery, row.trace),
    )
