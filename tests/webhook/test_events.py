"""What a delivery asks of us: signatures, meaning, and bodies that are not what they are said to be."""

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from reviewbot.errors import PayloadError, SignatureError
from reviewbot.github.events import (
    RERUN_ACTION,
    CommandRequest,
    Ignored,
    InstallationGone,
    InstallationSuspended,
    InstallationUnsuspended,
    PullAddress,
    PullClosed,
    RepositoriesRemoved,
    RerunRequest,
    ReviewRequest,
    Trigger,
    parse_delivery,
    parse_event,
)
from reviewbot.github.signature import verify
from tests.webhook.payloads import (
    HEAD,
    SECRET,
    as_body,
    check_run,
    installation,
    issue_comment,
    pull_request,
    review_comment,
    signed,
)

ADDRESS = PullAddress(9, "acme/shop", 77, 3)
AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
SECRETS = (SecretStr(SECRET), SecretStr("the-secret-before-it-was-rotated"))


def test_the_signature_is_the_one_that_github_documents() -> None:
    digest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    verify(b"Hello, World!", f"sha256={digest}", [SecretStr("It's a Secret to Everybody")])


def test_both_secrets_are_accepted_while_one_is_rotated() -> None:
    for secret in SECRETS:
        verify(b"{}", signed(b"{}", secret.get_secret_value()), SECRETS)


@given(st.binary(max_size=200), st.integers(min_value=0), st.integers(1, 255))
def test_a_body_with_one_byte_changed_is_refused(body: bytes, where: int, flip: int) -> None:
    signature = signed(body)
    changed = bytearray(body or b"\0")
    changed[where % len(changed)] ^= flip
    with pytest.raises(SignatureError, match="does not fit"):
        verify(bytes(changed), signature, SECRETS)


@given(st.text(max_size=100))
def test_any_other_signature_is_refused(signature: str) -> None:
    with pytest.raises(SignatureError):
        verify(b"{}", signature, SECRETS)


def test_nothing_is_accepted_without_a_secret() -> None:
    for secrets in ([], [SecretStr("")]):
        with pytest.raises(SignatureError):
            verify(b"{}", signed(b"{}", ""), secrets)


@pytest.mark.parametrize(
    ("action", "trigger"),
    [
        ("opened", Trigger.OPENED),
        ("synchronize", Trigger.PUSHED),
        ("reopened", Trigger.REOPENED),
        ("ready_for_review", Trigger.READY),
    ],
)
def test_a_pull_request_with_a_new_head_is_to_be_reviewed(action: str, trigger: Trigger) -> None:
    delivery = parse_delivery("pull_request", as_body(pull_request(action)))
    assert delivery.action == action
    assert delivery.event == ReviewRequest(ADDRESS, HEAD, AT, trigger, draft=False, author_is_bot=False)


def test_drafts_and_pull_requests_by_bots_are_told_apart() -> None:
    bot = {"login": "renovate[bot]", "id": 6, "type": "Bot"}
    event = parse_event("pull_request", as_body(pull_request(draft=True, user=bot)))
    assert isinstance(event, ReviewRequest)
    assert (event.draft, event.author_is_bot) == (True, True)
    ghost = parse_event("pull_request", as_body(pull_request(user=None)))
    assert isinstance(ghost, ReviewRequest)


@pytest.mark.parametrize("action", ["closed", "converted_to_draft"])
def test_a_pull_request_that_was_closed_or_made_a_draft_stops_work(action: str) -> None:
    assert parse_event("pull_request", as_body(pull_request(action))) == PullClosed(ADDRESS, AT)


def test_a_command_is_read_from_either_kind_of_comment() -> None:
    text = "Look:\n/reviewbot dismiss tests only\n/reviewbot fix"
    said = parse_event("issue_comment", as_body(issue_comment(text)))
    assert said == CommandRequest(ADDRESS, 12, False, "ann", 5, "/reviewbot dismiss tests only", AT)  # noqa: FBT003
    on_line = parse_event("pull_request_review_comment", as_body(review_comment(text)))
    assert on_line == CommandRequest(ADDRESS, 12, True, "ann", 5, "/reviewbot dismiss tests only", AT)  # noqa: FBT003


