"""The job of a pull request: a review where the token may write, and elsewhere the same outcome, said loudly."""

import json
from pathlib import Path

import pytest

from reviewbot.action.status import Status
from reviewbot.cli.exits import Exit
from tests.action.composite import outputs_of
from tests.action.conftest import DANGER
from tests.action.scene import BOT, READ, WRITE, Runner, Workplace
from tests.conftest import Checkout
from tests.fake_github import FakeGitHub, Fault
from tests.fake_github.state import Pull, Repository
from tests.fake_model_server import FakeModelServer, says

WRITING = {"POST", "PUT", "PATCH", "DELETE"}


def written(hub: FakeGitHub) -> list[str]:
    return [one.operation for one in hub.requests if one.incoming.method in WRITING and one.operation != "graphql"]


def test_the_numbers_of_the_exit_status_are_those_of_the_command_line() -> None:
    assert {one.name: one.value for one in Status}.items() <= {one.name: one.value for one in Exit}.items()


def test_a_pull_request_gets_its_review_and_the_job_its_outcome(hub: FakeGitHub, runner: Runner, pull: Pull) -> None:
    ended = runner.review(pull)

    (review,) = hub.reviews(pull, by=BOT)
    assert (ended.status, review.commit) == (Status.FINDINGS, pull.head_sha)
    assert [comment.place.path for comment in hub.review_comments(pull)] == ["app.py"]
    outputs = outputs_of(ended.outputs)
    assert (outputs["conclusion"], outputs["findings"]) == ("failure", "1")
    assert json.loads(Path(outputs["sarif-file"]).read_text())["version"] == "2.1.0"
    assert "app.py:2" in ended.summary
    assert "claim-file" not in outputs
    assert ended.annotations == []  # it stands in a comment


def test_a_job_that_runs_again_posts_nothing_twice(hub: FakeGitHub, runner: Runner, pull: Pull) -> None:
    statuses = [runner.review(pull).status for _ in range(2)]

    assert statuses == [Status.FINDINGS, Status.FINDINGS]
    assert (len(hub.reviews(pull)), len(hub.review_comments(pull))) == (1, 1)


def test_a_clean_change_ends_well(hub: FakeGitHub, runner: Runner, repository: Repository) -> None:
    pull = hub.open_pull(repository, head_files={"app.py": "a = 2\n"})

    ended = runner.review(pull)

    assert (ended.status, outputs_of(ended.outputs)["conclusion"]) == (Status.CLEAN, "success")


@pytest.mark.parametrize("who", ["fork", "dependabot", "no permission"])
def test_a_token_that_cannot_write_gives_the_same_outcome_beside_the_pull_request(
    hub: FakeGitHub, runner: Runner, repository: Repository, who: str
) -> None:
    pull = hub.open_pull(repository, head_files=DANGER, fork=who == "fork", author="mallory")
    more = {"GITHUB_ACTOR": "dependabot[bot]"} if who == "dependabot" else {}

    ended = runner.review(pull, READ, **more)

    assert (ended.status, hub.reviews(pull)) == (Status.FINDINGS, [])
    warning, annotation = ended.annotations
    assert warning[0] == "warning"
    assert {"fork": "forks", "dependabot": "Dependabot", "no permission": "pull-requests: write"}[who] in warning[1]
    assert annotation == ("error", "DANGER-rule says so.")
    assert "app.py:2" in ended.summary
    assert outputs_of(ended.outputs)["findings"] == "1"


def test_a_clean_change_from_a_fork_ends_well(hub: FakeGitHub, runner: Runner, repository: Repository) -> None:
    pull = hub.open_pull(repository, head_files={"app.py": "a = 2\n"}, fork=True, author="mallory")

    assert runner.review(pull, READ).status == Status.CLEAN


def test_a_look_up_that_fails_is_no_empty_list_and_ends_badly(
    hub: FakeGitHub, runner: Runner, repository: Repository
) -> None:
    pull = hub.open_pull(repository, head_files={"app.py": "a = 2\n"})
    hub.fail(Fault("pulls/list-reviews", status=404, body={"message": "Not Found"}))

    ended = runner.review(pull)

    assert (ended.status, hub.reviews(pull)) == (Status.INCOMPLETE, [])
    assert ended.annotations[0][0] == "warning"
    assert outputs_of(ended.outputs)["conclusion"] == "success"  # of the scan; the step ends with 3


def test_a_commit_that_is_no_longer_the_newest_is_never_green(
    hub: FakeGitHub, workplace: Workplace, runner: Runner, pull: Pull
) -> None:
    event = workplace.pull_event(pull)
    hub.push(pull, {"app.py": "a = 3\n"})

    ended = runner.run(workplace.environment("pull_request", event, pull))

    assert (ended.status, written(hub), workplace.scanner.runs) == (Status.INCOMPLETE, [], [])
    assert outputs_of(ended.outputs)["conclusion"] == "failure"


def test_a_file_that_nobody_read_is_never_green(
    hub: FakeGitHub, workplace: Workplace, runner: Runner, repository: Repository
) -> None:
    pull = hub.open_pull(repository, head_files={"app.py": "a = 2\n"})
    workplace.scanner.unreadable = lambda _file: True

    assert runner.review(pull).status == Status.INCOMPLETE


