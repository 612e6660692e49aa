"""What the engine is asked, and what it answers."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from workers.deepseek.drafts import Drafter
from workers.deepseek.sampling import seed_of
from workers.deepseek.stops import Stop, never
from workers.deepseek.tokens import Codec, Text


class Finish(StrEnum):
    """Why an answer ended."""

    END = "end"
    STOP = "stop"
    LENGTH = "length"
    CANCELLED = "cancelled"
    LATE = "late"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class Request:
    """A prompt as ids. The answer ends at one of `ends`, where `stop` says, or after `max_tokens`.

    `anchor` is code that it will largely repeat. `sample` 0 asks for the likeliest answer. `adapter` names LoRA
    weights, empty for the model's own.
    """

    ids: tuple[int, ...]
    max_tokens: int
    ends: frozenset[int]
    stop: Stop = never
    anchor: tuple[int, ...] = ()
    sample: int = 0
    adapter: str = ""

    @property
    def longest(self) -> int:
        """Return how many tokens it takes in the cache at most."""
        return len(self.ids) + self.max_tokens


@dataclass(frozen=True, slots=True)
class Answer:
    """The tokens, the one that ended it included, and the text up to where it stops."""

    ids: tuple[int, ...]
    text: str
    finish: Finish


class Call:
    """The requests of one caller, who waits for all of them."""

    def __init__(self, size: int, deadline: float) -> None:
        self.deadline = deadline
        self.stopped = False
        self.done = threading.Event()
        self.answers: list[Answer | None] = [None] * size

    def deliver(self, place: int, answer: Answer) -> None:
        """Take the answer to one of the requests."""
        self.answers[place] = answer
        if all(self.answers):
            self.done.set()


@dataclass(slots=True, eq=False)
class Row:
    """A request while it is being answered.

    `cached` is how many of its tokens, prompt and answer, the cache holds. `shared` is how many of them another
    request was seen to start with.
    """

    request: Request
    call: Call
    place: int
    text: Text
    drafter: Drafter
    seed: int
    out: list[int] = field(default_factory=list)
    cached: int = 0
    shared: int = 0
    cut: int | None = None
    finish: Finish | None = None

    @property
    def length(self) -> int:
        """Return how many tokens prompt and answer have so far."""
        return len(self.request.ids) + len(self.out)

    @property
    def missing(self) -> int:
        """Return how many tokens the cache lacks, but for the last one: the next pass takes that."""
        return self.length - 1 - self.cached

    def tokens(self, start: int, stop: int) -> list[int]:
        """Return some of the tokens of prompt and answer."""
        prompt = self.request.ids
        if stop <= len(prompt):
            return list(prompt[start:stop])
        return [*prompt[start:], *self.out[max(start - len(prompt), 0) : stop - len(prompt)]]

    def take(self, guess: Sequence[int], drafted: int, chosen: Sequence[int]) -> None:
        """Go on by what the model chose after the last token and after each of the `drafted` ones of a guess."""
        right = 0
        while right < min(drafted + 1, len(guess)) and guess[right] == chosen[right]:
            right += 1
        # One token more is known than was drafted, so a guess that was not worth a draft is learned from too.
        self.drafter.learn(right, int(right < min(drafted + 1, len(guess))))
        right = min(right, drafted)
        self.cached = self.length + right
        for token in chosen[: right + 1]:
            self.out.append(token)
            if token in self.request.ends:
                self.finish = Finish.END
                return
            self.cut = self.request.stop(self.text.add(token))
            if self.cut is not None:
                self.finish = Finish.STOP
                return
            if len(self.out) >= self.request.max_tokens:
                self.finish = Finish.LENGTH
                return

    def deliver(self) -> None:
        """Hand the answer to the caller."""
        text = self.text.text if self.cut is None else self.text.text[: self.cut]
        self.call.deliver(self.place, Answer(tuple(self.out), text, self.finish or Finish.CANCELLED))


def row_of(request: Request, call: Call, place: int, codec: Codec, opening: Sequence[int]) -> Row:
    """Return the row for a request that waits."""
    drafter = Drafter(request.ids, request.anchor, opening)
    return Row(request, call, place, Text(codec), drafter, seed_of(request.ids, request.sample))
