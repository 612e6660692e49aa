"""Writing fixes: the engine against transformers' own ways, in turn within one run, and against the memory's speed.

The models have random weights and answer by script (benchmarks/scripted.py), so every way writes the same tokens;
that it did is checked. Needs the extra `model`; without a GPU it takes the small shapes and one thread.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import torch
import transformers

from benchmarks.scripted import END, VOCABULARY, Task, build, script, tasks_of
from workers.deepseek.batch import forward_of
from workers.deepseek.engine import Engine
from workers.deepseek.loading import Model
from workers.deepseek.memory import token_bytes
from workers.deepseek.request import Request
from workers.deepseek.settings import ModelSettings
from workers.deepseek.slots import SlotCache
from workers.deepseek.starts import share_starts

type Way = Callable[[Model, Sequence[Task]], list[tuple[int, ...]]]


def _ends(count: int) -> list[int]:
    return [END + number * VOCABULARY for number in range(1, count + 1)]


def _generate(model: Model, tasks: Sequence[Task], **options: Any) -> list[tuple[int, ...]]:
    """Answer in one padded batch. One task is not padded."""
    width = max(len(task.ids) for task in tasks)
    ids = torch.tensor([[0] * (width - len(task.ids)) + list(task.ids) for task in tasks], device=model.device)
    mask = torch.tensor([[0] * (width - len(task.ids)) + [1] * len(task.ids) for task in tasks], device=model.device)
    with torch.inference_mode():
        out = model.network.generate(
            ids,
            attention_mask=mask,
            do_sample=False,
            max_new_tokens=max(len(task.answer) for task in tasks) + 8,
            eos_token_id=_ends(64),
            pad_token_id=END,
            **options,
        )
    rows = out[:, width:].tolist()
    return [tuple(row[: len(task.answer)]) for row, task in zip(rows, tasks, strict=True)]


def one_by_one(model: Model, tasks: Sequence[Task]) -> list[tuple[int, ...]]:
    """Plain generate, one request after the other."""
    return [_generate(model, [task])[0] for task in tasks]


def prompt_lookup(model: Model, tasks: Sequence[Task]) -> list[tuple[int, ...]]:
    """As `one_by_one`, with transformers' prompt lookup."""
    return [_generate(model, [task], prompt_lookup_num_tokens=10)[0] for task in tasks]


def static_batch(model: Model, tasks: Sequence[Task]) -> list[tuple[int, ...]]:
    """All requests as one padded batch."""
    return _generate(model, tasks)


def continuous(model: Model, tasks: Sequence[Task]) -> list[tuple[int, ...]]:
    """Use transformers' continuous batching. It leaves the model's attention changed, so that is set back."""
    model.network.set_attn_implementation("sdpa")
    small = {} if model.device.type == "cuda" else {"num_blocks": 512, "page_size": 32, "max_batch_tokens": 512}
    config = transformers.GenerationConfig(
        max_new_tokens=max(len(task.answer) for task in tasks) + 8,
        do_sample=False,
        eos_token_id=_ends(64),
        pad_token_id=END,
    )
    try:
        with torch.no_grad():
            found = model.network.generate_batch(
                inputs=[list(task.ids) for task in tasks],
                generation_config=config,
                continuous_batching_config=transformers.ContinuousBatchingConfig(**small),
            )
    finally:
        share_starts(model.network)
    answers = sorted(found.items(), key=lambda one: int(one[0].rpartition("_")[2]))
    return [tuple(answer.generated_tokens) for _, answer in answers]


@dataclass
class Watched:
    """The model's pass, with when each began and what it read from memory at least."""

    model: Model
    begun: list[tuple[float, int, int, int]] = field(default_factory=list)

    def __call__(self, ids: torch.Tensor, positions: torch.Tensor, mask: torch.Tensor, cache: SlotCache) -> Any:
        """Run the pass."""
        self.begun.append((time.perf_counter(), *ids.shape, mask.shape[-1]))
        return forward_of(self.model)(ids, positions, mask, cache)


def engine(model: Model, tasks: Sequence[Task], watched: Watched | None = None) -> list[tuple[int, ...]]:
    """Ours: a new engine, so that nothing is kept from the last run."""
    longest = max(len(task.ids) + len(task.answer) for task in tasks) + 8
    settings = ModelSettings(
        ".",
        max_batch=len(tasks),
        answer_tokens=8,
        context_tokens=longest,
        cache_tokens=(longest + 16) * len(tasks),
        answer_seconds=3600,
    )
    running = Engine(model, settings, forward=watched)
    ends = frozenset(_ends(len(tasks)))
    requests = [Request(task.ids, len(task.answer) + 8, ends, anchor=task.anchor) for task in tasks]
    try:
        return [answer.ids for answer in running.run(requests)]
    finally:
        running.close()


