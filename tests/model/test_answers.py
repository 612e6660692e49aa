"""What an answer is made of, without a model: where it ends, what it is drafted from, how a token is chosen."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.prompt import parse_reply
from workers.deepseek.drafts import MAX_DRAFT, Drafter, best_length
from workers.deepseek.prefixes import Prefixes, shared
from workers.deepseek.sampling import choose, seed_of
from workers.deepseek.slots import Kept
from workers.deepseek.stops import Fences, Strings

CODE = "```python\nx = f(1)\n```\n"
IMPORTS = "```imports\nimport f\n```\n"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (CODE + "This fixes it.", CODE),
        (CODE + "\n" + IMPORTS + "and so on", CODE + "\n" + IMPORTS),
        ("\n" + CODE + "```python\ny = 2\n```\n", "\n" + CODE),
        ("Here:\n" + CODE + "\n\n\n", "Here:\n" + CODE),
        ("````\n```\nx\n```\n````\nend", "````\n```\nx\n```\n````\n"),
        ("```python\n# User: x\nUser: y\n```\nUser: more", "```python\n# User: x\nUser: y\n```\n"),
        ("none\nUser: now", "none\n"),
    ],
)
def test_an_answer_ends_with_its_code_and_the_imports(text: str, answer: str) -> None:
    stop = Fences(("User:",))
    ends = [stop(text[:size]) for size in range(len(text) + 1)]
    first = next(end for end in ends if end is not None)
    assert text[:first] == answer


@pytest.mark.parametrize(
    "text", ["", "none", "```python\nx = 1\n", "``", CODE, CODE + "\n", CODE + "``", CODE + "```imports\nimport", "a\n"]
)
def test_an_answer_that_may_go_on_does_not_end(text: str) -> None:
    assert Fences(("User:",))(text) is None


@given(
    before=st.sampled_from(["", "\n", "Sure:\n"]),
    code=st.lists(st.text("ab `#\t", max_size=8), min_size=1, max_size=4),
    imports=st.booleans(),
    after=st.sampled_from(["", "\n", "More.\n", "\n### x\n"]),
)
def test_what_is_cut_off_changes_nothing_in_how_a_well_formed_answer_is_read(
    before: str, code: list[str], after: str, *, imports: bool
) -> None:
    text = before + "```python\n" + "\n".join(code) + "\n```\n" + (IMPORTS if imports else "") + after
    end = Fences()(text)
    whole, cut = parse_reply(text), parse_reply(text[:end])
    assert whole is None or cut == whole


def test_the_first_of_several_stop_strings_counts() -> None:
    assert Strings(["two", "one"])("zero one two") == 5
    assert Strings(["two"])("zero") is None


def test_guesses_follow_the_edited_code_near_the_place_that_is_reached() -> None:
    anchor = [1, 2, 3, 4, 1, 2, 5, 6]
    drafter = Drafter([9, 9, 9], anchor)
    assert drafter.guess([8, 1, 2]) == [3, 4, 1, 2, 5, 6]
    assert drafter.guess([8, 1, 2, 3, 4]) == [1, 2, 5, 6]
    assert drafter.guess([8, 1, 2, 3, 4, 7, 1, 2]) == [5, 6]


def test_without_an_anchor_guesses_follow_what_was_last_said_alike() -> None:
    assert Drafter([1, 2, 3, 1, 2, 4, 5], []).guess([1, 2])[:2] == [4, 5]
    assert Drafter([1, 2, 3], []).guess([7]) == []


def test_an_answer_is_expected_to_begin_as_the_last_one_did() -> None:
    drafter = Drafter([1], [5, 6], opening=[2, 3])
    assert drafter.guess([]) == [2, 3]
    assert drafter.guess([2]) == [3]
    assert drafter.guess([2, 5]) == [6]


@given(st.lists(st.integers(0, 3), max_size=30), st.lists(st.integers(0, 3), max_size=30))
def test_guesses_are_bounded_whatever_was_written(anchor: list[int], out: list[int]) -> None:
    drafter = Drafter([0, 1], anchor)
    assert all(len(drafter.guess(out[:size])) <= MAX_DRAFT for size in range(len(out) + 1))


def test_more_is_drafted_where_a_pass_costs_more_than_its_tokens_and_drafts_are_right() -> None:
    on_cpu, on_gpu = (best_length([16, 16], [0.8, 0.8], overhead) for overhead in (8, 256))
    assert 0 < on_cpu < on_gpu
    assert best_length([16] * 64, [0.1] * 64, 8) == 0
    assert best_length([], [], 8) == 0


def test_samples_come_as_often_as_the_model_says() -> None:
    logits = torch.log(torch.tensor([0.5, 0.3, 0.2, 1e-9])).repeat(4000, 1)
    tokens = choose(logits, [(seed_of([1, 2], 1), position) for position in range(4000)], temperature=1.0)
    shares = [tokens.count(token) / 4000 for token in range(4)]
    assert shares == pytest.approx([0.5, 0.3, 0.2, 0.0], abs=0.03)


def test_a_row_without_a_key_is_the_likeliest_token_among_sampled_ones() -> None:
    logits = torch.tensor([[0.0, 1.0, 0.5]]).repeat(40, 1)
    tokens = choose(logits, [None if row % 2 else (7, row) for row in range(40)], temperature=5.0)
    assert set(tokens[1::2]) == {1}
    assert len(set(tokens[::2])) == 3


def test_seeds_differ_by_request_and_sample() -> None:
    assert len({seed_of([1, 2], 1), seed_of([1, 2], 2), seed_of([1, 3], 1), seed_of([1], 1)}) == 4


@given(st.lists(st.integers(0, 2)), st.lists(st.integers(0, 2)))
def test_the_common_start_of_two_requests_is_found(first: list[int], second: list[int]) -> None:
    common = shared(first, second)
    assert first[:common] == second[:common]
    assert common == min(len(first), len(second)) or first[common] != second[common]


def test_kept_starts_are_found_by_adapter_and_dropped_by_last_use() -> None:
    prefixes = Prefixes(budget=10)
    kept = {name: Kept((), 4) for name in "abc"}
    prefixes.remember("", (1, 2, 3, 4), kept["a"])
    prefixes.remember("", (5, 6, 7, 8), kept["b"])
    assert prefixes.find("", (1, 2, 9)) == (kept["a"], 2)
    prefixes.remember("", (9, 9, 9, 9), kept["c"])
    assert prefixes.find("", (5, 6)) == (None, 0)
    assert prefixes.find("other", (1, 2)) == (None, 0)
    assert prefixes.holds("", (1, 2, 3))
    assert prefixes.holds("", (0,) * 11)
    assert not prefixes.holds("", (1, 2, 4))


def test_guesses_are_trusted_as_far_as_they_were_right_even_where_none_was_checked() -> None:
    drafter = Drafter([9], [1, 2, 3])
    drafter.guess([1])
    before = drafter.trust
    drafter.learn(0, 1)
    wrong = drafter.trust
    drafter.learn(1, 0)
    assert wrong < before
    assert wrong < drafter.trust
    drafter.learn(0, 0)
    for _ in range(50):
        drafter.learn(0, 1)
    assert drafter.trust > 0
