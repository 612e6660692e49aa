from dataclasses import replace

import pytest

from reviewbot.change import Change, ChangedFile, Excluded, Skipped, SourceFile
from reviewbot.conversation import Tally
from reviewbot.finding import OWN_CHECKS, Region, Scan
from reviewbot.outcome import (
    Conclusion,
    Coverage,
    Outcome,
    conclude,
    coverage,
    explanation,
    generated,
    headline,
    shown_snippet,
    silence,
)
from reviewbot.policy import Policy, Severity
from tests.fakes import finding_at
from tests.samples import BANDIT, SEMGREP, evidence, review

FILE = SourceFile("a.py", "DANGER\n")
HIGH, MEDIUM, LOW = (finding_at(FILE, 1, severity=severity) for severity in sorted(Severity, reverse=True))
UNREAD = Skipped("b.py", "too large")
SUCCESS, NEUTRAL, FAILURE = Conclusion.SUCCESS, Conclusion.NEUTRAL, Conclusion.FAILURE


@pytest.mark.parametrize("generation_error", [None, "The model is down."])
@pytest.mark.parametrize(
    ("findings", "skipped", "fail_on", "incomplete_fails", "expected"),
    [
        ((), (), Severity.HIGH, True, SUCCESS),
        ((), (), None, False, SUCCESS),
        ((LOW,), (), Severity.HIGH, True, NEUTRAL),
        ((MEDIUM,), (), Severity.HIGH, True, NEUTRAL),
        ((MEDIUM,), (), Severity.MEDIUM, True, FAILURE),
        ((LOW, HIGH), (), Severity.HIGH, True, FAILURE),
        ((HIGH,), (), None, True, NEUTRAL),
        ((), (UNREAD,), Severity.HIGH, True, FAILURE),
        ((), (UNREAD,), None, True, FAILURE),
        ((), (UNREAD,), Severity.HIGH, False, NEUTRAL),
        ((LOW,), (UNREAD,), Severity.HIGH, False, NEUTRAL),
        ((LOW,), (UNREAD,), Severity.HIGH, True, FAILURE),
        ((HIGH,), (UNREAD,), Severity.HIGH, False, FAILURE),
        ((HIGH,), (UNREAD,), None, False, NEUTRAL),
        ((HIGH,), (UNREAD,), None, True, FAILURE),
    ],
)
def test_the_conclusion_follows_from_findings_coverage_and_policy(  # noqa: PLR0913, PLR0917  one column each
    findings: tuple[object, ...],
    skipped: tuple[Skipped, ...],
    fail_on: Severity | None,
    incomplete_fails: bool,  # noqa: FBT001  a column of the table
    expected: Conclusion,
    generation_error: str | None,
) -> None:
    policy = Policy(fail_on=fail_on, incomplete_fails=incomplete_fails)
    if generation_error is not None and expected is SUCCESS:
        expected = NEUTRAL
    assert conclude(findings, skipped, generation_error, policy) is expected  # type: ignore[arg-type]  # a table


def _change(*paths: str) -> Change:
    return Change("base", "head", tuple(ChangedFile(path, None, "x\n", ()) for path in paths))


def test_a_file_with_rules_that_no_tool_vouches_for_is_skipped() -> None:
    read = coverage(_change("a.py", "b.go"), Scan(covered=frozenset({("Semgrep", "a.py")}), tools=(SEMGREP,)))
    assert read.scanned == (("a.py", ("Semgrep",)),)
    assert [entry.path for entry in read.skipped] == ["b.go"]


def test_our_own_checks_of_the_text_vouch_for_nothing() -> None:
    read = coverage(_change("a.py"), Scan(covered=frozenset({(OWN_CHECKS, "a.py")})))
    assert (read.scanned, [entry.path for entry in read.skipped]) == ((), ["a.py"])


def test_a_file_without_rules_for_its_language_is_excluded() -> None:
    read = coverage(_change("notes.md"), Scan())
    assert (read.skipped, [entry.path for entry in read.excluded]) == ((), ["notes.md"])


def test_a_file_that_one_of_two_tools_could_not_read_is_skipped_though_the_other_read_it() -> None:
    reason = Skipped("a.py", "Bandit: syntax error in line 3")
    after = Scan(covered=frozenset({("Semgrep", "a.py")}), skipped=(reason,), tools=(SEMGREP, BANDIT))
    read = coverage(_change("a.py"), after)
    assert read.scanned == (("a.py", ("Semgrep",)),)
    assert read.skipped == (reason,)


