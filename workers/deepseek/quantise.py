"""Weights of linear layers in 8 bits, each row with its own scale. Embeddings and the head stay as they are."""

from typing import Any

import torch
from torch import nn

from reviewbot.errors import ConfigError


class Int8Linear(nn.Module):  # type: ignore[misc]  # torch is not there when types are checked
    """A linear layer whose weights are 8-bit integers. Activations stay in the model's type.

    It saves memory and costs time: each pass turns the weights back first.
    """

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight = linear.weight.detach()
        scale = weight.float().abs().amax(dim=1).clamp(min=1e-12) / 127
        self.register_buffer("weight", (weight.float() / scale[:, None]).round().to(torch.int8))
        self.register_buffer("scale", scale.to(weight.dtype))
        self.bias = linear.bias
        self.in_features, self.out_features = linear.in_features, linear.out_features

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Return what the linear layer would, but for rounding."""
        product = nn.functional.linear(hidden, self.weight.to(hidden.dtype)) * self.scale
        return product if self.bias is None else product + self.bias


def quantise(network: Any) -> None:
    """Replace the linear layers of a Llama-shaped model, one after the other, but for its head.

    Raises:
        ConfigError: the model keeps most of its weights elsewhere, as fused experts do.
    """
    head = network.get_output_embeddings()
    linear = sum(module.weight.numel() for module in network.modules() if isinstance(module, nn.Linear))
    embeddings = network.get_input_embeddings().weight.numel()
    if linear + embeddings < 0.9 * sum(parameter.numel() for parameter in network.parameters()):
        raise ConfigError("int8 reaches only linear layers, and most of this model's weights lie in fused experts.")
    for parent in list(network.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.Linear) and child is not head:
                setattr(parent, name, Int8Linear(child))
