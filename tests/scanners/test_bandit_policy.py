import re
import subprocess
import sys

import pytest

from reviewbot.change import SourceFile
from reviewbot.finding import Finding
from reviewbot.policy import Severity
from reviewbot.scanners.bandit import Bandit
from reviewbot.scanners.bandit_policy import JUDGEMENTS


def _findings(text: str) -> dict[str, Finding]:
    (scan,) = Bandit().scan([[SourceFile("a.py", text)]])
    return {finding.rule_id: finding for finding in scan.findings}


def test_every_check_that_is_judged_exists_in_this_bandit_and_has_a_reason() -> None:
    usage = subprocess.run([sys.executable, "-I", "-m", "bandit", "--help"], capture_output=True, text=True, check=True)
    assert set(JUDGEMENTS) <= set(re.findall(r"\bB\d{3}\b", usage.stdout))
    assert all(judgement.why for judgement in JUDGEMENTS.values())


@pytest.mark.parametrize(
    "value", ["", "<password>", "your_password_here", "${PASSWORD}", "changeme", "xxxxx", "secret_key"]
)
def test_a_place_to_fill_in_is_no_password(value: str) -> None:
    assert _findings(f"connect(password={value!r})\n")["B106"].severity is Severity.LOW


@pytest.mark.parametrize(
    "code", ['if token == "while":\n    pass\n', 'PASSWORD_FIELD = "password1"\n', 'token_type = "word"\n']
)
def test_a_word_of_a_language_and_the_name_of_a_field_are_no_passwords(code: str) -> None:
    assert _findings(code)["B105"].severity is Severity.LOW


@pytest.mark.parametrize(
    "code", ['password = "hunter2"\n', 'if password == "hunter2":\n    pass\n', 'token = "x1y2"\n']
)
def test_a_password_that_is_kept_or_compared_with_is_one(code: str) -> None:
    assert _findings(code)["B105"].severity is Severity.MEDIUM


@pytest.mark.parametrize("value", ["hunter2", "root", "Tr0ub4dor&3"])
def test_a_password_in_the_code_is_reported_without_its_value(value: str) -> None:
    finding = _findings(f"connect(password={value!r})\n")["B106"]
    assert finding.severity is Severity.MEDIUM
    assert value not in finding.message
    assert finding.cwe == (798,)


def test_a_weakness_that_bandit_files_elsewhere_has_its_own_cwe() -> None:
    finding = _findings("import yaml\nyaml.load(text)\n")["B506"]
    assert (finding.severity, finding.cwe) == (Severity.HIGH, (502,))


@pytest.mark.parametrize(("command", "severity"), [("'ls'", Severity.LOW), ("name", Severity.MEDIUM)])
def test_a_fixed_command_is_no_more_than_bandit_says(command: str, severity: Severity) -> None:
    assert _findings(f"import os\nos.system({command})\n")["B605"].severity is severity


def test_an_import_alone_is_not_worth_a_comment() -> None:
    assert {f.severity for f in _findings("import subprocess, ftplib, telnetlib\n").values()} == {Severity.LOW}
