"""LoRA adapters: small additions to a model, for an organisation or a repository, swapped without reloading it.

A folder holds `adapter_config.json` and `adapter_model.safetensors`, as peft writes them. Nothing else in it is read,
no path in it is followed, and no weights but the two small matrices beside a linear layer are taken.
"""

import json
import re
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.lora import LoraLayer
from safetensors import SafetensorError
from safetensors.torch import load_file

from reviewbot.errors import ConfigError
from workers.deepseek.loading import Model
from workers.deepseek.settings import ModelSettings

MAX_RANK = 256
MAX_CONFIG_BYTES = 100_000
MAX_WEIGHT_BYTES = 4_000_000_000
"""Rank 256 on every linear layer of the 33b model takes about so much in 16 bits."""

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
_WEIGHT = re.compile(r"base_model\.model\.([\w.]+)\.lora_([AB])\.weight")
_CHOSEN = ("r", "lora_alpha", "target_modules", "use_rslora")
_TOLD = {"peft_type", "task_type", "inference_mode", "base_model_name_or_path", "revision", "lora_dropout"}
"""Settings that are checked apart, or that say nothing of how the weights are applied."""

_TOLD |= {"peft_version", "init_lora_weights", "runtime_config", "auto_mapping"}


class Adapters:
    """The adapters of a loaded model, each by what it is for: an organisation (`acme`) or a repository (`acme/shop`).

    They share the model's memory and its thread: `activate` is not to be called while the model works.
    """

    def __init__(self, model: Model, settings: ModelSettings) -> None:
        """Load all that `settings` name. The model answers as without them until one is activated.

        Raises:
            ConfigError: one is not for this model, or is anything but LoRA weights in safetensors.
        """
        if settings.adapters and settings.quantise:
            raise ConfigError("LoRA adapters were trained on the model's own weights. Unset quantise to use them.")
        self._network = model.network
        self._names: dict[str, str] = {}
        for number, (owner, folder) in enumerate(settings.adapters):
            # Not the owner itself: the name becomes that of a torch module, which can have no dot in it.
            self._names[owner] = f"adapter{number}"
            _load(model, settings, Path(folder), self._names[owner])
        self.activate("")

    def activate(self, name: str) -> None:
        """Let the model answer with this adapter from now on, or with none if the name is empty."""
        for layer in _layers(self._network):
            layer.enable_adapters(bool(name))
            if name:
                layer.set_adapter(self._names[name], inference_mode=True)


def _layers(network: Any) -> Iterator[LoraLayer]:
    return (module for module in network.modules() if isinstance(module, LoraLayer))


def _load(model: Model, settings: ModelSettings, folder: Path, name: str) -> None:
    config = _read_config(folder)
    _check_base(config, model, settings, folder)
    weights = _read_weights(folder)
    lora = _lora(config, model, folder)
    with warnings.catch_warnings():
        # Several adapters are what we want.
        warnings.filterwarnings("ignore", "Already found a `peft_config`", UserWarning)
        inject_adapter_in_model(lora, model.network, name)
    expected = {
        f"{path}.lora_{side}": getattr(module, f"lora_{side}")[name].weight
        for path, module in model.network.named_modules()
        if isinstance(module, LoraLayer) and name in module.lora_A
        for side in "AB"
    }
    if weights.keys() != expected.keys():
        odd = sorted(weights.keys() ^ expected.keys())
        raise _refused(folder, f"its weights and its settings name different layers, such as {odd[0]}")
    for path, weight in weights.items():
        if weight.shape != expected[path].shape or not torch.isfinite(weight).all():
            raise _refused(folder, f"{path} has another shape than the model needs, or holds no numbers")
        expected[path].data.copy_(weight)
    model.network.requires_grad_(requires_grad=False)


def _read_config(folder: Path) -> Mapping[str, Any]:
    path = folder / CONFIG
    try:
        text = path.read_bytes() if path.stat().st_size <= MAX_CONFIG_BYTES else b""
        config = json.loads(text)
    except (OSError, ValueError, RecursionError):
        raise _refused(folder, f"its {CONFIG} is missing or cannot be read") from None
    if not isinstance(config, dict) or config.get("peft_type") != "LORA":
        raise _refused(folder, "it is no LoRA adapter")
    return config


def _check_base(config: Mapping[str, Any], model: Model, settings: ModelSettings, folder: Path) -> None:
    """Compare names only: a path or an id in an adapter is never opened."""
    base, revision = str(config.get("base_model_name_or_path") or ""), str(config.get("revision") or "")
    here, _, at = model.name.rpartition("@")
    if not base or Path(base).name not in {Path(here).name, Path(settings.source).name}:
        raise _refused(folder, f'it was trained for "{base[:100]}", and the model is {model.name}')
    if revision and not revision.startswith(at):
        raise _refused(folder, f"it was trained for the revision {revision[:40]}, and the model is {model.name}")


def _lora(config: Mapping[str, Any], model: Model, folder: Path) -> LoraConfig:
    """Return the settings with nothing in them but rank, scale and layers. Any other choice is refused."""
    usual = LoraConfig()
    for key, value in config.items():
        known = key in _TOLD or key in _CHOSEN
        # What a later peft adds says nothing as long as it is empty.
        if not known and value not in (None, False, [], {}, getattr(usual, key, None)):
            raise _refused(folder, f'"{key}" is set in its {CONFIG}, and only plain LoRA is used')
    rank, alpha, modules = (config.get(key) for key in _CHOSEN[:3])
    if type(rank) is not int or not 1 <= rank <= MAX_RANK:
        raise _refused(folder, f"its rank is not between 1 and {MAX_RANK}")
    if not isinstance(alpha, int | float) or not 0 < alpha <= 100 * rank:
        raise _refused(folder, "its lora_alpha is not between 0 and 100 times the rank")
    if not isinstance(modules, list) or not modules or not _linear(model.network).issuperset(map(str, modules)):
        raise _refused(folder, "its target_modules are not a list of linear layers of the model")
    return LoraConfig(r=rank, lora_alpha=alpha, target_modules=modules, use_rslora=config.get("use_rslora") is True)


def _linear(network: Any) -> set[str]:
    """Return the names of the model's own linear layers, whether another adapter stands on them or not."""
    found = {path for path, module in network.named_modules() if isinstance(module, torch.nn.Linear)}
    own = (path.removesuffix(".base_layer") for path in found if ".lora_" not in path)
    return {path.rpartition(".")[2] for path in own}


def _read_weights(folder: Path) -> dict[str, torch.Tensor]:
    path = folder / WEIGHTS
    try:
        if path.stat().st_size > MAX_WEIGHT_BYTES:
            raise _refused(folder, f"its weights take more than {MAX_WEIGHT_BYTES:,} bytes")
        found = load_file(path)
    except (OSError, SafetensorError):
        raise _refused(folder, f"it holds no readable {WEIGHTS}; other formats can run code and are not read") from None
    weights = {}
    for key, weight in found.items():
        named = _WEIGHT.fullmatch(key)
        if named is None:
            raise _refused(folder, f'it holds "{key[:100]}", which is no LoRA weight')
        weights[f"{named[1]}.lora_{named[2]}"] = weight
    return weights


def _refused(folder: Path, why: str) -> ConfigError:
    return ConfigError(f"The adapter in {folder} is not used: {why}.")
