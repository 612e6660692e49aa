import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reviewbot.change import Hunk, Line
from reviewbot.diff import FileDiff, apply_diff, is_plain_path, parse_diff
from reviewbot.errors import ConfigError

MARKS = "--- a/x.py\n+++ b/x.py\n"


def _one(text: str) -> FileDiff:
    (file,) = parse_diff(text)
    return file


def test_lines_carry_their_numbers_on_both_sides() -> None:
    file = _one(MARKS + "@@ -3,3 +4,3 @@ def f():\n a\n-b\n+c\n d\r\n")
    lines = (Line("a", 3, 4), Line("b", 4, None), Line("c", None, 5), Line("d\r", 5, 6))
    assert file == FileDiff("x.py", "x.py", (Hunk(lines, "def f():"),))


def test_a_missing_line_feed_belongs_to_the_line_before_in_any_language() -> None:
    file = _one(MARKS + "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ Kein Zeilenumbruch\n")
    assert file.hunks[0].lines == (Line("a", 1, None, ended=False), Line("b", None, 1, ended=False))


@pytest.mark.parametrize(
    "text", ["a\rb", "a\fb", "a\x85b", "a\u2028b", "--- a/y", "+++ b/y", "@@ -1 +1 @@", "diff --git"]
)
def test_a_line_is_whatever_stands_before_a_line_feed(text: str) -> None:
    file = _one(MARKS + f"@@ -1 +1 @@\n-{text}\n+{text} \n")
    assert [line.text for line in file.hunks[0].lines] == [text, text + " "]


def test_an_empty_line_of_context_may_have_lost_its_space() -> None:
    assert _one(MARKS + "@@ -1,2 +1,3 @@\n\n a\n+b\n").hunks[0].lines[0] == Line("", 1, 1)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("rename from a b.py\nrename to c.py\n", FileDiff("a b.py", "c.py")),
        ("copy from a.py\ncopy to c.py\n", FileDiff("a.py", "c.py", copied=True)),
        ('rename from "\\tx\\"\\\\"\nrename to "caf\\303\\251"\n', FileDiff('\tx"\\', "café")),
        ('rename from x\nrename to "\\377"\n', FileDiff("x", "\udcff")),
    ],
)
def test_renames_and_copies_give_both_names(header: str, expected: FileDiff) -> None:
    assert _one(f"diff --git a/one b/two\nsimilarity index 100%\n{header}") == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("old mode 100644\nnew mode 100755\n", FileDiff("a b", "a b", old_mode="100644", new_mode="100755")),
        ("new file mode 100644\nindex 0000000..e69de29\n",
         FileDiff(None, "a b", new_mode="100644", old_id="0000000", new_id="e69de29")),
        ("deleted file mode 120000\n", FileDiff("a b", None, old_mode="120000")),
        ("index 1111111..2222222 160000\n--- a/a b\t\n+++ b/a b\t\n@@ -1 +1 @@\n-x\n+y\n",
         FileDiff("a b", "a b", (Hunk((Line("x", 1, None), Line("y", None, 1))),),
                  "160000", "160000", "1111111", "2222222")),
        ("Binary files a/a b and b/a b differ\n", FileDiff("a b", "a b", binary=True)),
        ("GIT binary patch\nliteral 3\nKcmZ?wbhEHb\n\nliteral 0\nHcmV?d00001\n\n", FileDiff("a b", "a b", binary=True)),
    ],
)  # fmt: skip
def test_a_file_without_marks_has_the_name_of_its_first_line(header: str, expected: FileDiff) -> None:
    assert parse_diff(f"diff --git a/a b b/a b\n{header}" * 2) == (expected, expected)


