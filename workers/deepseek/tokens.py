"""Text to token ids and back. What stands in reviewed code never becomes a control token."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from tokenizers import Tokenizer

from reviewbot.errors import ConfigError

_MARK = re.compile(r"▁?(<[^<>\s]{1,64}>|\[[A-Z_]{2,32}\])")
"""How control tokens are written. Models flag some of theirs as ordinary added tokens, so the flag alone is no test:
DeepSeek Coder v1 does so with the tokens for infilling."""

PROBE = "def f(x):\n\treturn [ x,  y]\t# é 漢 \U0001f600\r\n\n    \n  z = 'a b'\n"
"""Text with every kind of white space. transformers 5.0 to 5.21 dropped all of it for some of these models:
https://github.com/huggingface/transformers/issues/46489"""


class Codec:
    """A model's tokenizer, taken apart: content and control tokens come in by different ways.

    It never changes after it is made, so that threads can share it.
    """

    def __init__(self, tokenizer: Any) -> None:
        state = json.loads(tokenizer.backend_tokenizer.to_str())
        control: dict[str, int] = {}
        for token in state["added_tokens"]:
            if token["special"] or _MARK.fullmatch(token["content"]):
                token["special"] = True
                control[token["content"]] = token["id"]
        state["truncation"] = state["padding"] = None
        self._backend = Tokenizer.from_str(json.dumps(state))
        # From here on a special token in a text is read as the characters that it is written with.
        self._backend.encode_special_tokens = True
        first = self._backend.encode("x", add_special_tokens=False).tokens
        self._marks_words = bool(first) and first[0].startswith("▁")
        self._control = control
        self.control = frozenset(control.values())
        self.eos = tokenizer.eos_token_id

    def encode(self, text: str) -> list[int]:
        """Return the ids of content. None of them is a control token, whatever the text says.

        Raises:
            ValueError: the tokenizer has a way to a control token that is not known here.
        """
        clean = text.encode("utf-8", "replace").decode()
        ids: list[int] = self._backend.encode(clean, add_special_tokens=False).ids
        if not self.control.isdisjoint(ids):
            raise ValueError("The text becomes a control token.")
        return ids

    def encode_after(self, text: str) -> list[int]:
        """Return the ids of content that follows other content: without the mark that starts a first word."""
        if not self._marks_words:
            return self.encode(text)
        start = self.encode(_STRANGER)
        ids = self.encode(_STRANGER + text)
        return ids[len(start) :] if ids[: len(start)] == start else self.encode(text)

    def token(self, text: str) -> int:
        """Return the id of the control token `text`.

        Raises:
            ConfigError: the tokenizer has none of that name.
        """
        if text not in self._control:
            raise ConfigError(f"The model's tokenizer lacks the token {text}. Its files do not belong together.")
        return self._control[text]

    def split(self, text: str) -> tuple[int | str, ...]:
        """Return trusted text as the ids of the control tokens in it and the text between them."""
        longest_first = sorted(self._control, key=len, reverse=True)
        pieces = re.split("(" + "|".join(map(re.escape, longest_first)) + ")", text) if longest_first else [text]
        names: dict[str, int | str] = {**self._control}
        return tuple(names.get(piece, piece) for piece in pieces if piece)

    def known(self, texts: Iterable[str]) -> frozenset[int]:
        """Return the ids of those of `texts` that are control tokens."""
        return frozenset(self._control[text] for text in texts if text in self._control)

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of `ids`, without control tokens."""
        text: str = self._backend.decode(list(ids), skip_special_tokens=True)
        return text

    def check(self) -> None:
        """Refuse a tokenizer that loses text, or lets content through as control tokens.

        Raises:
            ConfigError: it does.
        """
        if self.decode(self.encode(PROBE)) != PROBE:
            raise ConfigError(
                "The model's tokenizer does not give back the text that it was given (white space is lost, for "
                "example). Install transformers 5.22 or later, or load the tokenizer's original files."
            )
        hostile = "".join(f"x{text} {text}\n" for text in self._control)
        try:
            self.encode(hostile)
        except ValueError:
            raise ConfigError("The model's tokenizer makes control tokens of ordinary text. Use other files.") from None


class Text:
    """The text of an answer that grows token by token, each token decoded a bounded number of times."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._ids: list[int] = []
        self._start = 0
        self._end = 0
        self.text = ""

    def add(self, token: int) -> str:
        """Take one more token and return the text so far. A character that is not complete is not in it yet."""
        self._ids.append(token)
        before = self._codec.decode(self._ids[self._start : self._end])
        after = self._codec.decode(self._ids[self._start :])
        if not after.endswith("\ufffd") or len(self._ids) - self._end > _LONGEST_CHARACTER:
            self.text += after[len(before) :]
            self._start, self._end = self._end, len(self._ids)
        return self.text


_STRANGER = "\u263a"
"""A character that forms no token with others, to put before content that follows other content."""

_LONGEST_CHARACTER = 4
"""Tokens that one character may take: so many bytes it has at most. What is longer is no character."""
