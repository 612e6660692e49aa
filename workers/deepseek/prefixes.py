"""Starts of requests that are kept, so that the next request that starts alike need not be read from its start."""

from collections.abc import Sequence

from workers.deepseek.slots import Kept


def shared(first: Sequence[int], second: Sequence[int]) -> int:
    """Return how many tokens two requests start with alike."""
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


class Prefixes:
    """Kept starts, the latest used last. Together they hold at most `budget` tokens."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._kept: list[tuple[str, tuple[int, ...], Kept]] = []

    def find(self, adapter: str, ids: tuple[int, ...]) -> tuple[Kept | None, int]:
        """Return the kept start with the most tokens in common with `ids`, and how many these are."""
        best: tuple[str, tuple[int, ...], Kept] | None = None
        most = 0
        for entry in self._kept:
            if entry[0] == adapter and (common := shared(entry[1], ids)) > most:
                best, most = entry, common
        if best is None:
            return None, 0
        self._kept.remove(best)
        self._kept.append(best)
        return best[2], most

    def holds(self, adapter: str, ids: tuple[int, ...]) -> bool:
        """Whether all of `ids` is the start of what is kept, or there is no room for it."""
        return len(ids) > self._budget or any(
            name == adapter and kept[: len(ids)] == ids for name, kept, _ in self._kept
        )

    def remember(self, adapter: str, ids: tuple[int, ...], kept: Kept) -> None:
        """Keep one more, and drop those that it covers and the longest unused ones beyond the budget."""
        others = [entry for entry in self._kept if entry[0] != adapter or entry[1] != ids[: len(entry[1])]]
        self._kept = [*others, (adapter, ids, kept)]
        while sum(entry[2].tokens for entry in self._kept) > self._budget:
            self._kept.pop(0)

    def clear(self) -> None:
        """Forget all."""
        self._kept = []
