from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reviewbot.errors import ConfigError, GenerationError
from reviewbot.prompt import Infill, Prompt
from reviewbot.suggestion import Generator
from tests.model.architectures import write
from workers.deepseek import ModelSettings, load_model
from workers.deepseek.coder import DeepSeekCoder
from workers.deepseek.loading import load
from workers.deepseek.stops import Repeats

type Start = Callable[..., DeepSeekCoder]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[DeepSeekCoder] = []

    def begin(name: str = "v1", *, base: bool = False, **changes: Any) -> DeepSeekCoder:
        settings = {"device": "cpu", "context_tokens": 400, "cache_tokens": 2048, "answer_tokens": 8, **changes}
        folder = write(name, tmp_path / f"{name}-{len(started)}")
        if base:
            (folder / "chat_template.jinja").unlink()
        started.append(load_model(ModelSettings(str(folder), **settings)))
        return started[-1]

    yield begin
    for coder in started:
        coder.close()


PROMPT = Prompt("You mend code.", "Mend:\n```\nx = 1\n```", anchor="x = 1\n")
HOLE = Prompt("", "", infill=Infill("def f(x):\n    return ", "\n\n\nf(1)\n"))


def test_a_prompt_is_answered_in_order_by_the_model_that_is_named(start: Start) -> None:
    coder: DeepSeekCoder = start(answer_tokens=300)
    replies = coder.generate([PROMPT, replace(PROMPT, sample=1), PROMPT])
    assert replies[0] == replies[2] != replies[1]
    assert {reply.model for reply in replies} == {coder.name}
    assert coder.name.startswith("v1-0@")


def test_an_answer_that_is_cut_off_is_none(start: Start) -> None:
    (reply,) = start(answer_tokens=2).generate([PROMPT])
    assert (reply.text, reply.missing) == ("", "The answer was not complete after 2 tokens.")


def test_a_prompt_that_is_too_long_is_refused_and_the_others_are_answered(start: Start) -> None:
    coder: DeepSeekCoder = start()
    long = replace(PROMPT, user="x = 1\n" * 400)
    replies = coder.generate([long, PROMPT])
    assert "The request takes" in replies[0].missing
    assert "at most 392" in replies[0].missing
    assert replies[1] == coder.generate([PROMPT])[0]


@pytest.mark.parametrize("name", ["v1", "v2", "codellama", "starcoder2"])
def test_a_hole_is_filled_with_the_code_around_it_trimmed_to_what_fits(name: str, start: Start) -> None:
    coder: DeepSeekCoder = start(name)
    assert coder.fills_holes
    long = Prompt("", "", infill=Infill("a = 1\n" * 400, "b = 2\n" * 400))
    for reply in coder.generate([HOLE, long]):
        assert reply.missing in {"", "The answer was not complete after 8 tokens."}


def test_of_a_hole_that_is_not_filled_to_its_end_what_was_written_is_handed_out(start: Start) -> None:
    coder: DeepSeekCoder = start(base=True, answer_tokens=1)
    (reply,) = coder.generate([HOLE])
    assert reply.cut
    assert reply.text
    assert reply.missing == "The answer was not complete after 1 tokens."


def test_a_filled_hole_ends_before_the_whole_line_that_repeats_what_comes_after_it() -> None:
    stop = Repeats("return x")
    text = "    f(x)\n    return x\n"
    assert text[: stop(text)] == "    f(x)\n"
    for unfinished in ("", "    return x\n", "    f(x)\n    return x", "    f(x)\n    return xs\n"):
        assert stop(unfinished) is None
    assert Repeats("")("\n\n\n") is None


def test_a_base_model_fills_holes_and_refuses_to_chat(start: Start) -> None:
    coder: DeepSeekCoder = start(base=True)
    assert (coder.chats, coder.fills_holes) == (False, True)
    chat, hole = coder.generate([PROMPT, HOLE])
    assert "base model" in chat.missing
    assert "base model" not in hole.missing


def test_a_model_without_holes_says_so(start: Start) -> None:
    coder: DeepSeekCoder = start("chatml")
    assert not coder.fills_holes
    assert "no holes" in coder.generate([HOLE])[0].missing


def test_a_review_that_is_superseded_stops(start: Start) -> None:
    coder: DeepSeekCoder = start(answer_tokens=800, context_tokens=1024)
    bound: Generator = coder.bound(cancelled=lambda: True)
    replies = bound.generate([replace(PROMPT, sample=number) for number in range(20)])
    assert "The answer is not wanted any more." in {reply.missing for reply in replies}


def test_time_runs_out_for_the_answer_not_for_the_review(start: Start) -> None:
    (reply,) = start(answer_seconds=1e-9).generate([PROMPT])
    assert reply.missing == "The answer was not complete after 1e-09 seconds."


def test_an_adapter_that_is_not_set_is_an_error(start: Start) -> None:
    with pytest.raises(GenerationError, match='no adapter "mine"'):
        start().generate([PROMPT], adapter="mine")


def test_a_closed_model_says_so(start: Start) -> None:
    coder: DeepSeekCoder = start()
    coder.close()
    with pytest.raises(GenerationError, match="shut down"):
        coder.generate([PROMPT])


def test_int8_answers_with_smaller_weights(start: Start) -> None:
    coder: DeepSeekCoder = start(quantise="int8")
    assert coder.generate([PROMPT])[0].model == coder.name


def test_what_cannot_be_loaded_is_a_matter_of_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be loaded"):
        load(ModelSettings(str(tmp_path)))
