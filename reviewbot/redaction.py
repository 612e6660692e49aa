"""Taking secrets out of text before anybody else sees it: logs, comments, error messages."""

import json
import re
from collections.abc import Iterable

REDACTED = "[redacted]"

# Each is read in linear time: it starts where a word starts, and no part can match what the part beside it does.
_SHAPES = (
    # GitHub's tokens:
    # https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
    r"(?<![A-Za-z0-9_])gh[pousr]_[A-Za-z0-9_.-]{10,}",
    r"(?<![A-Za-z0-9_])github_pat_[A-Za-z0-9_]{10,}",
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",  # a JSON Web Token
    # A key that was cut off is taken to the end of the text.
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:(?:(?!-----END ).)*-----END [A-Z ]*PRIVATE KEY-----|.*)",
    r"(?<=://)[^/@\s:]*:[^/@\s]+(?=@)",  # the user and password of an address
)
_PATTERNS = re.compile("|".join(_SHAPES), re.DOTALL)


class Redactor:
    """Replaces what looks like a secret, and the secrets it is told of, whatever they look like."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = {form for secret in secrets if secret for form in (secret, json.dumps(secret)[1:-1])}
        # The longest first: a secret may be part of another.
        self._known = tuple(sorted(known, key=len, reverse=True))

    def __call__(self, text: str) -> str:
        """Return `text` without secrets."""
        for secret in self._known:
            text = text.replace(secret, REDACTED)
        return _PATTERNS.sub(REDACTED, text)
