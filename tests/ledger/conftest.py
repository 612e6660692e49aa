import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from reviewbot.ledger import Ledger, open_ledger
from tests.ledger.postgresql import HOW_TO_GET_IT, empty, find_programs, running_cluster

MIN_FREE_BYTES = 500_000_000


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
def fast_folder() -> Iterator[Path]:
    """A folder in memory where there is room: what waits for no disk can be tried more often."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > MIN_FREE_BYTES
    with tempfile.TemporaryDirectory(prefix="ledger-", dir=memory if roomy else None) as folder:
        Path(folder).chmod(0o755)  # the database server runs as another user
        yield Path(folder)


@pytest.fixture(scope="session")
def cluster(fast_folder: Path) -> Iterator[str]:
    programs = find_programs()
    if programs is None:
        if os.environ.get("CI") == "true":
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    with running_cluster(programs, fast_folder) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: each test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    address = str(request.getfixturevalue("cluster"))
    empty(address)
    return address


@pytest.fixture
def ledger(url: str, clock: HandClock) -> Iterator[Ledger]:
    opened = open_ledger(url, clock)
    yield opened
    opened.close()
