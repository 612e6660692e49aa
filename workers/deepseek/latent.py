"""Attention of DeepSeek V2 in the space of its latents.

transformers expands every latent in the cache to keys and values of all heads, at every step. Multiplying the
queries and the result by the expanding matrix instead is the same mathematics and needs no expansion:
https://arxiv.org/abs/2405.04434, section 2.1.2. It is used where it costs less: for a few new tokens.
"""

from types import MethodType
from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers.models.deepseek_v2.modeling_deepseek_v2 import DeepseekV2Attention, apply_rotary_emb

from workers.deepseek.slots import SlotCache
from workers.deepseek.starts import attend


def absorb(network: Any) -> None:
    """Let the attention layers of a DeepSeek V2 model do so, when they work on a `SlotCache`. Others stay."""
    for module in network.modules():
        if isinstance(module, DeepseekV2Attention):
            module.forward = MethodType(_forward, module)


def most_queries(attention: Any) -> int:
    """Return for how many new tokens of a sequence the latents cost no more than expanding them."""
    expanded = attention.qk_nope_head_dim + attention.v_head_dim
    extra = 2 * attention.kv_lora_rank - expanded
    return attention.kv_lora_rank * expanded // extra if extra > 0 else 1 << 30


def _forward(  # the arguments are those of transformers
    self: Any,
    hidden_states: torch.Tensor,
    attention_mask: torch.Tensor | None = None,
    past_key_values: Any = None,
    position_embeddings: Any = None,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    rows, tokens = hidden_states.shape[:2]
    # An adapter on the expanding matrix is not part of its `weight`.
    bare = type(self.kv_b_proj) is torch.nn.Linear
    if not bare or not isinstance(past_key_values, SlotCache) or tokens > most_queries(self):
        plain: tuple[torch.Tensor, None] = DeepseekV2Attention.forward(
            self,
            hidden_states,
            attention_mask=attention_mask,
            past_key_values=past_key_values,
            position_embeddings=position_embeddings,
            **kwargs,
        )
        return plain
    queries, rotated = _queries(self, hidden_states)
    latent, key = self.kv_a_proj_with_mqa(hidden_states).split([self.kv_lora_rank, self.qk_rope_head_dim], dim=-1)
    latent = self.kv_a_layernorm(latent).view(rows, 1, tokens, self.kv_lora_rank)
    key = key.reshape(rows, 1, tokens, self.qk_rope_head_dim)
    rotated, key = apply_rotary_emb(rotated, key, position_embeddings.to(hidden_states.device))
    latent, key = past_key_values.update(latent, key, self.layer_idx)
    weight = self.kv_b_proj.weight.view(-1, self.qk_nope_head_dim + self.v_head_dim, self.kv_lora_rank)
    to_keys, to_values = weight.split([self.qk_nope_head_dim, self.v_head_dim], dim=1)
    absorbed = torch.cat((queries @ to_keys, rotated), dim=-1)
    seen = _attend(absorbed, latent, key, attention_mask, self.scaling, past_key_values.common)
    out = (seen @ to_values.transpose(1, 2)).transpose(1, 2).reshape(rows, tokens, -1)
    return self.o_proj(out), None


def _queries(attention: Any, hidden: torch.Tensor) -> tuple[torch.Tensor, ...]:
    if attention.q_lora_rank is None:
        queries = attention.q_proj(hidden)
    else:
        queries = attention.q_b_proj(attention.q_a_layernorm(attention.q_a_proj(hidden)))
    queries = queries.view(*hidden.shape[:2], -1, attention.qk_head_dim).transpose(1, 2)
    parts: tuple[torch.Tensor, ...] = queries.split([attention.qk_nope_head_dim, attention.qk_rope_head_dim], dim=-1)
    return parts


def _attend(  # noqa: PLR0913, PLR0917  one more than scaled_dot_product_attention has
    queries: torch.Tensor,
    latent: torch.Tensor,
    key: torch.Tensor,
    mask: torch.Tensor | None,
    scaling: float,
    common: int,
) -> torch.Tensor:
    """Attend with all heads to the one key and value that they share: the latent, and the key's rotated part."""
    if queries.device.type == "cpu" and mask is not None:
        # The kernel wants keys and values of one width, so the rotated part is in both, and dropped from the result.
        both = torch.cat((latent, key), dim=-1)
        return attend(queries, both, both, mask, scaling, common)[..., : latent.shape[-1]]
    heads = queries.shape[1]
    keys = torch.cat((latent, key), dim=-1).expand(-1, heads, -1, -1)
    return scaled_dot_product_attention(queries, keys, latent.expand(-1, heads, -1, -1), attn_mask=mask, scale=scaling)
