"""Opening the database: a SQLite file on a local disk, or PostgreSQL by its URL."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NoReturn

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text, update
from sqlalchemy.exc import ArgumentError, DBAPIError

from reviewbot.errors import ConfigError
from reviewbot.ledger.schema import cursor

BUSY_SECONDS = 5
"""How long a transaction waits for another one. GitHub gives a delivery ten seconds."""
MIGRATION_LOCK = 7_232_010
"""Our number among PostgreSQL's advisory locks: one process at a time changes the tables."""

_MIGRATIONS = Path(__file__).parent / "migrations"


def open_engine(url: str) -> Engine:
    """Open the database, check it, and bring its tables up to date. Two processes may do so at once.

    Raises:
        ConfigError: the URL is not one of ours, or the database cannot be reached, read or written.
    """
    parsed = _parse(url)
    try:
        engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)
        with _closed_on_failure(engine), engine.begin() as connection:
            _check(connection, parsed)
            _upgrade(connection)
            # SQLite says only at the first write that a file cannot be written.
            connection.execute(update(cursor).values(value=cursor.c.value))
    except (DBAPIError, sqlite3.Error, OSError) as error:
        _refuse(parsed, error)
    return engine


@contextmanager
def _closed_on_failure(engine: Engine) -> Iterator[None]:
    with ExitStack() as undo:
        undo.callback(engine.dispose)
        yield
        undo.pop_all()


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigError("The ledger's URL cannot be read. Use sqlite:////path/to/file or postgresql://…") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed.set(drivername="sqlite")
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise ConfigError(f"The ledger cannot be kept in {backend}. Use sqlite:////path/to/file or postgresql://…")


def _refuse(url: URL, error: Exception) -> NoReturn:
    broken = getattr(error, "orig", None) or error
    where = url.render_as_string(hide_password=True)
    if getattr(broken, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        raise ConfigError(
            f"The ledger at {where} has been locked for {BUSY_SECONDS} seconds: another process began to write and "
            "did not end. Look for one that hangs or was stopped (fuser names those that have the file open)."
        ) from error
    cause = str(broken).strip().splitlines()[0]
    raise ConfigError(f"The ledger at {where} cannot be used: {cause}. Mend it, or name another one.") from error


def _check(connection: Connection, url: URL) -> None:
    if connection.dialect.name != "sqlite":
        return
    found = connection.execute(text("PRAGMA integrity_check(1)")).scalar_one()
    if found != "ok":
        said = str(found).strip().splitlines()[-1]
        raise ConfigError(
            f"The ledger at {url.database} is damaged ({said}). Put a backup in its place, or move it away."
        )


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:  # its tables are at a step that we do not have
        raise ConfigError("The ledger was opened by a newer reviewbot and has its tables. Use that version.") from None


def _sqlite(url: URL) -> Engine:
    if "uri" not in url.query:
        # What stands in the ledger is nobody else's business on this machine.
        os.close(os.open(str(url.database), os.O_RDWR | os.O_CREAT, 0o600))
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, pool_timeout=BUSY_SECONDS)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    with ExitStack() as undo:
        undo.callback(connection.close)
        connection.isolation_level = None  # transactions begin where we say so: see _begin_sqlite
        _switch_to_wal(connection)
        for pragma in (
            "synchronous=FULL",  # what is committed survives a power cut: https://www.sqlite.org/pragma.html
            "wal_autocheckpoint=8000",  # pages: what many commits change is written back once, not every few commits
            "cache_size=-16000",  # KiB: the indexes that each delivery goes into stay in memory
            "foreign_keys=ON",
            "secure_delete=ON",  # what is deleted is overwritten
        ):
            connection.execute(f"PRAGMA {pragma}")
        undo.pop_all()


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Two processes that switch at once get "locked" at once, whatever the time-out: so try again."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock first: a transaction that reads and then writes would fail instead of waiting."""
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _postgresql(url: URL) -> Engine:
    engine = create_engine(
        url,
        connect_args={"connect_timeout": BUSY_SECONDS},
        pool_pre_ping=True,  # after a fail-over the pool holds dead connections
        pool_timeout=BUSY_SECONDS,
    )
    event.listen(engine, "connect", _set_up_postgresql)
    return engine


def _set_up_postgresql(connection: Any, _record: Any) -> None:
    with connection.cursor() as settings:
        settings.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
        settings.execute("SET synchronous_commit = on")
    connection.commit()
