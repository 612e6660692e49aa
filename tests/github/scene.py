"""What the tests of the GitHub client start from: a pull request, and a review of it."""

from reviewbot.github.events import PullAddress
from tests.fake_github import FakeGitHub
from tests.fake_github.state import Pull


def address_of(hub: FakeGitHub, pull: Pull) -> PullAddress:
    repository = pull.repository
    return PullAddress(hub.installation(repository).id, repository.full_name, repository.id, pull.number)
