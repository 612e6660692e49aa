import re
from dataclasses import replace

import pytest

from reviewbot.finding import Region
from reviewbot.policy import Severity
from reviewbot.reports import terminal
from tests.reports.expected import drawn
from tests.samples import changed, finding_on, hostile_review, review

ALLOWED_ESCAPES = re.compile(r"\x1b\[[\d;]*m|\x1b\]8;[^;]*;(https://cwe\.mitre\.org/[\w/.]*)?\x1b\\")


@pytest.mark.parametrize("width", [20, 50, 100, 300])
@pytest.mark.parametrize("color", [True, False])
def test_nothing_in_a_change_can_steer_the_terminal(width: int, *, color: bool) -> None:
    shown = drawn(terminal.report(hostile_review()), width=width, color=color)
    ours = ALLOWED_ESCAPES.sub("", shown) if color else shown
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", ours)


def test_markup_of_rich_in_a_change_is_only_text() -> None:
    assert "[bold red]x[/]" in drawn(terminal.report(hostile_review()), width=400)


def test_a_pipe_gets_no_escape_sequences() -> None:
    assert "\x1b" not in drawn(terminal.report(review()))
    assert "\x1b" in drawn(terminal.report(review()), color=True)


def test_every_line_keeps_within_the_width() -> None:
    for width in (30, 60, 100):
        assert max(len(line) for line in drawn(terminal.report(review()), width=width).split("\n")) <= width


def test_what_the_gate_refused_is_never_shown_as_code() -> None:
    shown = drawn(terminal.report(review()))
    assert "eval(" not in shown
    assert "Suggestion withheld (model deepseek-coder-v2-lite)\n- new-finding web/search.js:5  Semgrep finds" in shown


@pytest.mark.parametrize(
    ("line", "code", "marked"),
    [
        ("    run(cmd)", "run(cmd)", "    ^^^^^^^^"),
        ("\trun(cmd)", "run(cmd)", "    ^^^^^^^^"),
        ('x = "漢字"; run(cmd)', "run(cmd)", " " * 12 + "^^^^^^^^"),
        ('x = "\x1b"; run(cmd)', "run(cmd)", " " * 12 + "^^^^^^^^"),
    ],
)
def test_the_mark_stands_under_the_code_that_it_means(line: str, code: str, marked: str) -> None:
    finding = finding_on(
        changed("a.py", None, f"{line}\n"), code, tool="t", rule_id="r", message="m", severity=Severity.LOW
    )
    shown = drawn(terminal.report(replace(review(), findings=(finding,), verdicts=()))).split("\n")
    gutter = next(number for number, row in enumerate(shown) if row.startswith("    1 │"))
    assert shown[gutter + 1] == f"      │ {marked}"


def test_the_flagged_code_is_in_sight_even_at_the_end_of_a_long_line() -> None:
    file = changed("a.py", None, "x" * 5_000 + " run(cmd)\n")
    finding = finding_on(file, "run(cmd)", tool="t", rule_id="r", message="m", severity=Severity.LOW)
    shown = drawn(terminal.report(replace(review(), findings=(finding,), verdicts=())))
    assert "run(cmd)\n" in shown
    assert len(shown) < 2_000


def test_a_region_of_many_lines_is_cut() -> None:
    file = changed("a.py", None, "".join(f"line{n}\n" for n in range(500)))
    finding = finding_on(file, file.new.rstrip("\n"), tool="t", rule_id="r", message="m", severity=Severity.LOW)
    shown = drawn(terminal.report(replace(review(), findings=(finding,), verdicts=())))
    assert "(494 more lines)" in shown


def test_a_region_that_does_not_fit_its_snippet_is_still_drawn() -> None:
    file = changed("a.py", None, "x\n")
    finding = replace(
        finding_on(file, "x", tool="t", rule_id="r", message="m", severity=Severity.LOW), region=Region(9, 3, 80, 2)
    )
    assert "a.py:9:80" in drawn(terminal.report(replace(review(), findings=(finding,), verdicts=())))


def test_verdicts_on_a_patch_end_with_the_answer() -> None:
    judged = review().verdicts
    assert drawn(terminal.verdicts(judged, Severity.MEDIUM)).endswith("refused  3 of 4 changes passed the checks.\n")
    accepted = [verdict for verdict in judged if verdict.accepted]
    assert drawn(terminal.verdicts(accepted, Severity.MEDIUM)).endswith("accepted  3 of 3 changes passed the checks.\n")
    assert drawn(terminal.verdicts((), Severity.MEDIUM)).startswith("refused: there is no change to judge.")
