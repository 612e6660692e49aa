"""Deliveries as GitHub would send them, with only what we read and a little that we do not."""

import hashlib
import hmac
import json
from typing import Any

SECRET = "s3cret-of-the-tests-which-is-long"  # noqa: S105  it protects nothing
HEAD = "0123456789abcdef0123456789abcdef01234567"


def signed(body: bytes, secret: str = SECRET) -> str:
    """Sign as GitHub does: https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def as_body(payload: Any) -> bytes:
    return json.dumps(payload).encode()


def about(action: str, *, sender_type: str = "User") -> dict[str, Any]:
    return {
        "action": action,
        "repository": {"id": 77, "full_name": "acme/shop", "private": True},
        "sender": {"login": "ann", "id": 5, "type": sender_type},
        "installation": {"id": 9, "node_id": "x"},
    }


def pull_request(action: str = "opened", number: int = 3, head: str = HEAD, **changes: Any) -> dict[str, Any]:
    pull = {
        "number": number,
        "updated_at": "2026-11-20T10:00:00Z",
        "head": {"sha": head, "repo": None},
        "user": {"login": "ann", "id": 5, "type": "User"},
        "draft": False,
    }
    return about(action) | {"number": number, "pull_request": pull | changes}


def issue_comment(text: str = "/reviewbot fix", action: str = "created", author_type: str = "User") -> dict[str, Any]:
    comment = {
        "id": 12,
        "body": text,
        "user": {"login": "ann", "id": 5, "type": author_type},
        "created_at": "2026-11-20T10:00:00Z",
    }
    return about(action, sender_type=author_type) | {"issue": {"number": 3, "pull_request": {}}, "comment": comment}


def review_comment(text: str = "/reviewbot fix") -> dict[str, Any]:
    payload = issue_comment(text)
    del payload["issue"]
    return payload | {"pull_request": {"number": 3}}


def check_run(action: str = "rerequested", *repositories: int) -> dict[str, Any]:
    pulls = [{"number": 3 + index, "base": {"repo": {"id": id_}}} for index, id_ in enumerate(repositories)]
    return about(action) | {"check_run": {"head_sha": HEAD, "pull_requests": pulls}}


def installation(action: str = "deleted") -> dict[str, Any]:
    return {
        "action": action,
        "installation": {"id": 9, "app_id": 4, "account": {"login": "acme"}},
        "sender": {"login": "ann", "id": 5, "type": "User"},
    }
