"""The receiver over HTTP: what it takes, what it refuses, and what it says when it cannot."""

import json
import socket
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path

import pytest

from reviewbot.errors import UnavailableError
from reviewbot.ledger import Ledger, open_ledger
from reviewbot.ledger.record import State
from tests.fakes import ScriptedBook
from tests.webhook.conftest import Running, headers_of
from tests.webhook.payloads import HEAD, SECRET, as_body, installation, issue_comment, pull_request, signed

Start = Callable[..., Running]
BODY = as_body(pull_request())


def test_a_delivery_is_recorded_and_workers_hear_of_it(receiver: Running) -> None:
    answer = receiver.deliver("pull_request", pull_request())
    assert (answer.status, json.loads(answer.text)) == (202, {"recorded": True, "new": True})
    state = receiver.ledger.find_pull(77, 3)
    assert state is not None
    assert (state.state, state.head, state.pull.repository) == (State.WAITING, HEAD, "acme/shop")
    assert receiver.woken == [state.row_id]


def test_commands_and_installations_reach_the_ledger(receiver: Running) -> None:
    assert receiver.deliver("issue_comment", issue_comment("/reviewbot fix")).status == 202
    assert receiver.deliver("installation", installation("suspend")).status == 202
    assert receiver.ledger.claim("me", 60) is None
    assert receiver.deliver("installation", installation("unsuspend")).status == 202
    claim = receiver.ledger.claim("me", 60)
    assert claim is not None
    assert claim.command is not None
    assert claim.command.text == "/reviewbot fix"
    assert receiver.deliver("installation", installation("deleted")).status == 202
    assert receiver.ledger.heartbeat(claim, 60) is False


def test_what_is_ignored_says_why_and_is_not_recorded(receiver: Running) -> None:
    answer = receiver.deliver("issue_comment", issue_comment("thanks"))
    assert (answer.status, json.loads(answer.text)) == (200, {"ignored": "a comment without a command"})
    assert receiver.woken == []


def test_the_alias_is_a_setting(start: Start, ledger: Ledger) -> None:
    receiver = start(ledger, review_alias=False)
    assert receiver.deliver("issue_comment", issue_comment("/review")).status == 200
    assert receiver.deliver("issue_comment", issue_comment("/reviewbot review")).status == 202


GOOD = signed(BODY)
_SIGNATURES = {
    "missing": None,
    "empty": "",
    "of another body": signed(b"{}"),
    "with another secret": signed(BODY, "another"),
    "with the empty secret": signed(BODY, ""),
    "upper case": GOOD.upper(),
    "upper-case digits": "sha256=" + GOOD[7:].upper(),
    "upper-case name": "SHA256=" + GOOD[7:],
    "without the name": GOOD[7:],
    "short": GOOD[:-1],
    "long": GOOD + "0",
    "one digit changed": GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1"),
    "SHA-1": "sha1=" + "0" * 40,
    "SHA-1 by the name of SHA-256": "sha256=" + "0" * 40,
    "SHA-512": "sha512=" + "0" * 128,
    "twice": f"{GOOD}, {GOOD}",
    "twice, one of them wrong": f"{GOOD},{signed(b'')}",
    "quoted": f'"{GOOD}"',
    "with a comment": f"{GOOD};v=1",
    "wide digits": "sha256=" + "\uff10" * 64,
    "not ASCII": "sha256=\xe9" + GOOD[8:],
    "the secret itself": SECRET,
}


def test_a_delivery_that_is_not_signed_with_our_secret_is_refused(receiver: Running) -> None:
    unsigned = {name: value for name, value in headers_of("pull_request", BODY).items() if "Signature" not in name}
    answers = {}
    for kind, signature in _SIGNATURES.items():
        sent = {} if signature is None else {"X-Hub-Signature-256": signature.encode().decode("latin-1")}
        answers[kind] = receiver.post(BODY, unsigned | sent).status
    assert answers == dict.fromkeys(_SIGNATURES, 401)
    assert receiver.ledger.find_pull(77, 3) is None


