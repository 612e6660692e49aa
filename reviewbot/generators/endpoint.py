"""A model behind an HTTP server: vLLM, SGLang, Ollama, llama.cpp, DeepSeek's API, and whoever speaks as they do.

Nothing that a server does or fails to do ends a review: there are answers, and there is what is missing and why.
"""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import httpx
from pydantic import SecretStr

from reviewbot.errors import GenerationError
from reviewbot.generators.address import Address, Kind
from reviewbot.generators.dialect import FILLING, Request, Wanted, make_request
from reviewbot.generators.exchange import ExchangeError, Line, Scope
from reviewbot.generators.loop import Loop
from reviewbot.prompt import Prompt, Reply

CONNECT_SECONDS = 10.0
PROBE_SECONDS = 5.0
CHARACTERS_PER_TOKEN = 2
"""Code has about three. A prompt that may not fit is not sent: a server that cuts it cuts our own words first."""

_GREETING_BYTES = 200


@dataclass(frozen=True, slots=True)
class Service:
    """A server, and how it is used. `seconds` bounds all requests of one call; `concurrency` counts those at once."""

    address: Address
    wanted: Wanted
    key: SecretStr | None = None
    seconds: float = 120.0
    concurrency: int = 8
    proxy: str | None = None


class Endpoint:
    """Asks a server. Threads share one, with its connections. Close it after use, or use it in a `with` statement."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._address = service.address
        self._loop = Loop()
        self._line: Line | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all connections."""
        if self._line is not None:
            self._loop.run(self._line.http.aclose, _go_on)
            self._line = None
        self._loop.close()

    @property
    def infills(self) -> bool:
        """Say whether the server takes code with a hole. A kind that was not set is known once it was asked."""
        return self._address.kind in FILLING

    def generate(self, prompts: Sequence[Prompt]) -> Sequence[Reply]:
        """Answer each prompt, in the same order. A reply without text says why.

        Raises:
            GenerationError: the server answered none of them, for a reason that is not in the prompts.
        """
        return self.answer(prompts, _go_on)

    def for_review(self, _repository: str, check: Callable[[], None]) -> "Watched":
        """Return the same model for one review: what `check` raises, which is called often, ends its requests."""
        return Watched(self, check)

    def answer(self, prompts: Sequence[Prompt], check: Callable[[], None]) -> tuple[Reply, ...]:
        """Answer each prompt as `generate` does, as long as `check` raises nothing."""
        return self._loop.run(lambda: self._answers(prompts), check) if prompts else ()

    async def _answers(self, prompts: Sequence[Prompt]) -> tuple[Reply, ...]:
        end = asyncio.get_running_loop().time() + self._service.seconds
        line = self._connected()
        given_up = asyncio.Event()
        try:
            async with asyncio.timeout_at(end):
                await self._recognise(line)
        except TimeoutError:
            raise GenerationError(f"The model server {self._late()}.") from None
        said = await asyncio.gather(*(self._answer(line, prompt, end, given_up) for prompt in prompts))
        failures = [one for one in said if isinstance(one, ExchangeError)]
        if len(failures) == len(said) and (faults := [one for one in failures if one.scope is not Scope.PROMPT]):
            worst = next((one for one in faults if one.scope is Scope.SERVER), faults[0])
            raise GenerationError(f"The model server {worst}.")
        return tuple(self._missing(one) if isinstance(one, ExchangeError) else one for one in said)

    async def _answer(self, line: Line, prompt: Prompt, end: float, given_up: asyncio.Event) -> Reply | ExchangeError:
        try:
            request = self._request(prompt)
            async with asyncio.timeout_at(end), line.at_once:
                if given_up.is_set():
                    return ExchangeError("was not asked any more, as it does not answer")
                reading = await line.ask(request, fenced=prompt.infill is None)
        except ExchangeError as error:
            if error.scope is Scope.SERVER:
                given_up.set()
            return error
        except TimeoutError:
            return ExchangeError(self._late())
        text = reading.text()
        if not text.strip():
            return ExchangeError("sent an empty answer", Scope.PROMPT)
        # A fenced answer that was cut off shows by its fence; a filled hole has none.
        cut = prompt.infill is not None and reading.finish == "length"
        missing = "The model server did not finish filling a hole." if cut else ""
        named = self._named(reading.model)
        return Reply(text, named, missing, cut) if _is_unicode(text) else ExchangeError("sent no valid text")

    def _request(self, prompt: Prompt) -> Request:
        hole = prompt.infill
        wanted = self._service.wanted
        size = len(prompt.system) + len(prompt.user) + (len(hole.prefix) + len(hole.suffix) if hole else 0)
        if size > CHARACTERS_PER_TOKEN * (wanted.context - wanted.max_tokens):
            raise ExchangeError("was not asked: the prompt may not fit the context that is set", Scope.PROMPT)
        request = make_request(self._address, prompt, wanted)
        if request is None:
            raise ExchangeError("cannot fill holes in code", Scope.PROMPT)
        return request

    async def _recognise(self, line: Line) -> None:
        """Find out what kind of server this is, unless it is known. The key is not sent for that."""
        if self._address.kind is not None:
            return
        kind = Kind.OPENAI
        try:
            async with (
                asyncio.timeout(PROBE_SECONDS),
                line.http.stream("GET", f"{self._address.root}/", follow_redirects=False) as response,
            ):
                async for data in response.aiter_raw(_GREETING_BYTES):
                    kind = Kind.OLLAMA if data.startswith(b"Ollama is running") else kind
                    break
                kind = Kind.LLAMACPP if response.headers.get("server", "").startswith("llama.cpp") else kind
        except (TimeoutError, httpx.TransportError):
            return  # it is asked as most are; the next call looks again
        self._address = replace(self._address, kind=kind)

    def _connected(self) -> Line:
        """Return the line, made in the thread of the loop."""
        if self._line is None:
            # Whatever proxy the environment names, nobody has said that it may see the code.
            client = httpx.AsyncClient(
                trust_env=False,
                proxy=self._service.proxy,
                verify=_certificates(),
                timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
            )
            self._line = Line(client, self._service.key, asyncio.Semaphore(self._service.concurrency))
        return self._line

    def _missing(self, error: ExchangeError) -> Reply:
        return Reply("", self._service.wanted.model, f"The model server {error}.")

    def _named(self, reported: str) -> str:
        name = self._service.wanted.model
        return name if reported in {"", name} else f"{name} ({reported})"

    def _late(self) -> str:
        return f"did not answer within {self._service.seconds:g} seconds"


@dataclass(frozen=True, slots=True)
class Watched:
    """A model in the service of one review."""

    _endpoint: Endpoint
    _check: Callable[[], None]

    @property
    def infills(self) -> bool:
        """Say whether the server takes code with a hole."""
        return self._endpoint.infills

    def generate(self, prompts: Sequence[Prompt]) -> Sequence[Reply]:
        """Answer each prompt, as long as the review is wanted."""
        return self._endpoint.answer(prompts, self._check)


def _go_on() -> None:
    """Let the work go on."""


def _certificates() -> ssl.SSLContext:
    """Trust the authorities that come with httpx, and those of this machine (or of SSL_CERT_FILE)."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