def test_the_policy_is_that_of_the_base_and_the_input_goes_before_it(
    hub: FakeGitHub, runner: Runner, repository: Repository
) -> None:
    policy = {".github/reviewbot.toml": 'fail_on = "never"\n'}
    pull = hub.open_pull(repository, head_files={**DANGER, **policy})

    assert runner.review(pull).status == Status.FINDINGS
    assert runner.review(pull, INPUT_FAIL_ON="never").status == Status.CLEAN


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("INPUT_FAIL_ON", "higher", '"fail-on"'),
        ("INPUT_SARIF", "yes", '"sarif"'),
        ("INPUT_BASE_URL", "ftp://x", '"base-url"'),
        ("INPUT_MODEL", "coder", "belong together"),
        ("INPUT_MODEL_ENDPOINT", "https://127.0.0.1:9", "belong together"),
        ("GITHUB_TOKEN", "", "GITHUB_TOKEN"),
        ("GITHUB_EVENT_NAME", "push", "pull_request"),
        ("GITHUB_REPOSITORY", "acme/other", "another repository"),
        ("GITHUB_EVENT_PATH", "/nonexistent", "GITHUB_EVENT_PATH"),
    ],
)
def test_what_is_set_wrong_is_named(runner: Runner, pull: Pull, name: str, value: str, said: str) -> None:
    ended = runner.review(pull, WRITE, **{name: value})

    assert ended.status == Status.USAGE
    assert said in ended.annotations[-1][1]


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"repository":1}', b"\xff", b"[" * 100_000])
def test_an_event_that_is_none_reviews_nothing(workplace: Workplace, runner: Runner, pull: Pull, body: bytes) -> None:
    environment = workplace.environment("pull_request", {}, pull)
    Path(environment["GITHUB_EVENT_PATH"]).write_bytes(body)

    ended = runner.run(environment)

    assert ended.status == Status.INCOMPLETE
    assert outputs_of(ended.outputs)["conclusion"] == "failure"


def test_the_token_is_shown_nowhere(hub: FakeGitHub, workplace: Workplace, runner: Runner, pull: Pull) -> None:
    environment = workplace.environment("pull_request", workplace.pull_event(pull), pull)
    hub.fail(Fault("pulls/submit-review", status=404, body={"message": "Not Found"}))

    ended = runner.run(environment)

    token = environment["GITHUB_TOKEN"]
    assert token not in "".join(ended.replay.shown) + ended.summary + ended.outputs
    assert [one.value for one in ended.replay.commands if one.name == "add-mask"] == [token]


def test_under_pull_request_target_it_reviews_without_a_checkout(
    hub: FakeGitHub, workplace: Workplace, runner: Runner, fork: Pull
) -> None:
    ended = runner.run(workplace.environment("pull_request_target", workplace.pull_event(fork), fork))

    assert (ended.status, len(hub.reviews(fork, by=BOT))) == (Status.FINDINGS, 1)


@pytest.mark.parametrize("where", ["", "deep/er"])
def test_under_pull_request_target_it_refuses_a_checkout_of_the_head(
    workplace: Workplace, runner: Runner, fork: Pull, checkout: Checkout, where: str
) -> None:
    checkout.write("a.py", "a = 1\n")
    head = checkout.commit()
    event = workplace.pull_event(fork)
    event["pull_request"]["head"]["sha"] = head
    environment = workplace.environment("pull_request_target", event, fork)
    place = workplace.folder / "workspace" / where
    place.parent.mkdir(parents=True, exist_ok=True)
    if where == "":
        place.rmdir()
    checkout.root.rename(place)

    ended = runner.run(environment)

    assert (ended.status, workplace.hub.requests, workplace.scanner.runs) == (Status.USAGE, [], [])
    assert "on: pull_request" in ended.annotations[-1][1]


def test_a_model_behind_an_endpoint_writes_suggestions_and_its_key_is_shown_nowhere(
    hub: FakeGitHub, runner: Runner, repository: Repository
) -> None:
    pull = hub.open_pull(repository, head_files={"app.go": "package a\n\nvar x = DANGER\n"})
    key = "sk-never-shown-to-anybody"
    with FakeModelServer(says("```go\nvar x = 1\n```\n")) as server:
        ended = runner.review(pull, INPUT_MODEL_ENDPOINT=server.url, INPUT_MODEL="coder", REVIEWBOT_MODEL_API_KEY=key)

    assert ended.status == Status.FINDINGS
    assert outputs_of(ended.outputs)["suggestions"] == "1"
    assert "```suggestion\nvar x = 1\n```" in hub.review_comments(pull)[0].body
    assert server.asked[0].headers["authorization"] == f"Bearer {key}"
    assert key not in "".join(ended.replay.shown) + ended.summary + ended.outputs


def test_a_model_is_shown_what_the_code_uses_from_files_that_are_not_changed(hub: FakeGitHub, runner: Runner) -> None:
    files = {"app.py": "a = 1\n", "lib/db.py": "def find(x):\n    return x\n"}
    repository = hub.create_repository("acme/store", files=files, private=False)
    pull = hub.open_pull(repository, head_files={"app.py": "from lib.db import find\n\nfind('DANGER')\n"})
    with FakeModelServer(says("none")) as server:
        runner.review(pull, INPUT_MODEL_ENDPOINT=server.url, INPUT_MODEL="coder")

    assert "\ndef find(x):\n    return x\nEND definitions" in server.asked[0].user


def test_a_model_that_does_not_answer_costs_its_suggestions_and_nothing_else(
    hub: FakeGitHub, runner: Runner, repository: Repository
) -> None:
    pull = hub.open_pull(repository, head_files={"app.go": "package a\n\nvar x = DANGER\n"})

    ended = runner.review(pull, INPUT_MODEL_ENDPOINT="http://127.0.0.1:9", INPUT_MODEL="coder")

    assert (ended.status, len(hub.review_comments(pull))) == (Status.FINDINGS, 1)
    assert "The model gave no suggestions" in ended.summary
