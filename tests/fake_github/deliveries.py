"""Webhook deliveries: what is to be sent, was sent, and what the receiver said.

https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
"""

import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tests.fake_github.state import App, now


@dataclass(slots=True)
class Delivery:
    """One attempt; `status` is None until it was sent. The body is what GitHub would send, to the byte."""

    id: int
    app: App
    event: str
    action: str | None
    payload: dict[str, Any]
    installation_id: int | None
    repository_id: int | None
    guid: str = field(default_factory=lambda: str(uuid.uuid4()))
    redelivery: bool = False
    status: str | None = None
    status_code: int = 0
    duration: float = 0.0
    answer: str = ""
    delivered_at: datetime = field(default_factory=now)

    @property
    def body(self) -> bytes:
        return json.dumps(self.payload, separators=(",", ":")).encode()

    def headers(self) -> dict[str, str]:
        """Return the headers of the request, the signature with the App's secret of now among them."""
        digest = hmac.new(self.app.webhook_secret.encode(), self.body, hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/fake000",
            "X-GitHub-Delivery": self.guid,
            "X-GitHub-Event": self.event,
            "X-GitHub-Hook-ID": str(self.app.id),
            "X-GitHub-Hook-Installation-Target-ID": str(self.app.id),
            "X-GitHub-Hook-Installation-Target-Type": "integration",
            "X-Hub-Signature-256": f"sha256={digest}",
        }

    def again(self, number: int) -> "Delivery":
        """Return a further attempt at the same delivery: the GUID stays."""
        return replace(self, id=number, redelivery=True, status=None, status_code=0, answer="", delivered_at=now())
