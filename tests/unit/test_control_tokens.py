import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.control_tokens import GAP, holds_control_token, neutralised, restored
from reviewbot.prompt import REVIEW_SYSTEM, SYSTEM

TOKENS = [
    "<|EOT|>",
    "<｜begin▁of▁sentence｜>",  # noqa: RUF001  as it stands in DeepSeek's tokenizers
    "<｜fim▁hole｜>",  # noqa: RUF001  as above
    "<|im_start|>",
    "<|eot_id|>",
    "<|fim_prefix|>",
    "<|endoftext|>",
    "<fim_prefix>",
    "<fim_middle>",
    "<file_sep>",
    "<repo_name>",
    "<reponame>",
    "<start_of_turn>",
    "<s>",
    "</s>",
    "<unk>",
    "<PRE>",
    "<EOT>",
    "[INST]",
    "[/INST]",
    "[SUFFIX]",
    "<<SYS>>",
    "<</SYS>>",
    "### Instruction:",
    "### Response:",
    "@@ Instruction",
    "User:",
    "Assistant:",
]
PIECES = st.lists(st.sampled_from([*TOKENS, GAP, "<", "|", ">", "[", "]", "\n", "a", "#", "/"]) | st.text(max_size=2))


@pytest.mark.parametrize("token", TOKENS)
def test_no_known_control_token_survives(token: str) -> None:
    for code in (token, f"\n{token}\n", f"x = 1\n{token}", f"{token}\n{token}"):
        assert holds_control_token(code)
        assert token not in neutralised(code)
        assert restored(neutralised(code)) == code


@given(PIECES)
def test_neutralising_loses_nothing_and_leaves_nothing(pieces: list[str]) -> None:
    code = "".join(pieces)
    changed = neutralised(code)
    assert restored(changed) == code
    assert not holds_control_token(changed)
    assert changed.replace(GAP, "") == code.replace(GAP, "")


def test_a_token_within_another_is_neutralised_too() -> None:
    assert neutralised("<|a[INST]b|>") == f"<{GAP}|a[{GAP}INST]b|>"
    assert restored(neutralised(f"<{GAP}|EOT|>")) == f"<{GAP}|EOT|>"


@pytest.mark.parametrize(
    "code",
    [
        "a < b | c > d",
        "x[INSTALL]",
        "# Instruction",
        "List<string>",
        "<script>",
        "user: User",
        "a[i] |= b",
        "### Notes:",
    ],
)
def test_ordinary_code_stays_as_it_is(code: str) -> None:
    assert neutralised(code) == code


def test_what_we_say_ourselves_holds_no_control_token() -> None:
    for text in (SYSTEM, REVIEW_SYSTEM):
        assert not holds_control_token(text)
        assert not re.search(r"[^\x20-\x7e\n]", text)
