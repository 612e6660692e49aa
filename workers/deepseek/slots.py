"""The cache: what a model remembers of many sequences, each in a slot of its own and at its own length."""

from dataclasses import dataclass
from typing import Any

import torch

_ROUNDED = 256
"""Slots grow by so many tokens at a time."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Keys and values of one stretch of tokens from the start, one pair for each layer."""

    layers: tuple[tuple[torch.Tensor, torch.Tensor], ...]
    tokens: int


class SlotCache:
    """Keys and values for transformers' attention layers, which ask for them through `update`.

    A forward pass works on a run of neighbouring slots, named by `aim`. Each sequence writes from its own length
    on; what it writes beyond what is later kept is overwritten by the next pass, and no query ever sees it: queries
    see positions up to their own, which is also what takes back rejected drafts.
    """

    def __init__(self, layers: int) -> None:
        self._layers = layers
        self._keys: list[torch.Tensor | None] = [None] * layers
        self._values: list[torch.Tensor | None] = [None] * layers
        self._slots = slice(0, 0)
        self._rows: torch.Tensor | None = None
        self._positions = torch.empty(0)
        self._length = 0
        self._room = 0

    def aim(self, slots: slice, positions: torch.Tensor, length: int, room: int) -> None:
        """Let the next pass work on `slots`, write at `positions` (slot, token) and see `length` tokens.

        `room` is how many slots there may be, so that growing for more of them is rare.
        """
        self._slots, self._positions, self._length, self._room = slots, positions, length, max(room, slots.stop)
        self._rows = torch.arange(slots.start, slots.stop, device=positions.device)[:, None]

    def update(
        self, keys: torch.Tensor, values: torch.Tensor, layer_idx: int, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Take the new keys and values of a layer, and return all that its queries see."""
        found = []
        for stores, new in ((self._keys, keys), (self._values, values)):
            store = stores[layer_idx] = self._grown(stores[layer_idx], new)
            store[self._rows, :, self._positions] = new.transpose(1, 2)
            found.append(store[self._slots, :, : self._length])
        return found[0], found[1]

    def _grown(self, store: torch.Tensor | None, like: torch.Tensor) -> torch.Tensor:
        slots, tokens = (0, 0) if store is None else (store.shape[0], store.shape[2])
        if store is not None and slots >= self._slots.stop and tokens >= self._length:
            return store
        tokens = max(tokens, -(-self._length // _ROUNDED) * _ROUNDED)
        grown = like.new_zeros(max(slots, self._room), like.shape[1], tokens, like.shape[3])
        if store is not None:
            grown[: store.shape[0], :, : store.shape[2]] = store
        return grown

    def copy(self, source: int, target: int, tokens: int) -> None:
        """Copy the first `tokens` of one slot to another."""
        for store in (*self._keys, *self._values):
            if store is not None:
                store[target, :, :tokens] = store[source, :, :tokens]

    def keep(self, slot: int, tokens: int) -> Kept:
        """Return a copy of the first `tokens` of a slot."""
        pairs = zip(self._keys, self._values, strict=True)
        layers = tuple(
            (key[slot, :, :tokens].clone(), value[slot, :, :tokens].clone())
            for key, value in pairs
            if key is not None and value is not None
        )
        return Kept(layers, tokens)

    def put(self, kept: Kept, slot: int, tokens: int, room: int) -> None:
        """Write the first `tokens` of what was kept into a slot."""
        self._slots, self._length, self._room = slice(slot, slot + 1), tokens, max(room, slot + 1)
        for layer, pair in enumerate(kept.layers):
            for stores, tensor in zip((self._keys, self._values), pair, strict=True):
                store = stores[layer] = self._grown(stores[layer], tensor[None])
                store[slot, :, :tokens] = tensor[:, :tokens]

    def clear(self) -> None:
        """Give all memory back."""
        self._keys, self._values = [None] * self._layers, [None] * self._layers
