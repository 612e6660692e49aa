"""Whether a delivery was signed with our webhook secret. No I/O."""

import hashlib
import hmac
import re
from collections.abc import Sequence

from pydantic import SecretStr

from reviewbot.errors import SignatureError

_SIGNATURE = re.compile(r"sha256=[0-9a-f]{64}")


def verify(body: bytes, signature: str | None, secrets: Sequence[SecretStr]) -> None:
    """Check that `body` was signed with one of `secrets`; two are active while a secret is rotated.

    `signature` is the X-Hub-Signature-256 header as it came; several such headers joined by a comma are
    refused like any other text. The comparison takes the same time wherever the digests differ:
    https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries

    Raises:
        SignatureError: the header is missing or malformed, or no secret gives this signature.
    """
    if signature is None:
        raise SignatureError("The delivery is not signed: it has no X-Hub-Signature-256 header.")
    if not _SIGNATURE.fullmatch(signature):
        raise SignatureError('The X-Hub-Signature-256 header is not "sha256=" and 64 lower-case hexadecimal digits.')
    keys = [secret.get_secret_value().encode() for secret in secrets]
    # Not a generator: every secret is tried, so the time does not say which one matched.
    matches = [hmac.compare_digest(_sign(key, body), signature) for key in keys if key]
    if not any(matches):
        raise SignatureError(
            "The delivery's signature does not fit the webhook secret. Check that it is the one set in the App."
        )


def _sign(key: bytes, body: bytes) -> str:
    return f"sha256={hmac.new(key, body, hashlib.sha256).hexdigest()}"
