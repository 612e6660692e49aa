import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

from reviewbot.errors import ConfigError
from tests.model.architectures import write
from workers.deepseek import load_model
from workers.deepseek.adapters import CONFIG, WEIGHTS, Adapters
from workers.deepseek.engine import Engine
from workers.deepseek.loading import Model, load
from workers.deepseek.request import Request
from workers.deepseek.settings import ModelSettings

# peft asks a model of transformers in a way that transformers warns of.
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")

PROJECTIONS = {"v1": ["q_proj", "v_proj", "down_proj"], "v2": ["q_proj", "kv_b_proj", "o_proj"]}


def settings_for(base: Path, *adapters: tuple[str, Path]) -> ModelSettings:
    pairs = tuple((owner, str(folder)) for owner, folder in adapters)
    return ModelSettings(
        str(base),
        device="cpu",
        dtype="float32",
        context_tokens=512,
        cache_tokens=2048,
        answer_tokens=16,
        adapters=pairs,
    )


def write_adapter(base: Path, folder: Path, seed: int, modules: list[str], rank: int = 4) -> Path:
    """Write an adapter as peft does, with random numbers in it."""
    torch.manual_seed(seed)
    network = get_peft_model(
        AutoModelForCausalLM.from_pretrained(base), LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=modules)
    )
    for name, parameter in network.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.5)
    network.save_pretrained(folder)
    return folder


def answer(model: Model) -> Any:
    with torch.no_grad():
        return model.network(torch.arange(5, 25)[None]).logits


@pytest.fixture(scope="module", params=["v1", "v2"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    return request.param, write(request.param, tmp_path_factory.mktemp("models") / request.param)


def test_adapters_answer_differently_in_one_model_and_leave_it_as_it_was(
    base: tuple[str, Path], tmp_path: Path
) -> None:
    kind, path = base
    folders = [write_adapter(path, tmp_path / str(seed), seed, PROJECTIONS[kind]) for seed in (1, 2)]
    settings = settings_for(path, ("acme", folders[0]), ("acme/dotted.name", folders[1]))
    expected = answer(load(settings_for(path)))
    merged = [_merged(path, folder) for folder in folders]
    model = load(settings)

    adapters = Adapters(model, settings)
    untouched = answer(model)
    adapters.activate("acme")
    first = answer(model)
    adapters.activate("acme/dotted.name")
    second = answer(model)
    adapters.activate("")

    assert torch.equal(untouched, expected)
    assert torch.equal(answer(model), expected)
    assert torch.allclose(first, merged[0], atol=1e-4)
    assert torch.allclose(second, merged[1], atol=1e-4)
    assert not torch.allclose(first, second, atol=1e-2)
    assert not torch.allclose(first, expected, atol=1e-2)


def _merged(base: Path, folder: Path) -> Any:
    """Answer as peft itself does, with the adapter worked into the weights."""
    network = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    network.load_adapter(str(folder))
    with torch.no_grad():
        return network(torch.arange(5, 25)[None]).logits


def test_one_engine_answers_with_each_adapter_and_with_none_without_loading_the_model_again(
    base: tuple[str, Path], tmp_path: Path
) -> None:
    kind, path = base
    folders = [write_adapter(path, tmp_path / str(seed), seed, PROJECTIONS[kind]) for seed in (1, 2)]
    settings = settings_for(path, ("acme", folders[0]), ("acme/dotted.name", folders[1]))
    asked = [
        Request(ids=tuple(range(5, 25)), max_tokens=8, ends=frozenset(), adapter=name)
        for name in ("", "acme", "acme/dotted.name", "acme", "")
    ]
    plain = load(settings_for(path))
    without = Engine(plain, settings)
    expected = without.run(asked[:1])
    without.close()
    model = load(settings)
    engine = Engine(model, settings, Adapters(model, settings).activate)

    first, own, other, again, last = (answer.ids for answer in engine.run(asked))

    engine.close()
    assert first == last == expected[0].ids
    assert own == again
    assert len({first, own, other}) == 3


def test_a_repository_gets_its_own_adapter_else_that_of_its_owner(one: tuple[Path, Path]) -> None:
    path, folder = one
    coder = load_model(settings_for(path, ("Acme", folder), ("acme/shop", folder)))

    asked = ("acme/shop", "ACME/Shop", "acme/other", "someone/shop", "")
    chosen = [coder.bound().for_review(repository, lambda: None).adapter for repository in asked]

    coder.close()
    assert chosen == ["acme/shop", "acme/shop", "Acme", "", ""]


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("one")
    base = write("v1", folder / "tiny")
    return base, write_adapter(base, folder / "adapter", 1, ["q_proj"])


def changed_config(**values: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / CONFIG
        path.write_text(json.dumps(json.loads(path.read_text()) | values))

    return change


def only_pickle(folder: Path) -> None:
    (folder / "adapter_model.bin").write_bytes(pickle.dumps({"x": 1}))
    (folder / WEIGHTS).unlink()


def pickle_by_name(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(pickle.dumps({"x": 1}))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (only_pickle, "no readable adapter_model.safetensors"),
        (pickle_by_name, "no readable adapter_model.safetensors"),
        (lambda folder: (folder / CONFIG).unlink(), "missing or cannot be read"),
        (lambda folder: (folder / CONFIG).write_text("[" * 100_000), "missing or cannot be read"),
        (changed_config(peft_type="PROMPT_TUNING"), "no LoRA adapter"),
        (changed_config(base_model_name_or_path="another/model"), 'trained for "another/model"'),
        (changed_config(base_model_name_or_path=None), 'trained for ""'),
        (changed_config(revision="0" * 40), "trained for the revision 0000"),
        (changed_config(r=100_000), "rank"),
        (changed_config(r=True), "rank"),
        (changed_config(r=8), "another shape"),
        (changed_config(lora_alpha=1e9), "lora_alpha"),
        (changed_config(target_modules="(a+)+$"), "target_modules"),
        (changed_config(target_modules=["base_layer"]), "target_modules"),
        (changed_config(target_modules=["q_proj", "v_proj"]), "different layers"),
        (changed_config(modules_to_save=["lm_head"]), '"modules_to_save" is set'),
        (changed_config(use_dora=True), '"use_dora" is set'),
    ],
)
def test_an_adapter_that_is_more_than_lora_for_this_model_is_refused(
    one: tuple[Path, Path], tmp_path: Path, spoil: Callable[[Path], object], said: str
) -> None:
    path, folder = one
    copy = tmp_path / "copy"
    copy.mkdir()
    for each in folder.iterdir():
        (copy / each.name).write_bytes(each.read_bytes())
    spoil(copy)
    settings = settings_for(path, ("acme", copy))

    with pytest.raises(ConfigError, match=said.replace("(", r"\(")):
        Adapters(load(settings), settings)


def test_the_path_of_a_base_model_in_an_adapter_is_compared_by_name_and_never_opened(
    one: tuple[Path, Path], tmp_path: Path
) -> None:
    path, folder = one
    copy = tmp_path / "copy"
    copy.mkdir()
    for each in folder.iterdir():
        (copy / each.name).write_bytes(each.read_bytes())
    changed_config(base_model_name_or_path="/nowhere/at/all/tiny")(copy)
    settings = settings_for(path, ("acme", copy))

    Adapters(load(settings), settings).activate("acme")
