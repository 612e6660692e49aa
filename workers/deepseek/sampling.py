"""The choice of the next token: the likeliest, or a sample that is the same each time it is drawn.

A sample is drawn by adding noise to the logits (https://arxiv.org/abs/1611.01144, section 2.1). The noise is a hash of
the request, the position and the token, so that a request has one answer, alone or among others, drafted or not.
"""

import hashlib
from array import array
from collections.abc import Sequence

import torch

_MASK = 0xFFFFFFFF
_GOLDEN = 0x9E3779B9


def seed_of(ids: Sequence[int], sample: int) -> int:
    """Return the seed of the n-th sample of a request."""
    digest = hashlib.sha256(array("q", ids).tobytes() + sample.to_bytes(8, "little")).digest()
    return int.from_bytes(digest[:4], "little")


def choose(logits: torch.Tensor, keys: Sequence[tuple[int, int] | None], temperature: float) -> list[int]:
    """Return a token for each row of `logits`. A row's key is its seed and position, None for the likeliest token."""
    sampled = [row for row, key in enumerate(keys) if key is not None]
    if sampled:
        rows = torch.tensor(sampled, device=logits.device)
        noise = _gumbel([key for key in keys if key is not None], logits.shape[-1], logits.device)
        logits = logits.float().index_copy(0, rows, logits[rows].float() / temperature + noise)
    tokens: list[int] = logits.argmax(-1).tolist()
    return tokens


def _gumbel(keys: Sequence[tuple[int, int]], size: int, device: torch.device) -> torch.Tensor:
    mixed = torch.tensor([(seed ^ position * _GOLDEN) & _MASK for seed, position in keys], device=device)
    tokens = torch.arange(size, device=device)
    bits = _mix((_mix(mixed)[:, None] + tokens * _GOLDEN) & _MASK)
    # 23 bits and a half: every value is exact in float32, and none is 0 or 1.
    uniform = ((bits >> 9).float() + 0.5) / (1 << 23)
    return -torch.log(-torch.log(uniform))


def _mix(bits: torch.Tensor) -> torch.Tensor:
    """Mix 32 bits: https://github.com/skeeto/hash-prospector, in 64-bit integers as torch has no other."""
    bits = ((bits ^ (bits >> 16)) * 0x7FEB352D) & _MASK
    bits = ((bits ^ (bits >> 15)) * 0x846CA68B) & _MASK
    return bits ^ (bits >> 16)
