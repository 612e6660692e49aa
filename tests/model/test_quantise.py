from pathlib import Path

import pytest
import torch

from reviewbot.errors import ConfigError
from tests.model.architectures import write
from workers.deepseek.loading import load
from workers.deepseek.memory import needed
from workers.deepseek.quantise import Int8Linear, quantise
from workers.deepseek.settings import ModelSettings


def test_a_quantised_layer_is_off_by_half_a_step_of_its_row_at_most() -> None:
    torch.manual_seed(0)
    linear = torch.nn.Linear(64, 32)
    with torch.inference_mode():
        linear.weight[3] *= 100  # each row has its own scale
        linear.weight[4] = 0
        small = Int8Linear(linear)
        step = linear.weight.abs().amax(dim=1) / 127
        error = (small.weight * small.scale[:, None] - linear.weight).abs().amax(dim=1)
        assert (error <= step / 2 + 1e-7).all()
        hidden = torch.randn(5, 64)
        torch.testing.assert_close(small(hidden)[:, 4], linear(hidden)[:, 4])
        assert (small(hidden) - linear(hidden)).abs().max() < 0.05 * linear(hidden).abs().max()


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_quantised_model_takes_less_memory_as_foretold_and_says_nearly_the_same(dtype: str, tmp_path: Path) -> None:
    settings = [
        ModelSettings(str(write("v1", tmp_path / "v1")), device="cpu", dtype=dtype, quantise=way)
        for way in ("", "int8")
    ]
    plain, small = (load(one).network for one in settings)
    ids = torch.arange(3, 43)[None]
    with torch.inference_mode():
        expected, found = (network(input_ids=ids).logits.float() for network in (plain, small))
    error = (expected - found).abs().mean() / expected.std()
    assert 0 < error < 0.05
    held = sum(tensor.nbytes for tensor in (*small.parameters(), *small.buffers()))
    foretold = needed(plain.config, getattr(torch, dtype), settings[1]).weights
    assert held < (0.75 if dtype == "bfloat16" else 0.6) * sum(parameter.nbytes for parameter in plain.parameters())
    assert held == pytest.approx(foretold, rel=0.05)


def test_the_head_and_the_embeddings_stay_as_they_are(tmp_path: Path) -> None:
    network = load(ModelSettings(str(write("v1", tmp_path / "v1")), device="cpu", quantise="int8")).network
    assert type(network.get_output_embeddings()) is torch.nn.Linear
    kept = {name for name, _ in network.named_parameters()}
    assert not any("proj" in name for name in kept)
    assert any("embed_tokens" in name for name in kept)


def test_experts_that_stay_as_they_are_are_not_passed_off_as_quantised(tmp_path: Path) -> None:
    network = load(ModelSettings(str(write("v2", tmp_path / "v2")), device="cpu")).network
    with pytest.raises(ConfigError, match="fused experts"):
        quantise(network)
