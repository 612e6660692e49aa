"""DeepSeek Coder, and models like it, in the worker's own process. Importing this loads no torch."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from workers.deepseek.settings import ModelSettings

if TYPE_CHECKING:
    from workers.deepseek.coder import BoundCoder, DeepSeekCoder

__all__ = ["ModelSettings", "load_model", "opened"]


def load_model(settings: ModelSettings) -> "DeepSeekCoder":
    """Load the model and start its engine. Takes seconds to minutes, and the model's memory.

    Raises:
        ConfigError: the extra `model` is not installed, or the model cannot be loaded as it is set.
    """
    from workers.deepseek.availability import check_libraries  # noqa: PLC0415  torch loads only when a model does

    check_libraries()
    from workers.deepseek.adapters import Adapters  # noqa: PLC0415  as above
    from workers.deepseek.coder import DeepSeekCoder  # noqa: PLC0415  as above
    from workers.deepseek.loading import for_machine, load  # noqa: PLC0415  as above

    settings = for_machine(settings)
    model = load(settings)
    return DeepSeekCoder(model, settings, Adapters(model, settings).activate)


@contextmanager
def opened(**chosen: Any) -> Iterator["BoundCoder"]:
    """Load the model that the `chosen` settings name, and stop it at the end. See `ModelSettings` for their names.

    Raises:
        ConfigError: as `load_model`.
    """
    coder = load_model(ModelSettings(**chosen))
    try:
        yield coder.bound()
    finally:
        coder.close()
