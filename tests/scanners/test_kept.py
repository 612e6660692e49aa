"""What lives from one review to the next: killed, frozen or confused, it costs no answer."""

import os
import signal
import sys
from collections.abc import Callable

import pytest

from reviewbot.change import SourceFile
from reviewbot.finding import Scan, scan
from reviewbot.scanners.attendants import Attendants
from reviewbot.scanners.bandit import COMMAND, Bandit
from reviewbot.scanners.batch import Failure, Pace
from reviewbot.scanners.installed import Kept, default_scanners
from reviewbot.scanners.sandbox import Limits
from tests.scanners.packs import EVIL
from tests.scanners.test_pool import children

PACE = Pace(processes=1, seconds=8.0, rate=1e9)


def _scan(attendants: Attendants, number: int) -> Scan:
    [found] = Bandit(pace=PACE, attendants=attendants).scan([[SourceFile("a.py", f"eval({number})\n")]])
    assert [finding.snippet for finding in found.findings] == [f"eval({number})"]
    assert found.covered == {("Bandit", "a.py")}
    return found


@pytest.fixture
def warm() -> Callable[[], set[int]]:
    """Return what tells the processes that wait for Bandit, without those that other tests left behind."""
    before = children(bandit=True)
    return lambda: children(bandit=True) - before


def _ways(found: Scan) -> list[str]:
    return [tool.way for tool in found.tools]


def test_one_process_answers_scan_after_scan(warm: Callable[[], set[int]]) -> None:
    with Attendants(COMMAND) as attendants:
        assert [_ways(_scan(attendants, number)) for number in range(3)] == [["warm process"]] * 3
        assert len(warm()) == 1
    assert warm() == set()


def test_it_is_replaced_after_a_number_of_answers(warm: Callable[[], set[int]]) -> None:
    with Attendants(COMMAND, uses=2) as attendants:
        processes = []
        for number in range(4):
            _scan(attendants, number)
            processes.append(warm())
        assert [len(alive) for alive in processes] == [1, 0, 1, 0]
        assert processes[0] != processes[2]


@pytest.mark.parametrize("harm", [signal.SIGKILL, signal.SIGSTOP])
def test_one_that_was_killed_or_frozen_costs_no_answer_and_is_replaced(
    harm: signal.Signals, warm: Callable[[], set[int]]
) -> None:
    with Attendants(COMMAND) as attendants:
        _scan(attendants, 0)
        [pid] = warm()
        os.kill(pid, harm)
        assert _ways(_scan(attendants, 1)) == ["process"]
        assert warm() == set()
        assert _ways(_scan(attendants, 2)) == ["warm process"]


@pytest.mark.parametrize(
    "confused",
    ["exit 0", "sleep 600", "echo nonsense", "echo '{\"files\": []}'; cat", "cat /dev/zero", "printf x; sleep 600"],
)
def test_one_that_does_not_answer_as_it_should_costs_no_answer(confused: str) -> None:
    with Attendants(("/bin/sh", "-c", confused)) as attendants:
        assert _ways(_scan(attendants, 1)) == ["process"]


def test_a_request_that_nobody_reads_ends_in_time() -> None:
    with Attendants(("/bin/sleep", "600")) as attendants:
        assert attendants.ask(b"x" * (1 << 20) + b"\n", Limits(0.5)) == Failure("did not read what it was asked")


def test_each_gets_its_own_answer_when_many_ask_at_once() -> None:
    files = [SourceFile(f"{number}.py", f"eval({number})\n") for number in range(40)]
    pace = Pace(processes=4, split_above=5, files=5)
    with Attendants((sys.executable, *COMMAND[1:])) as attendants:
        [found] = Bandit(pace=pace, attendants=attendants).scan([files])
    assert {(f.path, f.snippet) for f in found.findings} == {(file.path, file.text.strip()) for file in files}


def test_all_that_is_kept_answers_as_scanners_that_start_anew_and_goes_when_closed(
    warm: Callable[[], set[int]],
) -> None:
    files = [SourceFile("a.py", "evil(1)\neval(x)  # nosec\n"), SourceFile("b.js", "evil(2)\n")]
    expected = scan([files], default_scanners(EVIL))
    ways: Callable[[Scan], dict[str, str]] = lambda found: {tool.name: tool.way for tool in found.tools}  # noqa: E731
    with Kept(EVIL) as kept:
        found = [scan([files], kept.scanners(namespace)) for namespace in ("one", "one", "two")]
    assert found == [expected] * 3
    assert ways(found[1][0]) == {"Semgrep": "memory", "Bandit": "memory", "reviewbot": ""}
    assert ways(found[2][0]) == {"Semgrep": "pool", "Bandit": "warm process", "reviewbot": ""}
    assert warm() == set()
