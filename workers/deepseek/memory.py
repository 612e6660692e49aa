"""How much memory a model takes, worked out from its configuration before anything is loaded."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM

from reviewbot.errors import ConfigError
from workers.deepseek.settings import SMALL_MODEL, ModelSettings

OVERHEAD = 1.1
"""What is needed on top: activations, and what the allocator cannot use."""

GIGABYTE = 1e9


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes for the weights, and for keys and values of all tokens in the cache."""

    weights: int
    cache: int

    @property
    def total(self) -> int:
        """Return what the device must have free."""
        return int((self.weights + self.cache) * OVERHEAD)


def token_bytes(config: Any, itemsize: int) -> int:
    """Return the bytes that one token takes in the cache: keys and values, or for DeepSeek V2 the latents."""
    if config.model_type == "deepseek_v2":
        width = config.kv_lora_rank + config.qk_rope_head_dim
    else:
        head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        width = 2 * config.num_key_value_heads * head
    return int(config.num_hidden_layers * width * itemsize)


def needed(config: Any, dtype: torch.dtype, settings: ModelSettings) -> Memory:
    """Return what the model will take on its device. Builds its shapes without memory for them."""
    with torch.device("meta"):
        network = AutoModelForCausalLM.from_config(config, dtype=dtype)
    weights = 0
    for name, module in network.named_modules():
        own = sum(parameter.nbytes for parameter in module.parameters(recurse=False))
        quantised = settings.quantise and isinstance(module, torch.nn.Linear) and name != "lm_head"
        weights += own // dtype.itemsize if quantised else own
    # Starts of requests that are kept for the next ones come on top of those that are being answered.
    return Memory(weights, (settings.cache_tokens + settings.context_tokens) * token_bytes(config, dtype.itemsize))


def available(device: torch.device) -> int | None:
    """Return the bytes that are free on the device. None where that cannot be told."""
    if device.type == "cuda":
        free: int = torch.cuda.mem_get_info(device)[0]
        return free
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    kibibytes = [int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")]
    return kibibytes[0] * 1024 if kibibytes else None


def check_memory(need: Memory, free: int | None, device: torch.device, settings: ModelSettings) -> None:
    """Refuse a model that will not fit.

    Raises:
        ConfigError: it does not. The text says what takes how much, and what can be done.
    """
    if free is None or need.total <= free:
        return
    raise ConfigError(
        f"{settings.source} does not fit: it needs about {need.total / GIGABYTE:.1f} GB on {device} "
        f"(weights {need.weights / GIGABYTE:.1f}, cache_tokens and context_tokens together "
        f"{need.cache / GIGABYTE:.1f}), and {free / GIGABYTE:.1f} GB are free. Lower cache_tokens, "
        f'set quantise to "int8" (Llama shapes), or use a smaller model such as {SMALL_MODEL[0]}.'
    )
