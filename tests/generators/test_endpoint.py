"""A model behind a server: what is asked, what is understood, and that no server can end or fool a review."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from reviewbot.generators.address import Kind, parse_address
from reviewbot.generators.dialect import Wanted
from reviewbot.generators.endpoint import Endpoint, Service
from reviewbot.prompt import Infill, Prompt, Reply, parse_reply
from reviewbot.suggestion import Infilling
from tests.fake_model_server import (
    Asked,
    Behaviour,
    FakeModelServer,
    chat_json,
    event,
    events,
    reply,
    says,
    stream,
)

FENCED = "\n```python\nx = [1]\n```\n"
TWO = f"Here:{FENCED}You also need:\n\n```imports\nimport os\n```\n"
PROMPT = Prompt("our own words", "their code")
CANARY = "sk-canary-5ecret"


def service(server: FakeModelServer, kind: Kind | None = Kind.OPENAI, seconds: float = 60.0) -> Service:
    address = parse_address(server.url, kind, has_key=True, private_http=False)
    return Service(address, Wanted("tiny"), SecretStr(CANARY), seconds=seconds, concurrency=4)


def ask(behave: Behaviour, *prompts: Prompt, kind: Kind | None = Kind.OPENAI, seconds: float = 60.0) -> Sequence[Reply]:
    with FakeModelServer(behave) as server, Endpoint(service(server, kind, seconds)) as endpoint:
        return endpoint.generate(prompts or (PROMPT,))


def asked(kind: Kind | None, *prompts: Prompt, greeting: bytes = b"") -> list[Asked]:
    with FakeModelServer(says(FENCED), greeting) as server, Endpoint(service(server, kind)) as endpoint:
        endpoint.generate(prompts)
        assert all("authorization" not in probe.headers for probe in server.probes)
        return server.asked


def ollama(*said: dict[str, object]) -> Iterable[bytes]:
    return (stream(content_type="application/x-ndjson"), *(json.dumps(each).encode() + b"\n" for each in said))


WELL_SAID: dict[str, Behaviour] = {
    "a stream": lambda _: events(FENCED),
    "a stream without an ending event": lambda _: [stream(), event(FENCED), event("", "stop")],
    "a stream called something else": lambda _: [stream(content_type="text/plain"), event(FENCED, "stop")],
    "a stream with comments and fields": lambda _: [
        stream(), b": ping\r\n\r\nevent: x\r\n", event(FENCED, "stop").replace(b"\n", b"\r\n"), b"data: [DONE]\n",
    ],
    "a stream with an empty choice": lambda _: [
        stream(), event(FENCED, "stop"), b'data: {"choices": [], "usage": {}}\n\n',
    ],
    "a stream byte by byte": lambda _: (bytes([byte]) for part in events(FENCED) for byte in part),
    "one document": lambda _: [reply(chat_json(FENCED))],
    "one document over many lines": lambda _: [reply(json.dumps(json.loads(chat_json(FENCED)), indent=2).encode())],
    "one document without a reason": lambda _: [reply(chat_json(FENCED, None))],
    "text in parts": lambda _: [
        reply(json.dumps({"choices": [{"message": {"content": [
            {"type": "image"}, {"type": "text", "text": FENCED}, {"type": "text"}]}}]}).encode())
    ],
    "thoughts before it": lambda _: events(f"<think>maybe\n```\nno\n```\nor\n```\nno\n```\n</think>{FENCED}"),
    "thoughts in a field of their own": lambda _: [
        stream(), b'data: {"choices": [{"delta": {"reasoning": "```", "content": null}}]}\n\n', event(FENCED, "stop"),
    ],
    "lines of JSON": lambda _: ollama(
        {"message": {"content": FENCED[:9]}, "done": False},
        {"message": {"content": FENCED[9:]}, "done": False},
        {"message": {"content": ""}, "done": True, "done_reason": "stop"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("said", WELL_SAID)
def test_an_answer_is_understood_in_every_form_in_which_servers_give_it(said: str) -> None:
    (answer,) = ask(WELL_SAID[said])
    assert (answer.text, answer.missing) == (FENCED, "")


def test_each_prompt_gets_its_own_answer_in_order() -> None:
    prompts = [replace(PROMPT, user=f"number {n}") for n in range(30)]
    replies = ask(lambda asked: events(f"```\n{asked.user}\n```\n"), *prompts)
    assert [answer.text for answer in replies] == [f"```\nnumber {n}\n```\n" for n in range(30)]


def test_our_own_system_message_is_always_sent_and_the_likeliest_answer_asked_for() -> None:
    (one,) = asked(Kind.OPENAI, PROMPT)
    assert one.path == "/v1/chat/completions"
    assert one.headers["authorization"] == f"Bearer {CANARY}"
    assert one.body["messages"] == [
        {"role": "system", "content": "our own words"},
        {"role": "user", "content": "their code"},
    ]
    assert (one.body["model"], one.body["temperature"], one.body["max_tokens"]) == ("tiny", 0, 1024)


def test_a_sample_is_the_same_one_each_time_and_differs_from_the_others() -> None:
    samples = [replace(PROMPT, sample=n) for n in (1, 2, 1)] + [replace(PROMPT, sample=1, user="other code")]
    found = {(one.user, one.body["seed"], one.body["temperature"]) for one in asked(Kind.OPENAI, *samples)}
    assert len(found) == 3
    assert all(0 <= seed < 2**31 and temperature > 0 for _, seed, temperature in found)


@pytest.mark.parametrize(("kind", "greeting"), [(Kind.OLLAMA, b""), (None, b"Ollama is running")])
def test_ollama_is_recognised_and_always_told_the_size_of_its_context(kind: Kind | None, greeting: bytes) -> None:
    (one,) = asked(kind, PROMPT, greeting=greeting)
    assert one.path == "/api/chat"
    assert (one.body["options"]["num_ctx"], one.body["options"]["num_predict"]) == (16_384, 1024)
    assert one.body["messages"][0] == {"role": "system", "content": "our own words"}


@pytest.mark.parametrize(
    ("kind", "path", "before", "after"),
    [
        (Kind.OLLAMA, "/api/generate", "prompt", "suffix"),
        (Kind.LLAMACPP, "/infill", "input_prefix", "input_suffix"),
        (Kind.DEEPSEEK, "/beta/completions", "prompt", "suffix"),
    ],
)
def test_a_hole_is_filled_in_the_way_of_each_server(kind: Kind, path: str, before: str, after: str) -> None:
    (one,) = asked(kind, Prompt("", "", infill=Infill("def f(", "): pass")))
    assert (one.path, one.body[before], one.body[after]) == (path, "def f(", "): pass")


@pytest.mark.parametrize(
    "said",
    [
        {"response": "a, b", "done": True, "done_reason": "stop"},
        {"content": "a, b", "stop": True, "stop_type": "eos"},
        {"choices": [{"text": "a, b", "finish_reason": "stop"}]},
    ],
    ids=["Ollama", "llama.cpp", "DeepSeek"],
)
def test_what_fills_a_hole_is_the_whole_reply(said: dict[str, object]) -> None:
    hole = Prompt("", "", infill=Infill("def f(", "): pass"))
    (answer,) = ask(lambda _: [reply(json.dumps(said).encode())], hole, kind=Kind.LLAMACPP)
    assert answer.text == "a, b"
    assert (answer.missing, answer.cut) == ("", False)


@pytest.mark.parametrize(
    "said",
    [
        {"response": "a, b", "done": True, "done_reason": "length"},
        {"content": "a, b", "stop": True, "stop_type": "limit"},
        {"choices": [{"text": "a, b", "finish_reason": "length"}]},
    ],
    ids=["Ollama", "llama.cpp", "DeepSeek"],
)
def test_a_hole_that_was_not_filled_to_its_end_says_so(said: dict[str, object]) -> None:
    hole = Prompt("", "", infill=Infill("def f(", "): pass"))
    (answer,) = ask(lambda _: [reply(json.dumps(said).encode())], hole, kind=Kind.LLAMACPP)
    assert answer.cut
    assert (answer.text, answer.missing) == ("a, b", "The model server did not finish filling a hole.")


@pytest.mark.parametrize(
    ("kind", "greeting", "infills"),
    [
        (None, b"Ollama is running", True),
        (None, b"llama.cpp", True),
        (None, b"", False),
        (Kind.DEEPSEEK, b"", True),
        (Kind.OPENAI, b"", False),
    ],
)
def test_a_server_is_known_to_fill_holes_or_not_once_it_was_asked(
    kind: Kind | None, greeting: bytes, *, infills: bool
) -> None:
    with FakeModelServer(says(FENCED), greeting) as server, Endpoint(service(server, kind)) as endpoint:
        endpoint.generate([PROMPT])
        generators: list[object] = [endpoint, endpoint.for_review("acme/shop", lambda: None)]
        assert [isinstance(each, Infilling) and each.infills for each in generators] == [infills] * 2


def test_a_server_that_cannot_fill_holes_is_not_asked_to() -> None:
    with FakeModelServer(says(FENCED)) as server, Endpoint(service(server)) as endpoint:
        hole, chat = endpoint.generate([Prompt("", "", infill=Infill("a", "b")), PROMPT])
        assert [one.path for one in server.asked] == ["/v1/chat/completions"]
    assert (hole.text, hole.missing) == ("", "The model server cannot fill holes in code.")
    assert chat.text == FENCED


def test_a_stop_string_that_was_left_in_is_cut_off_exactly() -> None:
    for stop in ("<|EOT|>", "<\uff5cend\u2581of\u2581sentence\uff5c>"):
        (answer,) = ask(says(f"{FENCED}{stop}\n### Instruction: more"))
        assert answer.text == FENCED


@pytest.mark.parametrize("kept", ["```python\nx = [1]\n", "```python\nx = [1]", TWO.removesuffix("```\n")])
def test_a_closing_fence_that_was_swallowed_is_put_back(kept: str) -> None:
    (answer,) = ask(says(kept))
    assert parse_reply(answer.text) == parse_reply(f"{kept.removesuffix('\n')}\n```\n") is not None


@pytest.mark.parametrize("finish", ["length", "content_filter"])
def test_an_answer_that_was_cut_stays_unfinished(finish: str) -> None:
    (answer,) = ask(lambda _: events("```python\nx = [1]\n", finish))
    assert parse_reply(answer.text) is None


def test_a_second_block_is_waited_for_and_talk_is_not() -> None:
    with FakeModelServer(lambda _: _for_ever(f"{TWO}and so on")) as server, Endpoint(service(server)) as endpoint:
        (answer,) = endpoint.generate([PROMPT])
        assert server.cut_off.wait(60)
    assert parse_reply(answer.text) == parse_reply(TWO)
    (answer,) = ask(lambda _: _for_ever(FENCED))
    assert parse_reply(answer.text) == parse_reply(FENCED)


def _for_ever(text: str) -> Iterator[bytes]:
    yield stream()
    yield event(text)
    while True:
        yield event("I could go on about this. ")


def test_no_control_token_of_the_code_reaches_the_server() -> None:
    tokens = ["<|EOT|>", "<\uff5cfim\u2581hole\uff5c>", "<|im_end|>", "<|endoftext|>"]
    code = " ".join(tokens)
    for one in asked(Kind.DEEPSEEK, Prompt("s", code), Prompt("", "", infill=Infill(code, code))):
        sent = json.dumps({**one.body, "stop": []}, ensure_ascii=False)
        assert [token for token in tokens if token in sent] == []


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"model": "tiny"}, "tiny"),
        ({"model": "tiny-2", "system_fingerprint": "fp_1"}, "tiny (tiny-2 fp_1)"),
        ({"model": "tiny-2<img src=x>\n"}, "tiny (tiny-2img srcx)"),
        ({"model": 7}, "tiny"),
    ],
)
def test_the_model_that_answered_is_named_as_set_and_as_reported(more: dict[str, Any], named: str) -> None:
    (answer,) = ask(lambda _: events(FENCED, **more))
    assert answer.model == named
