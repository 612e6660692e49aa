import json
from typing import Any

import pytest

from reviewbot.scanners.prefilter import Prefilter


def _prefilter(formula: Any) -> Prefilter:
    return Prefilter.parse(json.dumps([{"rule_id": "r", "filter": formula}]).encode())


@pytest.mark.parametrize(
    ("formula", "text", "allowed"),
    [
        (["Some", ["Pred", ["Idents", ["a", "b"]]]], "b a", True),
        (["Some", ["Pred", ["Idents", ["a", "b"]]]], "b", False),
        (["Some", ["And", [["Pred", ["Idents", ["a"]]], ["Pred", ["Idents", ["b"]]]]]], "a", False),
        (["Some", ["Or", [["Pred", ["Idents", ["a"]]], ["Pred", ["Idents", ["b"]]]]]], "a", True),
        (["Some", ["Or", [["Pred", ["Idents", ["a"]]], ["Pred", ["Idents", ["b"]]]]]], "c", False),
        (["Some", ["Pred", ["Idents", ["é"]]]], "é", True),
        # Not evaluated, or not known: it can match.
        (["Some", ["Pred", ["Regexp", "x+"]]], "", True),
        (["Some", ["Not", ["Pred", ["Idents", ["a"]]]]], "", True),
        (["Some"], "", True),
        ("None", "", True),
        (None, "", True),
        (7, "", True),
    ],
)
def test_a_rule_is_left_out_only_if_words_that_it_needs_are_missing(formula: Any, text: str, *, allowed: bool) -> None:
    assert _prefilter(formula).allows("r", text.encode()) is allowed


@pytest.mark.parametrize("dump", [b"", b"{}", b"[1]", b'[{"rule_id": "r"}]', b"null", b"\xff"])
def test_a_dump_that_is_not_understood_leaves_nothing_out(dump: bytes) -> None:
    assert Prefilter.parse(dump).allows("r", b"")


def test_a_rule_that_is_not_in_the_dump_is_kept() -> None:
    assert _prefilter(["Some", ["Pred", ["Idents", ["a"]]]]).allows("other", b"")
