"""Deliveries as the receiver would make them."""

import hashlib
from dataclasses import replace
from itertools import count

from reviewbot.ledger.record import CommandWork, Delivery, PullKey, ReviewWork, StopWork, Work

_GUIDS = count(1)

PULL = PullKey(installation=11, repository="octo/shop", repository_id=501, number=7)


def pull(number: int = 7, *, repository_id: int = 501, installation: int = 11) -> PullKey:
    return PullKey(installation, f"octo/r{repository_id}", repository_id, number)


def delivery(work: Work | None, *, guid: str = "", body: str = "", event: str = "pull_request") -> Delivery:
    guid = guid or f"guid-{next(_GUIDS)}"
    return Delivery(guid, event, "done", hashlib.sha256((body or guid).encode(errors="replace")).hexdigest(), work)


def push(head: str, at: float, on: PullKey = PULL) -> ReviewWork:
    return ReviewWork(on, head, at, "pushed", "user:1")


def rerun(head: str, on: PullKey = PULL) -> ReviewWork:
    return replace(push(head, 0, on), trigger="rerun", forced=True)


def stop(at: float, on: PullKey = PULL) -> StopWork:
    return StopWork(on, at)


def comment(text: str = "/reviewbot review", comment_id: int = 90, on: PullKey = PULL) -> CommandWork:
    return CommandWork(on, comment_id, on_review=False, author="ann", author_id=4711, text=text, created_at=50.0)
