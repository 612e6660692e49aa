"""Models with random weights whose work is real and whose answers are set, to measure generation with any shape.

Every token belongs to one request, by its number: `token // VOCABULARY`. So a pass over any mixture of requests knows
which answer each of its rows is to give, and answers are as long and as alike to the code as real ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import nn
from transformers import AutoModelForCausalLM, DeepseekV2Config, LlamaConfig, PreTrainedTokenizerFast

from benchmarks.measure import candidate
from workers.deepseek.formats import Format
from workers.deepseek.latent import absorb
from workers.deepseek.loading import Model
from workers.deepseek.starts import share_starts
from workers.deepseek.tokens import Codec

VOCABULARY = 490
"""Tokens of the text; the rest of a model's rows are the same tokens in other requests: 64 fit in 32,256 rows."""

END = 0
"""The token that ends an answer, in each request its own."""

_DIGIT = 64
_LLAMA_ROPE = {"rope_type": "linear", "factor": 4.0, "rope_theta": 100000.0}
_V2_ROPE = {
    "rope_type": "yarn",
    "rope_theta": 10000.0,
    "factor": 40,
    "beta_fast": 32,
    "beta_slow": 1,
    "mscale": 0.707,
    "mscale_all_dim": 0.707,
    "original_max_position_embeddings": 4096,
}


def _llama(hidden: int, inner: int, layers: int, heads: int, *, tie: bool = False) -> LlamaConfig:
    return LlamaConfig(
        vocab_size=32256,
        hidden_size=hidden,
        intermediate_size=inner,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
        max_position_embeddings=16384,
        rope_parameters=_LLAMA_ROPE,
        tie_word_embeddings=tie,
    )


def _v2(rows: int, hidden: int, layers: int, **changes: Any) -> DeepseekV2Config:
    shape = {
        "num_attention_heads": 16,
        "num_key_value_heads": 16,
        "n_routed_experts": 64,
        "num_experts_per_tok": 6,
        "n_shared_experts": 2,
        "kv_lora_rank": 512,
        "qk_nope_head_dim": 128,
        "qk_rope_head_dim": 64,
        "v_head_dim": 128,
    }
    return DeepseekV2Config(
        vocab_size=rows,
        hidden_size=hidden,
        num_hidden_layers=layers,
        first_k_dense_replace=1,
        q_lora_rank=None,
        n_group=1,
        topk_group=1,
        topk_method="greedy",
        norm_topk_prob=False,
        routed_scaling_factor=1.0,
        max_position_embeddings=163840,
        rope_parameters=_V2_ROPE,
        **(shape | changes),
    )


SHAPES = {
    # to try the benchmark itself
    "llama-tiny": lambda: _llama(64, 128, 2, 4),
    "v2-tiny": lambda: _v2(
        32256,
        64,
        3,
        intermediate_size=128,
        moe_intermediate_size=32,
        num_attention_heads=4,
        num_key_value_heads=4,
        n_routed_experts=8,
        kv_lora_rank=32,
        qk_nope_head_dim=16,
        qk_rope_head_dim=8,
        v_head_dim=16,
    ),
    # about 70 million parameters each, for a CPU
    "llama-70m": lambda: _llama(640, 1728, 10, 10, tie=True),
    "v2-70m": lambda: _v2(
        32256,
        512,
        8,
        intermediate_size=1536,
        moe_intermediate_size=192,
        num_attention_heads=8,
        num_key_value_heads=8,
        n_routed_experts=16,
        num_experts_per_tok=4,
        n_shared_experts=1,
        kv_lora_rank=128,
        qk_nope_head_dim=64,
        qk_rope_head_dim=32,
        v_head_dim=64,
        tie_word_embeddings=True,
    ),
    # as published: https://github.com/deepseek-ai/DeepSeek-Coder, https://github.com/deepseek-ai/DeepSeek-Coder-V2
    "1.3b": lambda: _llama(2048, 5504, 24, 16),
    "6.7b": lambda: _llama(4096, 11008, 32, 32),
    "v2-lite": lambda: _v2(102400, 2048, 27, intermediate_size=10944, moe_intermediate_size=1408),
}


