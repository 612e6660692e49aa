"""Attention of several sequences that start alike: what they share is read from memory once for all of them.

The result over the common start and that over each sequence's own rest are put together by the sums of their weights,
which is the same mathematics as attending to both at once: https://arxiv.org/abs/2402.05099, section 3.1. It is used
on a CPU, where it was measured; a GPU attends to each sequence by itself.
"""

from typing import Any

import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

SHORTEST = 128
"""From so many common tokens on it costs less than reading them for each sequence."""

_NAME = "reviewbot_starts"


def share_starts(network: Any) -> None:
    """Let the attention layers of Llama and StarCoder2 models do so. DeepSeek V2 has attention of its own."""
    if network.config.model_type in {"llama", "starcoder2"}:
        AttentionInterface.register(_NAME, _forward)
        AttentionMaskInterface.register(_NAME, sdpa_mask)
        network.set_attn_implementation(_NAME)


def shares_starts(network: Any) -> bool:
    """Whether a pass of this model can be told how many tokens its sequences have in common."""
    known = network.config._attn_implementation == _NAME or network.config.model_type == "deepseek_v2"  # noqa: SLF001  transformers has no public name for it
    return bool(known and network.device.type == "cpu")


def attend(  # noqa: PLR0913, PLR0917  one more than scaled_dot_product_attention takes
    queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, mask: torch.Tensor, scaling: float, common: int = 0
) -> torch.Tensor:
    """Attend, all (sequence, head, token, width), with the first `common` keys and values the same in all sequences.

    Several heads of `queries` may share one of `keys`. `mask` (sequence, 1, token, key) is true for what is seen.
    """
    rows, heads, tokens, width = queries.shape
    shared_by = heads // keys.shape[1]
    folded = queries.reshape(rows, keys.shape[1], shared_by * tokens, width)
    seen = torch.zeros(mask[..., common:].shape, dtype=queries.dtype).masked_fill_(~mask[..., common:], float("-inf"))
    seen = seen.repeat(1, 1, shared_by, 1)
    out, weight = _flash(folded, keys[:, :, common:], values[:, :, common:], 0.0, attn_mask=seen, scale=scaling)
    if common:
        all_rows = folded.transpose(0, 1).reshape(1, keys.shape[1], -1, width)
        start, more = _flash(all_rows, keys[:1, :, :common], values[:1, :, :common], 0.0, scale=scaling)
        start, more = (
            one.reshape(keys.shape[1], rows, shared_by * tokens, -1).transpose(0, 1) for one in (start, more[..., None])
        )
        out = torch.lerp(out, start, (more - weight[..., None]).sigmoid().to(out.dtype))
    return out.reshape(rows, heads, tokens, -1)


# The kernel behind scaled_dot_product_attention on a CPU: it also returns the logarithm of the weights' sum.
_flash = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu  # noqa: SLF001


def _forward(  # noqa: PLR0913, PLR0917  the arguments are those of transformers
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    shared_start: int = 0,
    **kwargs: Any,
) -> tuple[torch.Tensor, torch.Tensor | None]:
    if not shared_start or attention_mask is None or scaling is None:
        plain: tuple[torch.Tensor, None] = sdpa_attention_forward(
            module, query, key, value, attention_mask, scaling=scaling, **kwargs
        )
        return plain
    return attend(query, key, value, attention_mask, scaling, shared_start).transpose(1, 2).contiguous(), None
