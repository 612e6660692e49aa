import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from reviewbot.errors import GenerationError
from tests.model.architectures import write
from workers.deepseek.batch import Forward, forward_of
from workers.deepseek.engine import Engine
from workers.deepseek.loading import Model, load
from workers.deepseek.request import Finish, Request
from workers.deepseek.settings import ModelSettings
from workers.deepseek.slots import SlotCache
from workers.deepseek.starts import KERNEL, SHORTEST, attend, kernel_among, share_starts, shares_starts
from workers.deepseek.stops import Strings

SETTINGS: dict[str, Any] = {
    "device": "cpu",
    "dtype": "float32",
    "context_tokens": 1024,
    "cache_tokens": 8192,
    "answer_tokens": 64,
    "answer_seconds": 3600,
    "max_batch": 8,
}

SHARED = 150
"""Tokens that half of the requests start with alike."""


@dataclass
class Loaded:
    model: Model
    settings: ModelSettings
    engines: list[Engine] = field(default_factory=list)

    def engine(self, **options: Any) -> Engine:
        self.engines.append(Engine(self.model, self.settings, **options))
        return self.engines[-1]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Loaded]:
    found: dict[str, Loaded] = {}

    def get(name: str) -> Loaded:
        if name not in found:
            folder = write(name, tmp_path_factory.mktemp("models") / name)
            settings = ModelSettings(str(folder), **SETTINGS)
            found[name] = Loaded(load(settings), settings)
        return found[name]

    return get


@pytest.fixture(autouse=True)
def closed(loaded: Callable[[str], Loaded]) -> Iterator[None]:
    yield
    for name in ("v1", "v1-mqa", "v2", "codellama", "starcoder2"):
        one = loaded(name)
        while one.engines:
            one.engines.pop().close()


def requests_for(model: Model, count: int, seed: int = 0) -> list[Request]:
    """Return requests of many lengths, half of them with a start in common; some are short, some end by themselves."""
    chance = random.Random(seed)  # noqa: S311  test data
    start = [chance.randrange(3, 440) for _ in range(SHARED)]
    requests = []
    for number in range(count):
        own = [chance.randrange(3, 440) for _ in range(chance.randrange(1, 50))]
        ids = tuple([*start, *own] if number % 2 else own)
        ends = frozenset(chance.sample(range(3, 440), 12)) | model.format.ends
        requests.append(Request(ids, chance.randrange(1, 14), ends))
    return requests


def plain(model: Model, request: Request) -> tuple[int, ...]:
    """Answer with transformers' own loop, one request alone."""
    with torch.inference_mode():
        out = model.network.generate(
            torch.tensor([request.ids]),
            attention_mask=torch.ones(1, len(request.ids), dtype=torch.long),
            max_new_tokens=request.max_tokens,
            do_sample=False,
            eos_token_id=sorted(request.ends),
            pad_token_id=0,
        )
    return tuple(out[0, len(request.ids) :].tolist())


