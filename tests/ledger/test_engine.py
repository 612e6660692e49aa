"""Opening a ledger: which databases are taken, which are refused, and with what words."""

import multiprocessing
import os
import sqlite3
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, make_url, text

from reviewbot.errors import ConfigError, UnavailableError
from reviewbot.ledger import open_ledger
from reviewbot.ledger.engine import open_engine
from reviewbot.ledger.record import Ending, State
from reviewbot.ledger.schema import metadata
from tests.ledger.cases import delivery, push
from tests.ledger.postgresql import empty
from tests.ledger.test_queue import LEASE, claimed


def test_the_migrations_make_the_tables_of_the_schema(url: str) -> None:
    engine = open_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_ledger_is_opened_again_with_what_is_in_it(url: str) -> None:
    first = open_ledger(url)
    first.record_delivery(delivery(push("head1", 10)))
    first.close()
    second = open_ledger(url)
    found = second.find_pull(501, 7)
    second.close()
    assert found is not None
    assert found.head == "head1"


def _open_at_once(url: str, number: int) -> None:
    ledger = open_ledger(url)
    ledger.record_delivery(delivery(push("head", 10), guid=f"guid-{number}"))
    ledger.close()


def test_processes_that_start_at_once_do_not_disturb_each_other(url: str) -> None:
    fresh = multiprocessing.get_context("spawn")
    processes = [fresh.Process(target=_open_at_once, args=(url, number)) for number in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 3
    ledger = open_ledger(url)
    assert ledger.forget_deliveries(-60) == 3
    ledger.close()


def test_a_sqlite_ledger_syncs_each_commit_and_is_nobody_elses_to_read(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    engine = open_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
    engine.dispose()
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 5_000,
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "cannot be read"),
        ("not a url", "cannot be read"),
        ("mysql://u:hush@db/ledger", "cannot be kept in mysql"),
        ("sqlite://", "cannot be kept in sqlite"),
        ("sqlite:////nonexistent/folder/ledger.db", "No such file or directory"),
        ("postgresql://u:hush@127.0.0.1:1/ledger", "connection"),
    ],
)
def test_what_is_no_ledger_is_refused_in_one_sentence_without_the_password(url: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        open_ledger(url)
    assert "hush" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_damaged_file_is_refused_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    ledger = open_ledger(f"sqlite:///{path}")
    for number in range(200):
        ledger.record_delivery(delivery(push("head", 10), guid=f"guid-{number}"))
    ledger.close()
    intact = path.read_bytes()
    noise = os.urandom(4096)
    for damage in (intact[: len(intact) // 2], noise + intact[4096:], intact[:-12288] + noise + intact[-8192:]):
        path.write_bytes(damage)
        with pytest.raises(ConfigError, match=r"is damaged|cannot be used: file is not a database|malformed"):
            open_ledger(f"sqlite:///{path}")


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are my notes, and nobody else's. " * 100)
    with pytest.raises(ConfigError, match="file is not a database"):
        open_ledger(f"sqlite:///{path}")
    assert path.read_text().startswith("These are my notes")


def test_a_ledger_that_cannot_be_written_is_refused_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    open_ledger(f"sqlite:///{path}").close()
    with pytest.raises(ConfigError, match="readonly database"):
        open_ledger(f"sqlite:///file:{path}?mode=ro&uri=true")


def test_a_ledger_that_another_process_keeps_locked_is_refused_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    open_ledger(f"sqlite:///{path}").close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ConfigError, match="locked for 5 seconds: another process began to write"):
        open_ledger(f"sqlite:///{path}")
    other.close()


def test_two_versions_share_a_ledger_while_one_takes_over_from_the_other(url: str) -> None:
    older = open_ledger(url)
    older.record_delivery(delivery(push("head1", 10)))
    claim = claimed(older)
    engine = create_engine(url)
    with engine.begin() as connection:  # what a later version does to the tables
        connection.execute(text("ALTER TABLE work ADD COLUMN later VARCHAR(20) DEFAULT '' NOT NULL"))
        connection.execute(text("CREATE TABLE later (id INTEGER PRIMARY KEY)"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    assert older.finish(claim, Ending.REVIEWED, "head1") is State.DONE
    assert older.record_delivery(delivery(push("head2", 20))).new
    assert claimed(older).head == "head2"
    older.close()
    with pytest.raises(ConfigError, match="newer reviewbot"):
        open_ledger(url)


def test_a_database_that_fails_over_is_away_for_a_while_and_doubles_nothing(cluster: str) -> None:
    empty(cluster)
    ledger = open_ledger(cluster)
    ledger.record_delivery(delivery(push("head1", 10)))
    claim = claimed(ledger)
    admin = create_engine(make_url(cluster).set(database="template1"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("ALTER DATABASE postgres ALLOW_CONNECTIONS false"))
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'postgres'"))
        try:
            for _ in range(2):
                with pytest.raises(UnavailableError):
                    ledger.record_delivery(delivery(push("head2", 20)))
                with pytest.raises(UnavailableError):
                    ledger.finish(claim, Ending.REVIEWED, "head1")
        finally:
            connection.execute(text("ALTER DATABASE postgres ALLOW_CONNECTIONS true"))
    admin.dispose()

    assert ledger.finish(claim, Ending.REVIEWED, "head1") is State.DONE
    assert ledger.claim("worker", LEASE) is None
    assert ledger.record_delivery(delivery(push("head2", 20))).new
    ledger.close()
