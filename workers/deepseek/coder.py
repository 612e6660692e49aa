"""The model behind the `Generator` port: prompts in, replies out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reviewbot.errors import GenerationError
from reviewbot.prompt import Infill, Prompt, Reply
from reviewbot.reply import first_line
from workers.deepseek.engine import Engine
from workers.deepseek.loading import Model
from workers.deepseek.request import Answer, Finish, Request
from workers.deepseek.settings import ModelSettings
from workers.deepseek.stops import Fences, Repeats

_PREFIX_SHARE = 0.75
"""How much of the room for a hole's surroundings is the code before it: it says more about what belongs there."""


def _never() -> bool:
    return False


class DeepSeekCoder:
    """A loaded model and its engine, for all reviews of a worker. Threads may share it.

    `activate` makes the model use a LoRA adapter by its name, empty for none.
    """

    def __init__(self, model: Model, settings: ModelSettings, activate: Callable[[str], None] = lambda _: None) -> None:
        self._model, self._settings = model, settings
        self._adapters = frozenset(name for name, _ in settings.adapters) | {""}
        self._engine = Engine(model, settings, activate)

    @property
    def name(self) -> str:
        """Return the model's name and revision."""
        return self._model.name

    @property
    def chats(self) -> bool:
        """Whether it follows instructions. A base model does not, and answers only prompts with `infill`."""
        return self._model.format.chat is not None

    @property
    def fills_holes(self) -> bool:
        """Whether it answers prompts with `infill`."""
        return self._model.format.holes is not None

    def generate(
        self, prompts: Sequence[Prompt], *, adapter: str = "", cancelled: Callable[[], bool] = _never
    ) -> tuple[Reply, ...]:
        """Answer each prompt, in the same order. `cancelled` is asked now and then; what it raises goes through.

        A prompt that is too long, and an answer that is not complete, have an empty reply that says why; a hole that
        was not filled to its end has what was written, and says so. Of the code around a hole as much is shown as
        fits, nearest first.

        Raises:
            GenerationError: there is no such adapter, or the model broke down.
        """
        if adapter not in self._adapters:
            raise GenerationError(f'There is no adapter "{adapter}" in the settings. It has to be added, or not asked.')
        asked = [self._request(prompt, adapter) for prompt in prompts]
        answers = iter(self._engine.run([one for one in asked if isinstance(one, Request)], cancelled))
        return tuple(
            self._reply(next(answers), prompt) if isinstance(one, Request) else Reply("", self.name, one)
            for one, prompt in zip(asked, prompts, strict=True)
        )

    def bound(self, adapter: str = "", cancelled: Callable[[], bool] = _never) -> "BoundCoder":
        """Return this model for one review: with its adapter, and until it is cancelled."""
        return BoundCoder(self, adapter, cancelled)

    def adapter_for(self, repository: str) -> str:
        """Return the name of the adapter for `owner/name`: the repository's own, else its owner's, else none."""
        known = {name.lower(): name for name in self._adapters}
        full = repository.lower()
        return known.get(full) or known.get(full.partition("/")[0], "")

    def close(self) -> None:
        """Stop the engine. Callers that wait get a GenerationError."""
        self._engine.close()

    def _request(self, prompt: Prompt, adapter: str) -> Request | str:
        """Return the request for a prompt, or a sentence that says why there is none."""
        known, codec = self._model.format, self._model.codec
        room = self._model.context_tokens - self._settings.answer_tokens
        try:
            anchor = codec.encode_after(f"\n{prompt.anchor}") if prompt.anchor else []
            if prompt.infill is not None:
                if known.holes is None:
                    return f"The format of {self.name} has no holes to fill in."
                ids, ends = self._around(prompt.infill, room), known.ends | known.hole_ends
            elif known.chat is None:
                return f"{self.name} is a base model: it only fills holes, and follows no instructions."
            else:
                ids = known.chat.encode(prompt.system, prompt.user)
                ends = known.ends
        except ValueError:
            return "The code holds text that the model's tokenizer takes for a control token."
        if len(ids) > room:
            return f"The request takes {len(ids)} tokens, and the model is set to read at most {room}."
        return Request(
            ids=tuple(ids),
            max_tokens=self._settings.answer_tokens,
            ends=ends,
            stop=Repeats(first_line(prompt.infill.suffix)) if prompt.infill else Fences(known.turns),
            anchor=tuple(anchor),
            sample=prompt.sample,
            adapter=adapter,
        )

    def _around(self, infill: Infill, room: int) -> list[int]:
        """Return a hole with as much around it as fits: the end of what is before, the start of what is after."""
        holes, codec = self._model.format.holes, self._model.codec
        if holes is None:
            return []
        room -= len(holes.infill(codec, (), ()))
        prefix, suffix = codec.encode(infill.prefix), codec.encode_after(infill.suffix)
        before = min(len(prefix), max(int(room * _PREFIX_SHARE), room - len(suffix)))
        return holes.infill(codec, prefix[len(prefix) - before :], suffix[: room - before])

    def _reply(self, answer: Answer, prompt: Prompt) -> Reply:
        text = ""
        match answer.finish:
            case Finish.END | Finish.STOP:
                return Reply(answer.text, self.name)
            case Finish.LENGTH:
                missing = f"The answer was not complete after {self._settings.answer_tokens} tokens."
                text = answer.text if prompt.infill else ""
            case Finish.CANCELLED:
                missing = "The answer is not wanted any more."
            case Finish.LATE:
                missing = f"The answer was not complete after {self._settings.answer_seconds:g} seconds."
            case Finish.MEMORY:
                missing = "The device's memory ran out, also with half as many requests at once."
        return Reply(text, self.name, missing, cut=bool(text))


@dataclass(frozen=True, slots=True)
class BoundCoder:
    """A model for one review."""

    coder: DeepSeekCoder
    adapter: str
    cancelled: Callable[[], bool]

    @property
    def infills(self) -> bool:
        """Say whether it fills holes."""
        return self.coder.fills_holes

    def for_review(self, repository: str, check: Callable[[], None]) -> "BoundCoder":
        """Return it for one review of `owner/name`, with its adapter. What `check` raises ends the work."""

        def cancelled() -> bool:
            check()
            return False

        return BoundCoder(self.coder, self.coder.adapter_for(repository), cancelled)

    def generate(self, prompts: Sequence[Prompt]) -> Sequence[Reply]:
        """Answer each prompt, in the same order.

        Raises:
            GenerationError: the model broke down.
        """
        return self.coder.generate(prompts, adapter=self.adapter, cancelled=self.cancelled)
