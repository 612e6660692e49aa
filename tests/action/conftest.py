from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.action.scene import Runner, Workplace
from tests.fake_github import FakeGitHub
from tests.fake_github.state import Pull, Repository

DANGER = {"app.py": "a = 1\nDANGER\n"}


@pytest.fixture
def hub() -> Iterator[FakeGitHub]:
    """A GitHub whose only App is the one behind the tokens of jobs."""
    with FakeGitHub() as hub:
        hub.create_app("github-actions")
        yield hub


@pytest.fixture
def repository(hub: FakeGitHub) -> Repository:
    repository = hub.create_repository("acme/shop", files={"app.py": "a = 1\n"}, private=False)
    hub.add_collaborator(repository, "alice", "write")
    return repository


@pytest.fixture
def pull(hub: FakeGitHub, repository: Repository) -> Pull:
    return hub.open_pull(repository, head_files=DANGER)


@pytest.fixture
def fork(hub: FakeGitHub, repository: Repository) -> Pull:
    return hub.open_pull(repository, head_files=DANGER, fork=True, author="mallory")


@pytest.fixture
def workplace(hub: FakeGitHub, tmp_path: Path) -> Workplace:
    return Workplace(hub, tmp_path)


@pytest.fixture
def runner(workplace: Workplace, capfd: pytest.CaptureFixture[str]) -> Runner:
    return Runner(workplace, capfd.readouterr)
