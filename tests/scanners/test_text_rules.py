"""Rules that read every text file: secrets, workflows, Dockerfiles, shell."""

from functools import cache

from reviewbot.change import SourceFile
from reviewbot.finding import OWN_CHECKS, Scan
from reviewbot.scanners.rulepack import RulePack, bundled_rules, load_pack
from reviewbot.scanners.semgrep import Semgrep

KEY = 'key = "AKIA' + 'Q3EGRLZ4XWNMTYUB"\n'  # in two pieces: scanners of secrets read this file too


@cache
def _pack() -> RulePack:
    return load_pack(bundled_rules())


def _scan(path: str, text: str) -> Scan:
    (scan,) = Semgrep(_pack()).scan([[SourceFile(path, text)]])
    return scan


def test_a_key_is_found_whatever_the_file_is_called() -> None:
    for path in ("notes.txt", "config/settings.py", "no-extension"):
        assert "any-secret-aws" in {finding.rule_id for finding in _scan(path, KEY).findings}, path


def test_a_rule_for_one_kind_of_file_stays_out_of_others() -> None:
    text = "FROM debian\nUSER root\n"
    assert "any-docker-root" in {finding.rule_id for finding in _scan("images/Dockerfile", text).findings}
    assert "any-docker-root" not in {finding.rule_id for finding in _scan("notes.md", text).findings}


def test_reading_a_file_for_secrets_vouches_for_nothing() -> None:
    scan = _scan("main.zig", "const x = 1;\n")
    assert scan.vouched("main.zig") == frozenset()
    assert (OWN_CHECKS, "main.zig") in scan.covered


def test_a_file_that_does_not_parse_is_skipped_though_its_text_was_read() -> None:
    scan = _scan("a.js", KEY + "function (((\n")
    assert [skipped.path for skipped in scan.skipped] == ["a.js"]
    assert "any-secret-aws" in {finding.rule_id for finding in scan.findings}
