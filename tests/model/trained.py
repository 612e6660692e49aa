"""Trains a tiny model of each architecture on the lessons, until it gives every answer exactly. Kept by a hash.

The hash is of the lessons (so of the product's prompts and of the scanners' messages), of the code that trains, and of
the libraries' versions: what is kept is never older than the product.
"""

import fcntl
import hashlib
import json
import random
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import torch
import transformers
from torch.nn import functional
from transformers import PreTrainedTokenizerFast

from tests.model import tiny
from tests.model.lessons import WEAKNESSES, Lesson, lesson_files, taught_review
from tests.model.tiny import Shape, learn_tokenizer, make_model
from workers.deepseek import formats, tokens
from workers.deepseek.formats import format_of
from workers.deepseek.tokens import Codec

MAX_SECONDS = 300.0
"""Of CPU time for one model. A model that is not exact by then fails the tests that need it."""
BATCH = 8
RATE = 1.2e-2
STEPS = 200
"""Over so many the rate falls to a tenth."""
ROWS = 3_000
NEARLY_EXACT = 0.02
"""Below this mean loss the answers may be exact: it is looked whether they are."""

_KEY = re.compile(r"\b[0-9a-f]{32}\b")
_TEMPLATES = "### Instruction:\n### Response:\n\nUser: \n\nAssistant:"
_IGNORED = -100


@cache
def lessons() -> tuple[Lesson, ...]:
    """Take down the lessons. The gate must judge them as they are meant, or they would teach something else."""
    review, taken = taught_review()
    accepted = {verdict.suggestion.paths[0] for verdict in review.verdicts if verdict.accepted}
    meant = {weakness.path for weakness in WEAKNESSES if weakness.right or weakness.repair}
    if accepted != meant:
        said = "The gate judges these lessons otherwise than they are meant"
        raise AssertionError(f"{said}: {sorted(accepted ^ meant)}.")
    asked = {weakness.name for weakness in WEAKNESSES for lesson in taken if weakness.line in lesson.prompt.anchor}
    if missing := {weakness.name for weakness in WEAKNESSES} - asked:
        raise AssertionError(f"No model is asked about {sorted(missing)} any more. Does a rule fix it? Choose another.")
    # What is asked again for another sample is the same question.
    return tuple(dict.fromkeys(replace(lesson, prompt=replace(lesson.prompt, sample=0)) for lesson in taken))


