"""DeepSeek Coder, and models like it, in the worker's own process. Importing this loads no torch."""

from workers.deepseek.settings import ModelSettings

__all__ = ["ModelSettings"]
