"""The model that the settings name, opened: behind an endpoint, or in this process."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from reviewbot.errors import ConfigError, GenerationError
from reviewbot.prompt import Prompt, Reply
from reviewbot.settings import ModelSettings
from reviewbot.suggestion import Generator


@dataclass(frozen=True, slots=True)
class Absent:
    """A model that is wanted and is not there: each review goes on without it, and says so in the words of `why`."""

    why: str

    def generate(self, _prompts: object) -> tuple[Reply, ...]:
        """Answer nothing.

        Raises:
            GenerationError: always.
        """
        raise GenerationError(self.why)


TRIAL = Prompt("You are asked whether you are there.", "Answer with the word `none`.")
ENDPOINT_CONTEXT = 16_384
ENDPOINT_CONCURRENCY = 8
_ENGINE = "workers.deepseek"


def opened(settings: ModelSettings) -> AbstractContextManager[Generator | None]:
    """Return the model, to be used in a `with` statement. None stands for none: there is to be none.

    Raises:
        ConfigError: it cannot be used; the text says what to do.
    """
    if settings.model is None:
        if settings.model_endpoint is not None:
            raise ConfigError("An endpoint is set and no model. Name the model's id: --model, or REVIEWBOT_MODEL.")
        return nullcontext()
    if settings.model_endpoint is None:
        return _local(settings, settings.model)
    return _endpoint(settings, settings.model, settings.model_endpoint)


def _local(settings: ModelSettings, model: str) -> AbstractContextManager[Generator]:
    """Load a model into this process. The engine is known by its name only: no other door needs it, or its size."""
    try:
        engine = import_module(_ENGINE)
    except ModuleNotFoundError as error:
        raise _lacking("A model without an endpoint", error, "model") from None
    adapters = _pairs(settings.model_adapters)
    wanted = {
        "max_batch": settings.model_concurrency,
        "context_tokens": settings.model_context,
        "cache_tokens": settings.model_cache_tokens,
    }
    coder = engine.load_model(
        engine.ModelSettings(
            source=model,
            revision=settings.model_revision,
            device=settings.model_device,
            dtype=settings.model_dtype,
            quantise=settings.model_quantise,
            answer_tokens=settings.model_max_tokens,
            answer_seconds=settings.model_seconds,
            adapters=adapters,
            **{name: value for name, value in wanted.items() if value is not None},
        )
    )
    return closing(Local(coder, frozenset(name for name, _ in adapters)))


class Coder(Protocol):
    """A model in this process, with adapters."""

    def generate(
        self, prompts: Sequence[Prompt], *, adapter: str = "", cancelled: Callable[[], bool]
    ) -> Sequence[Reply]:
        """Answer each prompt with an adapter, until `cancelled` says so or raises."""

    def close(self) -> None:
        """Stop."""


@dataclass(frozen=True, slots=True)
class Local:
    """A model in this process. `adapters` are named for the organisation or the repository that each is for."""

    coder: Coder
    adapters: frozenset[str] = frozenset()

    def generate(self, prompts: Sequence[Prompt]) -> Sequence[Reply]:
        """Answer each prompt, in the same order, without an adapter."""
        return self.for_review("", lambda: None).generate(prompts)

    def for_review(self, repository: str, check: Callable[[], None]) -> "Bound":
        """Return the model with the adapter for a repository; what `check` raises ends its work."""
        # GitHub takes no notice of capitals in names.
        known = {name.lower(): name for name in self.adapters}
        full = repository.lower()
        return Bound(self.coder, known.get(full) or known.get(full.partition("/")[0], ""), check)

    def close(self) -> None:
        """Stop the engine."""
        self.coder.close()


@dataclass(frozen=True, slots=True)
class Bound:
    """A model in the service of one review."""

    coder: Coder
    adapter: str
    check: Callable[[], None]

    def generate(self, prompts: Sequence[Prompt]) -> Sequence[Reply]:
        """Answer each prompt, in the same order, as long as the review is wanted."""
        return self.coder.generate(prompts, adapter=self.adapter, cancelled=self._cancelled)

    def _cancelled(self) -> bool:
        self.check()
        return False


def _endpoint(settings: ModelSettings, model: str, url: str) -> AbstractContextManager[Generator]:
    try:
        from reviewbot.generators.address import Kind, check_proxy, parse_address  # noqa: PLC0415  httpx may lack
        from reviewbot.generators.dialect import Wanted  # noqa: PLC0415  as above
        from reviewbot.generators.endpoint import Endpoint, Service  # noqa: PLC0415  as above
    except ModuleNotFoundError as error:
        raise _lacking("An endpoint", error, "endpoint") from None
    key, proxy = settings.model_api_key, settings.model_proxy
    service = Service(
        parse_address(
            url,
            Kind(settings.model_kind) if settings.model_kind else None,
            has_key=key is not None,
            private_http=settings.model_private_http,
        ),
        Wanted(model, settings.model_max_tokens, context=settings.model_context or ENDPOINT_CONTEXT),
        key,
        seconds=settings.model_seconds,
        concurrency=settings.model_concurrency or ENDPOINT_CONCURRENCY,
        proxy=None if proxy is None else check_proxy(proxy.get_secret_value()),
    )
    return Endpoint(service)


def _lacking(what: str, error: ModuleNotFoundError, extra: str) -> ConfigError:
    return ConfigError(f"{what} needs {error.name}, which is not installed. Install reviewbot[{extra}].")


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Read `owner=folder, owner/repository=folder`.

    Raises:
        ConfigError: it is not that.
    """
    pairs = tuple((name.strip(), folder.strip()) for name, _, folder in (e.partition("=") for e in text.split(",")))
    if not text:
        return ()
    if not all(name and folder for name, folder in pairs) or len(dict(pairs)) != len(pairs):
        raise ConfigError("REVIEWBOT_MODEL_ADAPTERS is not owner=folder, owner/repository=folder, each once.")
    return pairs
