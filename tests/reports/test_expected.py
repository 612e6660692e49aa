import pytest

from tests.reports.expected import FOLDER, OUTPUTS


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_whole_output_is_as_it_was_checked_in(name: str) -> None:
    assert OUTPUTS[name]() == (FOLDER / name).read_bytes().decode("utf-8", "surrogatepass")


def test_every_checked_in_output_is_compared() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(OUTPUTS)
