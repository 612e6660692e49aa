"""The model behind the inputs `model-endpoint` and `model`, if there is one."""

from contextlib import ExitStack
from dataclasses import dataclass, field

from reviewbot.action.job import Job
from reviewbot.errors import ConfigError
from reviewbot.model import opened
from reviewbot.settings import ModelSettings
from reviewbot.suggestion import Generator


@dataclass(frozen=True, slots=True)
class Model:
    """A generator for the length of a review; None where no model is asked for. Close it after use."""

    generator: Generator | None = None
    _opened: ExitStack = field(default_factory=ExitStack)

    def close(self) -> None:
        """End what was begun."""
        self._opened.close()


def open_model(job: Job) -> Model:
    """Return the model that the inputs name. Nothing is sent yet.

    Raises:
        ConfigError: the inputs contradict each other, or name what cannot be used.
    """
    if (job.model is None) != (job.model_endpoint is None):
        raise ConfigError("The inputs model and model-endpoint belong together: give both of them, or neither.")
    said = {
        "REVIEWBOT_MODEL": job.model,
        "REVIEWBOT_MODEL_ENDPOINT": job.model_endpoint,
        "REVIEWBOT_MODEL_API_KEY": None if job.model_key is None else job.model_key.get_secret_value(),
    }
    settings = ModelSettings.read({name: value for name, value in said.items() if value is not None})
    opening = ExitStack()
    return Model(opening.enter_context(opened(settings)), opening)