def anchored(requests: list[Request], answers: list[tuple[int, ...]]) -> list[Request]:
    """Give a third of the requests the answer itself to draft from, and a third something like it."""
    changed = []
    for number, (request, answer) in enumerate(zip(requests, answers, strict=True)):
        near = (*answer[: len(answer) // 2], 7, *answer[len(answer) // 2 :], 9)
        anchor = ((), answer, near)[number % 3]
        changed.append(Request(request.ids, request.max_tokens, request.ends, anchor=anchor))
    return changed


@dataclass
class Passes:
    """The model's pass, counted, that can be made to fail."""

    forward: Forward
    tokens: int = 0
    passes: int = 0
    common: set[int] = field(default_factory=set)
    fail: Callable[[torch.Tensor], Exception | None] = lambda _: None

    def __call__(self, ids: torch.Tensor, *others: Any) -> torch.Tensor:
        error = self.fail(ids)
        if error is not None:
            raise error
        self.tokens += ids.numel()
        self.passes += 1
        self.common |= {others[-1].common} - {0}
        return self.forward(ids, *others)


@pytest.mark.parametrize("name", ["v1", "v2"])
def test_greedy_answers_are_those_of_generate_alone_and_among_others_that_are_cancelled(
    name: str, loaded: Callable[[str], Loaded]
) -> None:
    one = loaded(name)
    requests = requests_for(one.model, 200)
    expected = [plain(one.model, request) for request in requests]
    requests = anchored(requests, expected)
    passes = Passes(forward_of(one.model))
    engine = one.engine(forward=passes)

    alone = [engine.run([request])[0].ids for request in requests]
    assert alone == expected
    assert passes.common == set()

    assert answered_together(engine, requests) == expected
    # A pass reads a start from memory once when all of its rows start so.
    assert answered_together(engine, requests[1::2]) == expected[1::2]
    assert max(passes.common, default=0) >= SHARED > SHORTEST


def answered_together(engine: Engine, requests: list[Request]) -> list[tuple[int, ...]]:
    """Answer them ten at a time for several callers, while two others give up on theirs."""
    answers: dict[int, tuple[int, ...]] = {}
    cancelled: list[Finish] = []

    def ask(first: int) -> None:
        for start in range(first, len(requests), 40):
            found = engine.run(requests[start : start + 10])
            answers.update({start + place: answer.ids for place, answer in enumerate(found)})

    def give_up(number: int) -> None:
        long = [Request(one.ids, 700, frozenset()) for one in requests[number : number + 2]]
        found = engine.run(long, lambda: len(answers) >= number)
        cancelled.extend(answer.finish for answer in found)

    threads = [threading.Thread(target=ask, args=(first,)) for first in (0, 10, 20, 30)]
    threads += [threading.Thread(target=give_up, args=(len(requests) * share // 5,)) for share in (1, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(cancelled) == {Finish.CANCELLED}
    return [answers[number] for number in range(len(requests))]


@pytest.mark.parametrize("name", ["v1-mqa", "codellama", "starcoder2"])
def test_the_other_architectures_answer_as_generate_does(name: str, loaded: Callable[[str], Loaded]) -> None:
    one = loaded(name)
    requests = requests_for(one.model, 24)
    expected = [plain(one.model, request) for request in requests]
    assert [answer.ids for answer in one.engine().run(anchored(requests, expected))] == expected


@pytest.mark.parametrize("name", ["v1", "v2"])
def test_drafts_save_passes_and_change_nothing(name: str, loaded: Callable[[str], Loaded]) -> None:
    one = loaded(name)
    ids = requests_for(one.model, 2)[1].ids
    passes = [Passes(forward_of(one.model)) for _ in range(2)]
    without = one.engine(forward=passes[0]).run([Request(ids, 40, frozenset())])[0].ids
    with_drafts = one.engine(forward=passes[1]).run([Request(ids, 40, frozenset(), anchor=without)])[0].ids
    assert with_drafts == without
    assert passes[1].passes < passes[0].passes / 2


def test_a_start_that_requests_have_in_common_is_read_once(loaded: Callable[[str], Loaded]) -> None:
    one = loaded("v1")
    passes = Passes(forward_of(one.model))
    engine = one.engine(forward=passes)
    chance = random.Random(1)  # noqa: S311  test data
    start = tuple(chance.randrange(3, 440) for _ in range(400))
    group = [Request((*start, 3 + number, 4, 5), 1, frozenset()) for number in range(8)]
    engine.run(group)
    assert passes.tokens < 400 + 8 * 40
    before = passes.tokens
    engine.run([Request((*start, 300, 301), 1, frozenset())])
    assert passes.tokens - before < 60


@pytest.mark.parametrize("name", ["v1", "v1-mqa", "v2", "starcoder2"])
def test_rows_that_start_alike_attend_to_their_start_together_and_answer_as_alone(
    name: str, loaded: Callable[[str], Loaded]
) -> None:
    one = loaded(name)
    chance = random.Random(2)  # noqa: S311  test data
    start = [chance.randrange(3, 440) for _ in range(200)]
    requests = [
        Request((*start, *(chance.randrange(3, 440) for _ in range(chance.randrange(1, 40)))), 3 + number, frozenset())
        for number in range(8)
    ]
    expected = [plain(one.model, request) for request in requests]
    passes = Passes(forward_of(one.model))
    found = one.engine(forward=passes).run(anchored(requests, expected))
    assert [answer.ids for answer in found] == expected
    assert passes.common == ({200} if name != "starcoder2" else set())  # it sees only some way back


def test_what_is_kept_of_earlier_requests_is_bounded(loaded: Callable[[str], Loaded]) -> None:
    one = loaded("v1")
    passes = Passes(forward_of(one.model))
    engine = one.engine(forward=passes)
    starts = [tuple(3 + (number * 7 + place) % 430 for place in range(600)) for number in range(3)]
    for start in starts:  # 1024 tokens are kept: the latest one of these
        engine.run([Request(start, 1, frozenset())])
    read = []
    for start in (starts[2], starts[0]):
        before = passes.tokens
        engine.run([Request(start, 1, frozenset())])
        read.append(passes.tokens - before)
    assert read[0] < 100
    assert read[1] >= 590


@pytest.mark.parametrize("name", ["v1", "v2"])
def test_a_sample_is_the_same_alone_among_others_and_drafted(name: str, loaded: Callable[[str], Loaded]) -> None:
    one = loaded(name)
    engine = one.engine()
    requests = [Request(request.ids, 10, frozenset(), sample=2) for request in requests_for(one.model, 12)]
    alone = [engine.run([request])[0].ids for request in requests]
    assert [answer.ids for answer in engine.run(requests)] == alone
    drafted = [
        Request(request.ids, 10, frozenset(), anchor=ids, sample=2)
        for request, ids in zip(requests, alone, strict=True)
    ]
    assert [answer.ids for answer in engine.run(drafted)] == alone


def test_samples_differ_from_each_other_and_from_the_likeliest_answer(loaded: Callable[[str], Loaded]) -> None:
    one = loaded("v1")
    ids = requests_for(one.model, 2)[1].ids
    answers = one.engine().run([Request(ids, 12, frozenset(), sample=sample) for sample in range(5)])
    assert len({answer.ids for answer in answers}) == 5


def test_an_answer_ends_exactly_before_its_stop_string(loaded: Callable[[str], Loaded]) -> None:
    one = loaded("v1")
    engine = one.engine()
    for request in requests_for(one.model, 12, seed=3):
        whole = engine.run([Request(request.ids, 24, frozenset())])[0].text
        stop = whole[len(whole) // 2 :][:3]
        answer = engine.run([Request(request.ids, 24, frozenset(), Strings([stop]), anchor=request.ids)])[0]
        assert answer.text == whole[: whole.index(stop)]
        assert answer.finish is Finish.STOP


def test_an_answer_that_takes_too_long_ends_as_late(loaded: Callable[[str], Loaded]) -> None:
    one = loaded("v1")
    now = [0.0]
    passes = Passes(forward_of(one.model))

    def clock() -> float:
        if passes.passes > 5:
            now[0] = 4000
        return now[0]

    engine = one.engine(forward=passes, clock=clock)
    (answer,) = engine.run([Request((5, 6, 7), 60, frozenset())])
    assert answer.finish is Finish.LATE
    assert 0 < len(answer.ids) < 60


class MemoryRanOut(torch.OutOfMemoryError):  # type: ignore[misc]  # torch is not there when types are checked
    """What torch raises when a GPU is full."""


class LostError(Exception):
    """What a caller's check raises."""


def test_what_the_callers_check_raises_ends_its_requests_alone(loaded: Callable[[str], Loaded]) -> None:
    one = loaded("v1")
    engine = one.engine()

    def check() -> bool:
        raise LostError

    with pytest.raises(LostError):
        engine.run([Request((5, 6, 7), 900, frozenset())] * 8, check)
    request = requests_for(one.model, 1)[0]
    assert engine.run([request])[0].ids == plain(one.model, request)


def test_when_memory_runs_out_half_of_the_batch_goes_on_and_the_answers_are_the_same(
    loaded: Callable[[str], Loaded],
) -> None:
    one = loaded("v1")
    requests = requests_for(one.model, 16)
    expected = [plain(one.model, request) for request in requests]
    failed: list[int] = []

    def fail(ids: torch.Tensor) -> Exception | None:
        if len(ids) > 4:
            failed.append(len(ids))
            return MemoryRanOut("CUDA out of memory.")
        return None

    engine = one.engine(forward=Passes(forward_of(one.model), fail=fail))
    assert [answer.ids for answer in engine.run(requests)] == expected
    assert failed
    failed.clear()
    assert [answer.ids for answer in engine.run(requests)] == expected  # it tries the whole batch again later
    assert failed


def test_when_half_of_the_batch_is_too_much_these_requests_fail_and_later_ones_do_not(
    loaded: Callable[[str], Loaded],
) -> None:
    one = loaded("v1")
    requests = requests_for(one.model, 16)
    expected = [plain(one.model, request) for request in requests]
    failures = [MemoryRanOut("CUDA out of memory.") for _ in range(2)]
    passes = Passes(forward_of(one.model), fail=lambda ids: failures.pop() if failures and len(ids) > 1 else None)
    answers = one.engine(forward=passes).run(requests)
    lost = [answer.finish is Finish.MEMORY for answer in answers]
    assert 1 <= sum(lost) <= 4
    assert all(gone or answer.ids == ids for gone, answer, ids in zip(lost, answers, expected, strict=True))


def test_a_broken_device_fails_all_callers_with_what_to_do(loaded: Callable[[str], Loaded]) -> None:
    one = loaded("v1")
    engine = one.engine(forward=Passes(forward_of(one.model), fail=lambda _: RuntimeError("CUDA error: lost\nat x")))
    for _ in range(2):
        with pytest.raises(
            GenerationError, match=r"^The model broke down \(CUDA error: lost\)\. Restart the worker\.$"
        ):
            engine.run([Request((5, 6, 7), 4, frozenset())])


def test_closing_the_engine_fails_callers_that_wait(loaded: Callable[[str], Loaded]) -> None:
    one = loaded("v1")
    started = threading.Event()
    passes = Passes(forward_of(one.model), fail=lambda _: started.set())
    engine = one.engine(forward=passes)
    caught: list[str] = []

    def ask() -> None:
        try:
            engine.run([Request((5, 6, 7), 900, frozenset())] * 8)
        except GenerationError as error:
            caught.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    assert started.wait(60)
    engine.close()
    thread.join()
    assert caught == ["The model was shut down."]


def test_requests_of_one_adapter_are_answered_together(loaded: Callable[[str], Loaded]) -> None:
    one = loaded("v1")
    switched: list[str] = []
    engine = one.engine(activate=switched.append)
    requests = [Request((5 + number, 6, 7), 3, frozenset(), adapter=("a", "b")[number % 2]) for number in range(12)]
    answers = engine.run([*requests, Request((5, 6, 7), 3, frozenset())])
    assert switched == ["a", "b", ""]
    assert all(len(answer.ids) == 3 for answer in answers)


def test_what_was_read_with_one_adapter_is_not_used_with_another(loaded: Callable[[str], Loaded]) -> None:
    one = loaded("v1")
    passes = Passes(forward_of(one.model))
    engine = one.engine(forward=passes)
    ids = tuple(range(3, 303))
    for adapter in ("", "a"):
        before = passes.tokens
        engine.run([Request(ids, 1, frozenset(), adapter=adapter)])
        assert passes.tokens - before >= 299


def test_latents_are_attended_to_as_if_they_were_expanded(loaded: Callable[[str], Loaded]) -> None:
    one = loaded("v2")
    ids = torch.tensor([[3 + (5 * place) % 400 for place in range(40)]])
    with torch.inference_mode():
        expected = one.model.network.base_model(input_ids=ids, use_cache=False).last_hidden_state
        cache, forward = SlotCache(one.model.network.config.num_hidden_layers, 256), forward_of(one.model)
        cache.reserve(1, 64)
        found = []
        for start, stop in ((0, 30), (30, 31), (31, 40)):
            positions = torch.arange(start, stop)[None]
            mask = torch.arange(stop) <= positions[:, :, None]
            cache.aim(slice(0, 1), positions, stop)
            found.append(forward(ids[:, start:stop], positions, mask[:, None], cache))
    torch.testing.assert_close(torch.cat(found, dim=1), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("heads", "key_heads", "dtype"), [(4, 4, torch.float32), (4, 2, torch.float32), (4, 1, torch.bfloat16)]
)
def test_a_common_start_attended_to_once_is_the_same_as_attending_to_all(
    heads: int, key_heads: int, dtype: torch.dtype
) -> None:
    torch.manual_seed(0)
    queries, keys, values = (torch.randn(3, count, 90, 16).to(dtype) for count in (heads, key_heads, key_heads))
    queries = queries[:, :, :5]
    keys[:, :, :60], values[:, :, :60] = keys[:1, :, :60], values[:1, :, :60]
    ends = torch.tensor([64, 70, 84])
    mask = (torch.arange(90) <= ends[:, None, None] + torch.arange(5)[:, None])[:, None]
    groups = heads // key_heads
    expected = scaled_dot_product_attention(
        queries, keys.repeat_interleave(groups, 1), values.repeat_interleave(groups, 1), attn_mask=mask, scale=0.25
    )
    exact = {"rtol": 1e-5, "atol": 1e-5} if dtype == torch.float32 else {"rtol": 2e-2, "atol": 2e-2}
    for common in (0, 1, 60):
        for kernel in (KERNEL, None):  # None is another torch
            torch.testing.assert_close(attend(queries, keys, values, mask, 0.25, common, kernel), expected, **exact)


def _takes_less(*_queries_keys_values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.zeros(1), torch.zeros(1)


def _sums_otherwise(*given: Any, **named: Any) -> tuple[torch.Tensor, torch.Tensor]:
    assert KERNEL is not None
    found, weight = KERNEL(*given, **named)
    return found, weight.exp()


def _returns_one(*given: Any, **named: Any) -> torch.Tensor:
    assert KERNEL is not None
    return KERNEL(*given, **named)[0]


@pytest.mark.parametrize(
    "operators",
    [
        SimpleNamespace(),
        *(
            SimpleNamespace(_scaled_dot_product_flash_attention_for_cpu=kernel)
            for kernel in (_takes_less, _sums_otherwise, _returns_one)
        ),
    ],
)
def test_with_a_torch_of_another_kernel_each_row_attends_by_itself(
    operators: object, loaded: Callable[[str], Loaded]
) -> None:
    assert KERNEL is not None
    network = loaded("v1").model.network
    assert shares_starts(network, KERNEL)
    assert kernel_among(operators) is None
    assert not shares_starts(network, kernel_among(operators))


class Refusing:
    """A network of a transformers that takes no attention but its own."""

    def __init__(self) -> None:
        self.config = SimpleNamespace(model_type="llama", _attn_implementation="sdpa")
        self.device = torch.device("cpu")

    def set_attn_implementation(self, name: str) -> None:
        raise ValueError(f"{name} is not known.")


def test_with_a_transformers_that_takes_no_further_attention_the_model_keeps_its_own() -> None:
    network = Refusing()
    share_starts(network)
    assert not shares_starts(network)


def test_a_model_that_keeps_its_own_attention_answers_as_generate_does(loaded: Callable[[str], Loaded]) -> None:
    one = loaded("v1")
    requests = requests_for(one.model, 10)
    expected = [plain(one.model, request) for request in requests]
    passes = Passes(forward_of(one.model))
    one.model.network.set_attn_implementation("sdpa")
    try:
        share_starts(one.model.network, None)
        found = one.engine(forward=passes).run(anchored(requests, expected))
    finally:
        share_starts(one.model.network)
    assert [answer.ids for answer in found] == expected
    assert passes.common == set()


def test_nothing_asked_is_nothing_answered(loaded: Callable[[str], Loaded]) -> None:
    assert loaded("v1").engine().run([]) == []
