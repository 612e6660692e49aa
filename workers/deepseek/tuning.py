"""Train a LoRA adapter on examples. The model's own weights stay as they are."""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from torch.nn import functional

from reviewbot.errors import ConfigError
from workers.deepseek.loading import Model, for_machine, load
from workers.deepseek.settings import ModelSettings

_LAYERS = {
    "q_proj",
    "k_proj",
    "v_proj",
    "o_proj",
    "kv_a_proj_with_mqa",
    "kv_b_proj",
    "gate_proj",
    "up_proj",
    "down_proj",
}
"""Attention and feed-forward layers. Fused experts are no layers of their own and stay as they are."""

_IGNORED = -100


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is asked, and what is to be answered."""

    system: str
    user: str
    answer: str


@dataclass(frozen=True, slots=True)
class Lessons:
    """What it is trained on, and what it is tried on before and after."""

    known: Sequence[Lesson]
    held_out: Sequence[Lesson]


@dataclass(frozen=True, slots=True)
class Course:
    """How it is trained: `rank` of the adapter, passes over all lessons, lessons in a step, learning rate."""

    rank: int = 8
    passes: int = 3
    batch: int = 4
    rate: float = 2e-4


@dataclass(frozen=True, slots=True)
class Result:
    """The mean loss per token on lessons that were held out, and the model's answers to them, before and after."""

    loss_before: float
    loss_after: float
    answers_before: tuple[str, ...]
    answers_after: tuple[str, ...]
    steps: int


def tune(
    settings: ModelSettings,
    lessons: Lessons,
    folder: Path,
    course: Course = Course(),
    told: Callable[[str], None] = lambda _line: None,
) -> Result:
    """Train an adapter and write it into `folder`. `told` gets a line for each step.

    Raises:
        ConfigError: the model cannot be loaded, or has no format for chats, or no lesson fits into its context.
    """
    if settings.quantise:
        raise ConfigError("An adapter is trained on the model's own weights. Unset quantise.")
    settings = for_machine(settings)
    model = load(settings)
    known, held = _encoded(lessons.known, model), _encoded(lessons.held_out, model)
    if not any(known) or not any(held):
        raise ConfigError("No example fits into the model's context. Raise context_tokens, or use smaller files.")
    tried = [pair for pair in held if pair]
    before, first = _loss(model, tried, course.batch), _answers(model, held, settings)
    torch.manual_seed(0)
    network = get_peft_model(model.network, _lora(model, settings, course))
    steps = 0
    for steps, loss in _train(network, model, [pair for pair in known if pair], course):
        told(f"step {steps}: loss {loss:.3f}")
    network.eval()
    after, second = _loss(model, tried, course.batch), _answers(model, held, settings)
    network.save_pretrained(folder, safe_serialization=True)
    return Result(before, after, first, second, steps)


type _Pair = tuple[list[int], list[int]]


def _encoded(lessons: Sequence[Lesson], model: Model) -> list[_Pair | None]:
    """Return question and answer of each lesson as ids; None for one that is too long."""
    chat, codec = model.format.chat, model.codec
    if chat is None:
        raise ConfigError(f"{model.name} is a base model and follows no instructions. Tune an instruct model.")
    end = codec.eos
    pairs = [
        (chat.encode(lesson.system, lesson.user), [*codec.encode_after(f"\n{lesson.answer}"), end])
        for lesson in lessons
    ]
    return [pair if len(pair[0]) + len(pair[1]) <= model.context_tokens else None for pair in pairs]


def _lora(model: Model, settings: ModelSettings, course: Course) -> LoraConfig:
    linear = {path.rpartition(".")[2] for path, m in model.network.named_modules() if isinstance(m, torch.nn.Linear)}
    model.network.name_or_path = settings.source  # what peft writes down as the base
    return LoraConfig(
        r=course.rank,
        lora_alpha=2 * course.rank,
        target_modules=sorted(linear & _LAYERS),
        task_type="CAUSAL_LM",
        revision=model.name.rpartition("@")[2],
    )


def _train(network: Any, model: Model, pairs: Sequence[_Pair], course: Course) -> Iterator[tuple[int, float]]:
    """Yield the number of each step and its loss."""
    chance = random.Random(0)  # noqa: S311  no secret
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=course.rate, weight_decay=0.0)
    total = course.passes * math.ceil(len(pairs) / course.batch)
    network.train()
    step = 0
    for _ in range(course.passes):
        shuffled = chance.sample(pairs, len(pairs))
        for start in range(0, len(shuffled), course.batch):
            step += 1
            for group in optimizer.param_groups:
                group["lr"] = course.rate * min(1.0, step / 10) * (1 - 0.9 * step / total)
            summed, count = _summed(model, shuffled[start : start + course.batch])
            loss = summed / count
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            yield step, loss.item()


def _loss(model: Model, pairs: Sequence[_Pair], batch: int) -> float:
    """Return the mean loss over all tokens of the answers."""
    total, tokens = 0.0, 0
    with torch.no_grad():
        for start in range(0, len(pairs), batch):
            summed, count = _summed(model, pairs[start : start + batch])
            total, tokens = total + summed.item(), tokens + count
    return total / tokens


def _summed(model: Model, pairs: Sequence[_Pair]) -> tuple[Any, int]:
    """Return the summed loss of the answers, and how many tokens they have."""
    width = max(len(asked) + len(answered) for asked, answered in pairs)
    ids = torch.zeros((len(pairs), width), dtype=torch.long)
    wanted = torch.full((len(pairs), width), _IGNORED)
    for row, (asked, answered) in enumerate(pairs):
        end = len(asked) + len(answered)
        ids[row, :end] = torch.tensor(asked + answered)
        wanted[row, len(asked) : end] = torch.tensor(answered)
    hidden = model.network.base_model(input_ids=ids.to(model.device), use_cache=False).last_hidden_state[:, :-1]
    kept = wanted[:, 1:] != _IGNORED
    # The head only where an answer stands: its output is the largest thing there is.
    logits = model.network.get_output_embeddings()(hidden[kept.to(model.device)]).float()
    target = wanted[:, 1:][kept].to(model.device)
    return functional.cross_entropy(logits, target, reduction="sum"), int(kept.sum())


def _answers(model: Model, pairs: Sequence[_Pair | None], settings: ModelSettings) -> tuple[str, ...]:
    """Return the likeliest answer to each question, nothing to one that is too long."""
    texts = []
    for pair in pairs:
        if pair is None:
            texts.append("")
            continue
        asked, _ = pair
        ids = torch.tensor([asked], device=model.device)
        made = model.network.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=settings.answer_tokens,
            do_sample=False,
            eos_token_id=sorted(model.format.ends),
            pad_token_id=model.codec.eos,
        )
        texts.append(model.codec.decode(made[0, len(asked) :].tolist()))
    return tuple(texts)
