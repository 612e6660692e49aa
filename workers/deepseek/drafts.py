"""Guesses at the next tokens, taken from text that an answer is likely to repeat.

A guess is checked by the model in the pass that would have made one token anyway, so that it can only save passes:
what is written is the same with and without. https://arxiv.org/abs/2304.04487 describes the idea. Matches are sought
near the place in the edited code that the answer has come to, not at the first place that looks alike.
"""

from collections.abc import Callable, Sequence

MAX_DRAFT = 16
_LONGEST = 4
"""Tokens that are compared, at most; fewer where no more agree."""

_LOOKED_AT = 2048
"""Tokens of the prompt's end in which matches are sought."""


class Drafter:
    """Guesses for one answer. `anchor` is the code being edited, `opening` how earlier answers began."""

    def __init__(self, prompt: Sequence[int], anchor: Sequence[int], opening: Sequence[int] = ()) -> None:
        self._anchor = tuple(anchor)
        self._opening = tuple(opening)
        self._places: dict[tuple[int, ...], list[int]] = {}
        for end in range(1, len(self._anchor)):
            for size in range(1, min(_LONGEST, end) + 1):
                self._places.setdefault(self._anchor[end - size : end], []).append(end)
        self._at = 0
        # How likely a guessed token is right, of each kind of guess: learned as the answer goes on.
        self._trust = {self._open: 0.9, self._anchored: 0.8, self._looked_up: 0.5}
        self._kind: Callable[[Sequence[int]], list[int]] = self._anchored
        self._text = list(prompt[-_LOOKED_AT:])
        self._seen: dict[tuple[int, ...], int] = {}
        self._indexed = 0
        self._written = 0

    def guess(self, out: Sequence[int]) -> list[int]:
        """Return up to `MAX_DRAFT` tokens that may come after `out`, which only grows from call to call."""
        self._text += out[self._written :]
        self._written = len(out)
        for kind in self._trust:
            self._kind = kind
            if guess := kind(out):
                return guess
        return []

    @property
    def trust(self) -> float:
        """Return how likely each token of the last guess is right."""
        return self._trust[self._kind]

    def learn(self, right: int, wrong: int) -> None:
        """Take note of how many tokens of the last guess were right, and whether one was wrong."""
        if right + wrong:
            seen = 0.6 * self.trust + 0.4 * right / (right + wrong)
            self._trust[self._kind] = min(max(seen, 0.1), 0.97)

    def _open(self, out: Sequence[int]) -> list[int]:
        if len(out) < len(self._opening) and tuple(out) == self._opening[: len(out)]:
            return list(self._opening[len(out) :][:MAX_DRAFT])
        return []

    def _anchored(self, out: Sequence[int]) -> list[int]:
        for size in range(min(_LONGEST, len(out)), 0, -1):
            places = self._places.get(tuple(out[-size:]))
            if places:
                self._at = min(places, key=lambda place: (abs(place - self._at), -place))
                return list(self._anchor[self._at : self._at + MAX_DRAFT])
        return []

    def _looked_up(self, _: Sequence[int]) -> list[int]:
        """Guess what followed the last two or three tokens where they last stood."""
        for end in range(self._indexed, len(self._text)):
            for size in (2, 3):
                if end >= size:
                    self._seen[tuple(self._text[end - size : end])] = end
        self._indexed = len(self._text)
        for size in (3, 2):
            place = self._seen.get(tuple(self._text[-size:]))
            if place is not None:
                return self._text[place : place + MAX_DRAFT // 2]
        return []


def best_length(guesses: Sequence[int], trust: Sequence[float], overhead: float) -> int:
    """Return how many guessed tokens a row to check in one pass over all rows, for the most tokens per time.

    `guesses` are how many each row has, `trust` how likely each of its tokens is right. `overhead` is what a pass
    costs however few tokens it holds, counted in tokens: much on a GPU, little on a CPU.
    """

    def rate(length: int) -> float:
        expected = sum(_expected(min(count, length), one) for count, one in zip(guesses, trust, strict=True))
        return (len(guesses) + expected) / (overhead + len(guesses) * (1 + length))

    return max(range(max(guesses, default=0) + 1), key=rate)


def _expected(count: int, trust: float) -> float:
    """Return how many of `count` tokens are right before the first that is wrong."""
    return trust * (1 - trust**count) / (1 - trust)
