from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from reviewbot.change import MAX_FILE_BYTES, SourceFile
from reviewbot.scanners.batch import Answer, Failure, Pace, ask_all, unreadable

PACE = Pace(processes=2, split_above=3, files=4, size=60)


@given(st.lists(st.integers(1, 40), max_size=30), st.sets(st.integers(0, 29)))
def test_every_file_is_answered_and_only_those_that_do_harm_fail(sizes: list[int], harmful: set[int]) -> None:
    files = [SourceFile(f"{number}.py", "x" * size) for number, size in enumerate(sizes)]
    bad = {file for number, file in enumerate(files) if number in harmful}

    def ask(batch: Sequence[SourceFile], seconds: float) -> Mapping[SourceFile, Answer] | Failure:
        assert 0 < seconds <= 60
        assert len(batch) <= 4
        return Failure("broke") if bad & set(batch) else dict.fromkeys(batch, Answer())

    answers = ask_all(files, ask, PACE)
    assert answers.keys() == set(files)
    assert {file for file, answer in answers.items() if answer.problem} == bad


def test_a_thousand_short_files_get_more_time_than_one() -> None:
    given: list[float] = []

    def ask(batch: Sequence[SourceFile], seconds: float) -> Mapping[SourceFile, Answer] | Failure:
        given.append(seconds)
        return dict.fromkeys(batch, Answer())

    pace = Pace(processes=1, files=50, seconds=15.0, total_seconds=1.0)
    answers = ask_all([SourceFile(f"{number}.py", "x\n") for number in range(1_000)], ask, pace)
    assert len(given) == 20
    assert min(given) > pace.seconds
    assert not any(answer.problem for answer in answers.values())


def test_what_is_too_big_or_cannot_be_a_file_is_not_handed_over() -> None:
    assert unreadable(SourceFile("a.py", "x" * MAX_FILE_BYTES)) == ""
    assert unreadable(SourceFile("a.py", "é" * (MAX_FILE_BYTES // 2 + 1))) == "is larger than 1000000 bytes"
    assert unreadable(SourceFile("a.py", "\ud800")) != ""