@pytest.mark.parametrize(
    ("marks", "names"),
    [
        ("--- a/x.py\n+++ b/x.py\n", ("x.py", "x.py")),
        ("--- x.py\n+++ x.py\n", ("x.py", "x.py")),
        ("--- ./x.py\n+++ ./x.py\n", ("x.py", "x.py")),
        ("--- x.py.orig\t2026-01-02 03:04:05.6 +0700\n+++ x.py\t2026-01-02\n", ("x.py", "x.py")),
        ("--- old/d/x.py\n+++ new/d/x.py\n", ("d/x.py", "d/x.py")),
        ("--- d/x.py\n+++ d/x.py\n", ("d/x.py", "d/x.py")),
        ("--- /dev/null\n+++ b/x.py\n", (None, "x.py")),
        ("--- a/x.py\n+++ /dev/null\n", ("x.py", None)),
        ('--- "a/x\\012y"\n+++ "b/x\\012y"\n', ("x\ny", "x\ny")),
        ("diff --git x.py x.py\n--- x.py\n+++ x.py\n", ("x.py", "x.py")),
        ("diff --git a/x.py a/x.py\n--- a/x.py\n+++ a/x.py\n", ("a/x.py", "a/x.py")),
        ("diff --git i/x.py w/x.py\n--- i/x.py\n+++ w/x.py\n", ("x.py", "x.py")),
        ("diff --git a/x.py b/x.py\n--- /dev/null\n+++ b/x.py\n", (None, "x.py")),
        ("diff --git a/o.py b/x.py\n--- a/o.py\n+++ b/x.py\n", ("o.py", "x.py")),
    ],
)
def test_names_are_found_whoever_wrote_the_diff(marks: str, names: tuple[str | None, str | None]) -> None:
    file = _one(marks + "@@ -1 +1 @@\n-a\n+b\n")
    assert (file.old_path, file.new_path) == names


def test_mail_and_log_text_around_a_diff_is_passed_over() -> None:
    patch = (
        "From 1234 Mon\nSubject: [PATCH] x\n\n text\n---\n x.py | 2 +-\n\n"
        + MARKS
        + "@@ -1 +1 @@\n-a\n+b\n-- \n2.39\n\n"
    )
    assert [file.path for file in parse_diff(patch + patch)] == ["x.py", "x.py"]


def test_nothing_is_an_empty_diff() -> None:
    assert parse_diff("") == parse_diff("\n \n") == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hello\n", "Line 1 .*no file header"),
        ("diff --cc x.py\n", "Line 1 .*combined diff"),
        (MARKS + "@@@ -1 -1 +1 @@@\n", "Line 3"),
        (MARKS, "ends too early"),
        (MARKS + "@@ -1 +1 @@\n-a\n+b\n-- \n2.39\n@@ -9 +9 @@\n-a\n+b\n", "Line 8 .*without a file"),
        (MARKS + "@@ -1,2 +1 @@\n-a\n", "ends too early.*other lines"),
        (MARKS + "@@ -1 +1 @@\n-a\n+b\n+c\n", "Line 6 .*neither"),
        (MARKS + "@@ -1 +1 @@\n-a\n-b\n+c\n", "Line 5 .*other lines"),
        (MARKS + "@@ -1 +1 @@\n-a\nb\n", "Line 5 .*other lines"),
        (MARKS + "@@ -0,1 +1 @@\n", "Line 3 .*impossible"),
        (MARKS + "@@ -1,0 +1,0 @@\n", "Line 3 .*impossible"),
        (MARKS + "@@ -x +1 @@\n", "Line 3 .*header of a hunk"),
        (MARKS + "@@ -9999999999 +1 @@\n", "Line 3 .*header of a hunk"),
        (MARKS + "@@ -5 +5 @@\n-a\n+b\n@@ -5 +5 @@\n-a\n+b\n", "not behind"),
        (MARKS + "@@ -1 +1 @@\n\\ No newline\n", "Line 4 .*no line"),
        (MARKS + "@@ -2,2 +2 @@\n a\n\\ No newline\n-b\n", "end of the file"),
        (MARKS + "@@ -1 +1,2 @@\n-a\n+b\n\\ No newline\n+c\n", "end of the file"),
        ("--- a/x.py\r\n+++ b/x.py\r\n@@ -1 +1 @@\r\n", "Line 1 .*carriage return"),
        ("--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n", "not a path inside"),
        ("--- /etc/x\n+++ /etc/x\n@@ -1 +1 @@\n", "not a path inside"),
        ("--- a/.git/config\n+++ b/.git/config\n@@ -1 +1 @@\n", "not a path inside"),
        ('--- "a/\\000"\n+++ "b/\\000"\n@@ -1 +1 @@\n', "not a path inside"),
        ('--- "a/\\q"\n+++ b/x\n@@ -1 +1 @@\n', "quoted name"),
        ("--- /dev/null\n+++ /dev/null\n@@ -1 +1 @@\n", "cannot be told"),
        ("diff --git a/one b/two\nold mode 100644\n", "cannot be told"),
        ("diff --git a/x b/x\n--- a/x\n+++ b/y\n@@ -1 +1 @@\n", "another file"),
        ("diff -r old new\nOnly in new: x.py\n", "Line 2 .*diff -ruN"),
        ("a\n\ud800\n", "Line 2 .*surrogate"),
    ],
)
def test_what_is_damaged_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as error:
        parse_diff(text)
    assert str(error.value).isprintable()


