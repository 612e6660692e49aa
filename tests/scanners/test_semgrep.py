import pytest

from reviewbot.change import SourceFile
from reviewbot.finding import Region, Scan, Tool
from reviewbot.policy import Severity
from reviewbot.scanners.semgrep import Semgrep
from tests.scanners.packs import EVIL


def _scan(*files: tuple[str, str]) -> Scan:
    [scan] = Semgrep(EVIL).scan([[SourceFile(path, text) for path, text in files]])
    return scan


def test_a_finding_carries_what_the_rule_and_the_engine_know_of_it() -> None:
    scan = _scan(("src/a.py", "x = 1\nif x:\n    evil(\n        x)\n"))
    [finding] = scan.findings
    assert (finding.tool, finding.rule_id, finding.message) == ("Semgrep", "all-evil", "Evil done to x.")
    assert (finding.severity, finding.confidence, finding.cwe) == (Severity.HIGH, Severity.MEDIUM, (95,))
    assert (finding.path, finding.region) == ("src/a.py", Region(3, 4, 5, 11))
    assert finding.snippet == "    evil(\n        x)"
    assert (finding.fix, finding.fix_imports) == ("good(x)", ("import good",))
    assert (finding.suppression, finding.fingerprint) == (None, "")
    assert scan.covered == {("Semgrep", "src/a.py")}
    assert scan.tools == (Tool("Semgrep", "1.182.0"),)


@pytest.mark.parametrize(
    ("path", "text", "region"),
    [
        ("a.py", "a = 'é😀'; evil(1)\n", Region(1, 1, 11, 18)),
        ("a.py", "\ufeffevil(1)\n", Region(1, 1, 2, 9)),
        ("a.js", "a = 'é😀'; evil(1)\r\n", Region(1, 1, 11, 18)),
        ("a.tsx", "\n\x0c\nevil(1)", Region(3, 3, 1, 8)),
        ("a.go", "package a\nfunc f() { evil(1) }\n", Region(2, 2, 12, 19)),
        ("A.java", "class A { void f() { evil(1); } }\n", Region(1, 1, 22, 29)),
        ("a.rb", "evil(1)\n", Region(1, 1, 1, 8)),
        ("a.php", "<?php\nevil(1);\n", Region(2, 2, 1, 8)),
        ("a.cs", "class A { void F() { evil(1); } }\n", Region(1, 1, 22, 29)),
    ],
)
def test_columns_count_characters_in_every_language(path: str, text: str, region: Region) -> None:
    assert [finding.region for finding in _scan((path, text)).findings] == [region]