def test_two_signature_headers_are_refused_even_if_both_are_right(receiver: Running) -> None:
    twice = _raw(receiver, BODY, f"X-Hub-Signature-256: {GOOD}\r\nX-Hub-Signature-256: {GOOD}\r\n")
    assert twice.startswith(b"HTTP/1.1 401 ")
    once = _raw(receiver, BODY, f"X-Hub-Signature-256: {GOOD}\r\n")
    assert once.startswith(b"HTTP/1.1 202 ")


def test_the_old_sha_1_header_alone_is_refused(receiver: Running) -> None:
    headers = headers_of("pull_request", BODY)
    headers["X-Hub-Signature"] = headers.pop("X-Hub-Signature-256")
    assert receiver.post(BODY, headers).status == 401


def test_both_secrets_are_accepted_during_a_rotation(start: Start, ledger: Ledger) -> None:
    receiver = start(ledger, webhook_secret="new-secret", webhook_secret_previous=SECRET)  # noqa: S106  of the test
    for number, secret in enumerate(("new-secret", SECRET), start=1):
        body = as_body(pull_request(number=number))
        assert receiver.post(body, headers_of("pull_request", body, secret=secret)).status == 202


def test_headers_decide_before_anything_is_recorded(receiver: Running) -> None:
    expected = [
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Encoding": "gzip"}, 415),
        ({"Content-Type": "application/json; charset=utf-8"}, 202),
        ({"X-GitHub-Event": ""}, 400),
        ({"X-GitHub-Event": "Pull Request"}, 400),
        ({"X-GitHub-Event": "check_run"}, 400),
        ({"X-GitHub-Delivery": ""}, 400),
        ({"X-GitHub-Delivery": "../../x"}, 400),
        ({"X-GitHub-Delivery": "x" * 65}, 400),
        ({"X-Padding": "x" * 20_000}, 431),
        ({"X-GitHub-Enterprise-Host": "evil.example"}, 202),
    ]
    answers = [
        (changes, receiver.post(BODY, headers_of("pull_request", BODY) | changes).status) for changes, _ in expected
    ]
    assert answers == expected


def test_a_signed_body_that_is_no_event_is_answered_400(receiver: Running) -> None:
    for body in (b"", b"[]", b"\xff", b"[" * 100_000, b'{"a": NaN}', b'{"action": "opened"}'):
        assert receiver.deliver("pull_request", body).status == 400
    assert receiver.get("/healthz").status == 200


def test_other_methods_and_paths_do_nothing(receiver: Running) -> None:
    assert receiver.get("/github").status == 405
    assert receiver.get("/").status == 404
    assert receiver.request("POST", "/", BODY, headers_of("pull_request", BODY)).status == 404


def test_a_body_larger_than_the_limit_is_refused_by_its_length(start: Start, ledger: Ledger) -> None:
    receiver = start(ledger, max_body_bytes=100_000)
    answer = _raw(receiver, b"", "Content-Length: 100001\r\n", length=False)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert _raw(receiver, b"", f"Content-Length: {'9' * 18}\r\n", length=False).startswith(b"HTTP/1.1 413 ")


def test_a_body_larger_than_the_limit_is_refused_while_it_arrives(start: Start, ledger: Ledger) -> None:
    receiver = start(ledger, max_body_bytes=100_000)
    chunks = b"%x\r\n%s\r\n" % (60_000, b"x" * 60_000) * 2
    answer = _raw(receiver, chunks, "Transfer-Encoding: chunked\r\n", length=False)
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_sent_in_chunks_is_taken(receiver: Running) -> None:
    half = len(BODY) // 2
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (BODY[:half], BODY[half:])) + b"0\r\n\r\n"
    more = f"Transfer-Encoding: chunked\r\nX-Hub-Signature-256: {GOOD}\r\n"
    assert _raw(receiver, chunks, more, length=False).startswith(b"HTTP/1.1 202 ")


def test_a_body_that_arrives_too_slowly_is_given_up(start: Start, ledger: Ledger) -> None:
    receiver = start(ledger, body_seconds=0.2)
    answer = _raw(receiver, BODY[:10], "Content-Length: 1000\r\n", length=False)
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_body_that_is_cut_off_harms_nobody(receiver: Running) -> None:
    with socket.create_connection(("127.0.0.1", receiver.port)) as client:
        client.sendall(_head("Content-Length: 1000\r\n") + BODY[:10])
    assert receiver.deliver("pull_request", BODY).status == 202


