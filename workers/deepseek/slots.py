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

    def __init__(self, layers: int, budget: int) -> None:
        """`budget` is how many tokens all slots together have room for, unless one alone needs more."""
        self._keys: list[torch.Tensor | None] = [None] * layers
        self._values: list[torch.Tensor | None] = [None] * layers
        self._budget = budget
        self._shape = (0, 0)
        self._slots = slice(0, 0)
        self._rows: torch.Tensor | None = None
        self._positions = torch.empty(0)
        self._length = 0
        self.common = 0

    def reserve(self, slots: int, tokens: int) -> None:
        """Make room for so many slots of so many tokens. What the slots hold stays."""
        tokens = -(-tokens // _ROUNDED) * _ROUNDED
        if slots > self._shape[0] or tokens > self._shape[1]:
            wider = max(1 << (slots - 1).bit_length(), self._shape[0]), max(tokens, self._shape[1])
            self._shape = wider if wider[0] * wider[1] <= self._budget else (slots, tokens)

    def aim(self, slots: slice, positions: torch.Tensor, length: int, common: int = 0) -> None:
        """Let the next pass work on `slots`, write at `positions` (slot, token) and see `length` tokens.

        The first `common` tokens of these slots are the same.
        """
        self._slots, self._positions, self._length, self.common = slots, positions, length, common
        self._rows = torch.arange(slots.start, slots.stop, device=positions.device)[:, None]

    def update(
        self, keys: torch.Tensor, values: torch.Tensor, layer_idx: int, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Take the new keys and values of a layer, and return all that its queries see."""
        found = []
        for stores, new in ((self._keys, keys), (self._values, values)):
            store = stores[layer_idx] = self._fitted(stores[layer_idx], new)
            store[self._rows, :, self._positions] = new.transpose(1, 2)
            found.append(store[self._slots, :, : self._length])
        return found[0], found[1]

    def _fitted(self, store: torch.Tensor | None, like: torch.Tensor) -> torch.Tensor:
        slots, tokens = self._shape
        if store is not None and (store.shape[0], store.shape[2]) == self._shape:
            return store
        fitted = like.new_zeros(slots, like.shape[1], tokens, like.shape[3])
        if store is not None:
            both = slice(min(slots, store.shape[0])), slice(None), slice(min(tokens, store.shape[2]))
            fitted[both] = store[both]
        return fitted

    def copy(self, source: int, target: int, tokens: int, start: int = 0) -> None:
        """Copy the first `tokens` of one slot to another, but for those before `start`, which it has already."""
        for stores in (self._keys, self._values):
            for layer, found in enumerate(stores):
                if found is not None:
                    store = stores[layer] = self._fitted(found, found)
                    store[target, :, start:tokens] = store[source, :, start:tokens]

    def keep(self, slot: int, tokens: int) -> Kept:
        """Return a copy of the first `tokens` of a slot."""
        pairs = zip(self._keys, self._values, strict=True)
        layers = tuple(
            (key[slot, :, :tokens].clone(), value[slot, :, :tokens].clone())
            for key, value in pairs
            if key is not None and value is not None
        )
        return Kept(layers, tokens)

    def put(self, kept: Kept, slot: int, tokens: int) -> None:
        """Write the first `tokens` of what was kept into a slot."""
        for layer, pair in enumerate(kept.layers):
            for stores, tensor in zip((self._keys, self._values), pair, strict=True):
                store = stores[layer] = self._fitted(stores[layer], tensor[None])
                store[slot, :, :tokens] = tensor[:, :tokens]

    def clear(self) -> None:
        """Give all memory back."""
        self._keys, self._values = [None] * len(self._keys), [None] * len(self._values)
        self._shape = (0, 0)
