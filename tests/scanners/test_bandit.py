import sys

import pytest

from reviewbot.change import Skipped, SourceFile
from reviewbot.errors import ScanError
from reviewbot.finding import Region, Scan, Tool
from reviewbot.policy import Severity
from reviewbot.scanners.bandit import WORKER, Bandit
from reviewbot.scanners.batch import Pace

FAST = Pace(processes=1, seconds=3.0, rate=1e9)
GOOD = SourceFile("good.py", "eval(x)\n")


def _scan(path: str, text: str) -> Scan:
    [scan] = Bandit().scan([[SourceFile(path, text)]])
    return scan


def test_a_finding_carries_what_bandit_knows_of_it() -> None:
    scan = _scan("src/a.py", "import subprocess\nsubprocess.call(\n    cmd,\n    shell=True,  # nosec\n)\n")
    low, finding = scan.findings
    assert (finding.tool, finding.rule_id, finding.cwe) == ("Bandit", "B602", (78,))
    assert (finding.severity, finding.confidence) == (Severity.MEDIUM, Severity.HIGH)
    assert (finding.path, finding.region) == ("src/a.py", Region(2, 5, 1, 2))
    assert finding.snippet == "subprocess.call(\n    cmd,\n    shell=True,  # nosec\n)"
    assert (finding.suppression, finding.fix, finding.fingerprint) == ("# nosec", None, "")
    assert (low.rule_id, low.severity, low.suppression) == ("B404", Severity.LOW, None)
    assert scan.covered == {("Bandit", "src/a.py")}
    assert scan.tools == (Tool("Bandit", "1.9.4"),)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("a = 'é😀'; eval(x)\n", Region(1, 1, 11, 18)),
        ("\ufeffeval(x)\n", Region(1, 1, 2, 9)),
        ("\ufeff\r\neval(x)\r\n", Region(2, 2, 1, 8)),
        ("a\rb\reval(x)\n", Region(1, 1, 5, 12)),
        ("\x0c\neval(x)", Region(2, 2, 1, 8)),
    ],
)
def test_columns_count_characters_and_lines_end_where_git_ends_them(text: str, region: Region) -> None:
    assert [finding.region for finding in _scan("a.py", text).findings] == [region]


@pytest.mark.parametrize(
    ("code", "rule_id", "severity"),
    [
        ("password = 'hunter2'", "B105", Severity.MEDIUM),
        ("import random\ntoken = random.random()", "B311", Severity.LOW),
        ("assert x", "B101", Severity.LOW),
        ("yaml.load(x)", "B506", Severity.HIGH),
    ],
)
def test_severities_are_ours_where_bandit_knows_no_better(code: str, rule_id: str, severity: Severity) -> None:
    text = f"import yaml\n{code}\n"
    assert (rule_id, severity) in {(finding.rule_id, finding.severity) for finding in _scan("a.py", text).findings}


def test_only_python_is_read() -> None:
    [scan] = Bandit().scan([[SourceFile("a.js", "eval(x)"), SourceFile("a.PYW", "eval(x)"), SourceFile("py", "")]])
    assert scan.covered == {("Bandit", "a.PYW")}
    assert scan.skipped == ()


def test_what_bandit_cannot_parse_is_skipped_with_its_reason() -> None:
    scan = _scan("a.py", "def f(:\n")
    assert scan.covered == frozenset()
    assert scan.skipped == (
        Skipped("a.py", "Bandit: the file was not read: syntax error while parsing AST from file."),
    )


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        ("kill -SEGV $$", "was ended by SIGSEGV"),
        ("sleep 600", "did not finish within 3 s"),
        ("kill -STOP $$", "did not finish within 3 s"),
        ("echo '{}'; exit", "wrote a report that cannot be read"),
        ("echo '{\"files\": []}'; exit", "answered for 0 files of 2"),
    ],
)
def test_a_file_that_breaks_bandit_spoils_no_other(harm: str, reason: str) -> None:
    # The text reaches Bandit in base64: HARM at the start of a file is SEFST.
    script = f'cat > request; if grep -q SEFST request; then {harm}; fi; exec "$@" < request'
    bandit = Bandit(("/bin/sh", "-c", script, "sh", sys.executable, "-I", str(WORKER)), FAST)
    [scan] = bandit.scan([[SourceFile("bad.py", "HARM"), GOOD]])
    assert [finding.path for finding in scan.findings] == ["good.py"]
    assert scan.covered == {("Bandit", "good.py")}
    assert scan.skipped == (Skipped("bad.py", f"Bandit: the file made it fail: it {reason}."),)


def test_a_bandit_that_does_not_work_at_all_is_an_error() -> None:
    with pytest.raises(ScanError, match=r"exit status 1\. Run `reviewbot doctor`"):
        Bandit(("/bin/sh", "-c", "exit 1"), FAST).scan([[GOOD]])


def test_each_tree_gets_its_own_answer() -> None:
    files = [SourceFile("a.py", text) for text in ("eval(x)\n", "pass\n")]
    scans = Bandit().scan([[files[0]], [files[1]], [], [files[0]]])
    assert [len(scan.findings) for scan in scans] == [1, 0, 0, 1]
    assert [len(scan.covered) for scan in scans] == [1, 1, 0, 1]
