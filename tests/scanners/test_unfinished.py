import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.change import SourceFile
from reviewbot.finding import Scan
from reviewbot.scanners.semgrep import Semgrep
from reviewbot.scanners.unfinished import MAX_OPEN, finished
from tests.scanners.packs import EVIL


def _scan(path: str, text: str) -> Scan:
    [scan] = Semgrep(EVIL).scan([[SourceFile(path, text)]])
    return scan


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.js", "app.get('/', (req, res) => {\n  evil(req)\n"),
        ("a.ts", "export function f (a: string) {\n  if (a) { evil(a)"),
        ("a.js", 'f("(", /* { */ () => {\n  evil(1) // [\n'),
        ("a.rb", "class A\n  def a(b)\n    evil(b)\n"),
        ("a.go", "package a\n\nfunc f() {\n\tif true {\n\t\tevil(1)\n"),
        ("A.java", "class A {\n  void f() {\n    evil(1);\n"),
        ("a.cs", "class A {\n  void F() {\n    evil(1);\n"),
        ("a.php", "<?php\nfunction f() {\n  evil(1);\n"),
    ],
)
def test_what_is_found_in_unfinished_code_is_told_and_the_file_stays_unread(path: str, text: str) -> None:
    scan = _scan(path, text)
    [finding] = scan.findings
    line = next(number for number, line in enumerate(text.split("\n"), 1) if "evil(" in line)
    assert (finding.region.start_line, finding.region.end_line) == (line, line)
    assert not scan.covered
    assert "parse" in scan.skipped[0].reason


def test_a_finding_that_ends_in_what_was_added_is_not_told() -> None:
    assert not _scan("a.js", "evil(function () {\n  a()\n").findings


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.js", "f();\n"),
        ("a.js", "f(]\n"),
        ("a.js", "f())\n"),
        ("a.js", "if (a) { b c d (\n"),
        ("a.js", "f" + "(" * (MAX_OPEN + 1)),
        ("a.rb", "def a\nend\nend\n"),
        ("a.py", "f(\n"),
        ("a.txt", "f(\n"),
    ],
)
def test_nothing_is_added_where_it_would_not_help(path: str, text: str) -> None:
    assert finished(path, text) is None


@given(st.text(alphabet="(){}[]'\"`/*\n a\ud800"), st.sampled_from(["a.js", "a.ts", "a.go", "a.rb", "a.java"]))
def test_the_text_itself_is_never_changed(text: str, path: str) -> None:
    whole = finished(path, text)
    assert whole is None or (whole.startswith(text) and set(whole[len(text) :]) <= set("\nend)]}"))