def test_headers_without_an_end_are_cut_off(receiver: Running) -> None:
    with socket.create_connection(("127.0.0.1", receiver.port), timeout=30) as client:
        client.sendall(b"POST /github HTTP/1.1\r\nX-Long: ")
        with pytest.raises(OSError, match=r"reset|Broken pipe"):
            client.sendall(b"x" * 10_000_000)
    assert receiver.get("/healthz").status == 200


def test_a_client_that_says_nothing_is_sent_away(receiver: Running) -> None:
    with (
        socket.create_connection(("127.0.0.1", receiver.port), timeout=30) as silent,
        socket.create_connection(("127.0.0.1", receiver.port), timeout=30) as halting,
    ):
        halting.sendall(b"POST /github HTTP/1.1\r\n")
        assert silent.recv(100) == b""
        assert halting.recv(100) == b""


def test_the_same_delivery_many_times_at_once_is_one(receiver: Running) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: receiver.deliver("pull_request", BODY, "same-guid"), range(48)))
    assert {answer.status for answer in answers} == {202}
    assert sum(json.loads(answer.text)["new"] for answer in answers) == 1


def test_the_same_body_under_a_new_id_is_no_new_work(receiver: Running) -> None:
    receiver.deliver("pull_request", BODY, "first")
    claim = receiver.ledger.claim("me", 60)
    assert claim is not None
    answer = receiver.deliver("pull_request", BODY, "second")
    assert (answer.status, json.loads(answer.text)["new"]) == (202, False)
    assert receiver.ledger.is_current(claim)
    assert receiver.woken == [claim.row_id]


def test_whatever_the_order_of_deliveries_the_newest_head_is_kept(receiver: Running) -> None:
    heads = {second: f"{second:040x}" for second in (3, 1, 5, 2, 4)}
    for second, head in heads.items():
        payload = pull_request("synchronize", head=head, updated_at=f"2026-11-20T10:00:0{second}Z")
        assert receiver.deliver("pull_request", payload).status == 202
    state = receiver.ledger.find_pull(77, 3)
    assert state is not None
    assert state.head == heads[5]


def test_a_pull_request_closed_before_it_was_opened_is_left_alone(receiver: Running) -> None:
    receiver.deliver("pull_request", pull_request("closed", updated_at="2026-11-20T10:00:05Z"))
    receiver.deliver("pull_request", pull_request("opened"))
    assert receiver.ledger.claim("me", 60) is None


def test_a_ledger_that_is_locked_for_a_while_is_waited_for(receiver: Running, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.5, lambda: other.execute("ROLLBACK")).start()
    assert receiver.deliver("pull_request", BODY).status == 202
    other.close()
    assert receiver.ledger.find_pull(77, 3) is not None


