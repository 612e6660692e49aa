"""What becomes of a review when the pull request, the repository or the App goes away under it."""

from collections.abc import Callable

import pytest

from reviewbot.ledger.record import State
from tests.fake_github.state import Pull
from tests.service.office import Office, drain
from tests.service.test_bot import Interrupted

MAX_REQUESTS = 40
"""One turn costs about twenty. A loop would cost hundreds."""


def merge(office: Office, pull: Pull) -> None:
    office.hub.close(pull, merged=True)


def draft(office: Office, pull: Pull) -> None:
    office.hub.set_draft(pull, draft=True)
    office.stop(pull)


def delete_repository(office: Office, pull: Pull) -> None:
    office.hub.delete_repository(pull.repository)


def transfer_away(office: Office, pull: Pull) -> None:
    """Give the repository to somebody who does not have the App."""
    installation = office.hub.installation(pull.repository)
    installation.repository_ids.discard(pull.repository.id)
    for token in office.hub.world.tokens.values():
        token.repository_ids = frozenset()
    pull.repository.owner = office.hub.world.user("elsewhere", "Organization")


def uninstall(office: Office, pull: Pull) -> None:
    office.hub.uninstall(office.hub.installation(pull.repository))


def suspend(office: Office, pull: Pull) -> None:
    office.hub.suspend(office.hub.installation(pull.repository))


def take_permission(office: Office, pull: Pull) -> None:
    del office.hub.installation(pull.repository).permissions["pull_requests"]
    for token in office.hub.world.tokens.values():
        token.permissions.pop("pull_requests", None)


@pytest.mark.parametrize(
    "happen", [merge, draft, delete_repository, transfer_away, uninstall, suspend, take_permission]
)
def test_what_goes_away_in_the_middle_ends_the_work_without_a_storm(
    office: Office, pull: Pull, happen: Callable[[Office, Pull], None]
) -> None:
    happened = iter((happen,))

    def once() -> None:
        for each in happened:
            each(office, pull)

    office.ask(pull)
    worker = office.worker(Interrupted(happen=once))
    for _ in range(5):
        drain(worker)
        office.wait(pull)

    assert office.hub.reviews(pull) == []
    assert office.state(pull).state in {State.FAILED, State.STOPPED, State.DONE}
    assert len(office.hub.requests) <= MAX_REQUESTS
    assert not worker.work()


def test_an_app_that_is_uninstalled_in_the_middle_posts_nothing_and_keeps_nothing(office: Office, pull: Pull) -> None:
    installation = office.hub.installation(pull.repository)

    def leave() -> None:
        office.hub.uninstall(installation)
        office.uninstalled(installation.id)

    office.ask(pull)
    worker = office.worker(Interrupted(happen=leave))
    drain(worker)

    assert office.hub.reviews(pull) == []
    assert office.ledger.find_pull(pull.repository.id, pull.number) is None
    assert not worker.work()


def test_a_review_that_a_suspension_ended_is_done_when_the_app_is_back(office: Office, pull: Pull) -> None:
    installation, suspensions = office.hub.installation(pull.repository), iter((True,))

    def once() -> None:
        for each in suspensions:
            office.hub.suspend(installation, suspended=each)
            office.suspended(installation.id, suspended=each)

    office.ask(pull)
    worker = office.worker(Interrupted(happen=once))
    drain(worker)
    assert office.hub.reviews(pull) == []
    assert not worker.work()

    office.hub.suspend(installation, suspended=False)
    office.suspended(installation.id, suspended=False)
    drain(worker)

    assert len(office.hub.reviews(pull)) == 1
    assert [(run.status, run.conclusion) for run in office.hub.check_runs()] == [("completed", "failure")]
