"""The model's own look at a change: few, marked, gated, and without influence."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from reviewbot.change import Change, ChangedFile
from reviewbot.errors import GenerationError
from reviewbot.finding import Scanner
from reviewbot.opinion import MAX_PASSAGE_LINES, PASSAGES_PER_OPINION, passages
from reviewbot.outcome import Conclusion
from reviewbot.pipeline import review_change
from reviewbot.policy import Policy, Severity
from reviewbot.prompt import REVIEW_SYSTEM, Passage
from reviewbot.review import Review
from reviewbot.verdict import Refusal
from tests.fakes import MarkerScanner, ScriptedGenerator
from tests.samples import changed

OLD = "import app\n\n\ndef delete(user, name):\n    app.check(user)\n    app.delete(name)\n    return None\n"
NEW = OLD.replace("    app.check(user)\n", "")
BACK = "CWE-862\n```python\n    app.check(user)\n    app.delete(name)\n```\n"
ON = Policy(model_review=True)


def reviewed(
    *replies: str, files: Sequence[ChangedFile] = (changed("a.py", OLD, NEW),), policy: Policy = ON
) -> tuple[Review, ScriptedGenerator]:
    model = ScriptedGenerator(list(replies))
    scanners: list[Scanner] = [MarkerScanner()]
    return review_change(Change("b", "h", tuple(files)), scanners=scanners, generator=model, policy=policy), model


def test_a_removed_check_is_shown_to_the_model_and_its_opinion_stands_on_the_line() -> None:
    review, model = reviewed(BACK)
    (prompt,) = model.prompts
    assert prompt.system == REVIEW_SYSTEM
    assert "    app.check(user)\nEND removed" in prompt.user
    (comment,) = review.comments
    assert (comment.path, comment.start_line, comment.line) == ("a.py", 5, 5)
    for said in (
        "**Opinion of a model**: Missing Authorization ([CWE-862](https://cwe.mitre.org/data/definitions/862.html))",
        "No scanner reports this.",
        "It may be wrong, and it has no influence on the check.",
        "```suggestion\n    app.check(user)\n    app.delete(name)\n```",
        "Checked: parses, same public names; Marker 1.0 reports nothing new",
        "Written by `scripted 1.0`.",
    ):
        assert said in comment.body
    assert review.tally.generated == 1


def test_an_opinion_changes_neither_the_conclusion_nor_the_findings() -> None:
    danger = changed("d.py", None, "x = 1\nDANGER = x\n")
    for files, expected in (((), Conclusion.SUCCESS), ((danger,), Conclusion.FAILURE)):
        every = (changed("a.py", OLD, NEW), *files)
        quiet, _ = reviewed(files=every, policy=replace(ON, model_review=False, max_repairs=0))
        loud, _ = reviewed(*["none"] * len(files), BACK, files=every, policy=replace(ON, max_repairs=0))
        assert len(loud.opinions) == 1
        assert (quiet.conclusion, loud.conclusion) == (expected, expected)
        assert quiet.findings == loud.findings


def test_it_is_off_unless_the_policy_wants_it_and_without_suggestions() -> None:
    for policy in (Policy(), replace(ON, suggestions=False), replace(ON, max_opinions=0)):
        review, model = reviewed(BACK, policy=policy)
        assert (model.prompts, review.comments) == ([], ())


def test_lines_with_a_finding_are_not_asked_about_again() -> None:
    _, model = reviewed("none", files=[changed("a.py", OLD, NEW.replace("app.delete(name)", "app.DANGER(name)"))])
    assert [prompt.system == REVIEW_SYSTEM for prompt in model.prompts] == [False]


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ("```\n    app.DANGER(name)\n```", Refusal.NEW_FINDING),
        ("```\n    app.delete(name\n```", Refusal.DOES_NOT_PARSE),
        ("```\n    check(user, name)\n```", Refusal.UNDEFINED_NAME),
        ("```\n    app.delete(name)  # \u202e\n    app.check(user)\n```", Refusal.HIDDEN_CHARACTERS),
    ],
)
def test_what_the_gate_refuses_is_recorded_and_never_shown(answer: str, refusal: Refusal) -> None:
    review, _ = reviewed(answer)
    (opinion,) = review.opinions
    assert refusal in {reason.refusal for reason in opinion.verdict.reasons}
    assert review.comments == ()
    assert review.tally.withheld == 1


def test_there_are_no_more_opinions_than_the_policy_allows_and_questions_in_proportion() -> None:
    files = [changed(f"a{n}.py", OLD, NEW) for n in range(9)]
    review, model = reviewed(*[BACK] * 9, files=files, policy=replace(ON, max_opinions=2))
    assert len(model.prompts) == min(9, 2 * PASSAGES_PER_OPINION)
    assert len(review.comments) == 2
    assert sum(opinion.verdict.accepted for opinion in review.opinions) == 2


def test_findings_go_before_opinions_where_comments_are_few() -> None:
    files = [changed("a.py", OLD, NEW), changed("d.py", None, "DANGER = 1\n")]
    review, _ = reviewed("none", BACK, files=files, policy=replace(ON, max_comments=1))
    assert [comment.path for comment in review.comments] == ["d.py"]


@pytest.mark.parametrize("named", ["", "CWE-99999\n", "CWE-9999 [x](http://e)\n", "See CWE-\n"])
def test_only_a_weakness_that_we_know_is_named(named: str) -> None:
    review, _ = reviewed(named + BACK.removeprefix("CWE-862\n"))
    (comment,) = review.comments
    assert comment.body.startswith("**Opinion of a model**\n")
    assert "http://e" not in comment.body


def test_the_same_passage_has_the_same_fingerprint_wherever_it_moves() -> None:
    first, _ = reviewed(BACK)
    moved, _ = reviewed(BACK, files=[changed("a.py", f"x = 1\n{OLD}", f"x = 1\n{NEW}")])
    assert first.opinions[0].fingerprint == moved.opinions[0].fingerprint


def test_a_model_that_fails_here_leaves_the_review_whole() -> None:
    class Broken:
        def generate(self, _prompts: object) -> list[object]:
            return []

    change = Change("b", "h", (changed("a.py", OLD, NEW),))
    review = review_change(change, scanners=[MarkerScanner()], generator=Broken(), policy=ON)  # type: ignore[arg-type]  # it breaks its promise
    assert review.generation_error == "The model answered 0 prompts of 1."
    assert review.comments == ()


def test_a_passage_is_what_changed_and_where_something_was_removed_the_line_after_it() -> None:
    text = "".join(f"x{n} = {n}\n" for n in range(50))
    file = changed("a.py", text, text.replace("x10 = 10\n", "").replace("x40 = 40\n", "x40 = 0\ny = 1\n"))
    assert list(passages(file)) == [Passage(11, 11, "x10 = 10\n"), Passage(40, 41, "x40 = 40\n")]
    last = changed("a.py", "a\nb\n", "a\n")
    assert list(passages(last)) == [Passage(1, 1, "b\n")]
    assert list(passages(changed("a.py", "a\n", ""))) == []


def test_of_a_long_hunk_the_functions_are_passages() -> None:
    body = "".join(f"    x{n} = {n}\n" for n in range(MAX_PASSAGE_LINES))
    short, last = "@b\ndef f():\n    def g():\n        a()\n    g()\n", "def h():\n    a()\n"
    text = f"import a\n\n\n{short}\n\ndef long():\n{body}\n\n{last}"
    assert list(passages(changed("a.py", None, text))) == [Passage(4, 8), Passage(34, 35)]


def test_a_model_that_failed_before_is_not_asked_for_opinions() -> None:
    files = [changed("a.py", OLD, NEW), changed("d.py", None, "x = 1\nDANGER = x\n")]
    model = ScriptedGenerator([GenerationError("It is gone."), BACK])
    review = review_change(Change("b", "h", tuple(files)), scanners=[MarkerScanner()], generator=model, policy=ON)
    assert (model.rounds, review.tally.asked) == ([1], 1)
    assert review.generation_error == "It is gone."


def test_what_a_scanner_reports_below_the_threshold_needs_no_opinion() -> None:
    model = ScriptedGenerator([BACK])
    scanner = MarkerScanner("app.delete", severity=Severity.LOW)
    change = Change("b", "h", (changed("a.py", OLD, NEW),))
    review = review_change(change, scanners=[scanner], generator=model, policy=ON)
    assert (review.findings, model.prompts) == ((), [])