def test_what_the_change_could_not_read_is_carried_on() -> None:
    change = replace(_change("a.py"), skipped=(UNREAD,), excluded=(Excluded("c.png", "binary"),))
    read = coverage(change, Scan(covered=frozenset({("Semgrep", "a.py")})))
    assert (read.skipped, read.excluded) == ((UNREAD,), (Excluded("c.png", "binary"),))


def test_the_headline_counts_findings_and_names_what_was_not_reviewed() -> None:
    assert headline(review()) == "4 findings: 3 high, 1 medium. 1 file could not be reviewed. 2 files left out."


def test_the_headline_of_a_clean_review_says_who_read_what_and_for_what() -> None:
    clean = replace(review(), findings=(), verdicts=())
    expected = "Semgrep 1.182.0 and Bandit 1.9.4 report nothing of medium severity or above in 3 files."
    assert headline(clean).startswith(expected)
    assert headline(replace(clean, threshold=Severity.LOW)).startswith(
        expected.replace(" of medium severity or above", "")
    )


def test_a_tool_that_read_nothing_is_not_named() -> None:
    read = coverage(_change("a.js"), Scan(covered=frozenset({("Semgrep", "a.js")}), tools=(SEMGREP, BANDIT)))
    outcome = replace(review(), findings=(), verdicts=(), coverage=read)
    assert headline(outcome) == "Semgrep 1.182.0 reports nothing of medium severity or above in 1 file."


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.py", "Nothing was scanned. 1 file could not be reviewed."),
        ("a.md", "There was nothing to scan. 1 file left out."),
    ],
)
def test_a_review_that_read_nothing_says_so(path: str, expected: str) -> None:
    outcome = replace(review(), findings=(), verdicts=(), coverage=coverage(_change(path), Scan()))
    assert headline(outcome) == expected


def test_no_headline_calls_anything_secure_or_safe() -> None:
    assert not {"secure", "safe", "clean"} & set(headline(review()).lower().split())
    assert evidence().findings


def test_what_a_weakness_leads_to_is_told_once() -> None:
    bare = replace(HIGH, tool="Bandit", message="Shell is used.")
    told = replace(HIGH, tool="Bandit", message="Shell is used.\n\nAn attacker runs commands.\n\nUse a list.")
    assert len(explanation(bare)) > len(bare.message)
    assert explanation(told) == "Shell is used. An attacker runs commands. Use a list."


def test_the_value_of_a_credential_is_never_shown() -> None:
    line = 'password = "hunter2"'
    quoted = replace(finding_at(SourceFile("a.py", line), 1), cwe=(798,))
    assert shown_snippet(quoted) == 'password = "•••••••"'
    bare = replace(finding_at(SourceFile("a.env", "TOKEN=hunter2"), 1), cwe=(798,), region=Region(1, 1, 7, 14))
    assert shown_snippet(bare) == "TOKEN=•••••••"
    assert shown_snippet(replace(quoted, cwe=(78,))) == line


def outcome_of(tally: Tally, error: str | None = None) -> Outcome:
    return Outcome(
        subject="s",
        conclusion=Conclusion.SUCCESS,
        findings=(),
        verdicts=(),
        coverage=Coverage((), (), (), ()),
        threshold=Severity.MEDIUM,
        generation_error=error,
        tally=tally,
    )


def test_what_a_model_wrote_is_said_in_counts() -> None:
    tally = Tally(
        asked=12,
        unanswered=1,
        declined=2,
        unreadable=1,
        repeated=1,
        generated=7,
        flagged=2,
        repaired=1,
        withheld=4,
        missing=("The request took longer than 60 s.",),
    )
    assert generated(outcome_of(tally)) == (
        "A model was asked 12 times and wrote 7 suggestions. In 2 of them (29 %) the scanners found something new; "
        "4 withheld; 1 finding repaired. Requests: 1 not answered, 2 answered with nothing to offer, "
        "1 not in a form that can be used, 1 the same as before. The request took longer than 60 s."
    )
    assert generated(outcome_of(Tally(asked=1, declined=1))) == (
        "A model was asked 1 time and wrote 0 suggestions. Requests: 1 answered with nothing to offer."
    )
    assert generated(outcome_of(Tally())) == ""
    assert generated(outcome_of(Tally(left_out=("2 findings were left out.",)))) == "2 findings were left out."


def test_a_model_that_fails_halfway_is_not_said_to_have_given_nothing() -> None:
    assert silence(outcome_of(Tally(asked=1, generated=1), "It is gone.")) == "The model stopped answering: It is gone."
    assert silence(outcome_of(Tally(asked=1), "It is gone.")) == "The model gave no suggestions: It is gone."
    assert silence(outcome_of(Tally())) == ""
