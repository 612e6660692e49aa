import pytest

from reviewbot.errors import ConfigError
from reviewbot.scanners.repository_rules import MAX_RULES, with_own
from reviewbot.scanners.rulepack import bundled_rules, load_pack
from tests.scanners.test_rulepack import RULE

OURS = load_pack(bundled_rules())
PATH = "rules/python/manners/python-shout.yaml"


def test_rules_of_a_repository_stand_beside_ours() -> None:
    together = with_own(OURS, {PATH: RULE, "rules/README.md": "Ours."}, "rules")

    assert together.by_id().keys() - OURS.by_id().keys() == {"python-shout"}
    assert together.digest != OURS.digest


def test_no_rule_takes_the_place_of_one_of_ours() -> None:
    taken = RULE.replace("python-shout", "python-sql-injection")

    with pytest.raises(ConfigError, match='the id "python-sql-injection" is that of a rule of reviewbot'):
        with_own(OURS, {"rules/python/manners/python-sql-injection.yaml": taken}, "rules")


def test_no_more_rules_are_read_than_a_review_can_bear() -> None:
    many = {f"rules/python/m/python-r{number}.yaml": RULE for number in range(MAX_RULES + 1)}

    with pytest.raises(ConfigError, match=f"holds {MAX_RULES + 1} rules; 1 to {MAX_RULES} are read"):
        with_own(OURS, many, "rules")
