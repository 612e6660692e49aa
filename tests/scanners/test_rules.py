from pathlib import Path

import pytest

from reviewbot.scanners.rulepack import bundled_rules, load_pack
from reviewbot.scanners.ruletest import check_rules
from tests.scanners.test_rulepack import RULE, write

TEST = """\
# ruleid: python-shout
shout("a")
# ruleid: python-shout
print(shout("ü"), shout("b"))
# ok: python-shout
whisper("a")
# ok: python-shout
shouting = 1
"""
FIXED = TEST.replace("shout(", "whisper(")


def problems_of(directory: Path, rule: str = RULE, test: str | None = TEST, fixed: str | None = FIXED) -> str:
    """Write one rule with its files, check it, and return what is wrong with it."""
    path = write(directory, rule)
    for suffix, text in ((".py", test), (".fixed.py", fixed)):
        if text is not None:
            path.with_suffix(suffix).write_text(text, encoding="utf-8")
    [result] = check_rules(load_pack(directory))
    assert result.rule_id == "python-shout"
    assert result.passed == (not result.problems)
    return "\n".join(result.problems)


def test_every_bundled_rule_finds_its_true_cases_leaves_its_false_ones_and_fixes_as_shown() -> None:
    results = check_rules(load_pack(bundled_rules()))

    assert len(results) >= 75
    assert {result.rule_id: result.problems for result in results if not result.passed} == {}


def test_a_rule_that_does_as_its_test_file_says_passes(tmp_path: Path) -> None:
    assert problems_of(tmp_path) == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pattern: shout($X)", "pattern: scream($X)", "line 2: nothing is found"),
        ("pattern: shout($X)", "pattern: $F($X)", "line 6: something is found"),
        ("pattern: shout($X)", "pattern: shout($X", "Semgrep does not accept the rule: Invalid pattern"),
        ("whisper($X)", "hush($X)", "line 2: the fix gives 'hush(\"a\")', not 'whisper(\"a\")'"),
    ],
)
def test_a_broken_rule_fails_by_name_with_the_reason(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in RULE

    assert said in problems_of(tmp_path, RULE.replace(old, new))


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (None, "no test file"),
        (TEST.replace("ruleid:", "rule:"), 'It has 0 "ruleid: python-shout" cases'),
        (TEST.replace("ok: python-shout", "ok: python-other"), 'It has 0 "ok: python-shout" cases'),
        (TEST + "def (:\n", "does not read it whole"),
    ],
)
def test_a_test_file_that_shows_too_little_fails_its_rule(tmp_path: Path, test: str | None, said: str) -> None:
    assert said in problems_of(tmp_path, test=test)


@pytest.mark.parametrize(
    ("fixed", "said"),
    [
        (None, "python-shout.fixed.py belongs to a rule with a fix"),
        (FIXED + "\n", "another number of lines"),
        (TEST, "line 2: the fixed code is found again"),
    ],
)
def test_a_fix_that_is_not_shown_as_it_works_fails_its_rule(tmp_path: Path, fixed: str | None, said: str) -> None:
    assert said in problems_of(tmp_path, fixed=fixed)


def test_a_rule_for_both_is_read_as_javascript_and_as_typescript(tmp_path: Path) -> None:
    rule = RULE.replace("python", "javascript").replace("[javascript]", "[javascript, typescript]")
    rule = rule.replace("    fix: whisper($X)\n", "").replace('fix-imports: ["from manners', "no-fix: none  # ")
    path = write(tmp_path, rule, "javascript/manners/javascript-shout.yaml")
    test = TEST.replace("#", "//").replace("python", "javascript") + "const view = <b>{1}</b>;\n"

    path.with_suffix(".jsx").write_text(test, encoding="utf-8")
    [whole] = check_rules(load_pack(tmp_path))
    path.with_suffix(".jsx").write_text(test.replace('shout("a")', "call(1)"), encoding="utf-8")
    [missing] = check_rules(load_pack(tmp_path))

    assert whole.problems == ()
    assert [problem.partition(":")[0] for problem in missing.problems] == [
        "javascript-shout.jsx, read as javascript, line 2",
        "javascript-shout.jsx, read as typescript, line 2",
    ]