def test_a_command_holds_no_character_that_a_database_refuses() -> None:
    event = parse_event("issue_comment", as_body(issue_comment("/reviewbot dismiss a\0b")))
    assert isinstance(event, CommandRequest)
    assert event.text == "/reviewbot dismiss a\ufffdb"


def test_a_check_is_run_again_for_the_pull_request_that_it_names() -> None:
    for payload in (check_run("rerequested", 77), check_run("rerequested", 78, 77)):
        event = parse_event("check_run", as_body(payload))
        assert isinstance(event, RerunRequest)
        assert event.address is not None
        assert event.address.repository_id == 77
    pressed = check_run("requested_action", 77) | {"requested_action": {"identifier": RERUN_ACTION}}
    assert parse_event("check_run", as_body(pressed)) == RerunRequest(ADDRESS, HEAD, 9, "acme/shop", 77, "ann")


def test_a_check_of_a_fork_or_of_several_pull_requests_leaves_open_which_one() -> None:
    for repositories in ((), (78,), (77, 77)):
        suite = check_run("rerequested", *repositories)
        suite["check_suite"] = suite.pop("check_run")
        event = parse_event("check_suite", as_body(suite))
        assert event == RerunRequest(None, HEAD, 9, "acme/shop", 77, "ann")


def test_an_uninstalled_or_suspended_app_is_told_apart() -> None:
    assert parse_event("installation", as_body(installation("deleted"))) == InstallationGone(9)
    removed = installation("removed") | {"repositories_added": [], "repositories_removed": [{"id": 77}, {"id": 78}]}
    assert parse_event("installation_repositories", as_body(removed)) == RepositoriesRemoved(9, (77, 78))
    assert parse_event("installation", as_body(installation("suspend"))) == InstallationSuspended(9)
    assert parse_event("installation", as_body(installation("unsuspend"))) == InstallationUnsuspended(9)


_BUTTON = check_run("requested_action", 77) | {"requested_action": {"identifier": "merge"}}
_FOREIGN_SENDER = issue_comment() | {"sender": {"login": "bob", "id": 6, "type": "User"}}
_BOT_RERUN = check_run("rerequested", 77) | {"sender": {"login": "x[bot]", "id": 6, "type": "Bot"}}
_ISSUE = issue_comment() | {"issue": {"number": 3}}
_NO_INSTALLATION = {key: value for key, value in pull_request().items() if key != "installation"}


@pytest.mark.parametrize(
    ("name", "payload", "reason"),
    [
        ("ping", {"zen": "x", "hook_id": 1}, "nothing to do on ping"),
        ("push", {"ref": "refs/heads/main"}, "nothing to do on push"),
        ("pull_request", pull_request("labeled"), "nothing to do on pull_request labeled"),
        ("pull_request", _NO_INSTALLATION, "names no installation"),
        ("issue_comment", issue_comment(action="edited"), "nothing to do on issue_comment edited"),
        ("issue_comment", issue_comment(action="deleted"), "nothing to do"),
        ("issue_comment", issue_comment("thanks"), "without a command"),
        ("issue_comment", issue_comment(author_type="Bot"), "by a bot"),
        ("issue_comment", _FOREIGN_SENDER, "did not write"),
        ("issue_comment", _ISSUE, "no pull request"),
        ("check_run", check_run("created"), "nothing to do"),
        ("check_run", _BUTTON, "not ours"),
        ("check_run", _BOT_RERUN, "by a bot"),
        ("installation", installation("created"), "nothing to do on installation created"),
    ],
)
def test_what_is_ignored_says_why(name: str, payload: dict[str, Any], reason: str) -> None:
    event = parse_event(name, as_body(payload))
    assert isinstance(event, Ignored)
    assert reason in event.reason


_BODIES = {
    "pull_request": pull_request("closed"),
    "issue_comment": issue_comment(),
    "pull_request_review_comment": review_comment(),
    "check_run": check_run(),
    "check_suite": check_run() | {"check_suite": check_run()["check_run"]},
    "installation": installation(),
}
del _BODIES["check_suite"]["check_run"]


