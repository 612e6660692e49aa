"""The requests that are being answered together, each in a slot of the cache, and the model's passes over them."""

from collections.abc import Callable, Sequence

import torch

from workers.deepseek.drafts import MAX_DRAFT, best_length
from workers.deepseek.loading import Model
from workers.deepseek.prefixes import shared
from workers.deepseek.request import Row
from workers.deepseek.sampling import choose
from workers.deepseek.slots import SlotCache
from workers.deepseek.starts import SHORTEST, shares_starts

type Forward = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, SlotCache], torch.Tensor]
"""Token ids, their positions, who sees what, the cache: the last layer's output."""

_SMALLEST_CHUNK = 16
"""Rows that lack fewer tokens are read together with others, and what is too much is not kept."""


def forward_of(model: Model) -> Forward:
    """Return the pass of a loaded model."""

    def forward(ids: torch.Tensor, positions: torch.Tensor, mask: torch.Tensor, cache: SlotCache) -> torch.Tensor:
        common = {"shared_start": cache.common} if cache.common else {}
        hidden: torch.Tensor = model.network.base_model(
            input_ids=ids, position_ids=positions, attention_mask=mask, past_key_values=cache, use_cache=True, **common
        ).last_hidden_state
        return hidden

    return forward


class Batch:
    """Rows in the order of their slots: first those that are being written, then those whose prompt is being read.

    The latter stand in the order of what they lack, least first, so that both kinds are neighbours at all times.
    """

    def __init__(self, model: Model, forward: Forward, temperature: float, cache_tokens: int) -> None:
        self.rows: list[Row] = []
        self.cache = SlotCache(model.network.config.num_hidden_layers, cache_tokens)
        self._model, self._forward, self._temperature = model, forward, temperature
        self._shares = model.window is None and shares_starts(model.network)
        self._alike: tuple[list[Row], int] = ([], 0)  # rows, and how many tokens they start with alike
        gpu = model.device.type == "cuda"
        self._chunk = 4096 if gpu else 512  # tokens of prompts that are read in one pass
        self._overhead = 256.0 if gpu else 24.0  # tokens that cost as much as a pass with none

    @property
    def reading(self) -> int:
        """Return how many rows' prompts are still being read."""
        return sum(1 for row in self.rows if row.missing > 0)

    def add(self, rows: Sequence[Row]) -> None:
        """Give each row a slot with nothing in it, after the others. They are in the order of what they lack."""
        self.rows += rows
        # What is read or guessed in vain is written too, before it is overwritten.
        longest = max(row.request.longest for row in self.rows) + max(MAX_DRAFT, _SMALLEST_CHUNK)
        self.cache.reserve(len(self.rows), longest)

    def remove(self, row: Row) -> None:
        """Take a row out and close the gap in the cache."""
        slot, last = self.rows.index(row), len(self.rows) - 1
        if self.reading:
            for source in range(slot + 1, last + 1):
                self._move(source, source - 1)
            del self.rows[slot]
        elif slot != last:
            self._move(last, slot)
            self.rows[slot] = self.rows.pop()
        else:
            self.rows.pop()

    def _move(self, source: int, target: int) -> None:
        """Copy what a slot holds over that of another row, where it differs."""
        moved, gone = self.rows[source], self.rows[target]
        alike = min(shared(moved.request.ids, gone.request.ids), moved.cached, gone.cached)
        self.cache.copy(source, target, moved.cached, alike)

    def read(self) -> None:
        """Read one more piece of the prompts that are not in the cache."""
        start = len(self.rows) - self.reading
        rows = self.rows[start:]
        size = max(min(rows[0].missing, self._chunk // len(rows)), _SMALLEST_CHUNK)
        pieces = [row.tokens(row.cached, row.cached + min(size, row.missing)) for row in rows]
        self._pass(start, pieces)
        for row, piece in zip(rows, pieces, strict=True):
            row.cached += len(piece)

    def write(self) -> None:
        """Write the next token of each row, and those after it that were guessed right."""
        guesses = [row.drafter.guess(row.out) for row in self.rows]
        drafts = self._drafts(guesses)
        pieces = [[*row.tokens(row.cached, row.length), *draft] for row, draft in zip(self.rows, drafts, strict=True)]
        hidden = self._pass(0, pieces)
        width = hidden.shape[1]
        wanted = [row * width + column for row, piece in enumerate(pieces) for column in range(len(piece))]
        hidden = hidden.reshape(-1, hidden.shape[-1])[torch.tensor(wanted, device=hidden.device)]
        keys = [
            (row.seed, row.length + ahead) if row.request.sample else None
            for row, piece in zip(self.rows, pieces, strict=True)
            for ahead in range(len(piece))
        ]
        chosen = choose(self._model.network.get_output_embeddings()(hidden), keys, self._temperature)
        at = 0
        for row, guess, draft in zip(self.rows, guesses, drafts, strict=True):
            row.take(guess, len(draft), chosen[at : at + len(draft) + 1])
            at += len(draft) + 1

    def _drafts(self, guesses: Sequence[list[int]]) -> list[list[int]]:
        """Return as much of each guess as is worth checking now."""
        left = [row.request.max_tokens - len(row.out) - 1 for row in self.rows]
        counts = [min(len(guess), most) for guess, most in zip(guesses, left, strict=True)]
        length = best_length(counts, [row.drafter.trust for row in self.rows], self._overhead)
        return [guess[: min(count, length)] for guess, count in zip(guesses, counts, strict=True)]

    def _pass(self, start: int, pieces: Sequence[Sequence[int]]) -> torch.Tensor:
        """Run the model over the next `pieces` of neighbouring rows. Shorter ones are filled up, and not kept."""
        device, width = self._model.device, max(map(len, pieces))
        rows = self.rows[start : start + len(pieces)]
        ids = torch.tensor([[*piece, *[0] * (width - len(piece))] for piece in pieces], device=device)
        first = torch.tensor([row.cached for row in rows], device=device)
        positions = first[:, None] + torch.arange(width, device=device)
        length = max(row.cached for row in rows) + width
        keys = torch.arange(length, device=device)
        mask = keys <= positions[:, :, None]
        if self._model.window is not None:
            mask &= keys > positions[:, :, None] - self._model.window
        self.cache.aim(slice(start, start + len(rows)), positions, length, self._common(rows))
        return self._forward(ids, positions, mask[:, None], self.cache)

    def _common(self, rows: list[Row]) -> int:
        """Return how many cached tokens all of these rows start with alike, 0 if they are too few to matter."""
        if not self._shares or len(rows) == 1:
            return 0
        if rows != self._alike[0]:
            self._alike = rows, min(shared(rows[0].request.ids, row.request.ids) for row in rows[1:])
        common = min(self._alike[1], *(row.cached for row in rows))
        return common if common >= SHORTEST else 0
