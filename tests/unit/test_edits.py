from hypothesis import given
from hypothesis import strategies as st

from reviewbot.change import SourceFile, split_lines
from reviewbot.suggestion import MAX_COMPARED_LINES, Edit, apply, edits_between

_texts = st.lists(
    st.sampled_from(["a", "b", "a\n", "b\n", "\n", "c\r\n", "\r", "d\x0c", "e\u2028f\n", ""]), max_size=12
)


@given(_texts.map("".join) | st.text(), _texts.map("".join) | st.text())
def test_the_edits_between_two_texts_turn_the_one_into_the_other(old: str, new: str) -> None:
    assert apply(edits_between("a.py", old, new), SourceFile("a.py", old)) == SourceFile("a.py", new)


@given(_texts.map("".join), _texts.map("".join))
def test_edits_name_no_line_that_stays(old: str, new: str) -> None:
    for edit in edits_between("a.py", old, new):
        assert edit.anchor != edit.replacement
        assert "".join(split_lines(old)[edit.start_line - 1 : edit.end_line]) == edit.anchor


def test_only_the_lines_that_differ_are_edited() -> None:
    assert edits_between("a.py", "1\n2\n3\n4\n", "0\n1\n3\nfour\n") == (
        Edit("a.py", 1, 0, "", "0\n"),
        Edit("a.py", 2, 2, "2\n", ""),
        Edit("a.py", 4, 4, "4\n", "four\n"),
    )


def test_texts_too_long_to_compare_line_by_line_become_one_edit() -> None:
    middle = ["only once\n", *(f"{n}\n" for n in range(MAX_COMPARED_LINES))]
    old = "same\n" + "".join(middle) + "same\n"
    (edit,) = edits_between("a.py", old, "same\nnew\nonly once\nnewer\nsame\n")
    assert (edit.start_line, edit.end_line) == (2, MAX_COMPARED_LINES + 2)
    assert edit.replacement == "new\nonly once\nnewer\n"


def test_edits_of_other_files_are_left_alone() -> None:
    file = SourceFile("a.py", "1\n")
    assert apply([Edit("b.py", 1, 1, "1\n", "2\n")], file) == file


def test_edits_apply_whatever_their_order_is() -> None:
    edits = edits_between("a.py", "1\n2\n3\n", "one\n2\nthree\n")
    assert apply(reversed(edits), SourceFile("a.py", "1\n2\n3\n")) == SourceFile("a.py", "one\n2\nthree\n")


def test_two_insertions_at_one_place_keep_their_order() -> None:
    edits = [Edit("a.py", 1, 0, "", "first\n"), Edit("a.py", 1, 0, "", "second\n"), Edit("a.py", 1, 1, "1\n", "one\n")]
    assert apply(edits, SourceFile("a.py", "1\n")) == SourceFile("a.py", "first\nsecond\none\n")


def test_an_anchor_that_is_not_there_applies_nowhere() -> None:
    file = SourceFile("a.py", "1\n2\n")
    for edit in (
        Edit("a.py", 1, 1, "2\n", "x\n"),
        Edit("a.py", 1, 1, "1", "x\n"),
        Edit("a.py", 2, 3, "2\n", "x\n"),
        Edit("a.py", 4, 3, "", "x\n"),
        Edit("a.py", 0, 0, "", "x\n"),
        Edit("a.py", 2, 0, "", "x\n"),
        Edit("a.py", -1, -1, "2\n", "x\n"),
    ):
        assert apply([edit], file) is None


def test_edits_that_overlap_apply_nowhere() -> None:
    file = SourceFile("a.py", "1\n2\n3\n")
    for edits in (
        [Edit("a.py", 1, 2, "1\n2\n", "x\n"), Edit("a.py", 2, 3, "2\n3\n", "y\n")],
        [Edit("a.py", 1, 1, "1\n", "x\n"), Edit("a.py", 1, 1, "1\n", "x\n")],
        [Edit("a.py", 1, 3, "1\n2\n3\n", "x\n"), Edit("a.py", 2, 1, "", "y\n")],
    ):
        assert apply(edits, file) is None


def test_a_replacement_that_runs_into_the_next_line_applies_nowhere() -> None:
    assert apply([Edit("a.py", 1, 1, "1\n", "x = ")], SourceFile("a.py", "1\n2\n")) is None
    assert apply([Edit("a.py", 2, 1, "", "2\n")], SourceFile("a.py", "1")) is None
    assert apply([Edit("a.py", 2, 2, "2\n", "two")], SourceFile("a.py", "1\n2\n")) == SourceFile("a.py", "1\ntwo")
