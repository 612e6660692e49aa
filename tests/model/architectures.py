"""Tiny untrained models of each architecture that is read, written as the published ones are laid out.

Everything goes to disk and is read back by the product's own loader.
"""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import (
    AutoModelForCausalLM,
    DeepseekV2Config,
    LlamaConfig,
    PreTrainedTokenizerFast,
    Starcoder2Config,
)

torch.set_num_threads(1)

BOS, EOS, EOT = "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<|EOT|>"
FIM_BEGIN, FIM_HOLE, FIM_END = "<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"

CORPUS = (
    "import subprocess\nimport hashlib\n\n\ndef ping(host):\n    result = subprocess.run(['ping'], shell=True)\n",
    "def etag(payload):\n    return hashlib.md5(payload).hexdigest()\n\n\nclass Store:\n    def __init__(self):\n",
    "        self.path = path\n        query = \"SELECT * FROM users WHERE name = '%s'\" % name\n    execute(query)\n",
    "You remove one weakness from source code. Answer with the lines in one fenced block.\n```python\nx = 1\n```\n",
    "BEGIN flagged 0123456789abcdef\nEND flagged\nWrite the lines that replace the flagged ones.\n",
    "### Instruction:\nUser: Assistant: ### Response:\n[INST] <<SYS>>\n<</SYS>>\n\n[/INST]\n",
)

# The templates that the models come with, as their cards describe them.
V1_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'system' %}{{ message['content'] }}"
    "{% elif message['role'] == 'user' %}{{ '### Instruction:\\n' + message['content'] + '\\n' }}"
    "{% else %}{{ '### Response:\\n' + message['content'] + '\\n<|EOT|>\\n' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '### Response:' }}{% endif %}"
)
V2_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'user' %}{{ 'User: ' + message['content'] + '\\n\\n' }}"
    "{% elif message['role'] == 'assistant' %}{{ 'Assistant: ' + message['content'] + eos_token }}"
    "{% else %}{{ message['content'] + '\\n\\n' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)
CODELLAMA_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'system' %}{{ '[INST] <<SYS>>\\n' + message['content'] + '\\n<</SYS>>\\n\\n' }}"
    "{% elif message['role'] == 'user' %}{{ message['content'] | trim + ' [/INST]' }}{% endif %}{% endfor %}"
)
STARCODER2_TEMPLATE = (
    "{{ bos_token }}{{ 'You are an exceptionally intelligent coding assistant that consistently delivers accurate and "
    "reliable responses to user instructions.\\n\\n' }}{% for message in messages %}"
    "{% if message['role'] == 'system' %}{{ raise_exception('System messages are not allowed.') }}"
    "{% else %}{{ '### Instruction\\n' + message['content'] + '\\n\\n' }}{% endif %}{% endfor %}"
    "{{ '### Response\\n' }}"
)
CHATML_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def _byte_level(vocabulary: int, special: Sequence[str], marked: Sequence[str] = ()) -> Tokenizer:
    """Train a byte-level BPE; `special` are special tokens, `marked` are added ones that are not flagged as such."""
    tokenizer = Tokenizer(models.BPE())
    split = pre_tokenizers.Split(Regex(r"\n| ?\w+|[^\s\w]+|\s+(?=\S)|\s+"), "isolated")
    level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.Digits(individual_digits=True), level])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_special_tokens([AddedToken(text, normalized=False) for text in special])
    tokenizer.add_tokens([AddedToken(text, normalized=True) for text in marked])
    return tokenizer


