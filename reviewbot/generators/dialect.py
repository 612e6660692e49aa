"""What each kind of server is asked, and what the parts of its answer say.

OpenAI's chat is what vLLM, SGLang, llama.cpp's server, `transformers serve` and DeepSeek's API have in common.
Ollama's version of it takes no context size and cuts a longer prompt without a word, so Ollama is asked in its own
way: https://github.com/ollama/ollama/blob/main/docs/api.md
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reviewbot.control_tokens import neutralised
from reviewbot.generators.address import Address, Kind
from reviewbot.prompt import Prompt

STOPS = ("<|EOT|>", "<\uff5cend\u2581of\u2581sentence\uff5c>")
"""What ends an answer of DeepSeek Coder. A server that takes them for text must not send them to us."""

FILLING = frozenset({Kind.OLLAMA, Kind.LLAMACPP, Kind.DEEPSEEK})
"""Servers that take code with a hole. vLLM, SGLang and `transformers serve` refuse or ignore what is after it."""

_NAME = re.compile(r"[^A-Za-z0-9._:/@+ -]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an answer may be: by which model, how long, how varied (from the second sample on).

    `context` is how many tokens prompt and answer may have together.
    """

    model: str
    max_tokens: int = 1024
    temperature: float = 0.6
    context: int = 16_384


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted to `url`."""

    url: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an answer. `finish` says why it ended there: `stop` of itself, `length` cut; empty: it goes on."""

    text: str = ""
    finish: str = ""
    model: str = ""


class UnreadableError(Exception):
    """What a server sent is no part of an answer. The text says what it is instead, and quotes nothing."""


def make_request(address: Address, prompt: Prompt, wanted: Wanted) -> Request | None:
    """Return how `prompt` is put to the server. None if it is to fill a hole, and the server cannot."""
    body = _fill(address, prompt, wanted) if prompt.infill else _chat(address, prompt, wanted)
    if body is None:
        return None
    path, fields = body
    return Request(path, json.dumps(fields, ensure_ascii=True).encode())


def _chat(address: Address, prompt: Prompt, wanted: Wanted) -> tuple[str, dict[str, Any]]:
    # Our own system message always: the template of DeepSeek Coder puts in one that forbids talk of security.
    messages = [
        {"role": "system", "content": prompt.system},
        {"role": "user", "content": neutralised(prompt.user)},
    ]
    fields = {"model": wanted.model, "messages": messages, "stream": True}
    if address.kind is Kind.OLLAMA:
        return f"{address.root}/api/chat", fields | {"options": _options(prompt, wanted)}
    return f"{address.base}/chat/completions", fields | _sampling(prompt, wanted)


def _fill(address: Address, prompt: Prompt, wanted: Wanted) -> tuple[str, dict[str, Any]] | None:
    """Return how to ask for what belongs between prefix and suffix. None if the kind of server is none of `FILLING`."""
    assert prompt.infill is not None  # noqa: S101  for the type checker: the caller has looked
    prefix, suffix = neutralised(prompt.infill.prefix), neutralised(prompt.infill.suffix)
    fields = {"model": wanted.model, "prompt": prefix, "suffix": suffix, "stream": True}
    match address.kind:
        case Kind.OLLAMA:
            return f"{address.root}/api/generate", fields | {"options": _options(prompt, wanted)}
        case Kind.LLAMACPP:
            sampling = _sampling(prompt, wanted) | {"n_predict": wanted.max_tokens, "stream": True}
            return f"{address.root}/infill", {"input_prefix": prefix, "input_suffix": suffix, **sampling}
        case Kind.DEEPSEEK:
            return f"{address.root}/beta/completions", fields | _sampling(prompt, wanted)
    return None


def _sampling(prompt: Prompt, wanted: Wanted) -> dict[str, Any]:
    temperature = wanted.temperature if prompt.sample else 0.0
    return {
        "max_tokens": wanted.max_tokens,
        "temperature": temperature,
        "seed": _seed(prompt),
        "stop": list(STOPS),
    }


def _options(prompt: Prompt, wanted: Wanted) -> dict[str, Any]:
    sampling = _sampling(prompt, wanted)
    return {"num_ctx": wanted.context, "num_predict": sampling.pop("max_tokens"), **sampling}


def _seed(prompt: Prompt) -> int:
    """Return a number that is the same for the same sample of the same prompt, and fits 31 bits."""
    hole = prompt.infill
    told = (prompt.system, prompt.user, hole.prefix if hole else "", hole.suffix if hole else "", str(prompt.sample))
    digest = hashlib.sha256("\0".join(told).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4]) >> 1


def read_part(said: Any) -> Part:
    """Read one JSON value of an answer, of whichever kind of server.

    Raises:
        UnreadableError: it is an error, or nothing that we know.
    """
    match said:
        case {"error": error} if error:
            raise UnreadableError("an error instead of an answer")
        case {"choices": [dict() as choice, *_]}:
            return Part(_words(choice), _word(choice.get("finish_reason")), _reported(said))
        case {"choices": []}:
            return Part(model=_reported(said))
        case {"done": bool() as done}:
            return Part(_words(said), _word(said.get("done_reason"), "stop") if done else "", _reported(said))
        case {"content": str() as text}:
            return Part(text, _filled(said), _reported(said))
    raise UnreadableError("something that is no part of an answer")


def _filled(rest: Mapping[str, Any]) -> str:
    if not rest.get("stop"):
        return ""
    return "length" if rest.get("stop_type") == "limit" or rest.get("stopped_limit") else "stop"


def _words(choice: Mapping[str, Any]) -> str:
    """Return the text in a choice. A model's thoughts stand in fields of other names."""
    for said in (choice.get("delta"), choice.get("message")):
        if isinstance(said, dict):
            return _text(said.get("content"))
    return _text(choice.get("text", choice.get("response")))


def _text(content: Any) -> str:
    match content:
        case None:
            return ""
        case str():
            return content
        case list():
            return "".join(part["text"] for part in content if isinstance(part, dict) and _is_text(part))
    raise UnreadableError("an answer that is no text")


def _is_text(part: Mapping[str, Any]) -> bool:
    return part.get("type") == "text" and isinstance(part.get("text"), str)


def _word(value: Any, default: str = "") -> str:
    return value if isinstance(value, str) else default


def _reported(said: Mapping[str, Any]) -> str:
    """Return what the server says of the model, cut to what a name can be: it is shown to people."""
    names = (_word(said.get("model"))[:80], _word(said.get("system_fingerprint"))[:40])
    return " ".join(_NAME.sub("", name).strip() for name in names if name).strip()
