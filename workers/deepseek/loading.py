"""Load a model from a folder or from the hub at one commit, and refuse what would answer wrongly."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from reviewbot.errors import ConfigError
from workers.deepseek.formats import Format, format_of
from workers.deepseek.latent import absorb
from workers.deepseek.memory import available, check_memory, needed
from workers.deepseek.quantise import quantise
from workers.deepseek.settings import ModelSettings
from workers.deepseek.starts import share_starts
from workers.deepseek.tokens import Codec

_TOLERANCE = 1e-2
"""How far, of the largest logit, the head's own answer may lie from the model's: rounding in bfloat16."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model in memory. `name` says which, and which revision; `window` is how far back it looks, None for all."""

    network: Any
    codec: Codec
    format: Format
    name: str
    context_tokens: int
    window: int | None

    @property
    def device(self) -> torch.device:
        """Return where it is."""
        device: torch.device = self.network.device
        return device


def for_machine(settings: ModelSettings) -> ModelSettings:
    """Return the settings with the model that suits this machine, where they ask for the default.

    Raises:
        ConfigError: the device that is set is not there.
    """
    device, _ = _place(settings)
    return settings.for_machine(available(device) if device.type == "cuda" else None)


def load(settings: ModelSettings, free: int | None = None) -> Model:
    """Load what `settings` name. `free` is the device's memory in bytes, None to ask the device.

    Only safetensors are read, and no code of the model's repository is ever run.

    Raises:
        ConfigError: it is not there, does not fit, or fails a check.
    """
    device, dtype = _place(settings)
    try:
        config = AutoConfig.from_pretrained(settings.source, **_where(settings))
        _check_config(config)
        tokenizer = AutoTokenizer.from_pretrained(settings.source, **_where(settings))
    except (OSError, ValueError) as error:
        raise _unreadable(settings, error) from error
    codec = Codec(tokenizer)
    codec.check()
    if settings.quantise and config.model_type == "deepseek_v2":
        raise ConfigError(
            "int8 would leave the experts of a DeepSeek V2 model, nine tenths of it, as they are. Run it in bfloat16 "
            "(about 32 GB for V2-Lite), or behind a server with fp8 (vLLM, SGLang) through --endpoint."
        )
    check_memory(needed(config, dtype, settings), available(device) if free is None else free, device, settings)
    network = _network(settings, device, dtype)
    return Model(
        network=network,
        codec=codec,
        format=format_of(config.model_type, tokenizer, codec, _ends(network.generation_config.eos_token_id)),
        name=_name(settings),
        context_tokens=min(settings.context_tokens, config.max_position_embeddings),
        window=_window(config),
    )


def _network(settings: ModelSettings, device: torch.device, dtype: torch.dtype) -> Any:
    try:
        network, told = AutoModelForCausalLM.from_pretrained(
            settings.source,
            dtype=dtype,
            use_safetensors=True,
            attn_implementation="sdpa",
            output_loading_info=True,
            **_where(settings),
        )
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise _unreadable(settings, error) from error
    if told["missing_keys"]:
        # transformers would go on with random numbers in their place.
        raise ConfigError(f"{settings.source} lacks weights: {', '.join(sorted(told['missing_keys'])[:3])}.")
    network.eval().requires_grad_(requires_grad=False)
    if settings.quantise:
        quantise(network)
    network.to(device)
    absorb(network)
    share_starts(network)
    _check_head(network)
    return network


def _where(settings: ModelSettings) -> dict[str, Any]:
    found: dict[str, Any] = {"trust_remote_code": False}
    return found if settings.is_folder else found | {"revision": settings.revision}


def _place(settings: ModelSettings) -> tuple[torch.device, torch.dtype]:
    try:
        device = torch.device(settings.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    except RuntimeError:
        raise ConfigError(f'device is "{settings.device}"; it can be cpu, cuda or cuda:1.') from None
    if device.type == "cuda" and not torch.cuda.is_available():
        raise ConfigError("device is cuda, and torch sees no GPU. Install a build of torch for it, or set cpu.")
    default = torch.bfloat16 if device.type == "cuda" else torch.float32
    return device, getattr(torch, settings.dtype) if settings.dtype else default


def _check_config(config: Any) -> None:
    if getattr(config, "auto_map", None) and config.model_type not in {"llama", "deepseek_v2", "starcoder2"}:
        raise ConfigError(f'Models of type "{config.model_type}" need code of their own, and that is never run.')
    if len(set(getattr(config, "layer_types", None) or ())) > 1:
        raise ConfigError(f'Models of type "{config.model_type}" mix kinds of attention. Use an endpoint for them.')


def _check_head(network: Any) -> None:
    """Refuse a model whose logits are more than its head over its last layer: the engine takes them from there."""
    ids = torch.arange(3, 11, device=network.device)[None]
    with torch.inference_mode():
        expected = network(input_ids=ids, use_cache=False).logits.float()
        hidden = network.base_model(input_ids=ids, use_cache=False).last_hidden_state
        found = network.get_output_embeddings()(hidden).float()
    if not torch.isfinite(expected).all():
        raise ConfigError("The model's logits are not numbers. Its weights are damaged, or dtype is too small for it.")
    if (expected - found).abs().max() > _TOLERANCE * expected.abs().max():
        raise ConfigError("The model does more to its logits than is known here. Use an endpoint for it.")


def _window(config: Any) -> int | None:
    kinds = set(getattr(config, "layer_types", None) or ())
    uses = getattr(config, "use_sliding_window", True) and kinds <= {"sliding_attention"}
    window: int | None = getattr(config, "sliding_window", None)
    return window if uses else None


def _ends(eos: int | list[int] | None) -> list[int]:
    return [eos] if isinstance(eos, int) else list(eos or ())


def _unreadable(settings: ModelSettings, error: Exception) -> ConfigError:
    said = str(error).strip().partition("\n")[0]
    return ConfigError(f"{settings.source} cannot be loaded (only safetensors are, without code of its own): {said}")


def _name(settings: ModelSettings) -> str:
    """Return what a record calls the model. A folder's revision is a hash of its small files and its weights' sizes."""
    if not settings.is_folder:
        return f"{settings.source}@{settings.revision[:12]}"
    digest = hashlib.sha256()
    folder = Path(settings.source)
    for path in sorted(folder.iterdir()):
        if path.suffix == ".safetensors":
            digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
            with path.open("rb") as file:
                digest.update(file.read(65_536))
        elif path.suffix == ".json":
            digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return f"{folder.resolve().name}@{digest.hexdigest()[:12]}"
