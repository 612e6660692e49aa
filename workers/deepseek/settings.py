"""What a person sets for a model that runs in the worker's own process. Nothing here loads torch."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from reviewbot.errors import ConfigError

DEFAULT = "default"
"""In the place of a model: the one below that suits the machine."""

GPU_MODEL = ("deepseek-ai/DeepSeek-Coder-V2-Lite-Instruct", "e434a23f91ba5b4923cf6c9d9a238eb4a08e3a11")
"""For a GPU of 40 GB or more; https://huggingface.co/deepseek-ai/DeepSeek-Coder-V2-Lite-Instruct"""

SMALL_MODEL = ("deepseek-ai/deepseek-coder-1.3b-instruct", "e063262dac8366fc1f28a4da0ff3c50ea66259ca")
"""For a small card or none; https://huggingface.co/deepseek-ai/deepseek-coder-1.3b-instruct"""

_GPU_BYTES = 38_000_000_000
"""What is free on a card of 40 GB. The model for it takes about 36 with its cache."""

_COMMIT = re.compile(r"[0-9a-f]{40}")
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """A model and how it is run.

    `source` is a folder, a model's id on the Hugging Face hub, or `DEFAULT`. `revision` is the commit there, 40
    hexadecimal digits; a folder needs none. Empty `device` and `dtype` mean CUDA in bfloat16 where there is a GPU,
    else the CPU in float32. `quantise` "int8" keeps the weights of linear layers in 8 bits (Llama shapes only).

    `max_batch` requests are written at once, and `cache_tokens` tokens of all of them are remembered together: the
    two bound the memory. `context_tokens` is the longest request with its answer. `answer_seconds` is how long a
    request may take, waiting included. `adapters` are pairs of a name and a folder with a LoRA adapter.
    """

    source: str
    revision: str = ""
    device: str = ""
    dtype: str = ""
    quantise: str = ""
    max_batch: int = 16
    context_tokens: int = 8192
    cache_tokens: int = 32_768
    answer_tokens: int = 768
    answer_seconds: float = 300.0
    temperature: float = 0.6
    adapters: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            ConfigError: a value is out of range, or the source is neither a folder nor an id with its commit.
        """
        if self.quantise not in {"", "int8"}:
            raise ConfigError(f'quantise is "{self.quantise}"; it can be "int8" or nothing.')
        if self.dtype not in {"", "float32", "bfloat16", "float16"}:
            raise ConfigError(f'dtype is "{self.dtype}"; it can be float32, bfloat16 or float16.')
        if min(self.max_batch, self.answer_tokens) < 1 or self.answer_seconds <= 0 or self.temperature <= 0:
            raise ConfigError("max_batch, answer_tokens, answer_seconds and temperature must be above 0.")
        if not self.answer_tokens < self.context_tokens <= self.cache_tokens:
            raise ConfigError("Set answer_tokens < context_tokens <= cache_tokens: one request must fit in the cache.")
        self._check_source()

    @property
    def is_folder(self) -> bool:
        """Whether the model is read from a folder of this machine."""
        return Path(self.source).is_dir()

    def for_machine(self, free: int | None) -> "ModelSettings":
        """Put the model that suits the machine in the place of `DEFAULT`. `free` is the GPU's memory in bytes, if any.

        In 8 bits there is only the small one.
        """
        if self.source != DEFAULT:
            return self
        large = free is not None and free >= _GPU_BYTES and not self.quantise
        source, revision = GPU_MODEL if large else SMALL_MODEL
        return replace(self, source=source, revision=revision)

    def _check_source(self) -> None:
        if self.source == DEFAULT and self.revision:
            raise ConfigError("The default model has a revision of its own. Unset the revision, or name the model.")
        if self.source == DEFAULT or self.is_folder:
            return
        if not _HUB_ID.fullmatch(self.source):
            raise ConfigError(
                f'"{self.source}" is neither a folder nor the id of a model like {SMALL_MODEL[0]}, nor "{DEFAULT}".'
            )
        if not _COMMIT.fullmatch(self.revision):
            raise ConfigError(
                f"Set the revision of {self.source} to a commit (40 hexadecimal digits, listed on the hub under "
                "Files and versions): a branch or a tag can come to mean other weights."
            )
