from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import pre_tokenizers
from transformers import PreTrainedTokenizerBase

from reviewbot.errors import ConfigError
from tests.model.architectures import ARCHITECTURES, EOT, FIM_BEGIN, FIM_END, FIM_HOLE
from workers.deepseek.formats import CODELLAMA, V1, Format, format_of
from workers.deepseek.tokens import PROBE, Codec, Text

TYPES = {
    "v1": "llama",
    "v1-mqa": "llama",
    "v2": "deepseek_v2",
    "codellama": "llama",
    "starcoder2": "starcoder2",
    "chatml": "llama",
}
TOKENIZERS = {name: architecture.tokenizer() for name, architecture in ARCHITECTURES.items()}
CODECS = {name: Codec(tokenizer) for name, tokenizer in TOKENIZERS.items()}
NAMES = sorted(ARCHITECTURES)


def known(name: str) -> Format:
    return format_of(TYPES[name], TOKENIZERS[name], CODECS[name], [TOKENIZERS[name].eos_token_id])


def asked(name: str) -> str:
    chat = known(name).chat
    assert chat is not None
    return CODECS[name].decode(chat.encode("s", "u"))


def template_ids(name: str, system: str, user: str) -> list[int]:
    tokenizer: PreTrainedTokenizerBase = TOKENIZERS[name]
    messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    if name == "starcoder2":  # its template refuses system messages
        messages = [{"role": "user", "content": f"{system}\n\n{user}"}]
    if name == "v1":  # its template puts nothing between the two
        messages[0]["content"] += "\n"
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False)
    return ids


@pytest.mark.parametrize("name", ["v1", "v2", "codellama", "starcoder2", "chatml"])
def test_an_ordinary_request_has_the_ids_of_the_models_own_template(name: str) -> None:
    system, user = "You remove a weakness.", "BEGIN flagged\n\tx = f'{y}'  # é {0} {user}\nEND flagged"
    chat = known(name).chat
    assert chat is not None
    assert chat.encode(system, user) == template_ids(name, system, user)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("v1", "deepseek-coder-v1"),
        ("v1-mqa", "deepseek-coder-v1"),
        ("v2", "deepseek-coder-v2"),
        ("codellama", "codellama"),
        ("starcoder2", "starcoder2"),
        ("chatml", "its own chat template"),
    ],
)
def test_a_family_is_recognised_by_its_files(name: str, said: str) -> None:
    assert known(name).name == said


def test_nothing_stands_after_the_last_colon_where_a_space_would_spoil_the_answer() -> None:
    assert asked("v2") == "s\n\nUser: u\n\nAssistant:"


def test_version_1_never_gets_the_system_message_that_refuses_questions_of_security() -> None:
    assert asked("v1") == "s\n### Instruction:\nu\n### Response:"


@pytest.mark.parametrize("name", NAMES)
def test_every_control_token_in_a_reviewed_file_stays_text(name: str) -> None:
    codec, tokenizer, known_format = CODECS[name], TOKENIZERS[name], known(name)
    added = {token.content for token in tokenizer.added_tokens_decoder.values()}
    assert added
    control = {tokenizer.convert_tokens_to_ids(text) for text in added}
    for text in sorted(added):
        hostile = f"x = 1\n{text}\n # {text}{text} y{text}"
        assert control.isdisjoint(codec.encode(hostile))
        assert control.isdisjoint(codec.encode_after(text))
        assert text.lstrip("▁") in codec.decode(codec.encode(hostile))
        chat = known_format.chat
        assert chat is not None
        benign, spoilt = (chat.encode("s", user) for user in ("u", hostile))
        assert [one for one in benign if one in control] == [one for one in spoilt if one in control]
    hostile = "".join(sorted(added))
    if known_format.holes:
        ids = known_format.holes.infill(codec, codec.encode(hostile), codec.encode_after(hostile))
        assert len([one for one in ids if one in control]) == 3 + (name != "starcoder2")


@given(
    text=st.lists(
        st.one_of(
            st.text(max_size=8),
            st.sampled_from([EOT, FIM_BEGIN, FIM_HOLE, FIM_END, "<|im_end|>", "▁<PRE>", "<fim_prefix>", "</s>", "<"]),
        ),
        max_size=8,
    ).map("".join),
)
def test_no_text_at_all_becomes_a_control_token(text: str) -> None:
    for codec in CODECS.values():
        assert codec.control.isdisjoint(codec.encode(text))
        codec.encode_after(text)


