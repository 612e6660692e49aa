"""Attention of several sequences that start alike: what they share is read from memory once for all of them.

The result over the common start and that over each sequence's own rest are put together by the sums of their weights,
which is the same mathematics as attending to both at once: https://arxiv.org/abs/2402.05099, section 3.1. It is used
on a CPU, where it was measured; a GPU attends to each sequence by itself.

It needs those sums, which no public function of torch for a CPU returns. The operator that does is tried when this
module is imported. Where it is missing or answers otherwise, each sequence attends by itself, to the same result.
"""

from collections.abc import Callable
from typing import Any

import structlog
import torch
import transformers
from torch.nn.functional import scaled_dot_product_attention

log = structlog.get_logger()

type Kernel = Callable[..., tuple[torch.Tensor, torch.Tensor]]
"""Queries, keys, values, dropout, mask, scale: the result, and the logarithm of the sum of each query's weights."""

SHORTEST = 128
"""From so many common tokens on it costs less than reading them for each sequence."""

_NAME = "reviewbot_starts"


def kernel_among(operators: Any) -> Kernel | None:
    """Return the kernel behind scaled_dot_product_attention on a CPU, None if it is not there or not as it is known."""
    kernel: Kernel | None = getattr(operators, "_scaled_dot_product_flash_attention_for_cpu", None)
    if kernel is None:
        return None
    queries, keys = torch.linspace(-1, 1, 32).reshape(1, 1, 2, 16), torch.linspace(-2, 1, 48).reshape(1, 1, 3, 16)
    unseen = torch.tensor([[[[0.0, 0.0, float("-inf")], [0.0, 0.0, 0.0]]]])
    try:
        found, weight = kernel(queries, keys, -keys, 0.0, attn_mask=unseen, scale=0.25)
        expected = (queries @ keys.transpose(2, 3) * 0.25 + unseen).logsumexp(dim=-1)
        plain = scaled_dot_product_attention(queries, keys, -keys, attn_mask=unseen, scale=0.25)
        right = torch.allclose(found, plain, atol=1e-4) and torch.allclose(weight, expected, atol=1e-4)
    except (RuntimeError, TypeError, ValueError):  # it takes or returns something else
        return None
    return kernel if right else None


KERNEL = kernel_among(torch.ops.aten)


def share_starts(network: Any, kernel: Kernel | None = KERNEL) -> None:
    """Let the attention layers of Llama and StarCoder2 models do so. DeepSeek V2 has attention of its own.

    Without a kernel, or with a transformers that takes no further attention, the model stays as it is.
    """
    if kernel is None or network.config.model_type not in {"llama", "starcoder2"}:
        return
    try:
        transformers.AttentionInterface.register(_NAME, _forward)
        transformers.AttentionMaskInterface.register(_NAME, transformers.AttentionMaskInterface()["sdpa"])
        network.set_attn_implementation(_NAME)
    except (AttributeError, KeyError, ValueError) as error:
        log.warning("model.starts_not_shared", reason=str(error))


def shares_starts(network: Any, kernel: Kernel | None = KERNEL) -> bool:
    """Whether a pass of this model can be told how many tokens its sequences have in common."""
    known = network.config._attn_implementation == _NAME or network.config.model_type == "deepseek_v2"  # noqa: SLF001  transformers has no public name for it
    return bool(kernel is not None and known and network.device.type == "cpu")


def attend(  # noqa: PLR0913, PLR0917  two more than scaled_dot_product_attention takes
    queries: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    mask: torch.Tensor,
    scaling: float,
    common: int = 0,
    kernel: Kernel | None = KERNEL,
) -> torch.Tensor:
    """Attend, all (sequence, head, token, width), with the first `common` keys and values the same in all sequences.

    Several heads of `queries` may share one of `keys`. `mask` (sequence, 1, token, key) is true for what is seen.
    Without a kernel the result is the same, and what is common is read for each sequence.
    """
    if kernel is None:
        common = 0
    rows, heads, tokens, width = queries.shape
    shared_by = heads // keys.shape[1]
    folded = queries.reshape(rows, keys.shape[1], shared_by * tokens, width)
    seen = torch.zeros(mask[..., common:].shape, dtype=queries.dtype).masked_fill_(~mask[..., common:], float("-inf"))
    seen = seen.repeat(1, 1, shared_by, 1)
    if kernel is None:
        alone = scaled_dot_product_attention(folded, keys, values, attn_mask=seen, scale=scaling)
        return alone.reshape(rows, heads, tokens, -1)
    out, weight = kernel(folded, keys[:, :, common:], values[:, :, common:], 0.0, attn_mask=seen, scale=scaling)
    if common:
        all_rows = folded.transpose(0, 1).reshape(1, keys.shape[1], -1, width)
        start, more = kernel(all_rows, keys[:1, :, :common], values[:1, :, :common], 0.0, scale=scaling)
        start, more = (
            one.reshape(keys.shape[1], rows, shared_by * tokens, -1).transpose(0, 1) for one in (start, more[..., None])
        )
        out = torch.lerp(out, start, (more - weight[..., None]).sigmoid().to(out.dtype))
    return out.reshape(rows, heads, tokens, -1)


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
        forward = transformers.AttentionInterface()["sdpa"]
        plain: tuple[torch.Tensor, None] = forward(module, query, key, value, attention_mask, scaling=scaling, **kwargs)
        return plain
    return attend(query, key, value, attention_mask, scaling, shared_start).transpose(1, 2).contiguous(), None
