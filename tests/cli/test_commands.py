"""The smaller commands, and what all of them have in common."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from reviewbot import __version__
from reviewbot.cli import run
from tests.schemas import sarif_schema

Output = pytest.CaptureFixture[str]
PAGES = Path(__file__).parents[2] / "docs" / "rules"


def test_scan_names_tool_rule_cwe_and_severity(tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "a.py").write_text("import pickle\npickle.loads(x)\n")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "b.py").write_text("eval(x)\n")
    assert run(["scan", str(tmp_path), "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    (finding,) = report["findings"]
    assert (finding["tool"], finding["rule"], finding["severity"]) == ("Bandit", "B301", "medium")
    assert "502" in json.dumps(finding["cwe"])
    assert any("node_modules" in entry["path"] for entry in report["coverage"]["excluded"])


def test_scan_of_sarif_is_valid_and_names_the_file_relative_to_here(tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "a b.py").write_text("import os\nos.system(x)\n")
    assert run(["scan", str(tmp_path / "a b.py"), "--format", "sarif", "--fail-on", "low"]) == 1
    sarif = json.loads(capsys.readouterr().out)
    jsonschema.validate(sarif, sarif_schema())
    assert sarif["runs"][0]["results"]


def test_scan_never_follows_a_link_or_opens_a_pipe(tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "link.py").symlink_to("/proc/self/environ")
    os.mkfifo(tmp_path / "pipe.py")
    assert run(["scan", str(tmp_path), "--format", "json"]) == 0
    excluded = json.loads(capsys.readouterr().out)["coverage"]["excluded"]
    assert {entry["reason"] for entry in excluded} == {"not a regular file"}


def test_scan_of_a_missing_path_is_a_usage_error(capsys: Output) -> None:
    assert run(["scan", "/nonexistent"]) == 2
    assert "does not exist" in capsys.readouterr().err


def test_every_bundled_rule_is_listed_and_can_be_shown(capsys: Output) -> None:
    assert run(["rules", "list"]) == 0
    ids = [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()]
    assert len(ids) >= 30
    assert run(["rules", "show", ids[0]]) == 0
    assert capsys.readouterr().out == (PAGES / f"{ids[0]}.md").read_text(encoding="utf-8")
    assert run(["rules", "show", "--source", ids[0]]) == 0
    assert f"id: {ids[0]}" in capsys.readouterr().out
    assert run(["rules", "show", "no-such-rule"]) == 2


def test_a_broken_rule_fails_the_rule_test_by_name(tmp_path: Path, capsys: Output) -> None:
    folder = tmp_path / "python" / "demo"
    folder.mkdir(parents=True)
    (folder / "python-demo.yaml").write_text(
        """rules:
  - id: python-demo
    languages: [python]
    severity: WARNING
    message: |
      A demo.

      It matters.

      Fix it.
    pattern: danger(...)
    metadata:
      cwe: [CWE-78]
      confidence: HIGH
      no-fix: It is a demo.
"""
    )
    (folder / "python-demo.py").write_text(
        "# ruleid: python-demo\nharmless()\n# ruleid: python-demo\ndanger()\n"
        "# ok: python-demo\nx()\n# ok: python-demo\ny()\n"
    )
    assert run(["rules", "test", str(tmp_path)]) == 1
    assert "python-demo" in capsys.readouterr().out


def test_doctor_finds_this_installation_complete(capsys: Output) -> None:
    assert run(["doctor"]) == 0
    assert "trial scan" in capsys.readouterr().out


def test_the_schema_is_a_json_schema(capsys: Output) -> None:
    assert run(["schema"]) == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(capsys.readouterr().out))


def test_the_version_is_ours(capsys: Output) -> None:
    assert run(["--version"]) == 0
    assert __version__ in capsys.readouterr().out


def test_the_module_runs_as_the_command_does() -> None:
    done = subprocess.run([sys.executable, "-m", "reviewbot", "nonsense"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("reviewbot: No such command 'nonsense'.")


def test_output_into_a_closed_pipe_ends_quietly() -> None:
    command = f"{sys.executable} -m reviewbot rules list | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""
