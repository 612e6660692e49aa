import re
from pathlib import Path

import pytest

from reviewbot.change import SourceFile
from reviewbot.errors import ConfigError
from reviewbot.finding import scan
from reviewbot.scanners.installed import default_scanners
from reviewbot.scanners.rulepack import bundled_rules, load_pack
from reviewbot.scanners.rulepage import backgrounds, page, with_pages, write_pages
from tests.scanners.test_rulepack import RULE, write

PAGES = Path(__file__).parents[2] / "docs" / "rules"
SECTIONS = (
    "What it finds",
    "Why it matters",
    "How an attacker uses it",
    "How to fix it",
    "When it is a false alarm",
    "Examples",
    "Links",
)
TEST = """\
import manners

# ruleid: python-shout
shout("a")

def talk():
    # ok: python-shout
    whisper("b")
"""


def page_of(directory: Path, rule: str = RULE) -> str:
    """Write a rule with its test file, and return its page."""
    path = write(directory, rule)
    path.with_suffix(".py").write_text(TEST, encoding="utf-8")
    path.with_suffix(".fixed.py").write_text(TEST.replace("shout(", "whisper("), encoding="utf-8")
    [one] = load_pack(directory).rules
    return page(one, backgrounds())


def test_every_rule_has_its_page_as_it_is_now(tmp_path: Path) -> None:
    write_pages(load_pack(bundled_rules()), tmp_path)

    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    kept = {path.name: path.read_text(encoding="utf-8") for path in PAGES.iterdir()}
    assert [name for name in written | kept if written.get(name) != kept.get(name)] == [], (
        "run `reviewbot rules docs docs/rules`"
    )


def test_every_page_says_all_there_is_to_say() -> None:
    known = backgrounds()
    for rule in load_pack(bundled_rules()).rules:
        text = page(rule, known)
        assert tuple(re.findall(r"^## (.*)$", text, re.MULTILINE)) == SECTIONS, rule.id
        assert f"https://cwe.mitre.org/data/definitions/{rule.cwe[0]}.html" in text
        assert "owasp.org/" in text, rule.id


def test_a_page_shows_code_that_is_found_its_fix_and_code_that_is_left_alone(tmp_path: Path) -> None:
    text = page_of(tmp_path)

    assert 'Found:\n\n```py\nshout("a")\n```' in text
    assert 'With the rule\'s fix:\n\n```py\nwhisper("a")\n```' in text
    assert 'Not found:\n\n```py\ndef talk():\n    whisper("b")\n```' in text
    assert "It brings `from manners import whisper`." in text


def test_a_rule_says_itself_when_it_is_wrong_if_it_knows_better_than_its_weakness(tmp_path: Path) -> None:
    known = backgrounds()[78].false_alarm
    assert known in page_of(tmp_path / "a")

    own = page_of(tmp_path / "b", RULE.replace("cwe: [", 'false-alarm: "Nobody is near."\n      cwe: ['))

    assert "## When it is a false alarm\n\nNobody is near.\n" in own
    assert known not in own


def test_pages_of_rules_that_look_for_tokens_show_none() -> None:
    [rule] = [rule for rule in load_pack(bundled_rules()).rules if rule.id == "any-secret-github"]

    assert "They are left out here" in page(rule, backgrounds())


def test_a_page_of_a_rule_that_is_gone_is_removed(tmp_path: Path) -> None:
    (tmp_path / "python-gone.md").write_text("old", encoding="utf-8")
    write(tmp_path / "rules")

    write_pages(load_pack(tmp_path / "rules"), tmp_path)

    assert sorted(path.name for path in tmp_path.glob("*.md")) == ["README.md", "python-shout.md"]


@pytest.mark.parametrize("text", ["", "[owasp]\n[CWE-1]\nwhy = 'x'\n", "x"])
def test_a_broken_table_of_weaknesses_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "weaknesses.toml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=r"weaknesses\.toml cannot be used"):
        backgrounds(tmp_path)


@pytest.mark.parametrize(
    ("address", "link"), [("https://example.com/{rule}/", "https://example.com/python-shout/"), ("", "")]
)
def test_findings_link_to_the_page_of_their_rule_where_it_is_known(tmp_path: Path, address: str, link: str) -> None:
    write(tmp_path)
    pack = with_pages(load_pack(tmp_path), address)

    [found] = scan([[SourceFile("a.py", "shout(1)\n")]], default_scanners(pack))

    assert [finding.page for finding in found.findings] == [link]
