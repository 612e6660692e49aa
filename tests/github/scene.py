"""What the tests of the GitHub client start from: a pull request, and reviews of it."""

from dataclasses import dataclass, field

from pydantic import SecretStr

from reviewbot.change import Change
from reviewbot.errors import UnavailableError
from reviewbot.github.auth import GitHub
from reviewbot.github.events import PullAddress
from reviewbot.github.markers import Marker
from reviewbot.github.pulls import fetch_change, fetch_pull
from reviewbot.github.reviews import Entry, Publication, Published, State, publish
from reviewbot.pipeline import review_change
from reviewbot.policy import Policy
from reviewbot.review import Review
from tests.fake_github import FakeGitHub
from tests.fake_github.state import Pull
from tests.fakes import MarkerScanner, PausedClock

KEY = SecretStr("a key of thirty-two characters..")
POLICY = Policy(max_comments=200)


def address_of(hub: FakeGitHub, pull: Pull) -> PullAddress:
    repository = pull.repository
    return PullAddress(hub.installation(repository).id, repository.full_name, repository.id, pull.number)


def marker_of(github: GitHub) -> Marker:
    return Marker(KEY, github.address)


def reviewed(github: GitHub, policy: Policy = POLICY) -> Review:
    """Review the pull request as it is: each line that holds DANGER is a finding."""
    return scanned(fetch_change(github, fetch_pull(github, github.address)), policy)


def scanned(change: Change, policy: Policy = POLICY) -> Review:
    return review_change(change, scanners=[MarkerScanner()], generator=None, policy=policy)


class LostError(Exception):
    """The claim is another worker's now."""


@dataclass
class MemoryOutbox:
    """An outbox that forgets nothing while the test runs. It raises on the marks counted in `lost_at`."""

    clock: PausedClock
    entries: dict[str, Entry] = field(default_factory=dict)
    lost_at: frozenset[int] = frozenset()
    marks: int = 0

    def plan(self, key: str, kind: str, target: str, body_sha256: str) -> Entry:
        assert (kind, len(body_sha256)) == ("review", 64)
        assert "#" in target
        return self.entries.setdefault(key, Entry(State.PLANNED, self.clock.now()))

    def mark_posting(self, key: str) -> None:
        self.marks += 1
        if self.marks in self.lost_at:
            raise LostError
        self.entries[key] = Entry(State.POSTING, self.clock.now())

    def mark_posted(self, key: str, github_id: int) -> None:
        self.entries[key] = Entry(State.POSTED, self.clock.now(), github_id)


def published(github: GitHub, outbox: MemoryOutbox, review: Review | None = None, occasion: str = "push") -> Published:
    """Publish a review, by default one of the pull request as it is."""
    pull = fetch_pull(github, github.address)
    publication = Publication(pull, review or reviewed(github), occasion)
    return publish(github, publication, outbox, KEY)


def published_in_the_end(github: GitHub, outbox: MemoryOutbox, review: Review) -> Published:
    """Publish as a worker does: again, when GitHub could not say."""
    for _ in range(5):
        try:
            return published(github, outbox, review)
        except UnavailableError:
            outbox.clock.sleep(60)
    raise AssertionError("GitHub never said")