class _Head(nn.Module):  # type: ignore[misc]  # torch is not there when types are checked
    """The model's head, at its full cost, overruled by the token that the hidden state carries."""

    def __init__(self, head: nn.Linear) -> None:
        super().__init__()
        self.inner = head

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Return logits."""
        digits = hidden[..., :3].round().long()
        token = (digits[..., 0] * _DIGIT + digits[..., 1]) * _DIGIT + digits[..., 2]
        return self.inner(hidden).mul_(1e-4).scatter_(-1, token[..., None], 50.0)


@dataclass(frozen=True, slots=True)
class Task:
    """One request: what it starts with like all others, what is its own, the code it edits, and its answer."""

    prefix: tuple[int, ...]
    own: tuple[int, ...]
    anchor: tuple[int, ...]
    answer: tuple[int, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """Return the whole prompt."""
        return self.prefix + self.own


def build(name: str, device: str, dtype: torch.dtype) -> Model:
    """Return a model of a shape, with random weights."""
    config = SHAPES[name]()
    torch.manual_seed(0)
    with torch.device(device):
        network = AutoModelForCausalLM.from_config(config, dtype=dtype, attn_implementation="sdpa").eval()
    network.requires_grad_(requires_grad=False).to(device)
    network.lm_head = _Head(network.lm_head)
    absorb(network)
    share_starts(network)
    codec = Codec(PreTrainedTokenizerFast(tokenizer_object=_tokenizer()))
    return Model(network, codec, Format("scripted", None, frozenset(), (), None, frozenset()), name, 16384, None)


def _tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=["<end>"], show_progress=False)
    tokenizer.train_from_iterator([candidate(number).text for number in range(5)], trainer)
    return tokenizer


def tasks_of(codec: Codec, count: int, shared: int, own: int, *, mixed: bool = False) -> list[Task]:
    """Return requests to change a line or two, each with `shared` tokens of its file, and `own` of its own.

    With `mixed` they change 1 to 16 lines, and have a quarter of `own` to twice of it.
    """
    text = "".join(candidate(number).text for number in range(40))
    lines = text.splitlines(keepends=True)
    file = codec.encode(text)
    tasks = []
    for number in range(count):
        line = 13 + 7 * number
        flagged = "".join(lines[line : line + (1 << number % 5 if mixed else 2)])
        changed = flagged.replace('"', "'", 1).replace("row", "record", 1).rstrip("\n") + "  # checked\n"
        shift = (number + 1) * VOCABULARY

        def owned(ids: Sequence[int], shift: int = shift) -> tuple[int, ...]:
            return tuple(token + shift for token in ids)

        start = shared + 3 * number
        length = own * (1, 4, 2, 8)[number % 4] // 4 if mixed else own
        context = file[start : start + length] + codec.encode(f"\n```python\n{flagged}```\n")
        answer = [*codec.encode(f"\n```python\n{changed}```\n"), END]
        anchor = codec.encode(f"\n{flagged}```\n")
        tasks.append(Task(tuple(file[:shared]), owned(context), owned(anchor), owned(answer)))
    return tasks


def script(model: Model, tasks: Sequence[Task]) -> None:
    """Let the model give the tasks' answers, whoever asks."""
    length = max(len(task.ids) + len(task.answer) for task in tasks) + 64
    table = torch.zeros(len(tasks) + 1, length, dtype=torch.long, device=model.device)
    for number, task in enumerate(tasks, start=1):
        whole = torch.tensor([*task.ids, *task.answer])
        table[number, : len(whole)] = whole.to(model.device)
    base = model.network.base_model
    inner = type(base).forward

    def forward(input_ids: torch.Tensor, position_ids: torch.Tensor | None = None, **options: Any) -> Any:
        if position_ids is None:
            seen = options["past_key_values"].get_seq_length()
            position_ids = torch.arange(seen, seen + input_ids.shape[1], device=input_ids.device)[None]
        out = inner(base, input_ids=input_ids, position_ids=position_ids, **options)
        request = (input_ids // VOCABULARY).clamp(max=len(tasks))
        token = table[request, (position_ids + 1).clamp(0, length - 1)]
        digits = torch.stack((token // _DIGIT**2, token // _DIGIT % _DIGIT, token % _DIGIT), dim=-1)
        hidden = out.last_hidden_state.clone()
        hidden[..., :3] = digits.to(hidden.dtype)
        out.last_hidden_state = hidden
        return out

    base.forward = forward