@pytest.mark.parametrize("name", _BODIES)
@pytest.mark.parametrize("sent_as", _BODIES)
def test_a_body_sent_under_the_name_of_another_event_is_refused(name: str, sent_as: str) -> None:
    if name == sent_as:
        assert not isinstance(parse_event(name, as_body(_BODIES[name])), Ignored)
        return
    with pytest.raises(PayloadError, match=f"is no {sent_as} event"):
        parse_event(sent_as, as_body(_BODIES[name]))


def test_the_end_of_a_comment_cannot_pass_for_the_end_of_an_installation() -> None:
    deleted = issue_comment(action="deleted")
    for missing in ((), ("comment",), ("comment", "issue"), ("comment", "issue", "repository")):
        body = as_body({key: value for key, value in deleted.items() if key not in missing})
        with pytest.raises(PayloadError, match="is no installation event"):
            parse_event("installation", body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b'{"action": "opened", "x": NaN}',
        b'{"action": "opened", "x": -Infinity}',
        b'{"action": "opened", "action": "closed"}',
        b'{"x": {"a": 1, "a": 2}}',
        b'{"x": ' + b"9" * 5000 + b"}",
        b'{"x":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"x": "\\ud800"}',
        b'{"action": "opened"',
    ],
    ids=lambda body: str(body[:24]),
)
def test_a_body_that_is_no_json_of_github_is_refused_and_not_quoted(body: bytes) -> None:
    for name in ("pull_request", "push"):
        with pytest.raises(PayloadError) as refusal:
            parse_event(name, body)
        assert "xxx" not in str(refusal.value)


@pytest.mark.parametrize("action", [1, "x" * 100, "opened\n", "", [], {}])
def test_an_action_that_is_no_word_is_refused_and_not_quoted(action: object) -> None:
    with pytest.raises(PayloadError, match="its action is not a word"):
        parse_event("pull_request", as_body(pull_request() | {"action": action}))
    delivery = parse_delivery("repository_dispatch", as_body({"action": action}))
    assert (delivery.action, delivery.event) == (None, Ignored("nothing to do on repository_dispatch"))


@pytest.mark.parametrize(
    "change",
    [
        {"number": 0},
        {"number": 2**63},
        {"number": "3"},
        {"number": True},
        {"updated_at": "2026-11-20T10:00:00"},
        {"updated_at": 10**400},
        {"updated_at": None},
        {"head": {"sha": "0" * 39}},
        {"head": {"sha": HEAD + "\n"}},
        {"head": {"sha": HEAD.upper()}},
        {"draft": "no"},
        {"user": {"login": "a\0b", "id": 5}},
    ],
    ids=str,
)
def test_a_field_that_is_not_as_documented_is_named(change: dict[str, Any]) -> None:
    with pytest.raises(PayloadError, match=rf"pull_request\.{next(iter(change))}"):
        parse_event("pull_request", as_body(pull_request(**change)))


@pytest.mark.parametrize("name", ["acme", "acme/shop/../..", "acme/sh op", "../x", "acme/shop?x=1", "acme/shop\n"])
def test_a_repository_name_that_could_change_an_address_is_refused(name: str) -> None:
    payload = pull_request() | {"repository": {"id": 77, "full_name": name}}
    with pytest.raises(PayloadError, match=r"repository\.full_name"):
        parse_event("pull_request", as_body(payload))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([*_BODIES, "push", ""]), st.binary(max_size=300))
def test_random_bytes_are_refused(name: str, body: bytes) -> None:
    with contextlib.suppress(PayloadError):
        assert isinstance(parse_event(name, body), Ignored)


@given(st.sampled_from(sorted(_BODIES)), st.data())
def test_a_real_body_with_any_part_replaced_is_read_or_refused(name: str, data: st.DataObject) -> None:
    payload = json.loads(as_body(_BODIES[name]))
    target = payload
    while True:
        key = data.draw(st.sampled_from(sorted(target)))
        if not isinstance(target[key], dict) or not target[key] or data.draw(st.booleans()):
            break
        target = target[key]
    target[key] = data.draw(_JSON)
    with contextlib.suppress(PayloadError):  # any other error is a crash
        assert parse_delivery(name, as_body(payload)).name == name
