import pytest

from reviewbot.change import SourceFile
from reviewbot.gate.candidate import Candidate, build
from reviewbot.suggestion import Origin, Suggestion, edits_between


def _moved(old: str, new: str, start: int, end: int) -> tuple[int, int]:
    """Follow lines, each written as one letter, from `old` to `new`."""
    before, after = "".join(f"{c}\n" for c in old), "".join(f"{c}\n" for c in new)
    suggestion = Suggestion(Origin.PATCH, None, edits_between("a.txt", before, after), "")
    candidate = build(suggestion, {"a.txt": SourceFile("a.txt", before)}, lambda _path, _text: None)
    assert isinstance(candidate, Candidate)
    return candidate.files[0].moved(start, end)


@pytest.mark.parametrize(
    ("old", "new", "lines", "expected"),
    [
        ("abcde", "abXde", (3, 3), (3, 3)),
        ("abcde", "abXYde", (3, 3), (3, 4)),
        ("abcde", "abde", (3, 3), (3, 2)),
        ("abcde", "Xabcde", (3, 3), (4, 4)),
        ("abcde", "abcdeX", (3, 3), (3, 3)),
        ("abcde", "abXcde", (3, 3), (3, 4)),
        ("abcde", "abcXde", (3, 3), (3, 4)),
        ("abcde", "aXYbcdZe", (3, 3), (5, 5)),
        ("abcde", "aXe", (3, 3), (2, 2)),
        ("abcde", "aXe", (2, 4), (2, 2)),
        ("abcde", "XbcdY", (1, 5), (1, 5)),
        ("abcde", "bcd", (2, 4), (1, 3)),
        ("abcde", "aXcYe", (2, 4), (2, 4)),
    ],
)
def test_lines_are_followed_through_the_edits(
    old: str, new: str, lines: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert _moved(old, new, *lines) == expected