def _sentence_piece(vocabulary: int) -> Tokenizer:
    """Train a BPE with a word mark and bytes to fall back to, as Llama 2's is."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    pieces = [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=["<unk>", "<s>", "</s>", *pieces], show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    state = json.loads(tokenizer.to_str())
    state["added_tokens"] = [token for token in state["added_tokens"] if token["id"] < 3]
    state["decoder"] = {
        "type": "Sequence",
        "decoders": [
            {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
            {"type": "ByteFallback"},
            {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0},
        ],
    }
    tokenizer = Tokenizer.from_str(json.dumps(state))
    marks = ["▁<PRE>", "▁<MID>", "▁<SUF>", "▁<EOT>"]
    tokenizer.add_special_tokens([AddedToken(text, normalized=False) for text in marks])
    return tokenizer


@dataclass(frozen=True)
class Architecture:
    """One of them: how its tokenizer and its configuration are made."""

    tokenizer: Callable[[], Any]
    config: Callable[[Any], Any]
    tokenizer_class: str = "LlamaTokenizerFast"


def _fast(tokenizer: Tokenizer, template: str | None, **tokens: str) -> Any:
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, clean_up_tokenization_spaces=False, **tokens)
    fast.chat_template = template
    return fast


def v1_tokenizer() -> Any:
    # The published one flags the infilling tokens as ordinary added ones.
    marked = [FIM_HOLE, FIM_BEGIN, FIM_END, "<pad>", "<|User|>", "<|Assistant|>"]
    tokenizer = _byte_level(480, [BOS, EOS, EOT], marked)
    return _fast(tokenizer, V1_TEMPLATE, bos_token=BOS, eos_token=EOT, pad_token=EOS)


def v2_tokenizer() -> Any:
    tokenizer = _byte_level(480, [BOS, EOS], [FIM_HOLE, FIM_BEGIN, FIM_END])
    return _fast(tokenizer, V2_TEMPLATE, bos_token=BOS, eos_token=EOS, pad_token=EOS)


def codellama_tokenizer() -> Any:
    return _fast(_sentence_piece(560), CODELLAMA_TEMPLATE, bos_token="<s>", eos_token="</s>", unk_token="<unk>")


def starcoder2_tokenizer() -> Any:
    marks = ["<|endoftext|>", "<fim_prefix>", "<fim_middle>", "<fim_suffix>", "<file_sep>"]
    return _fast(_byte_level(480, marks), STARCODER2_TEMPLATE, bos_token="<|endoftext|>", eos_token="<|endoftext|>")


def chatml_tokenizer() -> Any:
    marks = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    return _fast(_byte_level(480, marks), CHATML_TEMPLATE, eos_token="<|im_end|>", pad_token="<|endoftext|>")


def _ids(tokenizer: Any) -> dict[str, Any]:
    return {
        "vocab_size": len(tokenizer) + 11,  # there are more rows than tokens, as published
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
        "tie_word_embeddings": False,
        "initializer_range": 0.2,  # untrained, and yet far from ties
    }


def llama_config(tokenizer: Any, hidden: int = 64, layers: int = 2, heads: int = 4, kv_heads: int = 4) -> Any:
    return LlamaConfig(
        **_ids(tokenizer),
        hidden_size=hidden,
        intermediate_size=hidden * 2,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=kv_heads,
        max_position_embeddings=16384,
        rms_norm_eps=1e-6,
        rope_parameters={"rope_type": "linear", "factor": 4.0, "rope_theta": 100000.0},
    )


def v2_config(tokenizer: Any, hidden: int = 64, layers: int = 3, heads: int = 4) -> Any:
    return DeepseekV2Config(
        **_ids(tokenizer),
        hidden_size=hidden,
        intermediate_size=hidden * 2,
        moe_intermediate_size=hidden // 2,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
        n_routed_experts=8,
        num_experts_per_tok=3,
        n_shared_experts=1,
        first_k_dense_replace=1,
        q_lora_rank=None,
        kv_lora_rank=32,
        qk_nope_head_dim=16,
        qk_rope_head_dim=8,
        v_head_dim=16,
        n_group=1,
        topk_group=1,
        topk_method="greedy",
        norm_topk_prob=False,
        routed_scaling_factor=1.0,
        max_position_embeddings=163840,
        rope_parameters={
            "rope_type": "yarn",
            "rope_theta": 10000.0,
            "factor": 40,
            "beta_fast": 32,
            "beta_slow": 1,
            "mscale": 0.707,
            "mscale_all_dim": 0.707,
            "original_max_position_embeddings": 4096,
        },
    )


def starcoder2_config(tokenizer: Any) -> Any:
    return Starcoder2Config(
        **_ids(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=16384,
        sliding_window=48,
        residual_dropout=0.0,
        embedding_dropout=0.0,
        attention_dropout=0.0,
    )


def grouped_config(tokenizer: Any) -> Any:
    """Return Llama with fewer key heads than query heads, as 5.7bmqa and 33b have."""
    return llama_config(tokenizer, kv_heads=1)


ARCHITECTURES = {
    "v1": Architecture(v1_tokenizer, llama_config),
    "v1-mqa": Architecture(v1_tokenizer, grouped_config),
    "v2": Architecture(v2_tokenizer, v2_config),
    "codellama": Architecture(codellama_tokenizer, llama_config, "PreTrainedTokenizerFast"),
    "starcoder2": Architecture(starcoder2_tokenizer, starcoder2_config, "PreTrainedTokenizerFast"),
    "chatml": Architecture(chatml_tokenizer, llama_config, "PreTrainedTokenizerFast"),
}


def write(name: str, folder: Path, seed: int = 0) -> Path:
    """Write the model `name` into `folder`, as it would be published, and return the folder."""
    architecture = ARCHITECTURES[name]
    tokenizer = architecture.tokenizer()
    torch.manual_seed(seed)
    network = AutoModelForCausalLM.from_config(architecture.config(tokenizer))
    network.generation_config.eos_token_id = tokenizer.eos_token_id
    network.generation_config.pad_token_id = tokenizer.pad_token_id
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    path = folder / "tokenizer_config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(settings | {"tokenizer_class": architecture.tokenizer_class}), encoding="utf-8")
    return folder
