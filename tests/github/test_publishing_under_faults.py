import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from reviewbot.errors import TransientError
from reviewbot.github.auth import AppAuth, GitHub
from tests.fake_github import FakeGitHub, Fault
from tests.fake_github.faults import bad_gateway, secondary_limit
from tests.fake_github.state import Pull
from tests.fakes import PausedClock
from tests.github.scene import LostError, MemoryOutbox, address_of, published, reviewed

WRITES = ("pulls/create-review", "pulls/submit-review", "pulls/delete-pending-review")
READS = ("pulls/list-reviews", "pulls/get-review", "pulls/get", "pulls/list-review-comments")


@pytest.fixture
def pull(hub: FakeGitHub) -> Pull:
    repository = hub.create_repository("acme/shop", files={"app.py": "a = 1\n"})
    return hub.open_pull(repository, head_files={"new.py": "DANGER(1)\nDANGER(2)\n"})


def some(chance: random.Random) -> frozenset[int]:
    return frozenset(chance.sample(range(1, 9), 3))


def misfortune(chance: random.Random) -> list[Fault]:
    """Return what goes wrong: answers lost before and after the deed, limits, and lists that lag behind."""
    lost = [bad_gateway(operation, apply=chance.random() < 0.6, nth=some(chance)) for operation in WRITES]
    cut = [Fault(operation, reset=True, apply=chance.random() < 0.6, nth=some(chance)) for operation in WRITES]
    down = [bad_gateway(operation, nth=range(at, at + 4)) for operation in READS if (at := chance.randint(1, 9)) < 6]
    limits = [secondary_limit(chance.choice(WRITES), retry_after=60, nth={chance.randint(1, 6)})]
    lag = [Fault("pulls/list-reviews", status=200, body=[], nth={chance.randint(2, 6)})]
    faults = [*lost, *cut, *down, *limits, *lag]
    chance.shuffle(faults)
    return faults


@pytest.mark.parametrize("seed", range(12))
def test_workers_that_die_one_after_the_other_leave_one_review(
    hub: FakeGitHub, github: GitHub, pull: Pull, clock: PausedClock, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311  repeatable, not secret
    review, outbox = reviewed(github), MemoryOutbox(clock)
    for fault in misfortune(chance):
        hub.fail(fault)
    for _ in range(40):
        outbox.lost_at = frozenset({outbox.marks + chance.randint(1, 6)})
        try:
            published(github, outbox, review)
            break
        except (LostError, TransientError):
            clock.sleep(chance.randint(1, 120))
    assert [(each.state, each.commit) for each in pull.reviews] == [("COMMENTED", pull.head_sha)]
    assert len(hub.review_comments(pull)) == 2
    assert len(hub.requests) < 400


def test_workers_at_the_same_time_leave_one_review_even_without_a_lease(
    hub: FakeGitHub, app: AppAuth, pull: Pull, clock: PausedClock
) -> None:
    for _ in range(6):
        here = hub.open_pull(pull.repository, head_files={"new.py": "DANGER(1)\nDANGER(2)\n"})
        workers = [app.open(address_of(hub, here)) for _ in range(3)]
        review = reviewed(workers[0])
        with ThreadPoolExecutor(3) as pool:
            for done in [pool.submit(published, each, MemoryOutbox(clock), review) for each in workers]:
                done.result()
        assert [each.state for each in here.reviews] == ["COMMENTED"]
        assert len(hub.review_comments(here)) == 2
