"""Servers that break every promise: there is an end, and it is said what was missing."""

import threading
from collections.abc import Iterator

import pytest

from reviewbot.errors import GenerationError, LostClaimError
from reviewbot.generators.endpoint import Endpoint
from reviewbot.prompt import Prompt
from tests.fake_model_server import (
    Asked,
    Behaviour,
    FakeModelServer,
    chat_json,
    event,
    events,
    in_turn,
    reply,
    says,
    stream,
)
from tests.generators.test_endpoint import CANARY, FENCED, PROMPT, ask, service

DEEP = b"[" * 2_000_000


def _hang(_asked: Asked) -> Iterator[bytes]:
    yield stream()
    while True:
        yield b""


def _drip(_asked: Asked) -> Iterator[bytes]:
    for byte in stream() + event("never to be read whole", "stop"):
        yield b""
        yield bytes([byte])


def _flood(piece: bytes) -> Behaviour:
    def flood(_asked: Asked) -> Iterator[bytes]:
        yield stream()
        while True:
            yield piece * (1 + 100_000 // len(piece))

    return flood


def _reset(_asked: Asked) -> Iterator[bytes]:
    yield b""
    raise ConnectionAbortedError


def _status(status: str, body: bytes = b"{}", **headers: str) -> Behaviour:
    return lambda _asked: [reply(body, status=status, **headers)]


UNUSABLE: dict[str, tuple[Behaviour, str]] = {
    "resets the connection": (_reset, "cut the connection"),
    "closes without a word": (lambda _: [], "cut the connection"),
    "closes in the middle of an event": (lambda _: [stream(), event(FENCED)[:-9]], "sent what is not JSON"),
    "closes before the end": (lambda _: [stream(), event(FENCED)], "sent an answer without an end"),
    "promises more than it sends": (
        lambda _: [stream(content_length="9999"), event(FENCED, "stop")],
        "cut the connection",
    ),
    "sends no HTTP": (lambda _: [b"\x16\x03\x01\x02\x00 garbage\r\n\r\n"], "cut the connection"),
    "sends headers without end": (lambda _: (b"x: y\r\n" * 1000 for _ in range(10**6)), "cut the connection"),
    "sends nothing in an answer": (lambda _: [reply(b"")], "sent an answer without an end"),
    "sends a web page": (_status("200 OK", b"<html>", content_type="text/html; charset=utf-8"), "sent a web page"),
    "sends a page that is called something else": (_status("200 OK", b"<html>\n"), "sent something else"),
    "sends binary": (_status("200 OK", bytes(range(256)) * 9), "sent "),
    "sends JSON that is too deep": (_status("200 OK", DEEP), "sent what is not JSON"),
    "sends events that are too deep": (lambda _: [stream(), b"data: " + DEEP + b"\n"], "sent what is not JSON"),
    "sends a number of a million digits": (_status("200 OK", b'{"choices": ' + b"9" * 10**6 + b"}"), "sent "),
    "sends another document": (_status("200 OK", b'{"hello": "world"}'), "sent something that is no part"),
    "sends choices that are none": (_status("200 OK", b'{"choices": [7]}'), "sent something that is no part"),
    "sends text that is none": (_status("200 OK", b'{"choices": [{"text": 7}]}'), "sent an answer that is no text"),
    "sends half a character": (lambda _: [reply(b'{"choices": [{"text": "\\ud800"}]}')], "sent no valid text"),
    "says an error with status 200": (_status("200 OK", b'{"error": {"message": "no"}}'), "sent an error"),
    "sends an error within the stream": (
        lambda _: [stream(), event("a"), b'data: {"error": "out of memory"}\n\n'],
        "sent an error",
    ),
    "compresses": (_status("200 OK", b"\x1f\x8b", content_encoding="gzip"), "sent compressed data"),
    "streams words for ever": (_flood(event("word ")), "sent an answer of more than 100,000 characters"),
    "streams comments for ever": (_flood(b": ping\n"), "sent more than 8,000,000 bytes"),
    "streams one line for ever": (_flood(b"x"), "sent more than 8,000,000 bytes"),
    "is overloaded": (_status("503 Service Unavailable", retry_after="0"), "answers with status 503"),
    "limits the rate": (_status("429 Too Many Requests", retry_after="0"), "answers with status 429"),
    "limits the rate for a day": (_status("429 Too Many Requests", retry_after="86400"), "answers with status 429"),
    "limits the rate until 2099": (
        _status("429 Too Many Requests", retry_after="Wed, 01 Apr 2099 00:00:00 GMT"),
        "answers with status 429",
    ),
    "limits the rate in gibberish": (_status("429 No", retry_after="soon\u00a0"), "answers with status 429"),
    "refuses the key": (_status("401 Unauthorized", CANARY.encode()), "does not accept the API key"),
    "forbids": (_status("403 Forbidden"), "does not let this API key use the model"),
    "wants money": (_status("402 Payment Required"), "wants to be paid first"),
    "has no such model": (_status("404 Not Found"), "has no such model"),
    "answers with a status that there is not": (_status("299 Odd"), "answers with status 299"),
    "has not changed": (_status("304 Not Modified", b""), "answers with status 304"),
}  # fmt: skip


@pytest.mark.parametrize("how", UNUSABLE)
def test_a_server_that_is_no_use_is_given_up_with_what_it_did(how: str) -> None:
    behave, said = UNUSABLE[how]
    with pytest.raises(GenerationError) as failure:
        ask(behave)
    assert str(failure.value).startswith(f"The model server {said}")
    assert CANARY not in str(failure.value)


@pytest.mark.parametrize("behave", [_hang, _drip], ids=["hangs", "drips"])
def test_a_server_that_takes_for_ever_is_given_up_in_time(behave: Behaviour) -> None:
    with pytest.raises(GenerationError, match=r"did not answer within 0\.5 seconds"):
        ask(behave, seconds=0.5)


def test_a_server_that_is_not_there_is_said_so() -> None:
    with FakeModelServer(says(FENCED)) as server:
        gone = service(server, None)
    with Endpoint(gone) as endpoint, pytest.raises(GenerationError, match="cannot be reached"):
        endpoint.generate([PROMPT])


@pytest.mark.parametrize("status", ["400 Bad Request", "413 Content Too Large", "422 Unprocessable Content"])
def test_a_prompt_that_is_refused_is_missing_and_the_server_is_not_given_up(status: str) -> None:
    (answer,) = ask(_status(status))
    assert (answer.text, answer.model) == ("", "tiny")
    assert answer.missing.startswith("The model server refused the request")


def test_an_empty_answer_is_missing() -> None:
    (answer,) = ask(lambda _: events(" \n"))
    assert (answer.text, answer.missing) == ("", "The model server sent an empty answer.")


def test_a_prompt_that_may_not_fit_the_context_is_not_sent() -> None:
    with FakeModelServer(says(FENCED)) as server, Endpoint(service(server)) as endpoint:
        (answer,) = endpoint.generate([Prompt("", "x" * 40_000)])
        assert server.asked == []
    assert "may not fit the context" in answer.missing


def test_whatever_becomes_of_one_prompt_the_others_are_answered() -> None:
    bad = {name: behave for name, (behave, _) in UNUSABLE.items() if name not in _HOPELESS}

    def behave(asked: Asked) -> Iterator[bytes]:
        yield from bad.get(asked.user, says(FENCED))(asked)

    names = [*bad, *("good" for _ in bad)]
    replies = ask(behave, *(Prompt("", name) for name in names))
    assert [bool(answer.text) for answer in replies] == [name == "good" for name in names]
    assert all(answer.missing.startswith("The model server ") for answer in replies[: len(bad)])


_HOPELESS = {"refuses the key", "forbids", "wants money", "has no such model", "sends a web page",
             "answers with a status that there is not", "has not changed"}  # fmt: skip


def test_a_server_that_closes_its_doors_is_not_asked_on_and_keeps_what_it_said() -> None:
    behave = in_turn(says(FENCED), _status("401 No"))
    with FakeModelServer(behave) as server, Endpoint(service(server)) as endpoint:
        replies = endpoint.generate([PROMPT] * 100)
        assert len(server.asked) < 20
    assert sum(bool(answer.text) for answer in replies) == 1


@pytest.mark.parametrize(
    "first",
    [_reset, lambda _: [], _status("500 Oops"), _status("429 Wait", retry_after="0"), lambda _: [stream(), event("a")]],
    ids=["reset", "closed", "500", "429", "cut"],
)
def test_what_may_pass_is_tried_again(first: Behaviour) -> None:
    (answer,) = ask(in_turn(first, says(FENCED)))
    assert answer.text == FENCED


def test_a_kept_connection_that_was_reset_costs_no_answer() -> None:
    with FakeModelServer(in_turn(lambda _: [reply(chat_json(FENCED))], _reset, says(FENCED))) as server:
        with Endpoint(service(server)) as endpoint:
            for _ in range(2):
                (answer,) = endpoint.generate([PROMPT])
                assert answer.text == FENCED
        assert len(server.asked) == 3


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
def test_a_redirect_is_followed_with_neither_code_nor_key(status: str) -> None:
    with FakeModelServer(says(FENCED)) as other:
        with pytest.raises(GenerationError, match="sends us to another address"):
            ask(_status(status, location=f"{other.url}/v1/chat/completions"))
        assert other.asked == []


def test_no_proxy_that_the_environment_names_sees_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeModelServer(says(FENCED)) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        (answer,) = ask(says(FENCED))
        assert (answer.text, proxy.asked) == (FENCED, [])


def test_no_more_is_asked_at_once_than_was_set_however_many_reviews_there_are() -> None:
    def behave(_asked: Asked) -> Iterator[bytes]:
        yield b""
        yield from events(FENCED)

    with FakeModelServer(behave) as server, Endpoint(service(server)) as endpoint:
        reviews = [threading.Thread(target=endpoint.generate, args=([PROMPT] * 10,)) for _ in range(4)]
        for review in reviews:
            review.start()
        for review in reviews:
            review.join()
        assert (len(server.asked), server.most_at_once <= 4) == (40, True)


def test_a_review_that_nobody_waits_for_any_more_ends_its_requests_and_no_others() -> None:
    lost = threading.Event()

    def check() -> None:
        if lost.is_set():
            raise LostClaimError("gone")

    def behave(asked: Asked) -> Iterator[bytes]:
        if asked.user == "good":
            yield from events(FENCED)
            return
        lost.set()
        yield stream()
        while True:
            yield b": ping\n"
            yield b""

    with FakeModelServer(behave) as server, Endpoint(service(server, seconds=3600)) as endpoint:
        with pytest.raises(LostClaimError):
            endpoint.for_review("acme/shop", check).generate([Prompt("", "endless")] * 3)
        assert server.cut_off.wait(60)
        (answer,) = endpoint.generate([Prompt("", "good")])
        assert answer.text == FENCED
