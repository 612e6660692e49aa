import threading
from dataclasses import replace

import pytest

from reviewbot.change import Change, ChangedFile, Hunk, Line, SourceFile
from reviewbot.errors import ScanError
from reviewbot.finding import OWN_CHECKS, Region, Scan, fingerprinted, introduced, reportable, scan
from reviewbot.policy import Policy, Severity
from tests.fakes import MarkerScanner, finding_at


def _scan(text: str) -> Scan:
    return scan([[SourceFile("a.py", text)]], [MarkerScanner()])[0]


def _change(old: str, new: str, *touched: int) -> Change:
    hunk = Hunk(tuple(Line(text, None, number) for number, text in enumerate(new.split("\n"), 1) if number in touched))
    return Change("base", "head", (ChangedFile("a.py", old, new, (hunk,)),))


def test_a_finding_that_only_moved_is_not_introduced() -> None:
    assert introduced(_scan("DANGER()\n"), _scan("x = 1\n\n    DANGER( )\n"), _change("", "", 1)) == ()


def test_a_second_copy_is_introduced_once_and_on_the_line_that_the_change_added() -> None:
    old, new = "a\nDANGER()\n", "DANGER()\na\nDANGER()\n"
    assert [f.region.start_line for f in introduced(_scan(old), _scan(new), _change(old, new, 1))] == [1]
    old, new = "DANGER()\na\n", "DANGER()\na\nDANGER()\n"
    assert [f.region.start_line for f in introduced(_scan(old), _scan(new), _change(old, new, 3))] == [3]


def test_what_the_base_scan_could_not_read_counts_as_new() -> None:
    assert len(introduced(Scan(), _scan("DANGER()\n"), _change("", "DANGER()\n"))) == 1


def test_without_a_scanner_nothing_is_scanned() -> None:
    with pytest.raises(ScanError, match="No scanner"):
        scan([[SourceFile("a.py", "")]], [])


def test_a_scanner_that_answers_for_too_few_trees_is_an_error() -> None:
    class Forgetful(MarkerScanner):
        def scan(self, trees):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            return super().scan(trees)[:-1]

    with pytest.raises(ScanError, match="answered for 0 trees of 1"):
        scan([[SourceFile("a.py", "")]], [Forgetful()])


def test_twins_get_different_fingerprints_and_line_numbers_do_not_matter() -> None:
    file = SourceFile("a.py", "DANGER\nDANGER\n")
    one, two = fingerprinted([finding_at(file, 1), finding_at(file, 2)])
    assert one.fingerprint != two.fingerprint
    moved = fingerprinted([finding_at(SourceFile("a.py", "\n\nDANGER"), 3)])[0]
    assert moved.fingerprint == one.fingerprint


def test_the_same_weakness_from_two_tools_is_one_finding_that_names_both() -> None:
    file = SourceFile("a.py", "DANGER(argument)\n")
    call = finding_at(file, 1, tool="Bandit", rule_id="B602", severity=Severity.HIGH)
    argument = replace(
        finding_at(file, 1, tool="Semgrep", rule_id="shell", severity=Severity.MEDIUM),
        region=Region(1, 1, 8, 16),
        message="A longer explanation of the same thing.",
    )
    (merged,) = reportable([argument, call], Policy())
    assert (merged.tool, merged.also, merged.severity) == ("Bandit", ("Semgrep shell",), Severity.HIGH)
    assert merged.message == argument.message


def test_the_finding_that_can_be_fixed_is_the_one_that_stays() -> None:
    file = SourceFile("a.py", "DANGER(argument)\n")
    fixable = replace(finding_at(file, 1, tool="Semgrep"), region=Region(1, 1, 8, 16), fix="x")
    (merged,) = reportable([finding_at(file, 1, tool="Bandit"), fixable], Policy())
    assert (merged.tool, merged.fix) == ("Semgrep", "x")


