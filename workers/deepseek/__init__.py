"""DeepSeek Coder, and models like it, in the worker's own process. Importing this loads no torch."""

from typing import TYPE_CHECKING

from workers.deepseek.settings import ModelSettings

if TYPE_CHECKING:
    from workers.deepseek.coder import DeepSeekCoder

__all__ = ["ModelSettings", "load_model"]


def load_model(settings: ModelSettings) -> "DeepSeekCoder":
    """Load the model and start its engine. Takes seconds to minutes, and the model's memory.

    Raises:
        ConfigError: the extra `model` is not installed, or the model cannot be loaded as it is set.
    """
    from workers.deepseek.availability import check_libraries  # noqa: PLC0415  torch loads only when a model does

    check_libraries()
    from workers.deepseek.coder import DeepSeekCoder  # noqa: PLC0415  as above
    from workers.deepseek.loading import load  # noqa: PLC0415  as above

    return DeepSeekCoder(load(settings), settings)
