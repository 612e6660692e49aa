"""The second workflow for forks: what a hostile job claims is compared with what GitHub says, and none of it posted."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from reviewbot.action.claim import ARTIFACT, FILE, read_claim
from reviewbot.action.status import Status
from reviewbot.errors import PayloadError
from reviewbot.github.artifacts import fetch_artifact
from reviewbot.github.client import connect
from reviewbot.github.events import PullAddress
from reviewbot.github.job import JobAccess
from tests.action.composite import outputs_of
from tests.action.scene import BOT, READ, WRITE, Ended, Runner, Workplace
from tests.fake_github import FakeGitHub
from tests.fake_github.state import Pull, Repository, WorkflowRun


def packed(*files: tuple[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files:
            opened.writestr(name, content)
    return archive.getvalue()


def claimed(pull: Pull, **other: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "repository": pull.repository.full_name,
        "number": pull.number,
        "base": pull.base_sha,
        "head": pull.head_sha,
        "conclusion": "failure",
        "findings": 1,
        "suggestions": 0,
        "withheld": 0,
        **other,
    }


def text_of(claim: dict[str, Any]) -> bytes:
    return json.dumps(claim).encode()


class Second:
    """The second workflow."""

    def __init__(self, workplace: Workplace, runner: Runner) -> None:
        self._workplace = workplace
        self._runner = runner

    def run(self, run: WorkflowRun, pull: Pull, archive: bytes | None = None) -> Ended:
        """Run it after `run`, which left `archive`."""
        if archive is not None:
            self._workplace.hub.upload_artifact(run, ARTIFACT, archive)
        event = self._workplace.run_event(run)
        return self._runner.run(self._workplace.environment("workflow_run", event, pull))


@pytest.fixture
def second(workplace: Workplace, runner: Runner) -> Second:
    return Second(workplace, runner)


def test_what_the_first_job_could_not_post_is_posted(
    hub: FakeGitHub, runner: Runner, second: Second, fork: Pull
) -> None:
    first = runner.review(fork, READ)
    assert hub.reviews(fork) == []
    with open(outputs_of(first.outputs)["claim-file"], "rb") as file:  # noqa: PTH123  as the upload reads it
        archive = packed((FILE, file.read()))

    ended = second.run(hub.run_workflow(fork), fork, archive)

    (review,) = hub.reviews(fork, by=BOT)
    assert (ended.status, review.commit) == (Status.CLEAN, fork.head_sha)
    assert not any("claims another outcome" in line for line in ended.replay.shown)


def test_an_untrue_claim_changes_nothing_of_the_review_and_is_said(hub: FakeGitHub, second: Second, fork: Pull) -> None:
    claim = claimed(fork, conclusion="success", findings=0)

    ended = second.run(hub.run_workflow(fork), fork, packed((FILE, text_of(claim))))

    assert len(hub.review_comments(fork)) == 1
    assert any("claims another outcome" in line for line in ended.replay.shown)


@pytest.mark.parametrize(
    "lie",
    [
        lambda pull, other: claimed(pull, number=other.number),
        lambda pull, _other: claimed(pull, number=4711),
        lambda pull, _other: claimed(pull, head=pull.base_sha),
        lambda pull, other: claimed(other, head=pull.head_sha),
        lambda pull, _other: claimed(pull, repository="acme/other"),
    ],
    ids=["another number", "no number", "another head", "another pull request", "another repository"],
)
def test_a_claim_that_github_does_not_bear_out_is_refused(
    hub: FakeGitHub,
    second: Second,
    pull: Pull,
    fork: Pull,
    lie: Callable[[Pull, Pull], dict[str, Any]],
) -> None:
    ended = second.run(hub.run_workflow(fork), fork, packed((FILE, text_of(lie(fork, pull)))))

    assert (ended.status, hub.reviews(fork), hub.reviews(pull)) == (Status.INCOMPLETE, [], [])


@pytest.mark.parametrize(
    "archive",
    [
        b"",
        b"PK\x03\x04 no archive",
        packed(),
        packed(("../" + FILE, b"{}")),
        packed((FILE, b"{}"), ("second", b"")),
        packed(("/etc/passwd", b"{}")),
        packed((FILE, b" " * 10_000_000)),
        packed((FILE, b"{}")),
        packed((FILE, b"[" * 4_000)),
        packed((FILE, b'{"version": 1, "\xff": 2}')),
        b"x" * 20_000,
    ],
    ids=["empty", "broken", "no file", "upwards", "two", "absolute", "bomb", "no claim", "deep", "no text", "large"],
)
def test_a_hostile_archive_is_refused_without_being_unpacked(archive: bytes) -> None:
    with pytest.raises(PayloadError):
        read_claim(archive)


@pytest.mark.parametrize(
    "change",
    [{"number": "1"}, {"number": -1}, {"head": "x" * 40}, {"more": 1}, {"version": 2}, {"conclusion": "ok"}],
    ids=str,
)
def test_a_claim_of_another_shape_is_refused_and_not_quoted(fork: Pull, change: dict[str, Any]) -> None:
    with pytest.raises(PayloadError) as refused:
        read_claim(packed((FILE, text_of(claimed(fork, **change)))))

    assert "xxxx" not in str(refused.value)


def test_an_archive_whose_size_is_stated_wrongly_is_not_read_whole(hub: FakeGitHub, fork: Pull) -> None:
    run = hub.run_workflow(fork)
    hub.upload_artifact(run, ARTIFACT, b"x" * 1_000_000).stated_bytes = 100
    address = PullAddress(0, fork.repository.full_name, fork.repository.id, fork.number)
    server = connect(hub.url)
    token = SecretStr(hub.token(fork.repository, WRITE).value)

    with server.http, pytest.raises(PayloadError, match="larger than 16,384"):
        fetch_artifact(JobAccess(token, server).open(address), run.id, ARTIFACT, 16_384)


@pytest.mark.parametrize(("count", "status"), [(0, Status.CLEAN), (2, Status.INCOMPLETE)])
def test_nothing_is_posted_without_just_one_claim(
    hub: FakeGitHub, second: Second, fork: Pull, count: int, status: Status
) -> None:
    run = hub.run_workflow(fork)
    for _ in range(count):
        hub.upload_artifact(run, ARTIFACT, packed((FILE, text_of(claimed(fork)))))

    assert (second.run(run, fork).status, hub.reviews(fork)) == (status, [])


def test_a_head_that_has_moved_on_is_left_to_its_own_job(hub: FakeGitHub, second: Second, fork: Pull) -> None:
    run = hub.run_workflow(fork)
    archive = packed((FILE, text_of(claimed(fork))))
    hub.push(fork, {"app.py": "a = 5\n"})

    assert (second.run(run, fork, archive).status, hub.reviews(fork)) == (Status.INCOMPLETE, [])


def test_a_run_that_no_pull_request_started_asks_for_nothing(
    hub: FakeGitHub, second: Second, repository: Repository, fork: Pull
) -> None:
    run = hub.run_workflow(fork, "push")

    assert second.run(run, fork).status == Status.CLEAN
    assert (hub.requests, repository.pulls[fork.number].reviews) == ([], [])
