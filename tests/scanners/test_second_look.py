import pytest

from reviewbot.change import SourceFile
from reviewbot.policy import Severity
from reviewbot.scanners.bandit import Bandit

LOADS = "import pickle\n\n\ndef copied(value, other):\n    data = {}\n    return pickle.loads({})\n"


def _severities(code: str, test_id: str) -> set[Severity]:
    (scan,) = Bandit().scan([[SourceFile("a.py", code)]])
    return {finding.severity for finding in scan.findings if finding.rule_id == test_id}


@pytest.mark.parametrize(
    "statement",
    [
        'f"SELECT name FROM users WHERE id = ?"',
        '"SELECT name FROM users " + "WHERE id = ?"',
        'f"SELECT name FROM {USERS} WHERE id = ?"',
        '"SELECT name FROM users WHERE id IN (%s)" % ",".join("?" * len(ids))',
        '"SELECT name FROM users WHERE id IN ({})".format(", ".join(["%s" for _ in ids]))',
    ],
)
def test_a_statement_without_a_value_in_it_is_no_injection(statement: str) -> None:
    assert _severities(f"cursor.execute({statement}, ids)\n", "B608") <= {Severity.LOW}


@pytest.mark.parametrize(
    "statement",
    [
        "f\"SELECT name FROM users WHERE id = '{name}'\"",
        '"SELECT name FROM users WHERE id = " + name',
        '"SELECT name FROM users WHERE id = %s" % name',
        '"SELECT name FROM users WHERE id = {}".format(name)',
        'f"SELECT name FROM {USERS} WHERE id = {name}"',
        '"SELECT name FROM users WHERE id IN (%s)" % ",".join(ids)',
    ],
)
def test_a_statement_with_a_value_in_it_stays_what_it_was(statement: str) -> None:
    assert _severities(f"cursor.execute({statement})\n", "B608") == {Severity.MEDIUM}


@pytest.mark.parametrize(("data", "read"), [("pickle.dumps(value)", "data"), ("1", "pickle.dumps(value)")])
def test_what_the_same_function_wrote_can_be_read(data: str, read: str) -> None:
    assert _severities(LOADS.format(data, read), "B301") == {Severity.LOW}


@pytest.mark.parametrize(("data", "read"), [("pickle.dumps(value)", "other"), ("other", "data")])
def test_what_came_from_elsewhere_can_not(data: str, read: str) -> None:
    assert _severities(LOADS.format(data, read), "B301") == {Severity.MEDIUM}