WAYS: dict[str, Way] = {
    "generate, one by one": one_by_one,
    "prompt lookup, one by one": prompt_lookup,
    "static batch": static_batch,
    "continuous batching": continuous,
    "engine": engine,
}


ALONE = ("generate, one by one", "prompt lookup, one by one")
"""Ways that take as long for each token as for the one before."""


def sample_of(tasks: Sequence[Task], count: int) -> list[Task]:
    """Return `count` of the tasks, with short and long answers as they are among all."""
    ordered = sorted(tasks, key=lambda task: len(task.answer))
    count = min(count, len(ordered))
    return [ordered[(2 * number + 1) * len(ordered) // (2 * count)] for number in range(count)]


@dataclass(frozen=True, slots=True)
class Row:
    """What one way took for some requests. `exact` is how many of the `asked` answers were the right ones.

    Where fewer were asked than there are requests, the times are those for as many tokens as all answers have.
    """

    shape: str
    shared: int
    requests: int
    way: str
    seconds: float
    cpu_seconds: float
    tokens: int
    asked: int
    exact: int


def measure(model: Model, tasks: Sequence[Task], ways: Sequence[str], rounds: int, alone: int) -> list[Row]:
    """Take each way once a round, and return the best round of each: what others do on the machine only adds."""
    best: dict[str, Row] = {}
    for _ in range(rounds):
        for name in ways:
            asked = sample_of(tasks, alone) if name in ALONE else tasks
            start, cpu = time.perf_counter(), time.process_time()
            answers = WAYS[name](model, asked)
            taken, used = time.perf_counter() - start, time.process_time() - cpu
            exact = sum(found == task.answer for found, task in zip(answers, asked, strict=False))
            tokens = sum(len(task.answer) for task in tasks)
            times = tokens / sum(len(task.answer) for task in asked)
            counts = tokens, len(asked), exact
            row = Row(model.name, len(tasks[0].prefix), len(tasks), name, taken * times, used * times, *counts)
            best[name] = min(best.get(name, row), row, key=lambda one: (one.cpu_seconds, one.seconds))
    return list(best.values())


def _warm(model: Model, ways: Sequence[str]) -> None:
    """Let each way do once what it does only once."""
    tasks = tasks_of(model.codec, 2, 0, 16)
    script(model, tasks)
    measure(model, tasks, ways, 1, 1)


def table(title: str, rows: Sequence[Row]) -> None:
    """Print one table. The ratios are to the first row."""
    print(f"\n### {title}\n\n| way | s | tokens/s | x | CPU s | x | exact |\n|---|---|---|---|---|---|---|")
    for row in rows:
        print(
            f"| {row.way} | {row.seconds:.2f} | {row.tokens / row.seconds:.1f} | {rows[0].seconds / row.seconds:.1f} "
            f"| {row.cpu_seconds:.2f} | {rows[0].cpu_seconds / row.cpu_seconds:.1f} | {row.exact}/{row.asked} |",
            flush=True,
        )


def bandwidth(device: torch.device) -> float:
    """Return how many bytes a second the device reads and writes when it copies."""
    size = (1 << 31) if device.type == "cuda" else (1 << 27)
    source, target = torch.ones(size // 4, device=device), torch.empty(size // 4, device=device)
    best = float("inf")
    for _ in range(8):
        start = time.perf_counter()
        target.copy_(source)
        float(target[-1])  # waits for the device
        best = min(best, time.perf_counter() - start)
    return 2 * size / best


def floor(model: Model, tasks: Sequence[Task], speed: float) -> dict[str, float]:
    """Compare writing with the time that reading weights and cache from memory takes at least.

    Without anchors, so that little is drafted. A pass lasts until the next one begins.
    """
    watched = Watched(model)
    engine(model, [Task(task.prefix, task.own, (), task.answer) for task in tasks], watched)
    config = model.network.config
    weights = sum(parameter.nbytes for parameter in model.network.parameters()) - (
        0 if config.tie_word_embeddings else model.network.get_input_embeddings().weight.nbytes
    )
    experts = getattr(config, "n_routed_experts", 0)
    held = 3 * config.hidden_size * getattr(config, "moe_intermediate_size", 0) * model.network.dtype.itemsize
    least = taken = 0.0
    passes = [one for one in watched.begun if one[1] == len(tasks) and one[2] <= 1 + 16]
    for (began, rows, width, seen), (ended, *_) in pairwise(passes):
        unread = experts * (1 - config.num_experts_per_tok / experts) ** (rows * width) if experts else 0.0
        layers = config.num_hidden_layers - getattr(config, "first_k_dense_replace", 0)
        read = weights - layers * unread * held + rows * seen * token_bytes(config, model.network.dtype.itemsize)
        least, taken = least + read / speed, taken + ended - began
    return {"passes": len(passes), "ms": 1e3 * taken / len(passes), "floor_ms": 1e3 * least / len(passes)}


def report_floor(model: Model, batches: Sequence[int], own: int) -> list[dict[str, Any]]:
    """Print how far from the memory's speed writing is, for each batch."""
    speed = bandwidth(model.device)
    found: list[dict[str, Any]] = []
    print(f"\n### {model.name}: the memory's speed is {speed / 1e9:.0f} GB/s (copying)\n")
    print("| batch | ms a pass | floor ms | share of the floor |\n|---|---|---|---|")
    for batch in batches:
        tasks = tasks_of(model.codec, batch, 0, own)
        script(model, tasks)
        took = floor(model, tasks, speed)
        found.append({"shape": model.name, "batch": batch, **took})
        print(
            f"| {batch} | {took['ms']:.2f} | {took['floor_ms']:.2f} | {took['floor_ms'] / took['ms']:.2f} |", flush=True
        )
    return found


@click.command()
@click.option("--shape", "shapes", multiple=True, help="llama-70m, v2-70m, 1.3b, 6.7b, v2-lite")
@click.option("--device", default="cuda" if torch.cuda.is_available() else "cpu", show_default=True)
@click.option("--batches", default="1,4,16,64" if torch.cuda.is_available() else "1,8,64", show_default=True)
@click.option("--rounds", default=1, show_default=True)
@click.option("--alone", default=4, show_default=True, help="of how many requests one-by-one ways are measured")
@click.option("--as-gpu", is_flag=True, help="without a GPU, do what is done with one: mixed lengths, floors, bfloat16")
@click.option("--findings", default=10, show_default=True, help="what a review has to write fixes for")
@click.option("--own", default=64, show_default=True, help="tokens of a request's own code")
@click.option(
    "--shared", default="320,2048", show_default=True, help="tokens that a review's requests start with alike"
)
@click.option("--way", "chosen", multiple=True, type=click.Choice(list(WAYS)), help="default: all")
@click.option("--output", type=click.Path(path_type=Path), help="write all figures as JSON")
def main(  # noqa: PLR0913  each is an option
    *,
    shapes: tuple[str, ...],
    device: str,
    batches: str,
    rounds: int,
    alone: int,
    as_gpu: bool,
    findings: int,
    own: int,
    shared: str,
    chosen: tuple[str, ...],
    output: Path | None,
) -> None:
    """Measure generation."""
    cuda = device.startswith("cuda")
    gpu = cuda or as_gpu
    if not cuda:
        torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    where = torch.cuda.get_device_name() if cuda else f"{os.cpu_count()} cores, 1 thread, load {load}"
    print(f"# Generation\n\n`{' '.join(['python -m benchmarks.generation', *sys.argv[1:]])}` on {where}, ", end="")
    print(f"torch {torch.__version__}, transformers {transformers.__version__}", flush=True)
    sizes = [int(one) for one in batches.split(",") if one]
    figures: dict[str, list[Any]] = {"rows": [], "floor": []}
    for shape in shapes or (("1.3b", "6.7b", "v2-lite") if gpu else ("llama-70m", "v2-70m")):
        model = build(shape, device, torch.bfloat16 if gpu else torch.float32)
        ways = [way for way in WAYS if way != "continuous batching" or model.network.config.model_type == "llama"]
        ways = [way for way in ways if way in (chosen or ways)]
        cases = [
            (f"a review of {findings} findings, {start} tokens in common", (findings, start, own), False)
            for start in map(int, filter(None, shared.split(",")))
        ]
        cases += [(f"{size} at once, nothing in common", (size, 0, own), False) for size in sizes]
        cases += [(f"{size} at once, of mixed lengths", (size, 0, own), True) for size in sizes if gpu and size > 1]
        _warm(model, ways)
        for title, counts, mixed in cases:
            tasks = tasks_of(model.codec, *counts, mixed=mixed)
            script(model, tasks)
            rows = measure(model, tasks, ways, rounds, alone)
            table(f"{shape}: {title}", rows)
            figures["rows"] += [{name: getattr(row, name) for name in Row.__slots__} for row in rows]
        figures["floor"] += report_floor(model, sizes if gpu else sizes[:1], own)
        del model
    if output:
        output.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
