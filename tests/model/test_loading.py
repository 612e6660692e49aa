import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, DeepseekV2Config, LlamaConfig

from reviewbot.errors import ConfigError
from tests.model.architectures import ARCHITECTURES, write
from workers.deepseek.availability import check_transformers
from workers.deepseek.loading import load
from workers.deepseek.memory import needed, token_bytes
from workers.deepseek.settings import ModelSettings

ROOT = Path(__file__).parents[2]


def on_cpu(folder: Path, **changes: Any) -> ModelSettings:
    return ModelSettings(str(folder), **{"device": "cpu", "dtype": "float32", **changes})


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return where a model of an architecture lies. Tests that damage one write their own."""
    written: dict[str, Path] = {}

    def find(name: str) -> Path:
        if name not in written:
            written[name] = write(name, tmp_path_factory.mktemp("models") / name)
        return written[name]

    return find


@pytest.mark.parametrize("name", sorted(ARCHITECTURES))
def test_each_architecture_loads_as_it_is_published(name: str, published: Callable[[str], Path]) -> None:
    model = load(on_cpu(published(name)))
    assert model.format.chat is not None
    assert model.name.startswith(f"{name}@")
    assert model.network.dtype == torch.float32
    assert model.window == (48 if name == "starcoder2" else None)


def test_a_folders_revision_changes_with_its_weights(tmp_path: Path) -> None:
    first, second = (load(on_cpu(write("v1", tmp_path / str(seed) / "m", seed))).name for seed in (0, 1))
    assert first != second
    assert first.startswith("m@")


def test_pickled_weights_are_never_read(tmp_path: Path) -> None:
    folder = write("v1", tmp_path / "v1")
    (folder / "model.safetensors").unlink()
    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(ConfigError, match="safetensors"):
        load(on_cpu(folder))


def test_code_that_comes_with_a_model_is_never_run(tmp_path: Path) -> None:
    folder = write("v1", tmp_path / "v1")
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "mine", "auto_map": {"AutoConfig": "mine.Mine", "AutoModelForCausalLM": "mine.Model"}}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "mine.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    with pytest.raises(ConfigError):
        load(on_cpu(folder))
    assert not (tmp_path / "ran").exists()


def test_a_model_in_the_library_is_used_instead_of_the_code_it_comes_with(tmp_path: Path) -> None:
    folder = write("v2", tmp_path / "v2")
    config = json.loads((folder / "config.json").read_text())
    config["auto_map"] = {"AutoConfig": "mine.Mine", "AutoModelForCausalLM": "mine.Model"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "mine.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    assert type(load(on_cpu(folder)).network).__name__ == "DeepseekV2ForCausalLM"
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_damaged_file_is_named_in_one_sentence(name: str, tmp_path: Path) -> None:
    folder = write("v1", tmp_path / "v1")
    (folder / name).write_bytes(b"{")
    with pytest.raises(ConfigError, match=r"cannot be loaded"):
        load(on_cpu(folder))


def test_weights_that_are_missing_are_not_made_up(tmp_path: Path) -> None:
    folder = write("v1", tmp_path / "v1")
    weights = load_file(folder / "model.safetensors")
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ConfigError, match=r"lacks weights: model\.layers\.1\.mlp\.up_proj\.weight\."):
        load(on_cpu(folder))


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    folder = write("v1", tmp_path / "v1")
    weights = load_file(folder / "model.safetensors")
    weights["model.norm.weight"][:] = float("nan")
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ConfigError, match="damaged"):
        load(on_cpu(folder))


def test_a_model_that_does_not_fit_is_refused_before_it_is_loaded(published: Callable[[str], Path]) -> None:
    with pytest.raises(ConfigError, match=r"does not fit: it needs about .* GB on cpu .* 0\.0 GB are free\."):
        load(on_cpu(published("v1")), free=1000)


@pytest.mark.parametrize("name", ["v1", "v1-mqa", "v2", "starcoder2"])
def test_memory_is_told_from_the_configuration_as_it_then_is(name: str, published: Callable[[str], Path]) -> None:
    model = load(on_cpu(published(name)))
    settings = on_cpu(published(name), cache_tokens=8192, context_tokens=1024)
    need = needed(AutoConfig.from_pretrained(published(name)), torch.float32, settings)
    assert need.weights == sum(parameter.nbytes for parameter in model.network.parameters())
    cache = model.network(input_ids=torch.arange(10)[None], use_cache=True).past_key_values
    held = sum(layer.keys.nbytes + layer.values.nbytes for layer in cache.layers)
    assert token_bytes(model.network.config, 4) * 10 == held
    assert need.cache == (8192 + 1024) * held // 10


def test_the_published_shapes_take_what_their_cards_say() -> None:
    small = LlamaConfig(
        vocab_size=32256,
        hidden_size=2048,
        intermediate_size=5504,
        num_hidden_layers=24,
        num_attention_heads=16,
        num_key_value_heads=16,
    )
    lite = DeepseekV2Config(
        vocab_size=102400,
        hidden_size=2048,
        intermediate_size=10944,
        moe_intermediate_size=1408,
        num_hidden_layers=27,
        num_attention_heads=16,
        num_key_value_heads=16,
        n_routed_experts=64,
        num_experts_per_tok=6,
        n_shared_experts=2,
        first_k_dense_replace=1,
        q_lora_rank=None,
    )
    settings = ModelSettings(".", cache_tokens=32_768)
    assert needed(small, torch.bfloat16, settings).weights == pytest.approx(2 * 1.346e9, rel=0.001)
    assert needed(lite, torch.bfloat16, settings).weights == pytest.approx(2 * 15.706e9, rel=0.001)
    assert token_bytes(small, 2) == 192 * 1024
    assert token_bytes(lite, 2) == 27 * 576 * 2


def test_int8_of_a_mixture_of_experts_is_refused_with_what_to_do(published: Callable[[str], Path]) -> None:
    with pytest.raises(ConfigError, match=r"experts .* bfloat16"):
        load(on_cpu(published("v2"), quantise="int8"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source": "no such folder!"}, "neither a folder nor the id"),
        ({"source": "deepseek-ai/deepseek-coder-1.3b-instruct"}, "40 hexadecimal digits"),
        ({"source": "deepseek-ai/deepseek-coder-1.3b-instruct", "revision": "main"}, "40 hexadecimal digits"),
        ({"source": "default", "revision": "a" * 40}, "a revision of its own"),
        ({"quantise": "int4"}, "int8"),
        ({"dtype": "int8"}, "dtype"),
        ({"max_batch": 0}, "above 0"),
        ({"answer_tokens": 9000}, "fit in the cache"),
        ({"cache_tokens": 100}, "fit in the cache"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        ModelSettings(**{"source": ".", **changes})


def test_a_hub_id_at_a_commit_is_taken() -> None:
    assert ModelSettings("deepseek-ai/deepseek-coder-1.3b-instruct", "a" * 40).is_folder is False


@pytest.mark.parametrize(
    ("free", "quantise", "model"),
    [
        (None, "", "deepseek-coder-1.3b-instruct"),
        (24_000_000_000, "", "deepseek-coder-1.3b-instruct"),
        (39_000_000_000, "", "DeepSeek-Coder-V2-Lite-Instruct"),
        (39_000_000_000, "int8", "deepseek-coder-1.3b-instruct"),
    ],
)
def test_the_default_is_the_model_that_suits_the_machine_at_a_commit(
    free: int | None, quantise: str, model: str
) -> None:
    found = ModelSettings("default", quantise=quantise).for_machine(free)
    assert found.source == f"deepseek-ai/{model}"
    assert len(found.revision) == 40


def test_a_model_that_is_named_is_never_replaced_by_the_default(tmp_path: Path) -> None:
    settings = ModelSettings(str(tmp_path))
    assert settings.for_machine(80_000_000_000) is settings


@pytest.mark.parametrize("device", ["cuda", "tpu", "cpu:x"])
def test_a_device_that_is_not_there_is_named(device: str, published: Callable[[str], Path]) -> None:
    if device == "cuda" and torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(ConfigError, match="device is"):
        load(on_cpu(published("v1"), device=device))


@pytest.mark.parametrize("version", ["4.57.6", "5.0.0", "5.21.1"])
def test_a_version_of_transformers_that_spoils_prompts_is_refused(version: str) -> None:
    with pytest.raises(ConfigError, match=r"Install 5\.22"):
        check_transformers(version)


@pytest.mark.parametrize("version", ["5.22.0", "5.23.0", "6.0.0.dev0"])
def test_later_versions_of_transformers_are_taken(version: str) -> None:
    check_transformers(version)


def test_importing_the_package_loads_no_torch() -> None:
    program = "import sys, workers.deepseek; sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
