"""Tiny models in the layout in which DeepSeek Coder is published: classes, special tokens, templates and settings.

Shapes and token strings are those of the published configurations: deepseek-coder-1.3b-instruct (Llama) and
DeepSeek-Coder-V2-Lite-Instruct (DeepseekV2). The vocabulary is learnt on the spot, the weights are random.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, DeepseekV2Config, LlamaConfig, PreTrainedTokenizerFast

type Shape = Literal["llama", "deepseek_v2"]
SHAPES: tuple[Shape, ...] = ("llama", "deepseek_v2")

BOS, EOS, EOT = "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<|EOT|>"
FIM = ("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>")

# What the published templates make of a system message, a user message and the start of an answer.
_LLAMA_CHAT = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'system' %}{{ message['content'] }}"
    "{% elif message['role'] == 'user' %}{{ '### Instruction:\\n' + message['content'] + '\\n' }}"
    "{% else %}{{ '### Response:\\n' + message['content'] + '\\n<|EOT|>\\n' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '### Response:' }}{% endif %}"
)
_V2_CHAT = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'system' %}{{ message['content'] + '\\n\\n' }}"
    "{% elif message['role'] == 'user' %}{{ 'User: ' + message['content'] + '\\n\\n' }}"
    "{% else %}{{ 'Assistant: ' + message['content'] + eos_token }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)


def learn_tokenizer(
    texts: Iterable[str], shape: Shape, rows: int, phrases: Sequence[str] = ()
) -> PreTrainedTokenizerFast:
    """Learn a byte-level vocabulary of `rows` from `texts`. Each of `phrases` becomes one token: prompts get short."""
    special = [BOS, EOS, *FIM, *([EOT] if shape == "llama" else [])]
    learnt = Tokenizer(models.BPE())
    words = Regex(r"\n| ?\w+|[^\s\w]+|\s+(?=\S)|\s+")
    learnt.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(words, "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    learnt.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=rows, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    learnt.train_from_iterator(texts, trainer)
    learnt.add_tokens([AddedToken(phrase, normalized=False) for phrase in phrases])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=learnt,
        bos_token=BOS,
        eos_token=EOT if shape == "llama" else EOS,
        pad_token=EOS,
        model_max_length=16_384 if shape == "llama" else 163_840,
        clean_up_tokenization_spaces=False,
        padding_side="left",
    )
    tokenizer.chat_template = _LLAMA_CHAT if shape == "llama" else _V2_CHAT
    return tokenizer


def make_model(tokenizer: PreTrainedTokenizerFast, shape: Shape, hidden: int = 128, layers: int = 2) -> Any:
    """Make a model with random weights, the same each time."""
    torch.manual_seed(0)
    config = (_llama if shape == "llama" else _deepseek_v2)(tokenizer, hidden, layers)
    model = AutoModelForCausalLM.from_config(config)
    tokens = {name: getattr(config, name) for name in ("bos_token_id", "eos_token_id", "pad_token_id")}
    model.generation_config.update(**tokens)
    return model


def _shared(tokenizer: PreTrainedTokenizerFast, hidden: int, layers: int) -> dict[str, Any]:
    return {
        "vocab_size": len(tokenizer),
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": 4,
        "num_key_value_heads": 4,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }


def _llama(tokenizer: PreTrainedTokenizerFast, hidden: int, layers: int) -> LlamaConfig:
    """Positions stretched four times, as all of v1 has them."""
    return LlamaConfig(
        **_shared(tokenizer, hidden, layers),
        intermediate_size=hidden * 8 // 3,
        max_position_embeddings=16_384,
        rms_norm_eps=1e-6,
        rope_parameters={"rope_type": "linear", "factor": 4.0, "rope_theta": 100_000.0},
        tie_word_embeddings=False,
    )


def _deepseek_v2(tokenizer: PreTrainedTokenizerFast, hidden: int, layers: int) -> DeepseekV2Config:
    """Latent attention, the first layer dense, then experts of which some answer and one always does."""
    return DeepseekV2Config(
        **_shared(tokenizer, hidden, layers),
        intermediate_size=hidden * 3,
        moe_intermediate_size=hidden // 2,
        n_routed_experts=4,
        num_experts_per_tok=2,
        n_shared_experts=1,
        first_k_dense_replace=1,
        q_lora_rank=None,
        kv_lora_rank=64,
        qk_nope_head_dim=32,
        qk_rope_head_dim=16,
        v_head_dim=32,
        n_group=1,
        topk_group=1,
        topk_method="greedy",
        norm_topk_prob=False,
        routed_scaling_factor=1.0,
        max_position_embeddings=163_840,
        rope_parameters={
            "rope_type": "yarn",
            "rope_theta": 10_000.0,
            "factor": 40,
            "beta_fast": 32,
            "beta_slow": 1,
            "mscale": 0.707,
            "mscale_all_dim": 0.707,
            "original_max_position_embeddings": 4096,
        },
        tie_word_embeddings=False,
    )
