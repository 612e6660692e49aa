from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_github.state import Pull, Repository
from tests.service.office import DANGER, Office, open_office
from tests.webhook.conftest import restored_logging, start  # noqa: F401  fixtures


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as office:
        yield office


@pytest.fixture
def repository(office: Office) -> Repository:
    repository = office.hub.create_repository("acme/shop", files={"app.py": "a = 1\n"})
    office.hub.add_collaborator(repository, "alice", "write")
    return repository


@pytest.fixture
def pull(office: Office, repository: Repository) -> Pull:
    return office.hub.open_pull(repository, head_files=DANGER)
