import json
from pathlib import Path

import pytest

from reviewbot.errors import ConfigError
from reviewbot.policy import Severity
from reviewbot.scanners.rulepack import bundled_rules, load_pack

RULE = """\
rules:
  - id: python-shout
    languages: [python]
    severity: ERROR
    message: |
      A shout was found.

      An attacker hears it.

      Whisper.
    pattern: shout($X)
    fix: whisper($X)
    metadata:
      cwe: [CWE-78, CWE-77]
      confidence: MEDIUM
      fix-imports: ["from manners import whisper"]
      references: ["https://cwe.mitre.org/data/definitions/78.html"]
"""


def write(directory: Path, text: str = RULE, place: str = "python/manners/python-shout.yaml") -> Path:
    path = directory / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_rule_file_becomes_a_rule(tmp_path: Path) -> None:
    path = write(tmp_path)

    [rule] = load_pack(tmp_path).rules

    assert (rule.id, rule.path) == ("python-shout", path)
    assert (rule.languages, rule.severity, rule.confidence) == (("python",), Severity.HIGH, Severity.MEDIUM)
    assert rule.cwe == (78, 77)
    assert (rule.fix, rule.fix_imports, rule.no_fix) == ("whisper($X)", ("from manners import whisper",), "")
    assert rule.message.startswith("A shout was found.")


def test_the_compiled_pack_is_one_semgrep_configuration_in_the_order_of_ids(tmp_path: Path) -> None:
    for name in ("python-b", "python-a"):
        write(tmp_path, RULE.replace("python-shout", name), f"python/manners/{name}.yaml")

    compiled = json.loads(load_pack(tmp_path).json())

    assert [rule["id"] for rule in compiled["rules"]] == ["python-a", "python-b"]
    assert compiled["rules"][0]["pattern"] == "shout($X)"


def test_the_digest_follows_what_the_rules_say_and_not_how_they_are_written(tmp_path: Path) -> None:
    write(tmp_path)
    digest = load_pack(tmp_path).digest

    write(tmp_path, "# a comment\n" + RULE)
    assert load_pack(tmp_path).digest == digest

    write(tmp_path, RULE.replace("shout($X)", "scream($X)"))
    assert load_pack(tmp_path).digest != digest


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("      cwe: [CWE-78, CWE-77]\n", "", 'key "rules.0.metadata.cwe"'),
        ("CWE-77", "77", 'key "rules.0.metadata.cwe.1"'),
        ("cwe: [CWE-78, CWE-77]", "cwe: []", 'key "rules.0.metadata.cwe"'),
        ("MEDIUM", "CERTAIN", 'key "rules.0.metadata.confidence"'),
        ("ERROR", "FATAL", 'key "rules.0.severity"'),
        ("      Whisper.\n", "", "three paragraphs"),
        ("      Whisper.\n", "      Whisper $1.\n", "must not hold $1"),
        ("    fix: whisper($X)\n", "", '"no-fix"'),
        ("confidence: MEDIUM", "confidence: MEDIUM\n      no-fix: none is right", '"no-fix"'),
        ("references:", "refs:", 'key "rules.0.metadata.refs"'),
        ("id: python-shout", "id: python-scream", "name of its file"),
        ("id: python-shout", "id: Python_Shout", 'key "rules.0.id"'),
        ("[python]", "[]", 'key "rules.0.languages"'),
        ("    pattern:", "    severity: INFO\n    pattern:", '"severity" stands twice'),
        ("[python]", "&l [python]", "aliases, anchors and tags"),
        ("[python]", "!!python/tuple [python]", "aliases, anchors and tags"),
        ("shout($X)", "2024-01-01", "value that JSON does not have"),
        ("rules:", "rules: [", "is not valid YAML"),
        ("rules:", "rule:", 'key "rules"'),
    ],
)
def test_a_file_that_is_not_a_rule_of_ours_is_refused_with_file_and_key(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in RULE
    path = write(tmp_path, RULE.replace(old, new, 1))

    with pytest.raises(ConfigError) as refused:
        load_pack(tmp_path)

    assert str(path) in str(refused.value)
    assert said in str(refused.value)


def test_a_file_with_two_rules_is_refused(tmp_path: Path) -> None:
    write(tmp_path, RULE + RULE.removeprefix("rules:\n"))

    with pytest.raises(ConfigError, match=r'key "rules"'):
        load_pack(tmp_path)


@pytest.mark.parametrize("place", ["python/python-shout.yaml", "javascript/manners/python-shout.yaml"])
def test_a_rule_in_the_wrong_folder_is_refused(tmp_path: Path, place: str) -> None:
    write(tmp_path, place=place)

    with pytest.raises(ConfigError, match=r"python-shout"):
        load_pack(tmp_path)


def test_two_rules_of_one_id_are_refused_with_both_paths(tmp_path: Path) -> None:
    first, second = write(tmp_path / "ours"), write(tmp_path / "theirs")

    with pytest.raises(ConfigError) as refused:
        load_pack(tmp_path / "ours", tmp_path / "theirs")

    assert str(first) in str(refused.value)
    assert str(second) in str(refused.value)


def test_a_directory_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds no rule"):
        load_pack(tmp_path)


def test_text_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    write(tmp_path).write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigError, match="cannot be read"):
        load_pack(tmp_path)


def test_the_bundled_rules_are_found() -> None:
    assert bundled_rules().is_dir()
