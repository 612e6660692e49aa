"""The model behind the inputs `model-endpoint` and `model`, if there is one."""

from dataclasses import dataclass

from reviewbot.action.job import Job
from reviewbot.errors import ConfigError
from reviewbot.suggestion import Generator


@dataclass(frozen=True, slots=True)
class Model:
    """A generator for the length of a review; None where no model is asked for. Close it after use."""

    generator: Generator | None = None

    def close(self) -> None:
        """End what was begun."""


def open_model(job: Job) -> Model:
    """Return the model that the inputs name. Nothing is sent yet.

    Raises:
        ConfigError: the inputs contradict each other.
    """
    if job.model_endpoint is None and job.model is None:
        return Model()
    raise ConfigError("This version of reviewbot asks no model: leave the inputs model-endpoint and model out.")
