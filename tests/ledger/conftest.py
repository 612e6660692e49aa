import os
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection

from reviewbot.ledger import Ledger, open_ledger
from tests.ledger.postgresql import HOW_TO_GET_IT, find_programs, new_database, running_cluster

_NUMBERS = count(1)


class HandClock:
    """A clock that stands still until somebody moves it."""

    def __init__(self) -> None:
        self.time = 1_000_000.0

    def now(self, connection: Connection) -> float:  # noqa: ARG002  the Protocol's
        return self.time

    def wait(self, seconds: float) -> None:
        self.time += seconds


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    programs = find_programs()
    if programs is None:
        if os.environ.get("CI") == "true":
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    with running_cluster(programs) as url:
        yield url


@pytest.fixture(scope="session")
def fast_folder() -> Iterator[Path]:
    """A folder in memory where there is one: what waits for no disk can be tried more often."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def new_url(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], str]:
    """Each call gives the URL of an empty database of the kind that the test runs with."""

    def new() -> str:
        number = next(_NUMBERS)
        if database == "sqlite":
            return f"sqlite:///{tmp_path}/ledger{number}.db"
        return new_database(request.getfixturevalue("cluster"), f"ledger{number}")

    return new


@pytest.fixture
def url(new_url: Callable[[], str]) -> str:
    return new_url()


@pytest.fixture
def ledger(url: str, clock: HandClock) -> Iterator[Ledger]:
    opened = open_ledger(url, clock)
    yield opened
    opened.close()
