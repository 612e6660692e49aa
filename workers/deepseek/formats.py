"""How each family of models is asked: for an answer in a chat, and for what belongs into a hole in code.

The formats are those of the models' cards. Only control tokens are set by id; our words and the content are
encoded as text between them, so that the ids are those of the model's own template for all but hostile content.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from jinja2.exceptions import TemplateError

from reviewbot.errors import ConfigError
from workers.deepseek.tokens import Codec

_DEEPSEEK_BOS, _DEEPSEEK_EOS = "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"
_DEEPSEEK_HOLE = ("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>")


# Private-use characters: no template has them, and they are gone before anything is encoded.
_SYSTEM, _USER = "\ue000system\ue001", "\ue000user\ue001"


class Chat:
    """A chat template, taken apart into control tokens and text, with two places for content."""

    def __init__(self, codec: Codec, template: str) -> None:
        self._codec = codec
        self.parts = codec.split(template)

    def encode(self, system: str, user: str) -> list[int]:
        """Return the ids of a prompt: its text is encoded in one with the content, between control tokens.

        Raises:
            ValueError: as `Codec.encode`.
        """
        ids: list[int] = []
        for part in self.parts:
            ids += [part] if isinstance(part, int) else self._codec.encode(_filled(part, system, user))
        return ids


def _filled(part: str, system: str, user: str) -> str:
    # Cut at the second place first: what is put in is never looked at for places.
    before, place, after = part.partition(_USER)
    return before.replace(_SYSTEM, system.strip()) + (user.strip() if place else "") + after


@dataclass(frozen=True, slots=True)
class Family:
    """The formats of one family.

    `lead` are the control tokens that a prompt starts with, `chat` the text with its two places. `ends` are the
    control tokens that end an answer; `turns` are starts of lines that begin the other side's turn. `hole` are the
    tokens before the prefix, between prefix and suffix, and after the suffix.
    """

    name: str
    lead: tuple[str, ...]
    chat: str
    ends: tuple[str, ...]
    turns: tuple[str, ...]
    hole: tuple[str, str, str]
    hole_ends: tuple[str, ...]

    def template(self) -> str:
        """Return the whole template, with its control tokens written out."""
        return "".join(self.lead) + self.chat.format(system=_SYSTEM, user=_USER)

    def infill(self, codec: Codec, prefix: Sequence[int], suffix: Sequence[int]) -> list[int]:
        """Return the ids of a prompt for what belongs between `prefix` and `suffix`."""
        before, between, after = (codec.token(token) for token in self.hole)
        lead = [codec.token(token) for token in self.lead if self.name != "starcoder2"]
        return [*lead, before, *prefix, between, *suffix, after]


V1 = Family(
    # https://github.com/deepseek-ai/DeepSeek-Coder#chat-model-inference. Without a system message of ours the model's
    # template puts in one that tells it to refuse questions of security.
    "deepseek-coder-v1",
    (_DEEPSEEK_BOS,),
    "{system}\n### Instruction:\n{user}\n### Response:",
    ("<|EOT|>", _DEEPSEEK_EOS),
    ("### Instruction:", "### Response:"),
    _DEEPSEEK_HOLE,
    ("<|EOT|>", _DEEPSEEK_EOS),
)
V2 = Family(
    # https://github.com/deepseek-ai/DeepSeek-Coder-V2#chat-completion: a space after the last colon spoils the answer.
    "deepseek-coder-v2",
    (_DEEPSEEK_BOS,),
    "{system}\n\nUser: {user}\n\nAssistant:",
    (_DEEPSEEK_EOS,),
    ("User:", "Assistant:"),
    _DEEPSEEK_HOLE,
    (_DEEPSEEK_EOS,),
)
CODELLAMA = Family(
    # https://huggingface.co/docs/transformers/model_doc/code_llama
    "codellama",
    ("<s>",),
    "[INST] <<SYS>>\n{system}\n<</SYS>>\n\n{user} [/INST]",
    ("</s>",),
    ("[INST]",),
    ("▁<PRE>", "▁<SUF>", "▁<MID>"),
    ("</s>", "▁<EOT>"),
)
STARCODER2 = Family(
    # https://huggingface.co/bigcode/starcoder2-15b-instruct-v0.1: it knows no system message; ours joins the request.
    "starcoder2",
    ("<|endoftext|>",),
    "You are an exceptionally intelligent coding assistant that consistently delivers accurate and reliable responses "
    "to user instructions.\n\n### Instruction\n{system}\n\n{user}\n\n### Response\n",
    ("<|endoftext|>",),
    ("### Instruction", "### Response"),
    ("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),
    ("<|endoftext|>", "<file_sep>"),
)


def own_templates(tokenizer: Any) -> tuple[str, ...]:
    """Return what the chat template that a model comes with makes of a system message and a request.

    The likeliest comes first. The message may end with a line end or not, or have to be part of the request.
    """
    if not tokenizer.chat_template:
        return ()
    user = {"role": "user", "content": _USER}
    tried = [
        [{"role": "system", "content": _SYSTEM}, user],
        [{"role": "system", "content": f"{_SYSTEM}\n"}, user],
        [{"role": "user", "content": f"{_SYSTEM}\n\n{_USER}"}],
    ]
    found = []
    for messages in tried:
        try:
            text: str = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        except TemplateError:  # so templates refuse a system message
            continue
        if text.count(_SYSTEM) == text.count(_USER) == 1 and text.index(_SYSTEM) < text.index(_USER):
            found.append(text)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Format:
    """How one loaded model is asked. `chat` is None for a base model, `holes` for one that fills none."""

    name: str
    chat: Chat | None
    ends: frozenset[int]
    turns: tuple[str, ...]
    holes: Family | None
    hole_ends: frozenset[int]


def recognise(model_type: str, codec: Codec) -> Family | None:
    """Return the family of a model by its configuration's type and its tokenizer's control tokens."""
    if model_type == "deepseek_v2" and codec.known(_DEEPSEEK_HOLE):
        return V2
    if model_type == "llama" and codec.known(_DEEPSEEK_HOLE) and codec.known(["<|EOT|>"]):
        return V1
    if model_type == "llama" and codec.known(["▁<PRE>"]):
        return CODELLAMA
    if model_type == "starcoder2" and codec.known(["<fim_prefix>"]):
        return STARCODER2
    return None


def format_of(model_type: str, tokenizer: Any, codec: Codec, eos: Sequence[int]) -> Format:
    """Return the format of a model: its family's, unless it comes with a template that says otherwise.

    `eos` are the ids that its own configuration ends answers with.

    Raises:
        ConfigError: the family is unknown and there is no chat template, or it cannot be filled in.
    """
    family, own = recognise(model_type, codec), own_templates(tokenizer)
    if tokenizer.chat_template and not own:
        raise ConfigError(
            "The model's chat template takes neither a system message nor a request. "
            "Use a model that was tuned to follow instructions."
        )
    ends = frozenset(eos) | ({codec.eos} if codec.eos is not None else frozenset())
    if family is None:
        if not own:
            raise ConfigError(
                "The model's family is unknown and it has no chat template. Use one tuned to instructions."
            )
        return Format("its own chat template", Chat(codec, own[0]), ends, (), None, frozenset())
    ends |= codec.known(family.ends)
    holes = family if len(codec.known(family.hole)) == len(family.hole) else None
    found = Format(family.name, None, ends, family.turns, holes, codec.known(family.hole_ends))
    if not own:  # a base model
        return found
    chat = Chat(codec, family.template())
    if any(Chat(codec, template).parts == chat.parts for template in own):
        return replace(found, chat=chat)
    return replace(found, name=f"{family.name}, its own chat template", chat=Chat(codec, own[0]), turns=())
