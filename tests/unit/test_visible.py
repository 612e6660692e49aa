import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.visible import shortened, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("src/app.py", "src/app.py"),
        ("é 漢 ß", "é 漢 ß"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\r\nb\tc", r"a\r\nb\tc"),
        ("\u202eevil\u2066\u200b", r"\u202eevil\u2066\u200b"),
        ("a\u3164b", r"a\u3164b"),
        ("a\u00a0b", "a b"),
        ("\ud800", r"\ud800"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@settings(deadline=None)
@given(st.text())
def test_no_control_or_format_character_comes_through(text: str) -> None:
    assert not {unicodedata.category(character) for character in visible(text)} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_a_cut_is_marked() -> None:
    assert (shortened("abcdef", 6), shortened("abcdef", 4)) == ("abcdef", "abc…")
