from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from reviewbot.github.events import PullAddress
from reviewbot.github.markers import Kind, Mark, Marker, without_mark

ADDRESS = PullAddress(1, "acme/shop", 77, 5)
KEY = SecretStr("k" * 32)
MARK = Mark(Kind.FINDING, "a" * 40, "0123abcd:1@Semgrep")
OURS = Marker(KEY, ADDRESS)


@given(st.text())
def test_a_mark_is_read_back_from_under_any_text(text: str) -> None:
    assert OURS.read(OURS.under(text, MARK)) == MARK
    assert OURS.read(OURS.under(text, MARK) + "\r\n") == MARK


def test_a_text_without_its_mark_is_the_text() -> None:
    assert without_mark(OURS.under("Some words.", MARK)) == "Some words."


@pytest.mark.parametrize(
    "elsewhere",
    [
        Marker(SecretStr("another key"), ADDRESS),
        Marker(KEY, replace(ADDRESS, repository_id=78)),
        Marker(KEY, replace(ADDRESS, number=6)),
    ],
)
def test_a_mark_from_elsewhere_is_none_of_ours(elsewhere: Marker) -> None:
    assert OURS.read(elsewhere.under("Some words.", MARK)) is None


def test_a_mark_survives_a_rename_of_the_repository() -> None:
    assert Marker(KEY, replace(ADDRESS, repository="acme/store")).read(OURS.under("Some words.", MARK)) == MARK


def test_a_mark_that_is_quoted_in_our_text_is_not_read() -> None:
    quoted = OURS.under("", MARK)
    assert OURS.read(f"```\n{quoted}\n```\n\nFound by `x`.") is None
    other = Mark(Kind.FINDING, "b" * 40, "f:0@Bandit")
    assert OURS.read(OURS.under(quoted, other)) == other


@pytest.mark.parametrize(
    "changed", [("a" * 40, "b" * 40), ("finding", "gone"), ("abcd:1", "abcd:2"), ("reviewbot:1", "reviewbot:2")]
)
def test_a_changed_mark_is_none(changed: tuple[str, str]) -> None:
    assert OURS.read(OURS.under("Some words.", MARK).replace(*changed)) is None


@given(st.text())
def test_nobody_makes_a_mark_by_chance(text: str) -> None:
    assert OURS.read(text) is None
    assert OURS.read(None) is None
