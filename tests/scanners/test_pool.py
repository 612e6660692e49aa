"""Engines started ahead: whatever happens to one, the answer is right or a stated skip, and comes in time."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest

from reviewbot.change import SourceFile
from reviewbot.finding import Scan
from reviewbot.scanners.batch import Pace
from reviewbot.scanners.pool import Pool
from reviewbot.scanners.semgrep import Semgrep
from reviewbot.scanners.semgrep_engine import Engine, installed_engines
from tests.fakes import TamperedEngine
from tests.scanners.packs import EVIL, pack, rule

CORE, *_ = installed_engines()
PACE = Pace(processes=2, seconds=8.0, rate=1e9)
GOOD = SourceFile("good.py", "evil(1)\n")
FOUND = [("good.py", "evil(1)")]
# In the place of an engine that waits: it sees the files once they are there, and then does what it is told.
WHEN_ASKED = 'while ! test -e next; do sleep 0.02; done; if grep -q HARM f*.py; then {harm}; fi; exec "$@"'


def _scan(pool: Pool, *files: SourceFile, engines: tuple[Engine, ...] = (CORE,)) -> Scan:
    [scan] = Semgrep(EVIL, engines, PACE, pool=pool).scan([files])
    return scan


def _found(scan: Scan) -> list[tuple[str, str]]:
    return [(finding.path, finding.snippet) for finding in scan.findings]


def _ways(scan: Scan) -> list[str]:
    return [tool.way for tool in scan.tools]


def children(*, bandit: bool = False) -> set[int]:
    """Return our children that are engines of Semgrep, or those that run Bandit: other tests leave processes behind."""
    columns = "pid=,ppid=,stat=,comm=,args="
    listed = subprocess.run(["ps", "-A", "-ww", "-o", columns], capture_output=True, text=True, check=True)
    rows = [line.split(maxsplit=4) for line in listed.stdout.splitlines()]
    ours = [row for row in rows if int(row[1]) == os.getpid() and row[2] != "Z"]
    word = "bandit" if bandit else "semgrep"
    return {int(row[0]) for row in ours if word in row[-1]}


def _waiting(count: int) -> set[int]:
    """Return our children once there are `count` of them."""
    for _ in range(200):
        if len(alive := children()) == count:
            return alive
        time.sleep(0.05)
    return pytest.fail(f"{len(alive)} processes wait, not {count}")


@pytest.fixture
def warm() -> Iterator[Pool]:
    """Yield a pool in which processes for a Python file wait."""
    with Pool(CORE) as pool:
        assert _ways(_scan(pool, GOOD)) == ["engine"]
        _waiting(2)
        yield pool


def test_a_process_that_waits_answers_as_one_that_is_started(warm: Pool) -> None:
    bad = SourceFile("bad.py", "x = = 1\nevil('é')  # nosemgrep\n")
    for _ in range(3):
        scan = _scan(warm, GOOD, bad)
        assert _ways(scan) == ["pool"]
        [expected] = Semgrep(EVIL, [CORE], PACE).scan([[GOOD, bad]])
        assert scan == expected


@pytest.mark.parametrize("harm", [signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM])
def test_a_process_that_was_killed_or_frozen_while_it_waited_costs_no_answer(warm: Pool, harm: signal.Signals) -> None:
    for pid in children():
        os.kill(pid, harm)
    scan = _scan(warm, GOOD)
    assert (_found(scan), scan.skipped, _ways(scan)) == (FOUND, (), ["engine"])


@pytest.mark.parametrize(
    "harm",
    [
        "kill -KILL $$",
        "kill -STOP $$",
        "sleep 600",
        "ulimit -v 50000",
        "exit 0",
        "echo '{\"results\": ['; exec cat targets.json",
        'printf "" > rules.json',
        "sed -i s/reviewbot_known_hit/x/ control.py",
    ],
)
def test_a_process_that_breaks_during_a_scan_costs_no_answer(harm: str) -> None:
    file = SourceFile("good.py", "evil(1)\nHARM\n")
    with Pool(TamperedEngine(CORE, WHEN_ASKED.format(harm=harm))) as pool:
        _scan(pool, GOOD)
        scan = _scan(pool, file)
    assert (_found(scan), scan.skipped, _ways(scan)) == (FOUND, (), ["engine"])


def test_one_that_hangs_on_a_file_however_it_is_started_spoils_no_other() -> None:
    engine = TamperedEngine(CORE, WHEN_ASKED.replace("next", "control.py").format(harm="kill -STOP $$"))
    bad = SourceFile("bad.py", "HARM\n")
    with Pool(engine) as pool:
        _scan(pool, GOOD)
        scan = _scan(pool, bad, GOOD, engines=(engine,))
    assert _found(scan) == FOUND
    assert [(entry.path, "did not finish" in entry.reason) for entry in scan.skipped] == [("bad.py", True)]


def test_what_is_made_to_keep_the_engine_busy_is_read_or_skipped(warm: Pool) -> None:
    busy = SourceFile("busy.py", "x = " + "-" * 100_000 + "1\n")
    scan = _scan(warm, busy, GOOD)
    assert _found(scan) == FOUND
    assert (("Semgrep", "busy.py") in scan.covered) != ("busy.py" in {entry.path for entry in scan.skipped})


def test_no_more_processes_wait_than_there_is_room_for_and_none_is_left_over() -> None:
    before = children()
    with Pool(CORE, size=3) as pool:
        for number in range(4):
            Semgrep(pack(rule(f"r{number}", "evil(1)")), [CORE], PACE, pool=pool).scan([[GOOD]])
        _waiting(3)
    assert children() == before


def test_a_closed_pool_starts_nothing_and_the_engine_answers() -> None:
    pool = Pool(CORE)
    pool.close()
    assert _ways(_scan(pool, GOOD)) == ["engine"]
    assert children() == set()


def test_many_scans_at_once_each_get_their_own_answer(warm: Pool) -> None:
    files = [SourceFile(f"{number}.py", f"evil({number})\n") for number in range(40)]
    [scan] = Semgrep(EVIL, [CORE], Pace(processes=4, files=5, split_above=5), pool=warm).scan([files])
    assert sorted(_found(scan)) == sorted((file.path, file.text.strip()) for file in files)
