"""Settings of the services: environment variables, read once by a door and passed down, frozen.

Each setting is the variable REVIEWBOT_<NAME>, or the contents of the file that REVIEWBOT_<NAME>_FILE names
(secrets of Docker, Kubernetes and systemd come as files). There is no default for a secret.
"""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from reviewbot.errors import ConfigError

PREFIX = "REVIEWBOT_"
_FILE = "_FILE"


def _one_line(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if text != text.strip() or not text.isprintable():
        raise ValueError("holds a line end, or a space at its start or end")
    return secret


def _pem(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().lstrip().startswith("-----BEGIN "):
        raise ValueError('is no private key: it does not start with "-----BEGIN"')
    return secret


def _header(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().isascii():
        raise ValueError("holds a character that no key has")
    return secret


Secret = Annotated[SecretStr, Field(min_length=1), AfterValidator(_one_line)]
ApiKey = Annotated[Secret, AfterValidator(_header)]
Token = Annotated[SecretStr, Field(min_length=24, max_length=200), AfterValidator(_one_line)]
PrivateKey = Annotated[SecretStr, Field(min_length=1), AfterValidator(_pem)]
Seconds = Annotated[float, Field(gt=0, le=3600)]


class _Settings(BaseModel):
    # Never the input in an error: it may be a secret. The texts below a setting are its row in docs/configuration.md.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True)

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the settings of one door.

        Raises:
            ConfigError: a setting is missing, wrong, set twice or misspelt. The text names it, never its value.
        """
        _refuse_misspelt(environment)
        found = {name: text for name in cls.model_fields if (text := _find(name, environment)) is not None}
        try:
            return cls.model_validate(found)
        except ValidationError as error:
            raise ConfigError(_explain(error)) from None

    def secrets(self) -> tuple[str, ...]:
        """Return every secret, for the redactor of the log. It takes the passwords out of URLs by itself."""
        values = (getattr(self, name) for name in type(self).model_fields if not name.endswith("_url"))
        return tuple(value.get_secret_value() for value in values if isinstance(value, SecretStr))


class StoreSettings(_Settings):
    """Where work is kept and how workers hear of it. Both may hold a password."""

    database_url: Secret = SecretStr("sqlite:///reviewbot.sqlite")
    """The ledger: SQLite on a local disk, or `postgresql://…`."""
    broker_url: Secret | None = None
    """Redis, for workers on other machines (`celery -A workers.app worker`). Without it `serve` runs its own."""
    diff_key: Token | None = None
    """Encrypts the lines of suggestions for the dashboard. Without it none are kept. The receiver needs it too."""
    diff_days: int = Field(default=30, ge=1, le=366)
    """How long those lines are kept."""
    trace_endpoint: str | None = Field(default=None, pattern="^https?://")
    """Where OpenTelemetry traces go, as OTLP over HTTP, with `reviewbot[otel]`. Without it nothing is traced."""


class ReceiverSettings(StoreSettings):
    """What `reviewbot serve` needs to take deliveries. It holds no private key."""

    webhook_secret: Secret
    """What GitHub signs deliveries with. The receiver does not start without it."""
    webhook_secret_previous: Secret | None = None
    """The secret before, while it is being replaced."""
    host: str = "127.0.0.1"
    """Where the receiver listens."""
    port: int = Field(default=8000, ge=0, le=65535)
    """The port; 0 takes a free one."""
    review_alias: bool = True
    """Whether `/review` is a command as well as `/reviewbot`."""
    workers: int | None = Field(default=None, ge=0, le=64)
    """Workers to run beside the receiver. By default 2, and none where there is a broker."""
    max_body_bytes: int = Field(default=5_000_000, ge=100_000, le=25_000_000)
    """How large a delivery may be. GitHub sends at most 25 MB; the events that are read are far smaller."""
    body_seconds: Seconds = 5
    """How long a delivery may take to arrive. GitHub waits 10 seconds for the answer."""
    max_deliveries: int = Field(default=256, ge=1, le=10_000)
    """Deliveries in hand at once; any more are told to come back."""
    shutdown_seconds: int = Field(default=15, ge=1, le=300)
    """How long deliveries in hand may take once the receiver is told to stop."""
    max_waiting_seconds: Seconds = 900
    """`/readyz` says "late" when work has waited longer."""
    metrics_token: Token | None = None
    """What Prometheus sends as its bearer token to read /metrics. Without it there is no such page."""
    dashboard_token: Token | None = None
    """What operators sign in with at /dashboard. Without it there is no such page."""
    dashboard_people: str = ""
    """Who may sign in at /dashboard with GitHub: ids or logins, with commas. Needs the App's OAuth credentials."""
    github_client_id: str = ""
    """The id of the App's OAuth credentials, which only tell who somebody is."""
    github_client_secret: Secret | None = None
    """Their secret."""
    web_url: str = Field(default="https://github.com", pattern="^https?://[^/]+$")
    """Where people see pull requests and sign in, for the dashboard."""
    api_url: str = Field(default="https://api.github.com", pattern="^https?://")
    """Where GitHub is asked who signs in."""

    @property
    def webhook_secrets(self) -> tuple[SecretStr, ...]:
        """Return the secrets that are accepted now."""
        return tuple(filter(None, (self.webhook_secret, self.webhook_secret_previous)))

    @property
    def embedded_workers(self) -> int:
        """Return how many workers run beside the receiver."""
        if self.workers is not None:
            return self.workers
        return 0 if self.broker_url else 2


class ModelSettings(_Settings):
    """Which model writes suggestions, and where it is. Without `model` there is none, and rules write them."""

    model: str | None = Field(default=None, min_length=1, max_length=500)
    """A folder, an id of the Hugging Face hub, or `default` for the DeepSeek Coder that suits the machine; with an
    endpoint, the id by which the server knows it. Without it no model writes suggestions, and rules do."""
    model_revision: str = ""
    """The commit of an id of the hub: 40 hexadecimal digits, required there."""
    model_endpoint: str | None = None
    """The address of a server with OpenAI's API, or of Ollama. Without it the model runs in the worker's process."""
    model_kind: Literal["openai", "ollama", "llamacpp", "deepseek"] | None = None
    """What kind of server it is, where it cannot be told from its address or its greeting."""
    model_api_key: ApiKey | None = None
    """The key of the server. It stands in a header of requests to it and nowhere else."""
    model_private_http: bool = False
    """Whether the key may go over plain http to a private address."""
    model_proxy: Secret | None = None
    """The proxy on the way to the endpoint. What HTTPS_PROXY and its like name is not used."""
    model_device: str = ""
    """`cuda` or `cpu`. By default CUDA where there is a GPU."""
    model_dtype: str = ""
    """Numbers of the weights. By default bfloat16 on CUDA, float32 on the CPU."""
    model_quantise: str = ""
    """`int8`: weights in 8 bits, for the Llama shapes."""
    model_adapters: str = ""
    """LoRA adapters, as owner=folder or owner/repository=folder with commas between them: for whom each is."""
    model_seconds: Seconds = 120
    """How long a model may take over the prompts of one step of a review, all together."""
    model_max_tokens: int = Field(default=1024, ge=16, le=16_384)
    """How long an answer may be."""
    model_context: int | None = Field(default=None, ge=1024, le=1_000_000)
    """How many tokens prompt and answer may have together: by default 16,384 at an endpoint, 8,192 in the worker."""
    model_concurrency: int | None = Field(default=None, ge=1, le=256)
    """How many requests are under way at once, of all reviews of a process:
    by default 8 at an endpoint, 16 in the worker."""
    model_cache_tokens: int | None = Field(default=None, ge=1024)
    """How many tokens of all requests are kept in this machine's memory."""

    @property
    def runs_here(self) -> bool:
        """Whether the model runs in the process that asks it."""
        return self.model is not None and self.model_endpoint is None


class WorkerSettings(StoreSettings, ModelSettings):
    """What a worker needs: only it holds the App's private key."""

    app_id: int = Field(gt=0)
    """The App's id."""
    private_key: PrivateKey
    """The App's private key, as PEM."""
    api_url: str = "https://api.github.com"
    """The API; of an enterprise server `https://git.example.org/api/v3`."""
    mark_key: Secret | None = None
    """Signs the hidden marks under our texts. By default made from the private key; set it before that is replaced."""
    review_alias: bool = True
    """Whether `/review` is a command as well as `/reviewbot`."""
    rule_pages: str = ""
    """Where the page of a rule can be read, with `{rule}` for its id. Comments link to it."""
    lease_seconds: Seconds = 60
    """A worker that is gone or stands still loses its work after this."""
    retry_seconds: Seconds = 60
    """How long work rests after GitHub could not be reached; at most twice as long."""
    heartbeat: str | None = None
    """A file that a Celery worker touches while it lives, for the health checks of containers."""


class TuneSettings(StoreSettings):
    """What `reviewbot tune` needs besides its options."""

    tune_consent: str = ""
    """The repositories (`owner/name`) and owners whose code may be trained on, with commas between them."""

    def consents(self, repository: str) -> bool:
        """Say whether the code of `owner/name` may be trained on."""
        named = {name.strip().lower() for name in self.tune_consent.split(",")}
        return bool({repository.lower(), repository.lower().partition("/")[0]} & named)


_DOORS = (ReceiverSettings, WorkerSettings, TuneSettings)


def _find(name: str, environment: Mapping[str, str]) -> str | None:
    variable = PREFIX + name.upper()
    text, path = environment.get(variable), environment.get(variable + _FILE)
    if path is None:
        return text
    if text is not None:
        raise ConfigError(f"{variable} and {variable}{_FILE} are both set. Keep one of them.")
    try:
        # The line end that an editor adds is no part of a secret.
        return Path(path).read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeDecodeError) as error:
        cause = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError(f"{variable}{_FILE} names a file that cannot be read: {cause}.") from None


def _refuse_misspelt(environment: Mapping[str, str]) -> None:
    known = {PREFIX + name.upper() for door in _DOORS for name in door.model_fields}
    known |= {name + _FILE for name in known}
    for variable in sorted(environment):
        if variable.startswith(PREFIX) and variable not in known:
            (nearest,) = get_close_matches(variable, known, n=1, cutoff=0)
            raise ConfigError(f"{variable} is no setting. Did you mean {nearest}?")


def _explain(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    variable = PREFIX + str(first["loc"][0]).upper()
    if first["type"] == "missing":
        return f"{variable} is not set. Set it, or name a file that holds it in {variable}{_FILE}."
    if first["type"] == "too_short":
        least = first["ctx"]["min_length"]
        return f"{variable} is empty." if least == 1 else f"{variable} is shorter than {least} characters."
    if first["type"] == "value_error":
        return f"{variable} {first['ctx']['error']}."
    return f"{variable}: {first['msg']}."
