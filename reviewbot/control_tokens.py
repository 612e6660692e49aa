"""Text that chat templates and tokenizers of code models take for control, when it stands in code under review.

An engine that encodes the parts of a prompt by itself, with special tokens split, needs none of this. A server that
is sent text applies its template to it, and `<|EOT|>` in a file would end the conversation there.
"""

import re

GAP = "\u200b"
"""A space of no width. The gate refuses code that holds one, so an answer that repeats it is never posted."""

_TOKENS = (
    # DeepSeek (U+FF5C, U+2581), Qwen, Phi, Llama 3, StarChat: <|EOT|>, <|im_start|>, <|fim_prefix|>
    r"<(?=[|\uff5c][^\s<>|\uff5c]{1,60}[|\uff5c]>)",
    # StarCoder, CodeGemma, Granite: <fim_prefix>, <file_sep>, <repo_name>, <start_of_turn>
    r"<(?=/?(?:fim|file|repo|commit|issue|jupyter|empty|gh|intermediate|start_of|end_of|reponame)_?\w{0,40}>)",
    # SentencePiece, the FIM tokens of CodeLlama and Codestral, turns and tools that open by a tag
    r"<(?=/?(?:s|unk|pad|bos|eos|mask|PRE|SUF|MID|EOT|think|tool_call|tool_response|system|user|assistant)>)",
    r"\[(?=(?:PREFIX|SUFFIX|MIDDLE)\])",
    # Llama 2, CodeLlama, Mistral
    r"\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|IMG)\])",
    r"<(?=</?SYS>>)",
    # Templates of words: DeepSeek Coder v1, Alpaca, StarCoder2-instruct, and at the start of a line DeepSeek V2
    r"#(?=#{1,2} ?(?:Instruction|Response|Input|System|User|Assistant)\b)",
    r"@(?=@ (?:Instruction|Response)\b)",
    r"^(?=(?:User|Assistant|System|Human):).",
)
_CONTROL = re.compile("|".join(f"(?:{token})" for token in _TOKENS), re.MULTILINE)
_GAPS = re.compile(f"{GAP}+")


def holds_control_token(text: str) -> bool:
    """Say whether a known control token stands in `text`.

    Lines that hold one are not to be asked about as text: the answer would have to repeat it.
    """
    return _CONTROL.search(text) is not None


def neutralised(text: str) -> str:
    """Return `text` in which no known control token stands: a gap follows the first character of each.

    Gaps that stood there before are doubled, so that `restored` can tell them apart.
    """
    starts = [match.end() for match in _CONTROL.finditer(text)]
    pieces = [text[start:end] for start, end in zip([0, *starts], [*starts, len(text)], strict=True)]
    return GAP.join(_GAPS.sub(lambda run: run[0] * 2, piece) for piece in pieces)


def restored(text: str) -> str:
    """Return what `neutralised` was given: a lone gap goes, of two that stand together one stays."""
    return _GAPS.sub(lambda run: GAP * (len(run[0]) // 2), text)