def test_a_ledger_that_stays_locked_is_said_to_github(receiver: Running, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = receiver.deliver("pull_request", BODY)
    assert (answer.status, answer.headers.get("retry-after")) == (503, "5")
    other.execute("ROLLBACK")
    other.close()
    assert json.loads(receiver.deliver("pull_request", BODY).text)["new"] is True


def test_what_was_answered_with_202_is_there_after_a_power_cut(receiver: Running, tmp_path: Path) -> None:
    database = tmp_path / "ledger.sqlite"
    assert receiver.deliver("pull_request", BODY).status == 202
    # What the disk holds at this moment; of the commit that follows only a part of a page gets there.
    found = {suffix: Path(f"{database}{suffix}").read_bytes() for suffix in ("", "-wal")}
    before = len(found["-wal"])
    assert receiver.deliver("pull_request", pull_request("synchronize", number=4)).status == 202
    torn = Path(f"{database}-wal").read_bytes()[: before + 3_000]
    for suffix, contents in {"": found[""], "-wal": torn}.items():
        (tmp_path / f"after.sqlite{suffix}").write_bytes(contents)

    with closing(open_ledger(f"sqlite:///{tmp_path / 'after.sqlite'}")) as after:
        assert after.find_pull(77, 3) is not None
        assert after.find_pull(77, 4) is None
        assert after.claim("me", 60) is not None


def test_a_ledger_that_is_away_is_said_and_tried_again(start: Start) -> None:
    book = ScriptedBook([UnavailableError("The disk is full.")])
    book.gate.set()
    receiver = start(book)
    answer = receiver.deliver("pull_request", BODY)
    assert (answer.status, answer.headers.get("retry-after")) == (503, "5")
    assert "The disk is full." in receiver.log.getvalue()
    assert "disk" not in answer.text
    assert receiver.deliver("pull_request", BODY).status == 202
    assert not receiver.stopped.is_set()


def test_a_recorder_that_dies_answers_everyone_and_asks_for_the_end(start: Start) -> None:
    receiver = start(ScriptedBook([KeyError("a bug of ours")]))
    assert receiver.deliver("pull_request", BODY).status == 503
    assert "The delivery could not be recorded." in receiver.log.getvalue()  # at once, not by the time-out
    assert receiver.stopped.wait(10)
    assert receiver.deliver("pull_request", BODY).status == 503
    assert receiver.get("/healthz").status == 503


def test_more_deliveries_than_can_be_in_hand_are_told_to_come_back(start: Start) -> None:
    book = ScriptedBook([])
    receiver = start(book, max_deliveries=2)
    bodies = [as_body(pull_request(number=number)) for number in (1, 2, 3)]
    with ThreadPoolExecutor(3) as pool:
        sent = [pool.submit(receiver.deliver, "pull_request", body) for body in bodies]
        (refused,), held = wait(sent, return_when=FIRST_COMPLETED)
        book.gate.set()
        assert [future.result().status for future in held] == [202, 202]
    assert (refused.result().status, refused.result().headers.get("retry-after")) == (503, "5")
    assert refused.result().text == "Too many deliveries at once."


def test_readiness_says_what_is_late_or_away(start: Start) -> None:
    book = ScriptedBook([], age=3.5)
    receiver = start(book, broker_alive=lambda: book.age != 3.5, max_waiting_seconds=60)
    degraded = receiver.get("/readyz")
    assert (degraded.status, json.loads(degraded.text)) == (
        200,
        {"status": "degraded", "database": "ok", "broker": "unavailable", "oldest_waiting_seconds": 3.5},
    )
    for age, status, said in ((None, 200, "ok"), (61, 503, "late"), (UnavailableError("x"), 503, "unavailable")):
        book.age = age
        answer = receiver.get("/readyz")
        assert (answer.status, json.loads(answer.text)["status"]) == (status, said)


def test_no_secret_is_ever_logged(start: Start) -> None:
    canary, token = "canary-webhook-secret", "ghs_CANARY0123456789abcdefABCDEF"
    book = ScriptedBook([UnavailableError(f"at postgresql://u:{canary}@db {token}"), RuntimeError(canary)])
    receiver = start(book, webhook_secret=canary)
    body = as_body(issue_comment(f"/reviewbot dismiss {canary} {token}"))
    for name, headers in (
        ("issue_comment", {}),
        ("issue_comment", {"X-Hub-Signature-256": canary}),
        ("issue_comment", {"X-GitHub-Event": token, "X-GitHub-Delivery": canary}),
        ("pull_request", {}),
        ("issue_comment", {}),
        ("issue_comment", {}),
    ):
        answer = receiver.post(body, headers_of(name, body, secret=canary) | headers)
        assert canary not in answer.text
        assert token not in answer.text
    log = receiver.log.getvalue()
    assert "delivery refused" in log
    assert "delivery not recorded" in log
    assert canary not in log
    assert "CANARY" not in log


def _head(more: str) -> bytes:
    known = "Host: x\r\nContent-Type: application/json\r\nX-GitHub-Event: pull_request\r\nX-GitHub-Delivery: 1\r\n"
    return f"POST /github HTTP/1.1\r\n{known}{more}\r\n".encode()


def _raw(receiver: Running, body: bytes, more: str, *, length: bool = True) -> bytes:
    """Send a request byte by byte as written here, and return what comes first."""
    with socket.create_connection(("127.0.0.1", receiver.port), timeout=30) as client:
        client.sendall(_head(more + (f"Content-Length: {len(body)}\r\n" if length else "")) + body)
        return client.recv(1_000)