TOKENS = st.sampled_from([
    "diff --git a/x b/x", "--- a/x", "+++ b/x", "--- /dev/null", "@@ -1 +1 @@", "@@ -1,2 +1,2 @@", "@@ -0,0 +1 @@",
    "@@ -1 +0,0 @@", " a", "-a", "+a", "\\ No newline", "", "\r", "index 0000..1111 100644", "new file mode 100644",
    "rename from x", "rename to y", "Binary files a/x and b/x differ", "GIT binary patch", "literal 1", "-- ",
    "diff --cc x",
    'diff --git "a/\\377" "b/\\377"', '+++ "b/\\', "From x",
])  # fmt: skip


@given(st.one_of(st.text(), st.lists(st.one_of(TOKENS, st.text(max_size=5))).map("\n".join)))
@example("diff --git ")
@example("GIT binary patch\nliteral 1")
def test_no_text_makes_the_parser_do_anything_but_answer_or_refuse(text: str) -> None:
    try:
        files = parse_diff(text)
    except ConfigError as error:
        assert str(error).isprintable()  # noqa: PT017  either outcome is right
    else:
        assert all(is_plain_path(path) for file in files for path in (file.old_path, file.new_path) if path)


def _patch(*hunks: str) -> FileDiff:
    return _one(MARKS + "".join(hunks))


def test_a_hunk_is_applied_at_its_line() -> None:
    old = "a\nb\n" * 3
    assert apply_diff(old, _patch("@@ -3,2 +3,2 @@\n a\n-b\n+c\n")) == "a\nb\na\nc\na\nb\n"


def test_a_hunk_that_only_moved_is_applied_where_it_fits_if_that_is_one_place() -> None:
    patch = _patch("@@ -1,2 +1,2 @@\n x\n-b\n+c\n", "@@ -9 +9 @@\n-d\n+e\n")
    assert apply_diff("\n\nx\nb\nd\n", patch) == "\n\nx\nc\ne\n"
    for twice in ("\nx\nb\nx\nb\nd\n", "\nd\nx\nb\n", "\nxx\nb\nd\n", "\nx\nb\ndd\n", "\nx\n b\nd\n"):
        with pytest.raises(ConfigError, match=r"Hunk [12] of 'x.py' does not fit"):
            apply_diff(twice, patch)


def test_the_end_of_a_file_is_matched_too() -> None:
    patch = _patch("@@ -1,2 +1,3 @@\n a\n-b\n\\ No newline\n+b\n+c\n")
    assert apply_diff("a\nb", patch) == "a\nb\nc\n"
    for other in ("a\nb\n", "a\nb\nc", "a\nbb"):
        with pytest.raises(ConfigError, match="does not fit"):
            apply_diff(other, patch)
    with pytest.raises(ConfigError, match="does not fit"):
        apply_diff("a\nb\n", _patch("@@ -1 +1 @@\n-a\n+c\n\\ No newline\n"))
    with pytest.raises(ConfigError, match=r"Hunk 2 .* does not fit"):
        apply_diff("a\nb", _patch("@@ -1 +1 @@\n-a\n+c\n", "@@ -2,2 +2,2 @@\n a\n-b\n\\ No newline\n+d\n"))


def test_lines_with_nothing_around_them_fit_an_empty_file_only() -> None:
    patch = _patch("@@ -0,0 +1 @@\n+a\n")
    assert apply_diff("", patch) == "a\n"
    with pytest.raises(ConfigError, match="does not fit"):
        apply_diff("b\n", patch)


def test_a_deletion_must_show_the_whole_file() -> None:
    patch = _one("--- a/x.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n")
    assert apply_diff("a\n", patch) == ""
    with pytest.raises(ConfigError, match="more lines"):
        apply_diff("a\nb\n", patch)


def test_a_binary_file_is_not_patched() -> None:
    with pytest.raises(ConfigError, match="binary"):
        apply_diff("", FileDiff("x", "x", binary=True))
