"""A worker's turns on pull requests, with the real ledger and a GitHub that is held to its own description."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from reviewbot.change import SourceFile
from reviewbot.errors import ScanError
from reviewbot.finding import Scan
from reviewbot.ledger.record import State
from tests.fake_github.faults import Fault, bad_gateway, secondary_limit
from tests.fake_github.state import Pull, Repository
from tests.fakes import MarkerScanner, ScriptedGenerator
from tests.service.office import DANGER, Office, drain


@dataclass
class Interrupted(MarkerScanner):
    """A scanner in whose middle something happens."""

    happen: Callable[[], object] = lambda: None

    def scan(self, trees: Sequence[Sequence[SourceFile]]) -> Sequence[Scan]:
        self.happen()
        return super().scan(trees)


def checks(office: Office) -> list[tuple[str, str | None]]:
    return [(run.status, run.conclusion) for run in office.hub.check_runs()]


def said(office: Office) -> str:
    (run,) = office.hub.check_runs()
    return f"{run.output['title']} {run.output['summary']}"


def test_a_pull_request_gets_one_review_and_one_concluded_check(office: Office, pull: Pull) -> None:
    office.ask(pull)

    assert drain(office.worker()) == 1

    (review,) = office.hub.reviews(pull)
    assert review.commit == pull.head_sha
    assert [comment.place.path for comment in office.hub.review_comments(pull)] == ["app.py"]
    assert checks(office) == [("completed", "failure")]
    assert office.state(pull).reviewed_head == pull.head_sha


def test_a_head_that_has_a_review_gets_no_other(office: Office, pull: Pull) -> None:
    for _ in range(3):
        office.ask(pull)
        drain(office.worker())

    assert len(office.hub.reviews(pull)) == 1
    assert len(office.scans) == 1


def test_the_newest_head_is_reviewed_whichever_was_asked_for(office: Office, pull: Pull) -> None:
    office.ask(pull)
    newest = office.hub.push(pull, {"app.py": "a = 2\nDANGER\n"})

    drain(office.worker())

    assert [review.commit for review in office.hub.reviews(pull)] == [newest]


def test_a_push_while_it_is_scanned_posts_nothing_on_the_old_head(office: Office, pull: Pull) -> None:
    old = pull.head_sha
    pushes = iter(({"app.py": "a = 2\nDANGER\n"},))

    def push_once() -> None:
        for files in pushes:
            office.hub.push(pull, files)

    office.ask(pull)
    drain(office.worker(Interrupted(happen=push_once)))

    assert [review.commit for review in office.hub.reviews(pull)] == [pull.head_sha] != [old]
    assert checks(office) == [("completed", "neutral"), ("completed", "failure")]


def test_a_model_is_shown_what_the_code_uses_from_files_that_are_not_changed(office: Office) -> None:
    files = {"app.py": "a = 1\n", "lib/db.py": "def find(x):\n    return x\n"}
    repository = office.hub.create_repository("acme/store", files=files)
    changed = {"app.py": "from lib.db import find\n\nfind('DANGER')\n"}
    pull, model = office.hub.open_pull(repository, head_files=changed), ScriptedGenerator(["none"])
    office.ask(pull)
    drain(office.worker(generator=model))
    assert "\ndef find(x):\n    return x\nEND definitions" in model.prompts[0].user


def test_a_newer_head_stops_the_review_of_the_old_one_where_it_is(office: Office, pull: Pull) -> None:
    old, model, pushes = pull.head_sha, ScriptedGenerator([]), iter(({"app.py": "a = 2\nDANGER\n"},))

    def push_once() -> None:
        for files in pushes:
            office.hub.push(pull, files)
            office.ask(pull)

    worker = office.worker(Interrupted(happen=push_once), generator=model)
    office.ask(pull)
    assert worker.work()

    assert model.prompts == []
    assert "pulls/list-reviews" not in office.hub.operations()
    assert [(run.head_sha, run.conclusion) for run in office.hub.check_runs()] == [(old, "neutral")]
    drain(worker)
    assert model.prompts != []
    assert [review.commit for review in office.hub.reviews(pull)] == [pull.head_sha]


def test_work_that_is_no_longer_wanted_stops_before_it_posts(office: Office, pull: Pull) -> None:
    def close() -> None:
        office.hub.close(pull)
        office.stop(pull)

    office.ask(pull)
    drain(office.worker(Interrupted(happen=close)))

    assert office.hub.reviews(pull) == []
    assert checks(office) == [("completed", "neutral")]
    assert office.state(pull).state is State.STOPPED


@pytest.mark.parametrize(("draft", "bot", "why"), [(True, False, "draft"), (False, True, "bot")])
def test_a_pull_request_that_is_not_reviewed_by_itself_says_so(
    office: Office, repository: Repository, *, draft: bool, bot: bool, why: str
) -> None:
    pull = office.hub.open_pull(repository, head_files=DANGER, draft=draft, bot=bot, author="renovate[bot]")
    office.ask(pull)

    drain(office.worker())

    assert office.hub.reviews(pull) == []
    assert checks(office) == [("completed", "neutral")]
    assert why in said(office)
    assert "/reviewbot review" in said(office)


def test_a_closed_pull_request_is_left_alone(office: Office, pull: Pull) -> None:
    office.hub.close(pull)
    office.ask(pull)

    drain(office.worker())

    assert (office.hub.reviews(pull), checks(office)) == ([], [])


def test_a_policy_that_cannot_be_read_fails_the_check_and_names_the_key(office: Office) -> None:
    files = {"app.py": "a = 1\n", ".github/reviewbot.toml": "reprot = 'low'\n"}
    pull = office.hub.open_pull(office.hub.create_repository("acme/typo", files=files), head_files=DANGER)
    office.ask(pull)

    drain(office.worker())

    assert checks(office) == [("completed", "failure")]
    assert '"reprot" is not a key' in said(office).replace("\\", "")
    assert office.hub.reviews(pull) == []


def test_a_scanner_that_fails_fails_the_check_each_time_until_the_work_is_given_up(office: Office, pull: Pull) -> None:
    def fail() -> None:
        raise ScanError("The scanner is broken.")

    office.ask(pull)
    for _ in range(3):
        assert office.worker(Interrupted(happen=fail)).work()
        assert checks(office) == [("completed", "failure")]
        office.wait(pull)

    assert "The scanner is broken." in said(office)
    assert office.state(pull).state is State.FAILED
    assert office.hub.reviews(pull) == []


def test_work_that_kills_each_worker_is_given_up_and_the_check_says_so(office: Office, pull: Pull) -> None:
    class KilledError(BaseException):
        pass

    def die() -> None:
        office.expire(pull)
        raise KilledError

    office.ask(pull)
    for _ in range(3):
        with pytest.raises(KilledError):
            office.worker(Interrupted(happen=die)).work()
    drain(office.worker())

    assert office.state(pull).state is State.FAILED
    assert checks(office) == [("completed", "failure")]
    assert office.hub.reviews(pull) == []


def test_a_worker_that_lost_its_lease_posts_nothing(office: Office, pull: Pull) -> None:
    other = office.worker()

    def lose() -> None:
        office.expire(pull)
        assert other.work()

    office.ask(pull)
    office.worker(Interrupted(happen=lose)).work()

    assert len(office.hub.reviews(pull)) == 1
    assert checks(office) == [("completed", "failure")]


@pytest.mark.parametrize("apply", [True, False])
@pytest.mark.parametrize("operation", ["pulls/create-review", "pulls/submit-review", "checks/create", "checks/update"])
def test_an_answer_that_is_lost_doubles_nothing(office: Office, pull: Pull, operation: str, *, apply: bool) -> None:
    office.hub.fail(bad_gateway(operation, apply=apply, nth=(1,)))
    office.ask(pull)

    for _ in range(3):
        drain(office.worker())
        office.wait(pull)

    assert len(office.hub.reviews(pull)) == 1
    assert [status for status, _ in checks(office)] == ["completed"]


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("then", [True, False])
def test_a_review_that_was_posted_before_the_worker_died_is_not_posted_again(
    office: Office, pull: Pull, *, first: bool, then: bool
) -> None:
    other = office.worker()

    def take_over() -> None:
        office.expire(pull)
        office.ask(pull, forced=then)
        drain(other)

    # All is said; the claim is not ended yet.
    office.hub.fail(Fault("apps/revoke-installation-access-token", nth=(1,), before=take_over))
    office.ask(pull, forced=first)
    office.worker().work()

    assert len(office.hub.reviews(pull)) == (2 if then else 1)  # who asks after it stands there asks for another
    assert {status for status, _ in checks(office)} == {"completed"}
    assert office.state(pull).state is State.DONE


def test_nothing_is_sent_before_a_rate_limit_is_over(office: Office, pull: Pull) -> None:
    office.hub.fail(secondary_limit("pulls/get", retry_after=60, nth=(1,)))
    office.ask(pull)
    worker = office.worker()
    assert worker.work()
    sent = len(office.hub.requests)

    assert not worker.work()

    assert len(office.hub.requests) <= sent
    assert office.state(pull).state is State.WAITING
    assert "rate limit" in office.state(pull).error


def test_an_outage_makes_no_hot_loop(office: Office, pull: Pull) -> None:
    office.hub.fail(bad_gateway(".*"))
    office.ask(pull)
    worker = office.worker()

    assert worker.work()

    assert worker.rest_seconds >= 2
    assert office.state(pull).state is State.WAITING


def test_ten_pushes_without_a_fix_repeat_no_comment(office: Office, pull: Pull) -> None:
    for number in range(10):
        office.hub.push(pull, {"app.py": f"a = {number + 10}\nDANGER\n"})
        office.ask(pull)
        drain(office.worker())

    assert len(office.hub.review_comments(pull)) == 1
    assert len(office.hub.reviews(pull)) == 10
    assert {status for status, _ in checks(office)} == {"completed"}


def test_twenty_pushes_in_a_row_give_two_reviews_at_most(office: Office, pull: Pull) -> None:
    pushes = iter(range(20))

    def push_some() -> None:
        for number in pushes:
            office.hub.push(pull, {"app.py": f"a = {number + 10}\nDANGER\n"})
            office.ask(pull)
            if number % 7 == 0:
                break

    office.ask(pull)
    drain(office.worker(Interrupted(happen=push_some)))

    commits = [review.commit for review in office.hub.reviews(pull)]
    assert commits[-1:] == [pull.head_sha]
    assert len(commits) <= 2
    assert {status for status, _ in checks(office)} == {"completed"}


def test_the_tokens_of_a_review_are_for_one_repository_and_are_revoked(office: Office, pull: Pull) -> None:
    office.hub.create_repository("acme/other")
    office.ask(pull)

    drain(office.worker())

    assert office.hub.world.tokens == {}
