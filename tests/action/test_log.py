"""The log of a step: whatever hostile text it shows, the runner obeys our commands and no others."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.action.log import Level, Log
from reviewbot.redaction import Redactor
from tests.action.commands import Command, replay

PIECES = (
    "::error::x",
    "##[error]x",
    "::add-mask::a",
    "::set-env name=LD_PRELOAD::x",
    "::stop-commands::x",
    "\n",
    "\r",
    "%0A",
    "%",
    ":",
    ",",
    "=",
    "\x1b[31m",
    "\u2028",
    "\x85",
    "\udc80",
    "words ",
)
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=8).map("".join)


def written(*, said: list[str], annotated: list[tuple[str, str]]) -> str:
    parts: list[str] = []
    with Log(parts.append, Redactor()) as log:
        for text in said:
            log.say(text)
        for path, text in annotated:
            log.annotate(Level.ERROR, text, {"file": path, "line": 3})
            log.say(text)
    return "".join(parts)


def as_sent(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


@given(st.lists(HOSTILE, max_size=4), st.lists(st.tuples(HOSTILE, HOSTILE), max_size=4))
def test_the_runner_obeys_nothing_but_our_annotations(said: list[str], annotated: list[tuple[str, str]]) -> None:
    found = replay(written(said=said, annotated=annotated))

    assert found.commands == tuple(
        Command("error", {"file": as_sent(path), "line": "3"}, as_sent(text)) for path, text in annotated
    )
    assert not found.stopped


def test_what_is_printed_after_an_error_that_nobody_caught_is_no_command() -> None:
    parts: list[str] = []
    with pytest.raises(RuntimeError), Log(parts.append, Redactor()):
        raise RuntimeError

    found = replay("".join(parts) + "Traceback\n::error::from a file name\n")

    assert (found.commands, found.stopped) == ((), True)


def test_no_word_that_ends_a_section_is_used_twice() -> None:
    log = written(said=["a"], annotated=[("a", "b"), ("c", "d")])
    words = [line.removeprefix("::stop-commands::") for line in log.splitlines() if line.startswith("::stop-")]

    assert len(set(words)) == 3
    assert {len(word) for word in words} == {32}


def test_a_secret_is_masked_and_never_shown() -> None:
    secret = secrets.token_hex(12)
    parts: list[str] = []
    with Log(parts.append, Redactor([secret])) as log:
        log.mask(secret)
        log.say(f"it is {secret}")
        log.annotate(Level.NOTICE, f"it is {secret}", {})

    found = replay("".join(parts))

    assert [one.name for one in found.commands] == ["add-mask", "notice"]
    assert secret not in "".join(found.shown) + found.commands[1].value
