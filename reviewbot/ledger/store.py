"""Transactions on the ledger's database, and what every change of claimed work is checked against."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, Table, and_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.sql.elements import ColumnElement

from reviewbot.errors import LostClaimError, UnavailableError
from reviewbot.ledger.clock import Clock
from reviewbot.ledger.record import Claim, State
from reviewbot.ledger.schema import work


class Store:
    """One database. Each public method of what is built on it is one transaction.

    Every one of them raises UnavailableError if the database is away, locked or full; nothing was changed then.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def now(self) -> float:
        """Return the ledger's time, against which leases and retries are set."""
        with self._reading() as connection:
            return self._clock.now(connection)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _answerable(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _answerable(), self._engine.connect().execution_options(reading=True) as connection:
            yield connection

    def _flush_deleted(self) -> None:
        """Take what was deleted out of SQLite's log too, unless somebody reads there: a later commit does it then."""
        if self._engine.dialect.name == "sqlite":
            connection = self._engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def _held(self, claim: Claim) -> ColumnElement[bool]:
        """Return the fence: the row is still in the hands of `claim`."""
        return and_(
            work.c.id == claim.row_id,
            work.c.owner == claim.owner,
            work.c.generation == claim.generation,
            work.c.state == State.RUNNING,
        )

    def _check_held(self, connection: Connection, claim: Claim, *more: ColumnElement[bool]) -> None:
        """Lock the row of `claim` until the transaction ends.

        Raises:
            LostClaimError: somebody else has it, or `more` does not hold.
        """
        if connection.execute(select(work.c.id).where(self._held(claim), *more).with_for_update()).first() is None:
            raise lost(claim)


def lost(claim: Claim) -> LostClaimError:
    """Return the error that says that `claim` is over."""
    return LostClaimError(f"{claim.owner} no longer holds row {claim.row_id}. Another worker goes on with it.")


@contextmanager
def _answerable() -> Iterator[None]:
    """Turn what the database's state makes fail into UnavailableError. A mistake of ours stays what it is."""
    try:
        yield
    except (IntegrityError, ProgrammingError):
        raise
    except (DBAPIError, PoolTimeoutError) as error:
        cause = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise UnavailableError(f"The ledger's database did not take it: {cause}.") from error


def insert_into(connection: Connection | Engine, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that knows ON CONFLICT, which each of the two databases spells on its own."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