def trained(shape: Shape, folder: Path) -> Path:
    """Return the path of a trained model, made if `folder` does not hold it yet.

    Several processes may ask at once: one trains, the others wait for it.
    """
    modules = (__file__, tiny.__file__, formats.__file__, tokens.__file__)
    code = [Path(module).read_text(encoding="utf-8") for module in modules]
    versions = [torch.__version__, transformers.__version__]
    known = json.dumps([shape, *versions, *code, repr(lessons())])
    kept = folder / f"{shape}-{hashlib.sha256(known.encode()).hexdigest()[:16]}"
    with (folder / f"{kept.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            made = Path(tempfile.mkdtemp(dir=folder))
            _Training(shape, lessons()).run(made)
            made.rename(kept)
    return kept


@dataclass(frozen=True, slots=True)
class _Example:
    asked: list[int]
    answered: list[int]


class _Training:
    """Teaches one model. The loss is that of the answers alone."""

    def __init__(self, shape: Shape, taught: Sequence[Lesson]) -> None:
        self._tokenizer = _tokenizer(shape, taught)
        self._model = make_model(self._tokenizer, shape)
        self._codec, self._end = Codec(self._tokenizer), self._tokenizer.eos_token_id
        self._format = format_of(shape, self._tokenizer, self._codec, (self._end,))
        self._optimizers = _optimizers(self._model)
        self._examples = [self._encode(lesson) for lesson in taught]
        if shape == "llama":  # the one that is served, too
            # As a server asks that fills in the model's own template, with the line end that we leave out.
            self._examples += [self._served(lesson) for lesson in taught if lesson.prompt.infill is None]

    def run(self, folder: Path) -> None:
        """Train until every answer is exact, and save. More threads are slower on a machine that is busy."""
        started, threads, state = time.process_time(), torch.get_num_threads(), torch.get_rng_state()
        torch.set_num_threads(1)
        try:
            steps = self._train(started + MAX_SECONDS)
            self._model.eval().save_pretrained(folder)
            self._tokenizer.save_pretrained(folder)
        finally:
            torch.set_num_threads(threads)
            torch.set_rng_state(state)
        spent = time.process_time() - started
        name, size = type(self._model).__name__, self._model.num_parameters()
        print(f"{name}: {size:,} parameters, {steps} steps, {spent:.0f} s of CPU time")  # noqa: T201  for `pytest -s`

    def _train(self, deadline: float) -> int:
        """Return the number of steps that it took."""
        step, loss, batches, wrong = 0, 10.0, self._batches(), list[_Example]()
        while time.process_time() < deadline:
            if loss < NEARLY_EXACT and step % 10 == 0:
                wrong = self._wrong(self._examples)
                if not wrong:
                    return step
            step += 1
            rate = RATE * min(1.0, step / 10) * max(0.1, 1 - step / STEPS)
            if wrong and step % 2:  # what is still wrong comes more often
                self._step(wrong[:BATCH], rate)
            else:
                loss = 0.9 * loss + 0.1 * self._step(next(batches), rate)
        raise AssertionError(f"The model is not exact after {step} steps; its loss is {loss:.3f}.")

    def _batches(self) -> Iterator[list[_Example]]:
        """Put together what is of one length, so that little is padded."""
        chance = random.Random(0)  # noqa: S311  no secret
        while True:
            shuffled = chance.sample(self._examples, len(self._examples))
            shuffled.sort(key=lambda example: len(example.asked) + len(example.answered))
            batches = [shuffled[start : start + BATCH] for start in range(0, len(shuffled), BATCH)]
            yield from chance.sample(batches, len(batches))

    def _encode(self, lesson: Lesson) -> _Example:
        """Ask as the product's engine asks."""
        hole, codec = lesson.prompt.infill, self._codec
        if hole is not None and self._format.holes is not None:
            asked = self._format.holes.infill(codec, codec.encode(hole.prefix), codec.encode(hole.suffix))
            return _Example(asked, [*codec.encode(lesson.answer), self._end])
        assert self._format.chat is not None
        asked = self._format.chat.encode(lesson.prompt.system, lesson.prompt.user)
        return _Example(asked, [*codec.encode(f"\n{lesson.answer}"), self._end])

    def _served(self, lesson: Lesson) -> _Example:
        said = [{"role": "system", "content": lesson.prompt.system}, {"role": "user", "content": lesson.prompt.user}]
        text = self._tokenizer.apply_chat_template(said, add_generation_prompt=True, tokenize=False)
        asked = self._tokenizer(text, add_special_tokens=False).input_ids
        return _Example(asked, self._encode(lesson).answered)

    def _step(self, batch: Sequence[_Example], rate: float) -> float:
        for optimizer in self._optimizers:
            optimizer.param_groups[0]["lr"] = rate
        width = max(len(example.asked) + len(example.answered) for example in batch)
        asked = torch.full((len(batch), width), self._tokenizer.pad_token_id)
        wanted = torch.full((len(batch), width), _IGNORED)
        for row, example in enumerate(batch):
            start, end = len(example.asked), len(example.asked) + len(example.answered)
            asked[row, :end] = torch.tensor(example.asked + example.answered)
            wanted[row, start:end] = torch.tensor(example.answered)
        states = self._model.model(input_ids=asked, use_cache=False).last_hidden_state[:, :-1]
        kept = wanted[:, 1:] != _IGNORED
        loss = functional.cross_entropy(self._model.lm_head(states[kept]), wanted[:, 1:][kept])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        for optimizer in self._optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        return float(loss.item())

    def _wrong(self, examples: Sequence[_Example]) -> list[_Example]:
        """Return those whose answer is not the one that was taught, or more than that."""
        self._model.eval()
        pad, width = self._tokenizer.pad_token_id, max(len(example.asked) for example in examples)
        padded = [[pad] * (width - len(example.asked)) + example.asked for example in examples]
        seen = [[0] * (width - len(example.asked)) + [1] * len(example.asked) for example in examples]
        length = max(len(example.answered) for example in examples)
        made = self._model.generate(
            torch.tensor(padded), attention_mask=torch.tensor(seen), max_new_tokens=length, do_sample=False
        )[:, width:].tolist()
        self._model.train()
        pairs = zip(made, examples, strict=True)
        return [example for answer, example in pairs if answer[: len(example.answered)] != example.answered]


def _optimizers(model: Any) -> list[torch.optim.Optimizer]:
    """Muon for the matrices within: it takes a third of the steps that AdamW alone does."""
    inner = {id(each) for each in model.model.layers.parameters() if each.ndim == 2}
    matrices = [each for each in model.parameters() if id(each) in inner]
    others = [each for each in model.parameters() if id(each) not in inner]
    return [
        torch.optim.Muon(matrices, weight_decay=0.01, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, betas=(0.9, 0.98), weight_decay=0.01),
    ]


def _tokenizer(shape: Shape, taught: Sequence[Lesson]) -> PreTrainedTokenizerFast:
    """Make prompts short: a line of prose becomes one token, and so does a key."""
    whole = ["\n".join(_texts(lesson)) for lesson in taught]
    keys = sorted({key for text in whole for key in _KEY.findall(text)})
    texts = [_KEY.sub("", text) for text in whole]
    prose = {line for text in texts for line in text.split("\n") if len(line) > 9 and line == line.strip()}
    files = lesson_files().values()
    code = {line.strip() for text in (*files, *(lesson.answer for lesson in taught)) for line in text.split("\n")}
    telling = [line for line in code if len(line) > 4]
    phrases = sorted(line for line in prose if not any(each in line for each in telling))
    left = ["\n".join(line for line in text.split("\n") if line not in phrases) for text in texts]
    return learn_tokenizer([*left, _TEMPLATES], shape, ROWS, [*phrases, *keys])


def _texts(lesson: Lesson) -> Iterator[str]:
    yield from (lesson.prompt.system, lesson.prompt.user, lesson.answer)
    if lesson.prompt.infill is not None:
        yield from (lesson.prompt.infill.prefix, lesson.prompt.infill.suffix)
