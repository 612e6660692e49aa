"""End to end over real processes: a signed delivery comes in, one review and one concluded check come out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_github import FakeGitHub
from tests.fake_github.sending import Weather, sending
from tests.service.stack import Stack, eventually, settled

HIDDEN = {"notes.txt": "one \u202e two\n"}  # characters that reorder text: found without starting a scanner


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with FakeGitHub(contents_per_minute=None) as hub, Stack(hub, tmp_path) as stack:
        yield stack


def one_review_each(stack: Stack, number: int) -> None:
    hub = stack.hub
    repository = hub.create_repository("acme/shop")
    with sending(hub.world, stack.url, Weather(copies=2)):
        pulls = [hub.open_pull(repository, head_files=HIDDEN) for _ in range(number)]
        done = eventually(lambda: settled(hub, pulls), 60)
    assert done, stack.told()
    assert [len(hub.reviews(pull)) for pull in pulls] == [1] * number
    assert [len(hub.review_comments(pull)) for pull in pulls] == [1] * number
    assert [(run.status, run.conclusion) for run in hub.check_runs()] == [("completed", "failure")] * number


def test_the_embedded_default_reviews_without_redis(stack: Stack) -> None:
    stack.serve(workers=2)

    one_review_each(stack, 3)


def test_celery_workers_behind_redis_review(stack: Stack) -> None:
    stack.redis()
    stack.serve(workers=0, **stack.broker)
    stack.celery()

    one_review_each(stack, 3)
