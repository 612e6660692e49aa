import pytest

from reviewbot.cwe import weakness


@pytest.mark.parametrize(
    ("number", "name"),
    [(22, "Path Traversal"), (78, "OS Command Injection"), (1333, "Inefficient Regular Expression Complexity")],
)
def test_a_weakness_has_its_name_in_the_list_and_the_address_of_its_page(number: int, name: str) -> None:
    assert weakness(number).name == name
    assert weakness(number).link == f"https://cwe.mitre.org/data/definitions/{number}.html"


def test_a_weakness_that_is_not_listed_here_is_named_by_its_number() -> None:
    assert (weakness(4711).name, weakness(4711).harm) == ("CWE-4711", "")
