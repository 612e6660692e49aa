"""Webhook deliveries: signed, valid, and as unreliable as a test asks for."""

import hashlib
import hmac
import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from tests.fake_github import FakeGitHub
from tests.fake_github.packages import require_packages, webhook_examples
from tests.fake_github.sending import Weather
from tests.fake_github.state import Pull
from tests.fake_github.test_permissions import app_jwt


class Receiver(ThreadingHTTPServer):
    """Takes deliveries and keeps them: (GUID, event, signature, body)."""

    def __init__(self, status: int = 202) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.taken: list[tuple[str, str, str, bytes]] = []
        self.status = status
        self.url = f"http://127.0.0.1:{self.server_address[1]}/github"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        names = ("x-github-delivery", "x-github-event", "x-hub-signature-256")
        guid, event, signature = (self.headers[name] for name in names)
        self.server.taken.append((guid, event, signature, body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *_arguments: object) -> None:  # noqa: A002  the base class's name
        del format


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        thread = threading.Thread(target=receiver.serve_forever)
        thread.start()
        yield receiver
        receiver.shutdown()
        thread.join()


def test_deliveries_are_signed_with_the_apps_secret(hub: FakeGitHub, pull: Pull, receiver: Receiver) -> None:
    hub.push(pull, {"app.py": "changed\n"})
    hub.deliver(receiver.url)

    assert [event for _, event, _, _ in receiver.taken] == ["installation", "pull_request", "pull_request"]
    for _, _, signature, body in receiver.taken:
        digest = hmac.new(hub.webhook_secret.encode(), body, hashlib.sha256).hexdigest()
        assert signature == f"sha256={digest}"


def test_every_announcement_keeps_to_both_schema_sets(hub: FakeGitHub, pull: Pull) -> None:
    """`hub` asserts at its end that no payload was wrong; here each kind is made once."""
    hub.push(pull, {"app.py": "changed\n"})
    hub.edit_comment(hub.comment(pull, "bob", "/reviewbot review"), "never mind")
    for draft in (True, False):
        hub.set_draft(pull, draft=draft)
    hub.close(pull)
    hub.reopen(pull)
    fork = hub.open_pull(pull.repository, head_files={"a": "b\n"}, author="mallory", fork=True)
    hub.delete_fork(fork)
    hub.comment(fork, "mallory", "gone")
    hub.close(fork)
    hub.create_repository("acme/second")
    hub.suspend(hub.installation(pull.repository))
    hub.suspend(hub.installation(pull.repository), suspended=False)
    hub.uninstall(hub.installation(pull.repository))

    assert {(each.event, each.action) for each in hub.deliveries} >= {
        ("pull_request", "synchronize"),
        ("pull_request", "ready_for_review"),
        ("pull_request", "converted_to_draft"),
        ("issue_comment", "edited"),
        ("installation_repositories", "added"),
        ("installation", "deleted"),
    }


def test_deliveries_come_twice_and_out_of_order(hub: FakeGitHub, pull: Pull, receiver: Receiver) -> None:
    for number in range(4):
        hub.push(pull, {"app.py": f"{number}\n"})
    hub.deliver(receiver.url, Weather(copies=2, shuffle=random.Random(7), senders=2))  # noqa: S311  only mixes

    guids = [guid for guid, *_ in receiver.taken]
    assert sorted(guids) == sorted(2 * [each.guid for each in hub.deliveries])
    assert guids != [each.guid for each in hub.deliveries for _ in range(2)]


def test_a_lost_delivery_is_found_and_sent_again_under_its_guid(
    hub: FakeGitHub, pull: Pull, receiver: Receiver
) -> None:
    (_, opened) = hub.deliver(receiver.url, Weather(lose=lambda each: each.event == "pull_request"))
    signed_in = {"authorization": f"Bearer {app_jwt(hub)}"}

    (failed,) = httpx.get(f"{hub.url}/app/hook/deliveries?status=failure", headers=signed_in).json()
    asked = httpx.post(f"{hub.url}/app/hook/deliveries/{failed['id']}/attempts", headers=signed_in)
    hub.deliver(receiver.url)

    assert (failed["guid"], failed["status"], asked.status_code) == (opened.guid, "failed to connect to host", 202)
    assert [guid for guid, event, *_ in receiver.taken if event == "pull_request"] == [opened.guid]
    newest = httpx.get(f"{hub.url}/app/hook/deliveries?per_page=1", headers=signed_in)
    assert (newest.json()[0]["redelivery"], newest.json()[0]["status"]) == (True, "OK")
    assert "cursor=" in newest.links["next"]["url"]
    assert pull.repository.id == newest.json()[0]["repository_id"]


def test_a_receiver_that_refuses_is_a_failed_delivery(hub: FakeGitHub, pull: Pull, receiver: Receiver) -> None:
    receiver.status = 500
    hub.deliver(receiver.url)

    assert {each.status for each in hub.deliveries} == {"Invalid HTTP Response: 500"}
    assert pull.number == 1


def test_octokit_recorded_329_payloads_of_58_events() -> None:
    recorded = list(webhook_examples(require_packages()))

    assert (len(recorded), len({event for event, _ in recorded})) == (329, 58)


def test_a_payload_without_what_github_always_sends_is_caught(hub: FakeGitHub, pull: Pull) -> None:
    opened = next(each for each in hub.deliveries if each.action == "opened")

    assert not hub.world.payloads.errors("pull_request", "opened", opened.payload)
    for missing in ("number", "repository"):
        payload = {name: value for name, value in opened.payload.items() if name != missing}
        assert len(hub.world.payloads.errors("pull_request", "opened", payload)) == 2, "both schema sets see it"
    assert pull.number == 1
