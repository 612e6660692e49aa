"""`transformers serve`, a real server with habits of its own, behind the endpoint generator."""

from collections.abc import Iterator

import httpx
import pytest

from reviewbot.generators.address import parse_address
from reviewbot.generators.dialect import Wanted
from reviewbot.generators.endpoint import Endpoint, Service
from reviewbot.prompt import Infill, Prompt
from tests.model.architectures import write
from tests.model.serving import serving

PROMPTS = [Prompt("You write code.", f"Write the lines of number {number}: <|EOT|>") for number in range(6)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a server, and the id of its model."""
    folder = tmp_path_factory.mktemp("served")
    model = write("v1", folder / "model")
    with serving(model, folder / "server") as url:
        yield url, str(model)


def endpoint(url: str, model: str) -> Endpoint:
    address = parse_address(url, None, has_key=False, private_http=False)
    return Endpoint(Service(address, Wanted(model, max_tokens=24), seconds=240, concurrency=2))


def test_a_real_server_answers_each_prompt_and_the_same_one_alike(served: tuple[str, str]) -> None:
    with endpoint(*served) as generator:
        first, again = generator.generate(PROMPTS), generator.generate(PROMPTS)
    assert [(reply.text, reply.missing) for reply in first] == [(reply.text, reply.missing) for reply in again]
    assert all(bool(reply.text) != bool(reply.missing) for reply in first)
    assert any(reply.text for reply in first)
    # A stream that is cut within a character leaves out its beginning.
    assert [shown(reply.text) for reply in first] == [shown(whole(*served, prompt)) for prompt in PROMPTS]


def shown(text: str) -> str:
    return text.rstrip("\ufffd")


def whole(url: str, model: str, prompt: Prompt) -> str:
    """Ask without a stream and without our own client."""
    said = [("system", prompt.system), ("user", prompt.user.replace("<|EOT|>", "<\u200b|EOT|>"))]
    body = {
        "model": model,
        "messages": [{"role": role, "content": text} for role, text in said],
        "max_tokens": 24,
        "temperature": 0,
        "stream": False,
    }
    answer = httpx.post(f"{url}/chat/completions", json=body, timeout=240).raise_for_status()
    text: str = answer.json()["choices"][0]["message"]["content"]
    return text if text.strip() else ""


def test_what_a_real_server_cannot_do_is_missing_and_the_rest_is_there(served: tuple[str, str]) -> None:
    hole = Prompt("", "", infill=Infill("def f(", "): pass"))
    with endpoint(*served) as generator:
        *_, filled = generator.generate([*PROMPTS[:2], hole])
        assert (filled.text, filled.missing) == ("", "The model server cannot fill holes in code.")
        # It resets its connections after an error of its own: a broken request costs the next one nothing.
        assert httpx.post(f"{served[0]}/chat/completions", json={"model": served[1]}, timeout=240).status_code >= 400
        assert [bool(reply.text) for reply in generator.generate(PROMPTS[:2])] == [True, True]


def test_a_model_that_a_real_server_does_not_have_is_said(served: tuple[str, str]) -> None:
    url, _ = served
    with endpoint(url, "nobody/no-such-model") as generator:
        (reply,) = generator.generate(PROMPTS[:1])
    assert (reply.text, reply.missing) == (
        "",
        "The model server refused the request as wrong, or too long for the model.",
    )
