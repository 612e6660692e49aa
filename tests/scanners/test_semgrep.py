from collections.abc import Sequence
from pathlib import Path

import pytest

from reviewbot.change import Skipped, SourceFile
from reviewbot.errors import ScanError
from reviewbot.finding import Region, Scan, Tool
from reviewbot.policy import Severity
from reviewbot.scanners.batch import OUT_OF_TIME, Pace
from reviewbot.scanners.cache import Cache
from reviewbot.scanners.semgrep import Semgrep
from reviewbot.scanners.semgrep_engine import Core, Target, installed_engines
from tests.fakes import TamperedEngine
from tests.scanners.packs import EVIL, pack, rule


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


CORE, EXPERIMENTAL, COMMAND_LINE = installed_engines()
FAST = Pace(processes=1, seconds=3.0, rate=1e9)
GOOD = SourceFile("good.py", "evil(1)\n")


def _scan_with(script: str, *files: SourceFile, pace: Pace = FAST) -> Scan:
    [scan] = Semgrep(EVIL, [TamperedEngine(CORE, script)], pace).scan([files])
    return scan


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        ("kill -SEGV $$", "was ended by SIGSEGV"),
        ("sleep 600", "did not finish within 3 s"),
        ("kill -STOP $$", "did not finish within 3 s"),
        ("exit 2", "ended with exit status 2"),
        ("echo '{\"results\": ['; exit", "wrote a report that cannot be read"),
        ("tail -c 70000000 /dev/zero; exit", "wrote more than 64 MiB"),
    ],
)
def test_a_file_that_breaks_the_engine_spoils_no_other(harm: str, reason: str) -> None:
    bad = SourceFile("bad.py", "evil('HARM')\n")
    scan = _scan_with(f'if grep -q HARM f*.py; then {harm}; fi; exec "$@"', bad, GOOD)
    assert [finding.path for finding in scan.findings] == ["good.py"]
    assert scan.covered == {("Semgrep", "good.py")}
    assert scan.skipped == (Skipped("bad.py", f"Semgrep: the file made it fail: it {reason}."),)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 1", "exit status 1"),
        ("exec /nowhere/semgrep-core", "exit status 127"),
        ("echo nonsense", "cannot be read"),
        ('sed -i s/reviewbot_known_hit/x/ control.py; exec "$@"', "does not find what is planted"),
        ('sed -i s/reviewbot_known_miss/reviewbot_unknown/ rules.json; exec "$@"', "does not find what is planted"),
        ("sed -i 's/.X == .X/1 +/' rules.json; exec \"$@\"", "refuses the rule reviewbot-control-python"),
        ("\"$@\" | sed 's/1\\.182\\.0/1.183.0/'", "is version 1.183.0"),
        ('"$@" | sed \'s/"scanned":\\[/"scanned":["absent.py",/\'', "as scanned that it cannot have read"),
    ],
)
def test_an_engine_that_does_not_prove_itself_is_not_believed(script: str, reason: str) -> None:
    with pytest.raises(ScanError, match=reason):
        _scan_with(script, GOOD)


def test_the_command_line_takes_over_and_answers_the_same() -> None:
    files = [
        SourceFile("a.py", "x = 'é'; evil(1)  # nosemgrep\n"),
        SourceFile("b.ts", "evil(1 as number)\n"),
        SourceFile("c.js", "function ( {\n"),
        SourceFile("tests/d.go", "package a\nfunc f() { evil(1) }\n"),
    ]
    [expected] = Semgrep(EVIL, [CORE]).scan([files])
    [found] = Semgrep(EVIL, [TamperedEngine(CORE, "exit 1"), COMMAND_LINE]).scan([files])
    assert found == expected
    assert len(found.findings) == 3


def test_what_the_engine_does_not_confirm_is_skipped() -> None:
    scan = _scan_with('"$@" | sed \'s/,"f0000.py"//\'', GOOD)
    assert scan.covered == frozenset()
    assert scan.skipped == (Skipped("good.py", "Semgrep: the file was not confirmed as scanned."),)


def test_the_whole_scan_ends_in_time_and_says_what_it_did_not_reach() -> None:
    scan = _scan_with('exec "$@"', GOOD, pace=Pace(processes=1, total_seconds=0.0, rate=1e9, file_seconds=0.0))
    assert (scan.findings, scan.covered) == ((), frozenset())
    assert scan.skipped == (Skipped("good.py", f"Semgrep: the file {OUT_OF_TIME}."),)


