from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from reviewbot.github.auth import AppAuth, GitHub
from reviewbot.github.client import Server, connect
from tests.fake_github import FakeGitHub
from tests.fake_github.state import Pull
from tests.fakes import PausedClock
from tests.github.scene import address_of


@pytest.fixture
def hub() -> Iterator[FakeGitHub]:
    with FakeGitHub() as hub:
        yield hub


@pytest.fixture
def clock() -> PausedClock:
    return PausedClock()


@pytest.fixture
def server(hub: FakeGitHub, clock: PausedClock) -> Iterator[Server]:
    with connect(hub.url).http as http:
        yield Server(hub.url, http, clock.now, clock.sleep)


@pytest.fixture
def app(hub: FakeGitHub, server: Server) -> AppAuth:
    return AppAuth(hub.app.id, SecretStr(hub.private_key), server)


@pytest.fixture
def pull(hub: FakeGitHub) -> Pull:
    """A pull request that edits one file and adds another."""
    repository = hub.create_repository("acme/shop", files={"app.py": "a = 1\n", "README.md": "# Shop\n"})
    return hub.open_pull(repository, head_files={"app.py": "a = 2\n", "new.py": "one = 1\ntwo = 2\n"})


@pytest.fixture
def github(hub: FakeGitHub, app: AppAuth, pull: Pull) -> GitHub:
    return app.open(address_of(hub, pull))