@pytest.mark.parametrize("name", NAMES)
def test_white_space_and_every_character_come_back(name: str) -> None:
    CODECS[name].check()
    text = "\t\tif x:\r\n\r\n    y = 1  \n\n\n  # 漢\x00\u200b\ufeff"
    assert CODECS[name].decode(CODECS[name].encode(text)) == text


def test_half_of_a_surrogate_pair_is_replaced() -> None:
    assert CODECS["v1"].decode(CODECS["v1"].encode("a\ud800b")) == "a?b"


@pytest.mark.parametrize("name", NAMES)
def test_text_that_grows_token_by_token_is_the_text_of_all(name: str) -> None:
    codec = CODECS[name]
    ids = codec.encode(PROBE)
    text = Text(codec)
    steps = [text.add(token) for token in ids]
    assert steps[-1] == PROBE
    assert all(PROBE.startswith(step) for step in steps)


def test_a_hole_is_filled_in_prefix_suffix_order() -> None:
    codec = CODECS["v1"]
    ids = V1.infill(codec, codec.encode("a = "), codec.encode_after("\nb"))
    tokens = [TOKENIZERS["v1"].convert_ids_to_tokens(one) for one in ids]
    assert [token for token in tokens if "fim" in token] == [FIM_BEGIN, FIM_HOLE, FIM_END]
    assert tokens[-1] == FIM_END
    assert codec.decode(ids) == "a = \nb"


def test_a_suffix_gets_no_mark_of_a_new_word() -> None:
    codec = CODECS["codellama"]
    assert codec.encode("x")[0] != codec.encode_after("x")[0]
    assert codec.decode([*codec.encode("a ="), *codec.encode_after(" 1")]) == "a = 1"
    assert CODECS["codellama"].token(CODELLAMA.hole[0]) in CODECS["codellama"].control


@pytest.mark.parametrize("name", ["v1", "v2", "codellama", "starcoder2"])
def test_answers_end_at_the_tokens_of_the_family_whatever_their_numbers_are(name: str) -> None:
    ends = {TOKENIZERS[name].convert_ids_to_tokens(one) for one in known(name).ends}
    expected: dict[str, set[str]] = {
        "v1": {EOT, "<｜end▁of▁sentence｜>"},
        "v2": {"<｜end▁of▁sentence｜>"},
        "codellama": {"</s>"},
        "starcoder2": {"<|endoftext|>"},
    }
    assert ends == expected[name]


class Changed:
    """A tokenizer with another chat template."""

    def __init__(self, tokenizer: Any, template: str | None) -> None:
        self._tokenizer = tokenizer
        self.chat_template = template

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tokenizer, name)

    def apply_chat_template(self, messages: list[dict[str, str]], **options: Any) -> Any:
        return self._tokenizer.apply_chat_template(messages, chat_template=self.chat_template, **options)


def test_a_base_model_fills_holes_and_does_not_chat() -> None:
    found = format_of("llama", Changed(TOKENIZERS["v1"], None), CODECS["v1"], [])
    assert found.chat is None
    assert found.holes is V1


def test_a_model_that_was_tuned_to_another_template_is_asked_by_that() -> None:
    template = "{{ bos_token }}{% for m in messages %}<|User|>{{ m['content'] }}{% endfor %}<|Assistant|>"
    found = format_of("llama", Changed(TOKENIZERS["v1"], template), CODECS["v1"], [])
    assert found.chat is not None
    ids = found.chat.encode("s", "u <|User|>")
    assert ids.count(TOKENIZERS["v1"].convert_tokens_to_ids("<|User|>")) == 2
    assert found.name == "deepseek-coder-v1, its own chat template"


@pytest.mark.parametrize("template", [None, "{{ bos_token }}nothing of what was said"])
def test_an_unknown_model_that_cannot_be_asked_is_refused(template: str | None) -> None:
    with pytest.raises(ConfigError, match=r"chat template"):
        format_of("other", Changed(TOKENIZERS["chatml"], template), CODECS["chatml"], [])


def test_a_tokenizer_that_loses_white_space_is_refused() -> None:
    tokenizer = ARCHITECTURES["v1"].tokenizer()
    split = pre_tokenizers.Split(" ", "removed")
    level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, level])
    with pytest.raises(ConfigError, match="white space"):
        Codec(tokenizer).check()
