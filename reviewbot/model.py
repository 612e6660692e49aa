"""The model that the settings name, opened: behind an endpoint, or in this process."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from importlib import import_module

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
    wanted = {
        "max_batch": settings.model_concurrency,
        "context_tokens": settings.model_context,
        "cache_tokens": settings.model_cache_tokens,
    }
    found: AbstractContextManager[Generator] = engine.opened(
        source=model,
        revision=settings.model_revision,
        device=settings.model_device,
        dtype=settings.model_dtype,
        quantise=settings.model_quantise,
        answer_tokens=settings.model_max_tokens,
        answer_seconds=settings.model_seconds,
        adapters=_pairs(settings.model_adapters),
        **{name: value for name, value in wanted.items() if value is not None},
    )
    return found


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
