"""Everything is killed at random while pull requests come in: none is lost, none is reviewed twice.

CHAOS_PULLS and CHAOS_KILLS make it longer (`make chaos`); CHAOS_SEED repeats a run.
"""

import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from reviewbot.ledger import open_ledger
from tests.fake_github import FakeGitHub
from tests.fake_github.sending import Weather, sending
from tests.fake_github.state import Pull
from tests.service.stack import Stack, eventually, settled

PULLS = int(os.environ.get("CHAOS_PULLS", "20"))
KILLS = int(os.environ.get("CHAOS_KILLS", "4"))
SEED = int(os.environ.get("CHAOS_SEED", str(random.SystemRandom().randrange(10**6))))
END_SECONDS = 120 + 4 * PULLS
HIDDEN = {"notes.txt": "one \u202e two\n"}


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with FakeGitHub(contents_per_minute=None) as hub, Stack(hub, tmp_path) as stack:
        yield stack


def embedded(stack: Stack, chance: random.Random) -> list[Callable[[], None]]:
    serve = stack.serve(workers=2)
    return [
        serve.kill,
        lambda: serve.kill(group=False),
        lambda: serve.kill_child(chance.choice),
        lambda: serve.kill_child(chance.choice),
    ]


def distributed(stack: Stack, chance: random.Random, *, append_only: bool) -> list[Callable[[], None]]:
    redis = stack.redis(append_only=append_only)
    serve = stack.serve(workers=0, **stack.broker)
    celery = stack.celery()
    return [
        serve.kill,
        redis.kill,
        celery.kill,
        lambda: celery.kill(group=False),
        lambda: celery.kill_child(chance.choice),
    ]


def survive(stack: Stack, chance: random.Random, kill: Sequence[Callable[[], None]]) -> Sequence[Pull]:
    """Open pull requests all the while, kill something now and then, start again what died, and wait for the end."""
    hub = stack.hub
    repositories = [hub.create_repository(f"acme/shop-{number}") for number in range(4)]
    pulls: list[Pull] = []
    kills, seen = 0, 0
    with sending(hub.world, stack.url, Weather(copies=2)):
        while len(pulls) < PULLS:
            pulls.append(hub.open_pull(chance.choice(repositories), head_files=HIDDEN))
            time.sleep(0.05)
        # A kill only when work was done since the last one: else it would hit processes that still start. All kills are
        # spread over the work. Some pull requests are hit three times in a row, and must not be given up for it.
        while kills < KILLS and not alive_and_settled(stack, pulls):
            posted = sum(len(pull.reviews) for pull in pulls)
            if posted > seen and posted * (KILLS + 1) >= (kills + 1) * PULLS:
                time.sleep(chance.uniform(0, 1))
                chance.choice(kill)()
                kills, seen = kills + 1, posted
            time.sleep(0.05)
        done = eventually(lambda: alive_and_settled(stack, pulls), END_SECONDS)
        assert done, f"seed {SEED}\n{stack.told()}"
    return pulls


def alive_and_settled(stack: Stack, pulls: Sequence[Pull]) -> bool:
    keep_alive(stack)
    return settled(stack.hub, pulls)


def keep_alive(stack: Stack) -> None:
    for process in stack.processes.values():
        process.keep_alive()


def at_rest(stack: Stack) -> bool:
    """Say whether no work is left in the ledger."""
    keep_alive(stack)
    ledger = open_ledger(f"sqlite:///{stack.folder}/ledger.sqlite")
    try:
        rows = ledger.queue_state().rows
        return rows["waiting"] == rows["running"] == 0
    finally:
        ledger.close()


@pytest.mark.parametrize("way", ["embedded", "redis with a file", "redis without a file"])
def test_kills_lose_nothing_and_double_nothing(stack: Stack, way: str) -> None:
    chance = random.Random(SEED)  # noqa: S311  it picks victims
    if way == "embedded":
        kill = embedded(stack, chance)
    else:
        kill = distributed(stack, chance, append_only=way == "redis with a file")

    pulls = survive(stack, chance, kill)
    assert eventually(lambda: at_rest(stack), 120), stack.told()

    said = f"seed {SEED}\n{stack.told()}"
    assert [len(stack.hub.reviews(pull)) for pull in pulls] == [1] * PULLS, said
    assert [len(stack.hub.review_comments(pull)) for pull in pulls] == [1] * PULLS, said
    assert {run.status for run in stack.hub.check_runs()} == {"completed"}, said
