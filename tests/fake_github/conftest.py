"""A fake GitHub with one repository and one pull request, and PyGithub as its client."""

from collections.abc import Iterator, Mapping

import pytest
from github import Auth, Github

from tests.fake_github import FakeGitHub
from tests.fake_github.state import Pull, Repository

TEN = "".join(f"line {number}\n" for number in range(1, 11))
FOURTH_CHANGED = TEN.replace("line 4", "eval(input())")


@pytest.fixture
def hub() -> Iterator[FakeGitHub]:
    with FakeGitHub() as hub:
        yield hub


@pytest.fixture
def repository(hub: FakeGitHub) -> Repository:
    return hub.create_repository("acme/shop", files={"app.py": TEN, "old.py": "print(1)\n"})


@pytest.fixture
def pull(hub: FakeGitHub, repository: Repository) -> Pull:
    return hub.open_pull(repository, head_files={"app.py": FOURTH_CHANGED, "new file.py": "a\nb\n"})


def client(hub: FakeGitHub, repository: Repository, permissions: Mapping[str, str] | None = None) -> Github:
    """Return PyGithub with an installation token, without retries and pauses."""
    token = hub.token(repository, permissions).value
    return Github(
        auth=Auth.Token(token), base_url=hub.url, retry=None, seconds_between_requests=None, seconds_between_writes=None
    )
