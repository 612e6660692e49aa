"""An answer in pieces: however it is cut, and whatever it is."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from reviewbot.generators.dialect import UnreadableError
from reviewbot.generators.reading import Reading
from reviewbot.prompt import parse_reply
from tests.fake_model_server import event

ODD = [
    b"data: ", b"data: {}", b"[DONE]", b"\n", b"\r\n", b"{", b"}", b'{"choices": [',
    b'{"delta": {"content": "```\\n"}}',
    b"]}", b": x", b"event: y\n", b'"', b"\xff\xfe", b"null", b"[[[[", b'{"done": true}', b'{"content": 1}', b"NaN",
    event("```\nx\n```\n", "stop"), event("x"), b'{"error": 1}',
]  # fmt: skip
TEXT = st.text(st.sampled_from("`x \n\u00e9\U0001f600"), max_size=60)


@given(st.lists(st.sampled_from(ODD) | st.binary(max_size=9), max_size=30), st.booleans())
def test_whatever_comes_is_read_or_refused(pieces: list[bytes], fenced: bool) -> None:  # noqa: FBT001  from hypothesis
    reading = Reading(fenced=fenced)
    with suppress(UnreadableError):
        for piece in pieces:
            reading.feed(piece)
        reading.end()
    assert isinstance(reading.text(), str)


@given(st.lists(TEXT, max_size=6), st.integers(1, 40))
def test_it_does_not_matter_where_an_answer_is_cut(texts: list[str], size: int) -> None:
    data = b"".join(event(text) for text in texts) + event("", "stop")
    whole, cut = Reading(fenced=False), Reading(fenced=False)
    whole.feed(data)
    for at in range(0, len(data), size):
        cut.feed(data[at : at + size])
    for reading in (whole, cut):
        reading.end()
        assert (reading.text(), reading.finish) == ("".join(texts), "stop")


@given(TEXT, TEXT)
def test_stopping_early_changes_no_answer_that_can_be_read(code: str, talk: str) -> None:
    """What follows the second block, or much talk after the first, is what is not waited for."""
    text = f"```\n{code}\n```\n{talk}"
    reading = Reading(fenced=True)
    for character in text:
        reading.feed(event(character))
        if reading.over:
            break
    else:
        reading.feed(event("", "length"))
        reading.end()
        assert reading.text() == text
    if parse_reply(text) is not None:
        assert parse_reply(reading.text()) == parse_reply(text)


@given(TEXT)
def test_a_fence_is_put_back_only_where_one_is_missing(code: str) -> None:
    reading = Reading(fenced=True)
    reading.feed(event(f"```\n{code}", "stop"))
    reading.end()
    if parse_reply(f"```\n{code}") is not None:
        assert parse_reply(reading.text()) == parse_reply(f"```\n{code}")
    if "`" not in code and code.strip():
        assert parse_reply(reading.text()) == parse_reply(f"```\n{code.removesuffix('\n')}\n```\n") is not None
