"""The fake GitHub, seen through PyGithub: a client that others wrote."""

from typing import Any

import pytest
from github import Auth, Github, GithubException, GithubIntegration
from github.ContentFile import ContentFile
from github.PullRequest import PullRequest
from github.Repository import Repository as SeenRepository

from tests.fake_github import FakeGitHub
from tests.fake_github.conftest import FOURTH_CHANGED, TEN, client
from tests.fake_github.hub import ViolationError
from tests.fake_github.state import Pull, Repository


def seen_repository(hub: FakeGitHub, pull: Pull) -> SeenRepository:
    return client(hub, pull.repository).get_repo(pull.repository.full_name)


def seen(hub: FakeGitHub, pull: Pull) -> PullRequest:
    return seen_repository(hub, pull).get_pull(pull.number)


def comment_at(path: str, line: int, body: str = "Look here.") -> dict[str, Any]:
    return {"path": path, "line": line, "side": "RIGHT", "body": body}


def post(hub: FakeGitHub, pull: Pull, *comments: Any) -> None:
    seen(hub, pull).create_review(body="Two.", event="COMMENT", comments=list(comments))


def test_an_app_signs_in_and_gets_a_token_for_one_repository(hub: FakeGitHub, repository: Repository) -> None:
    hub.create_repository("acme/other")
    app = GithubIntegration(auth=Auth.AppAuth(hub.app.id, hub.private_key), base_url=hub.url)

    installation = app.get_repo_installation("acme", "shop")
    _, answer = app.requester.requestJsonAndCheck(
        "POST",
        f"/app/installations/{installation.id}/access_tokens",
        input={"repository_ids": [repository.id], "permissions": {"contents": "read"}},
    )

    assert app.get_app().slug == "reviewbot"
    assert [each["full_name"] for each in answer["repositories"]] == ["acme/shop"]
    narrowed = Github(auth=Auth.Token(answer["token"]), base_url=hub.url, retry=None)
    assert narrowed.get_repo("acme/shop").full_name == "acme/shop"
    with pytest.raises(GithubException) as refused:
        narrowed.get_repo("acme/other")
    assert refused.value.status == 404


def test_the_files_of_a_pull_request_carry_their_patches_and_blobs(hub: FakeGitHub, pull: Pull) -> None:
    changed, added = seen(hub, pull).get_files()

    assert (changed.filename, changed.status) == ("app.py", "modified")
    assert changed.patch.startswith("@@ -1,7 +1,7 @@")
    assert "\n-line 4\n+eval(input())\n" in changed.patch
    assert (added.filename, added.patch) == ("new file.py", "@@ -0,0 +1,2 @@\n+a\n+b")
    content = seen_repository(hub, pull).get_contents("app.py", ref=pull.head_sha)
    assert isinstance(content, ContentFile)
    assert content.decoded_content.decode() == FOURTH_CHANGED


def test_a_review_is_posted_with_all_its_comments(hub: FakeGitHub, pull: Pull) -> None:
    post(hub, pull, comment_at("app.py", 4), comment_at("new file.py", 1))

    (review,) = hub.reviews(pull, by="reviewbot[bot]")
    assert (review.body, review.state, review.commit) == ("Two.", "COMMENTED", pull.head_sha)
    assert [(each.place.path, each.place.line) for each in hub.review_comments(pull)] == [
        ("app.py", 4),
        ("new file.py", 1),
    ]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        (comment_at("app.py", 9), "Line could not be resolved"),
        (comment_at("old.py", 1), "Path could not be resolved"),
        (comment_at("app.py", 4) | {"start_line": 5, "start_side": "RIGHT"}, "Start line could not be resolved"),
    ],
)
def test_one_comment_outside_the_diff_and_the_whole_review_is_refused(
    hub: FakeGitHub, pull: Pull, comment: dict[str, Any], message: str
) -> None:
    with pytest.raises(GithubException) as refused:
        post(hub, pull, comment_at("app.py", 4), comment)

    assert (refused.value.status, refused.value.data["errors"]) == (422, [message])
    assert not hub.reviews(pull)
    assert not hub.review_comments(pull)


