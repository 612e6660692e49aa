"""What goes wrong on the way: each fault as a client sees it."""

import socket

import httpx
import pytest

from tests.fake_github import FakeGitHub, Fault
from tests.fake_github.faults import bad_gateway, primary_limit, secondary_limit
from tests.fake_github.state import Pull


def post_comment(hub: FakeGitHub, pull: Pull) -> httpx.Response:
    token = hub.token(pull.repository).value
    address = f"{hub.url}/repos/acme/shop/issues/{pull.number}/comments"
    return httpx.post(address, headers={"authorization": f"token {token}"}, json={"body": "hello"}, timeout=5)


def test_done_but_the_answer_was_lost(hub: FakeGitHub, pull: Pull) -> None:
    hub.fail(bad_gateway("issues/create-comment", apply=True))

    answer = post_comment(hub, pull)

    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html")
    assert [each.body for each in pull.comments] == ["hello"]


def test_a_request_whose_sender_died_before_its_end_never_came(hub: FakeGitHub, pull: Pull) -> None:
    token = hub.token(pull.repository).value
    path = f"/repos/acme/shop/issues/{pull.number}/comments"
    with socket.create_connection(("127.0.0.1", httpx.URL(hub.url).port or 0), timeout=30) as connection:
        head = f"POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: token {token}\r\ncontent-length: 99\r\n\r\n"
        connection.sendall(head.encode())

    assert post_comment(hub, pull).status_code == 201
    assert [each.body for each in pull.comments] == ["hello"]
    assert hub.operations() == ["issues/create-comment"]


def test_refused_before_anything_was_done(hub: FakeGitHub, pull: Pull) -> None:
    hub.fail(bad_gateway("issues/.*"))

    assert post_comment(hub, pull).status_code == 502
    assert not pull.comments


@pytest.mark.parametrize(("apply", "comments"), [(True, 1), (False, 0)])
def test_the_connection_is_reset(hub: FakeGitHub, pull: Pull, *, apply: bool, comments: int) -> None:
    hub.fail(Fault("issues/create-comment", reset=True, apply=apply, status=None if apply else 500))

    with pytest.raises(httpx.TransportError):
        post_comment(hub, pull)

    assert len(pull.comments) == comments
    assert hub.requests[-1].status is None


def test_the_answer_is_cut_off(hub: FakeGitHub, pull: Pull) -> None:
    hub.fail(Fault("issues/create-comment", cut=20))

    with pytest.raises(httpx.RemoteProtocolError):
        post_comment(hub, pull)

    assert len(pull.comments) == 1


def test_only_the_named_requests_fail(hub: FakeGitHub, pull: Pull) -> None:
    hub.fail(Fault("issues/create-comment", status=500, nth={1, 3}))

    assert [post_comment(hub, pull).status_code for _ in range(4)] == [500, 201, 500, 201]
    hub.mend()
    assert post_comment(hub, pull).status_code == 201


def test_rate_limits_look_like_githubs(hub: FakeGitHub, pull: Pull) -> None:
    hub.fail(secondary_limit("issues/create-comment", retry_after=7, nth={1}))
    hub.fail(primary_limit("issues/create-comment", reset=1_900_000_000, nth={2}))

    secondary, primary = post_comment(hub, pull), post_comment(hub, pull)

    assert (secondary.status_code, secondary.headers["retry-after"]) == (403, "7")
    assert "secondary rate limit" in secondary.json()["message"]
    assert (primary.status_code, primary.headers["x-ratelimit-remaining"]) == (403, "0")


def test_content_is_created_at_eighty_a_minute_at_most() -> None:
    with FakeGitHub(contents_per_minute=2) as hub:
        pull = hub.open_pull(hub.create_repository("acme/shop"), head_files={"a": "b\n"})
        answers = [post_comment(hub, pull) for _ in range(3)]

    assert [each.status_code for each in answers] == [201, 201, 403]
    assert int(answers[-1].headers["retry-after"]) > 0


def test_an_unknown_path_is_a_violation(hub: FakeGitHub) -> None:
    assert httpx.get(f"{hub.url}/repos/acme/shop/no-such-thing").status_code == 404
    assert httpx.get(f"{hub.url}/repos/acme/shop/stargazers").status_code == 404

    assert hub.take_violations() == [
        "GET /repos/acme/shop/no-such-thing: GitHub has no such operation",
        "GET /repos/acme/shop/stargazers: GitHub has it, the fake does not",
    ]