def test_each_tree_gets_its_own_answer_and_the_same_file_is_read_once() -> None:
    files = [SourceFile("a.py", f"evil({number})\n") for number in range(2)]
    trees = [[files[0]], [files[1]], [files[0]], []]
    count = 'test "$(ls f*.py | wc -l)" -le 2 || exit 9; exec "$@"'
    scans = Semgrep(EVIL, [TamperedEngine(CORE, count)]).scan(trees)
    assert [[f.snippet for f in scan.findings] for scan in scans] == [["evil(0)"], ["evil(1)"], ["evil(0)"], []]


def test_many_files_are_spread_over_processes_and_all_answered() -> None:
    files = [SourceFile(f"{number}.py", f"evil({number})\n") for number in range(30)]
    [scan] = Semgrep(EVIL, pace=Pace(processes=2, files=10)).scan([files])
    assert [finding.path for finding in scan.findings] == [file.path for file in files]
    assert len(scan.covered) == 30


def test_a_file_without_rules_for_its_language_is_neither_covered_nor_skipped() -> None:
    [scan] = Semgrep(pack(rule("py", "evil(1)", "python"))).scan([[SourceFile("a.go", "{"), SourceFile("b.md", "")]])
    assert (scan.findings, scan.covered, scan.skipped) == ((), frozenset(), ())


def test_a_file_in_which_no_rule_can_match_is_parsed_all_the_same() -> None:
    broken = {
        "a.js": "}}} ((",
        "a.go": "package a\nfunc {{",
        "A.java": "class { ((",
        "a.rb": "def x(",
        "a.cs": "class {{",
    }
    scan = _scan(*broken.items(), ("a.php", "<?php if (("), ("a.ts", "let x: = = ;"), ("a.py", "x = = 1"))
    assert {skipped.path for skipped in scan.skipped} == {*broken, "a.php", "a.ts", "a.py"}


def test_a_rule_that_the_engine_refuses_stops_the_scan() -> None:
    with pytest.raises(ScanError, match=r"Semgrep refuses the rule bad\."):
        Semgrep(pack(rule("bad", "evil(", "python"))).scan([[GOOD]])


def test_rules_that_cannot_match_are_left_out_of_a_big_pack_and_the_findings_stay_the_same() -> None:
    class Frugal(Core):
        def command(self, folder: Path, targets: Sequence[Target]) -> Sequence[str]:
            few = 'test "$(grep -o pattern rules.json | wc -l)" -le 5 || exit 9; exec "$@"'
            return ("/bin/sh", "-c", few, "sh", *super().command(folder, targets))

    rules = pack(*(rule(f"r{number}", f"evil{number}($X)", "python") for number in range(20)))
    file = SourceFile("a.py", "evil3(1)\nevil7(1)\n")
    [scan] = Semgrep(rules, [Frugal(CORE.path)], FAST, prefilter_above=19).scan([[file]])
    assert [finding.rule_id for finding in scan.findings] == ["r3", "r7"]
    [whole] = Semgrep(rules, [CORE], FAST).scan([[file]])
    assert whole == scan


def test_what_each_way_finds_is_the_same_and_the_scan_says_which_it_was() -> None:
    files = [SourceFile("a.py", "x = 'é'; evil(1)  # nosemgrep\n"), SourceFile("c.js", "function ( {\n"), GOOD]
    [expected] = Semgrep(EVIL, [CORE]).scan([files])
    [found] = Semgrep(EVIL, [EXPERIMENTAL]).scan([files])
    assert found == expected
    assert [scan.tools[0].way for scan in (expected, found)] == ["engine", "experimental command line"]


def test_the_words_that_rules_need_are_kept_and_ones_that_contradict_what_is_planted_are_not_used(
    tmp_path: Path,
) -> None:
    cache = Cache(tmp_path / "cache")
    file = SourceFile("a.py", "evil(1)\n")

    def found() -> list[str]:
        [scan] = Semgrep(EVIL, [CORE], FAST, prefilter_above=0, cache=cache).scan([[file]])
        return [finding.snippet for finding in scan.findings]

    assert found() == ["evil(1)"]
    [kept] = (tmp_path / "cache").iterdir()
    dump = cache.get(kept.name)
    assert dump is not None
    assert b"reviewbot_known_hit" in dump
    cache.put(kept.name, dump.replace(b'"evil"', b'"gone"'))
    assert found() == []  # it is used
    cache.put(kept.name, dump.replace(b'"evil"', b'"gone"').replace(b"known_hit", b"gone"))
    assert found() == ["evil(1)"]
