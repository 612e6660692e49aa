"""What was lost on the way is found: deliveries, heads without a review, hints."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from reviewbot.github.auth import AppAuth
from reviewbot.ledger.record import State
from reviewbot.metrics import Metrics
from reviewbot.sweeper import Sweeper
from tests.fake_github.sending import Weather, send_waiting
from tests.fake_github.state import Pull, Repository
from tests.service.office import DANGER, Office, drain


@pytest.fixture
def sweeper(office: Office) -> Sweeper:
    return Sweeper(office.ledger, AppAuth(office.hub.app.id, SecretStr(office.hub.private_key), office.server))


def now() -> datetime:
    return datetime.now(UTC)


def test_deliveries_that_did_not_arrive_are_asked_for_again(office: Office, sweeper: Sweeper, pull: Pull) -> None:
    lost = send_waiting(office.hub.world, weather=Weather(lose=lambda _delivery: True))

    assert sweeper.redeliver_missed(now()) == len(lost)

    again = [delivery for delivery in office.hub.world.deliveries if delivery.status is None]
    assert sorted(delivery.guid for delivery in again) == sorted(delivery.guid for delivery in lost)
    assert pull.head_sha in str(again[-1].body)


def test_a_delivery_that_never_arrives_is_asked_for_ever_later_and_then_given_up(
    office: Office, sweeper: Sweeper, pull: Pull, capsys: pytest.CaptureFixture[str]
) -> None:
    world = office.hub.world
    (opened,) = [one for one in world.deliveries if one.event == "pull_request"]
    world.deliveries[:] = [opened]
    start = now()
    asked: list[int] = []

    for minute in (*range(0, 120, 5), *range(120, 60 * 60, 60)):  # looks over more than two days
        at = start + timedelta(minutes=minute)
        for one in world.deliveries:
            if one.status is None:
                one.status, one.status_code, one.delivered_at = "Internal Server Error", 500, at
        if sweeper.redeliver_missed(at):
            asked.append(minute)

    gaps = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert len(asked) == 9
    assert gaps == sorted(gaps)
    assert gaps[-1] >= 10 * 60
    assert capsys.readouterr().out.count(opened.guid) == 1
    assert b"reviewbot_deliveries_given_up 1.0" in Metrics(office.ledger).text()
    assert pull.number == 1


def test_after_an_outage_of_two_hours_all_that_failed_comes_again_at_once(
    office: Office, sweeper: Sweeper, repository: Repository
) -> None:
    hub, start = office.hub, now()
    lost: set[str] = set()

    def look(at: datetime, status: str, code: int) -> int:
        for one in hub.world.deliveries:
            if one.status is None:
                one.status, one.status_code, one.delivered_at = status, code, at
        return sweeper.redeliver_missed(at)

    for minute in range(0, 120, 5):
        if minute % 30 == 0:
            hub.open_pull(repository, head_files={"app.py": f"a = {minute}\n"})
        look(start + timedelta(minutes=minute), "failed to connect to host", 502)
        lost |= {one.guid for one in hub.world.deliveries}
    hub.drop_waiting()
    pull = hub.open_pull(repository, head_files=DANGER)  # the receiver is up again, and hears of this one

    again = look(start + timedelta(minutes=121), "OK", 202)

    assert again == len(lost)
    assert {one.guid for one in hub.world.deliveries if one.status is None} == lost
    assert look(start + timedelta(minutes=126), "OK", 202) == 0
    assert pull.number == 5


def test_deliveries_that_arrived_are_left_alone(office: Office, sweeper: Sweeper, pull: Pull) -> None:
    for delivery in office.hub.world.deliveries:
        delivery.status, delivery.status_code, delivery.delivered_at = "OK", 202, now()

    assert sweeper.redeliver_missed(now()) == 0
    assert [one.operation for one in office.hub.requests] == ["apps/list-webhook-deliveries"]
    assert pull.number == 1


def test_a_head_that_no_delivery_told_of_is_reviewed(office: Office, sweeper: Sweeper, repository: Repository) -> None:
    sweeper.find_unreviewed(now())
    pull = office.hub.open_pull(repository, head_files=DANGER)

    assert sweeper.find_unreviewed(now()) == 1
    drain(office.worker())
    assert [review.commit for review in office.hub.reviews(pull)] == [pull.head_sha]
    assert sweeper.find_unreviewed(now()) == 0


def test_the_first_look_asks_for_no_review_of_what_was_there_before(
    office: Office, sweeper: Sweeper, pull: Pull
) -> None:
    assert sweeper.find_unreviewed(now() + timedelta(hours=1)) == 0
    assert office.ledger.find_pull(pull.repository.id, pull.number) is None


def test_drafts_and_what_bots_opened_are_not_looked_for(
    office: Office, sweeper: Sweeper, repository: Repository
) -> None:
    sweeper.find_unreviewed(now())
    office.hub.open_pull(repository, head_files=DANGER, draft=True)
    office.hub.open_pull(repository, head_files=DANGER, author="renovate[bot]", bot=True)

    assert sweeper.find_unreviewed(now()) == 0


def test_a_pull_request_that_was_reopened_unheard_is_reviewed(
    office: Office, sweeper: Sweeper, repository: Repository
) -> None:
    sweeper.find_unreviewed(now())
    pull = office.hub.open_pull(repository, head_files=DANGER)
    office.ask(pull)
    office.stop(pull)

    assert sweeper.find_unreviewed(now()) == 1
    assert office.state(pull).state is State.WAITING


def test_without_a_broker_no_hints_are_sent(office: Office, sweeper: Sweeper, pull: Pull) -> None:
    office.ask(pull)

    assert sweeper.send_hints() == 0
