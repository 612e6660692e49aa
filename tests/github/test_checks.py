from dataclasses import replace

import pytest

from reviewbot.errors import GitHubError, UnavailableError
from reviewbot.github import checks
from reviewbot.github.auth import GitHub
from reviewbot.github.events import RERUN_ACTION
from reviewbot.outcome import Conclusion
from tests.fake_github import FakeGitHub
from tests.fake_github.faults import bad_gateway
from tests.fake_github.state import CheckRun, Pull
from tests.github.scene import reviewed

UPDATE = "checks/update"


def only(hub: FakeGitHub) -> CheckRun:
    (run,) = hub.check_runs()
    return run


def test_a_check_is_started_once_for_one_run(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    first = checks.start(github, pull.head_sha, "run-1")
    assert checks.start(github, pull.head_sha, "run-1") == first
    assert checks.start(github, pull.head_sha, "run-2") != first
    assert (hub.check_runs()[0].status, hub.check_runs()[0].external_id) == ("in_progress", "run-1")


@pytest.mark.parametrize("applied", [True, False])
def test_a_check_whose_answer_was_lost_is_found_again(
    hub: FakeGitHub, github: GitHub, pull: Pull, *, applied: bool
) -> None:
    hub.fail(bad_gateway("checks/create", apply=applied, nth={1}))
    try:
        started = checks.start(github, pull.head_sha, "run-1")
    except UnavailableError:
        started = checks.start(github, pull.head_sha, "run-1")
    assert started == only(hub).id


def test_the_run_of_another_app_is_not_taken_for_ours(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    checks.start(github, pull.head_sha, "run-1")
    only(hub).app = hub.create_app("other")
    assert checks.start(github, pull.head_sha, "run-1") != hub.check_runs()[0].id


def test_a_check_is_concluded_with_the_review(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    hub.push(pull, {"new.py": "one = 1\nDANGER(2)\n"})
    review = reviewed(github)
    checks.conclude(github, checks.start(github, pull.head_sha, "run-1"), review, told=())
    run = only(hub)
    assert (run.status, run.conclusion) == ("completed", "failure")
    assert run.output["title"] == "1 finding: 1 high."
    assert run.output["summary"] == review.body
    assert [(a["path"], a["start_line"], a["annotation_level"]) for a in run.annotations] == [("new.py", 2, "failure")]
    assert [action["identifier"] for action in run.actions] == [RERUN_ACTION]


def test_what_stands_in_comments_is_not_annotated(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    hub.push(pull, {"new.py": "DANGER(1)\nDANGER(2)\n"})
    review = reviewed(github)
    check = checks.start(github, pull.head_sha, "run-1")
    checks.conclude(github, check, review, told={review.findings[0].fingerprint})
    assert [annotation["start_line"] for annotation in only(hub).annotations] == [2]


@pytest.mark.parametrize(("findings", "requests"), [(50, 1), (51, 2), (130, 3), (520, 10)])
def test_annotations_go_in_batches_and_the_last_concludes(
    hub: FakeGitHub, github: GitHub, pull: Pull, findings: int, requests: int
) -> None:
    hub.push(pull, {"new.py": "".join(f"DANGER({number})\n" for number in range(findings))})
    review = reviewed(github)
    checks.conclude(github, checks.start(github, pull.head_sha, "run-1"), review, told=())
    assert hub.operations().count(UPDATE) == requests
    assert only(hub).conclusion == "failure"
    lines = [annotation["start_line"] for annotation in only(hub).annotations]
    assert lines == list(range(1, min(findings, checks.MAX_ALL_ANNOTATIONS) + 1))


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_to_conclude_again_adds_no_annotation_twice(hub: FakeGitHub, github: GitHub, pull: Pull, lost: int) -> None:
    hub.push(pull, {"new.py": "".join(f"DANGER({number})\n" for number in range(130))})
    review = reviewed(github)
    check = checks.start(github, pull.head_sha, "run-1")
    hub.fail(bad_gateway(UPDATE, apply=True, nth={lost}))
    with pytest.raises(UnavailableError):
        checks.conclude(github, check, review, told=())
    checks.conclude(github, check, review, told=())
    checks.conclude(github, check, review, told=())
    assert len(only(hub).annotations) == 130
    assert only(hub).conclusion == "failure"


def test_a_check_is_concluded_without_a_review(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    check = checks.start(github, pull.head_sha, "run-1")
    checks.conclude_without_review(github, check, Conclusion.FAILURE, "Not\u202e reviewed", "é" * 70_000)
    run = only(hub)
    assert (run.status, run.conclusion, run.output["title"]) == ("completed", "failure", "Not\\u202e reviewed")
    assert len(run.output["summary"].encode()) <= 65_535
    assert run.output["summary"].endswith("GitHub takes no more)")


def test_long_words_are_cut_to_what_github_takes(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    hub.push(pull, {"new.py": "DANGER(1)\n"})
    review = reviewed(github)
    finding = replace(review.findings[0], message="m" * 100_000, rule_id="r" * 1_000)
    long = replace(review, findings=(finding,), body="b" * 100_000)
    checks.conclude(github, checks.start(github, pull.head_sha, "run-1"), long, told=())
    assert only(hub).conclusion == "failure"


def test_what_nobody_waits_for_is_not_left_in_progress(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    checks.start(github, pull.head_sha, "run-1")
    done = checks.start(github, pull.head_sha, "run-2")
    checks.conclude_without_review(github, done, Conclusion.SUCCESS, "Done", "Done.")
    assert checks.supersede(github, pull.head_sha) == 1
    assert [(run.status, run.conclusion) for run in hub.check_runs()] == [
        ("completed", "cancelled"),
        ("completed", "success"),
    ]


def test_a_run_that_was_made_twice_is_closed_but_for_the_first(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    first = checks.start(github, pull.head_sha, "run-1")
    twin = checks.start(github, pull.head_sha, "run-2")
    hub.check_runs()[1].external_id = "run-1"
    assert checks.start(github, pull.head_sha, "run-1") == first
    assert checks.supersede(github, pull.head_sha, "run-1") == 1
    assert [(run.id, run.status) for run in hub.check_runs()] == [(first, "in_progress"), (twin, "completed")]


def test_a_check_that_is_gone_is_an_error(github: GitHub) -> None:
    with pytest.raises(GitHubError):
        checks.conclude_without_review(github, 1, Conclusion.NEUTRAL, "Gone", "Gone.")
