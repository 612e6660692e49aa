"""Control tokens in text that is sent to a server, whose template and tokenizer would take them for its own."""

import re

_TOKEN = re.compile(r"<(?=[|\uff5c][^\s<>|\uff5c]{1,60}[|\uff5c]>)")


def neutralised(text: str) -> str:
    """Return `text` with a space of no width after the first character of each control token."""
    return _TOKEN.sub("<\u200b", text)
