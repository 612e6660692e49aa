"""The few GraphQL calls."""

from typing import Any

import httpx
import pytest

from tests.fake_github import FakeGitHub
from tests.fake_github.conftest import client
from tests.fake_github.permissions import MANIFEST_PERMISSIONS
from tests.fake_github.state import Pull

THREADS = """
query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 50) {
        nodes {
          id isResolved isOutdated path line resolvedBy { login }
          comments(first: 10) { nodes { fullDatabaseId body author { login } } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
"""
RESOLVE = "mutation ($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }"


def ask(hub: FakeGitHub, pull: Pull, query: str, permissions: dict[str, str] | None = None, **variables: Any) -> Any:
    token = hub.token(pull.repository, permissions or dict(MANIFEST_PERMISSIONS)).value
    body = {"query": query, "variables": variables}
    return httpx.post(f"{hub.url}/graphql", headers={"authorization": f"bearer {token}"}, json=body).json()


def threads(hub: FakeGitHub, pull: Pull) -> list[dict[str, Any]]:
    answer = ask(hub, pull, THREADS, owner="acme", name="shop", number=pull.number)
    found: list[dict[str, Any]] = answer["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"]
    return found


@pytest.fixture
def reviewed(hub: FakeGitHub, pull: Pull) -> Pull:
    comment: Any = {"path": "app.py", "line": 4, "side": "RIGHT", "body": "Look."}
    client(hub, pull.repository).get_repo("acme/shop").get_pull(1).create_review(
        body="One.", event="COMMENT", comments=[comment]
    )
    return pull


def test_threads_are_listed_with_their_comments(hub: FakeGitHub, reviewed: Pull) -> None:
    hub.reply(hub.review_comments(reviewed)[0], "alice", "No.")
    hub.resolve(hub.review_comments(reviewed)[0], "alice")

    (thread,) = threads(hub, reviewed)

    assert (thread["path"], thread["line"], thread["isResolved"]) == ("app.py", 4, True)
    assert thread["resolvedBy"] == {"login": "alice"}
    assert [each["author"]["login"] for each in thread["comments"]["nodes"]] == ["reviewbot", "alice"]


def test_resolving_needs_the_permission_to_write_contents(hub: FakeGitHub, reviewed: Pull) -> None:
    (thread,) = threads(hub, reviewed)

    refused = ask(hub, reviewed, RESOLVE, id=thread["id"])
    granted = {**MANIFEST_PERMISSIONS, "contents": "write"}
    allowed = ask(hub, reviewed, RESOLVE, granted, id=thread["id"])

    assert (refused["errors"][0]["type"], refused["data"]["resolveReviewThread"]) == ("FORBIDDEN", None)
    assert allowed == {"data": {"resolveReviewThread": {"thread": {"isResolved": True}}}}


def test_a_field_that_github_does_not_have_is_a_violation(hub: FakeGitHub, pull: Pull) -> None:
    answer = ask(hub, pull, "{ repository(owner: 1) { nothing } }")

    assert "errors" in answer
    assert any("nothing" in each for each in hub.take_violations())