def test_a_body_of_more_than_65536_characters_is_refused(hub: FakeGitHub, pull: Pull) -> None:
    seen(hub, pull).create_issue_comment("x" * 65_536)
    with pytest.raises(GithubException) as refused:
        seen(hub, pull).create_issue_comment("x" * 65_537)

    assert refused.value.status == 422
    assert len(pull.comments) == 1


def test_a_push_moves_comments_and_outdates_those_on_changed_lines(hub: FakeGitHub, pull: Pull) -> None:
    post(hub, pull, comment_at("app.py", 4), comment_at("new file.py", 1))

    hub.push(pull, {"app.py": "first\n" + FOURTH_CHANGED, "new file.py": "changed\nb\n"})

    assert [each.line for each in seen(hub, pull).get_review_comments()] == [5, None]


def test_a_comment_on_several_lines_is_outdated_when_only_its_first_line_changed(hub: FakeGitHub, pull: Pull) -> None:
    post(hub, pull, comment_at("app.py", 4) | {"start_line": 2, "start_side": "RIGHT"})

    hub.push(pull, {"app.py": FOURTH_CHANGED.replace("line 2\n", "another\n")})

    (comment,) = hub.review_comments(pull)
    assert (comment.outdated, comment.place.line, comment.original.line) == (True, None, 4)


def test_a_check_run_collects_annotations_over_several_requests(hub: FakeGitHub, pull: Pull) -> None:
    note: dict[str, str | int] = {
        "path": "app.py",
        "start_line": 4,
        "end_line": 4,
        "annotation_level": "warning",
        "message": "eval",
    }
    run = seen_repository(hub, pull).create_check_run("reviewbot", pull.head_sha, status="in_progress")

    for _ in range(2):
        run.edit(output={"title": "Found", "summary": "Much", "annotations": [note] * 50})
    run.edit(status="completed", conclusion="failure")

    assert run.get_annotations().totalCount == 100
    assert [(each.status, each.conclusion) for each in hub.check_runs(pull.head_sha)] == [("completed", "failure")]


def test_fifty_one_annotations_are_refused_and_noted(hub: FakeGitHub, pull: Pull) -> None:
    note: dict[str, str | int] = {
        "path": "app.py",
        "start_line": 4,
        "end_line": 4,
        "annotation_level": "warning",
        "message": "eval",
    }
    with pytest.raises(GithubException) as refused:
        seen_repository(hub, pull).create_check_run(
            "reviewbot", pull.head_sha, output={"title": "t", "summary": "s", "annotations": [note] * 51}
        )

    assert refused.value.status == 422
    assert any("annotations" in each for each in hub.take_violations())


def test_a_key_that_github_would_ignore_is_a_violation_that_fails_the_test() -> None:
    hub = FakeGitHub()
    with pytest.raises(ViolationError, match="start_lin"), hub:
        _misspell(hub)


def _misspell(hub: FakeGitHub) -> None:
    repository = hub.create_repository("acme/shop", files={"app.py": TEN})
    pull = hub.open_pull(repository, head_files={"app.py": FOURTH_CHANGED})
    with pytest.raises(GithubException):
        post(hub, pull, comment_at("app.py", 4) | {"start_lin": 3})


def test_a_second_reaction_of_a_kind_is_answered_200(hub: FakeGitHub, pull: Pull) -> None:
    seen(hub, pull).create_issue_comment("hello").create_reaction("eyes")
    seen(hub, pull).get_issue_comments()[0].create_reaction("eyes")

    assert [each.status for each in hub.requests if each.operation.startswith("reactions/")] == [201, 200]
    assert len(pull.comments[0].reactions) == 1
