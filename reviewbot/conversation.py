"""All that a model is asked in one review, and the count of what came of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reviewbot.errors import GenerationError
from reviewbot.prompt import Infill, Prompt
from reviewbot.reply import Answer, Reply, declines, parse_infill, parse_reply
from reviewbot.suggestion import Generator, Infilling, Origin
from reviewbot.verdict import Verdict

MAX_MISSING = 5
"""So many different sentences on why an answer is missing are kept."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a model wrote in one review, counted.

    Each prompt that was `asked` stayed `unanswered`, was `declined`, got an `unreadable` answer (or one that changes
    nothing, or cannot be put into the file), one that `repeated` an earlier candidate, or one that was `generated`:
    those, and only those, went through the gate. Of them `flagged` brought something new that the scanners report,
    and `withheld` are not shown. `repaired` counts findings with a suggestion of the model that is shown after
    another one was refused.
    `missing` says why answers are missing, and `left_out` how many findings were not put to the model, and why.
    """

    asked: int = 0
    unanswered: int = 0
    declined: int = 0
    unreadable: int = 0
    repeated: int = 0
    generated: int = 0
    flagged: int = 0
    repaired: int = 0
    withheld: int = 0
    missing: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


NO_TALLY: Final = Tally()
"""Where no model was asked."""


@dataclass(frozen=True, slots=True)
class Said:
    """What came back on a prompt. `answer` is None if there was none that can be read; `declined`: it said so."""

    prompt: Prompt
    reply: Reply
    answer: Answer | None = None
    declined: bool = False


class Conversation:
    """Asks a generator and counts. After its first failure it is not asked again: `error` says what it was."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self._counts: Counter[str] = Counter()
        self._missing: dict[str, None] = {}
        self._left_out: Counter[str] = Counter()
        self.error: str | None = None

    @property
    def infills(self) -> bool:
        """The generator fills holes."""
        return isinstance(self._generator, Infilling) and self._generator.infills

    def ask(self, prompts: Sequence[Prompt]) -> list[Said]:
        """Ask all of `prompts` at once. It never raises: what is not answered is counted."""
        if self.error is not None:
            return [Said(prompt, Reply("", "")) for prompt in prompts]
        replies = self._replies(prompts) if prompts else ()
        self._counts["asked"] += len(prompts)
        return [self._read(prompt, reply) for prompt, reply in zip(prompts, replies, strict=True)]

    def unusable(self, *, repeated: bool = False) -> None:
        """Count an answer that was read and comes to no candidate."""
        self._counts["repeated" if repeated else "unreadable"] += 1

    def leave_out(self, findings: int, why: str) -> None:
        """Count findings that the model is not asked about, for a reason in words, without a full stop."""
        self._left_out[why] += findings

    def tally(self, verdicts: Sequence[Verdict]) -> Tally:
        """Count what came of it all. `verdicts` are on every candidate of the review, in the order of the attempts."""
        own = [verdict for verdict in verdicts if verdict.suggestion.origin is Origin.MODEL]
        shown = {verdict.suggestion.finding for verdict in own if verdict.accepted}
        refused = {verdict.suggestion.finding for verdict in verdicts if verdict.refused}
        return Tally(
            asked=self._counts["asked"],
            unanswered=self._counts["unanswered"],
            declined=self._counts["declined"],
            unreadable=self._counts["unreadable"],
            repeated=self._counts["repeated"],
            generated=len(own),
            flagged=sum(verdict.flagged for verdict in own),
            repaired=len(shown & refused - {None}),
            withheld=sum(not verdict.accepted for verdict in own),
            missing=tuple(self._missing)[:MAX_MISSING],
            left_out=tuple(_left_out(number, why) for why, number in self._left_out.items() if number),
        )

    def _replies(self, prompts: Sequence[Prompt]) -> Sequence[Reply]:
        try:
            replies = self._generator.generate(prompts)
            if len(replies) == len(prompts):
                return replies
            self.error = f"The model answered {len(replies)} prompts of {len(prompts)}."
        except GenerationError as error:
            self.error = str(error)
        return [Reply("", "") for _ in prompts]

    def _read(self, prompt: Prompt, reply: Reply) -> Said:
        if not reply.text.strip() or (reply.cut and prompt.infill is None):
            return self._unanswered(prompt, reply)
        if prompt.infill is None and declines(reply.text):
            self._counts["declined"] += 1
            return Said(prompt, reply, declined=True)
        answer = _filled(reply, prompt.infill) if prompt.infill else parse_reply(reply.text)
        if answer is None and reply.cut:
            return self._unanswered(prompt, reply)
        self._counts["unreadable"] += answer is None
        return Said(prompt, reply, answer)

    def _unanswered(self, prompt: Prompt, reply: Reply) -> Said:
        self._counts["unanswered"] += 1
        if reply.missing:
            self._missing[reply.missing] = None
        return Said(prompt, reply)


def _left_out(number: int, why: str) -> str:
    return f"{number:,} {'finding was' if number == 1 else 'findings were'} not put to the model: {why}."


def _filled(reply: Reply, hole: Infill) -> Answer | None:
    last = hole.prefix.removesuffix("\n").rpartition("\n")[2]
    indentation = last[: len(last) - len(last.lstrip(" \t"))]
    return parse_infill(reply.text, hole.suffix, indentation if reply.cut else None)
