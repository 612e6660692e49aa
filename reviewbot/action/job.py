"""The job that we run in: what the runner and the workflow's author say, read once from the environment.

https://docs.github.com/actions/reference/workflows-and-actions/variables
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from reviewbot.errors import ConfigError
from reviewbot.github.payloads import FullName

SECRETS = ("GITHUB_TOKEN", "REVIEWBOT_MODEL_API_KEY", "REVIEWBOT_MARK_KEY")
"""The variables that hold one."""
MAX_EVENT_BYTES = 25_000_000
"""GitHub sends no larger events."""


def _given(value: Any) -> Any:
    """Take an input that was left empty for one that was not given: a composite action always passes each."""
    return value or None


Optional = Annotated[str | None, BeforeValidator(_given)]
OptionalSecret = Annotated[SecretStr | None, BeforeValidator(_given)]


class Job(BaseModel):
    """The runner's variables, and the action's inputs (`INPUT_<NAME>`, set by action.yml)."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    event_name: str = Field(alias="GITHUB_EVENT_NAME", min_length=1)
    event_path: Path = Field(alias="GITHUB_EVENT_PATH")
    repository: FullName = Field(alias="GITHUB_REPOSITORY")
    token: SecretStr = Field(alias="GITHUB_TOKEN", min_length=1)
    actor: str = Field(alias="GITHUB_ACTOR", default="")
    workspace: Path = Field(alias="GITHUB_WORKSPACE")
    temporary: Path = Field(alias="RUNNER_TEMP")
    output: Path = Field(alias="GITHUB_OUTPUT")
    summary: Path = Field(alias="GITHUB_STEP_SUMMARY")
    base_url: str = Field(alias="INPUT_BASE_URL", pattern=r"^https?://[^\s@]+\z")
    fail_on: Annotated[Literal["low", "medium", "high", "never"] | None, BeforeValidator(_given)] = Field(
        alias="INPUT_FAIL_ON", default=None
    )
    suggestions: Literal["true", "false"] = Field(alias="INPUT_SUGGESTIONS", default="true")
    sarif: Literal["true", "false"] = Field(alias="INPUT_SARIF", default="true")
    model_endpoint: Optional = Field(alias="INPUT_MODEL_ENDPOINT", default=None)
    model: Optional = Field(alias="INPUT_MODEL", default=None)
    model_key: OptionalSecret = Field(alias="REVIEWBOT_MODEL_API_KEY", default=None)
    mark_key: OptionalSecret = Field(alias="REVIEWBOT_MARK_KEY", default=None)

    def secrets(self) -> tuple[str, ...]:
        """Return every secret that we hold."""
        held = (self.token, self.model_key, self.mark_key)
        return tuple(secret.get_secret_value() for secret in held if secret is not None)

    @property
    def folder(self) -> Path:
        """Our own folder in this job, made when it is first asked for."""
        folder = self.temporary / "reviewbot"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def event(self) -> bytes:
        """Read the event.

        Raises:
            ConfigError: there is none, or it is larger than GitHub's are.
        """
        try:
            with self.event_path.open("rb") as file:
                body = file.read(MAX_EVENT_BYTES + 1)
        except OSError as error:
            raise ConfigError(f"GITHUB_EVENT_PATH cannot be read: {error.strerror}.") from None
        if len(body) > MAX_EVENT_BYTES:
            raise ConfigError(f"The event is larger than {MAX_EVENT_BYTES:,} bytes.")
        return body


def read_job(environment: Mapping[str, str]) -> Job:
    """Read the environment.

    Raises:
        ConfigError: a variable is missing or an input is wrong. The text names it, and never a secret.
    """
    try:
        return Job.model_validate(dict(environment))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise ConfigError(_explained(str(first["loc"][0]), first["type"], first["msg"])) from None


def _explained(variable: str, kind: str, message: str) -> str:
    if variable.startswith("INPUT_"):
        name = variable.removeprefix("INPUT_").lower().replace("_", "-")
        return f'The input "{name}" of the action: {message}.'
    if variable == "GITHUB_TOKEN":
        return "There is no GITHUB_TOKEN. The action passes the job's own; do not set it to something empty."
    missing = "is not set; reviewbot runs here as a step of GitHub Actions" if kind == "missing" else message
    return f"{variable}: {missing}."