def test_different_weaknesses_on_one_line_stay_apart() -> None:
    file = SourceFile("a.py", "DANGER\n")
    findings = [finding_at(file, 1, tool="Semgrep", cwe=(89,)), finding_at(file, 1, tool="Bandit", cwe=(78,))]
    assert len(reportable(findings, Policy())) == 2


def test_the_policy_decides_what_is_said() -> None:
    file = SourceFile("vendor/a.py", "DANGER\n")
    finding = finding_at(file, 1, severity=Severity.LOW)
    assert reportable([finding], Policy(report=Severity.LOW)) == (finding,)
    assert reportable([finding], Policy(report=Severity.MEDIUM)) == ()
    assert reportable([finding], Policy(report=Severity.LOW, exclude=("vendor/*",))) == ()
    assert reportable([finding], Policy(report=Severity.LOW, disabled_rules=frozenset({"DANGER-rule"}))) == ()


@pytest.mark.parametrize(
    "path",
    [
        "tests/a.py",
        "pkg/test/util/a.py",
        "test_a.py",
        "a_test.go",
        "src/a.spec.ts",
        "src/UserTest.java",
        "benchmarks/a.js",
    ],
)
def test_a_weakness_in_code_for_tests_is_low_unless_the_policy_wants_it_as_elsewhere(path: str) -> None:
    finding = finding_at(SourceFile(path, "DANGER\n"), 1, severity=Severity.HIGH)
    assert reportable([finding], Policy()) == ()
    assert reportable([finding], Policy(report=Severity.LOW)) == (replace(finding, severity=Severity.LOW),)
    assert reportable([finding], Policy(tests=True)) == (finding,)


@pytest.mark.parametrize("path", ["contest.py", "latest/a.py", "testing.py", "../tests/../a.py", "attest.java", "a.py"])
def test_a_name_that_only_looks_like_one_of_a_test_is_none(path: str) -> None:
    finding = finding_at(SourceFile(path, "DANGER\n"), 1, severity=Severity.HIGH)
    assert reportable([finding], Policy()) == (finding,)


def test_secrets_and_hidden_text_weigh_the_same_in_tests() -> None:
    file = SourceFile("tests/a.py", "DANGER\n")
    secret = finding_at(file, 1, rule_id="any-secret-aws", severity=Severity.HIGH, cwe=(798,))
    hidden = finding_at(file, 1, tool=OWN_CHECKS, rule_id="hidden-bidi", severity=Severity.HIGH, cwe=(1007,))
    assert reportable([secret, hidden], Policy()) == (secret, hidden)


def test_two_rules_of_one_tool_are_one_finding_only_where_their_regions_meet() -> None:
    file = SourceFile("a.py", "DANGER(argument); DANGER(argument)\n")
    call = replace(finding_at(file, 1, rule_id="call"), region=Region(1, 1, 1, 17))
    argument = replace(finding_at(file, 1, rule_id="argument"), region=Region(1, 1, 8, 16))
    elsewhere = replace(finding_at(file, 1, rule_id="argument"), region=Region(1, 1, 26, 34))
    assert len(reportable([call, argument], Policy())) == 1
    assert len(reportable([call, elsewhere], Policy())) == 2


def test_scanners_run_at_the_same_time() -> None:
    meeting = threading.Barrier(2, timeout=20)
    scanners = [MarkerScanner(name=name, unreadable=lambda _file: meeting.wait() < 0) for name in ("one", "two")]
    [joined] = scan([[SourceFile("a.py", "")]], scanners)
    assert joined.covered == {("one", "a.py"), ("two", "a.py")}


def test_the_error_of_one_scanner_is_not_lost_among_the_others() -> None:
    def fail(_file: SourceFile) -> bool:
        raise ScanError("broken")

    with pytest.raises(ScanError, match="broken"):
        scan([[SourceFile("a.py", "")]], [MarkerScanner(), MarkerScanner(unreadable=fail), MarkerScanner()])
