"""A scanner's process that is killed in the middle of a review: the review is whole all the same, and posted once."""

import fcntl
import os
import signal
import stat
import struct
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from reviewbot.change import SourceFile
from reviewbot.finding import scan
from reviewbot.ledger.record import State
from reviewbot.scanners.bandit import COMMAND, Bandit
from reviewbot.scanners.batch import Pace
from reviewbot.scanners.installed import Kept
from reviewbot.scanners.semgrep import Semgrep
from reviewbot.scanners.semgrep_engine import RULES_FILE, TARGETS_FILE, installed_engines
from tests.fake_github.state import Pull, Repository
from tests.fakes import TamperedEngine
from tests.scanners.packs import EVIL
from tests.scanners.test_pool import children
from tests.service.office import Office, drain
from tests.service.stack import eventually

FILES = {"app.py": "a = 1\nevil(a)\neval(input())\n"}
PACE = Pace(processes=1, seconds=60.0)


@pytest.fixture
def pull(office: Office, repository: Repository) -> Pull:
    return office.hub.open_pull(repository, head_files=FILES)


def _has_work(process: int) -> bool:
    """Say whether a process that stands still was given what it is to scan."""
    place = Path(f"/proc/{process}")
    folder = place / "cwd"
    if (folder / RULES_FILE).exists():
        # the files lie there, and their list waits to take the place of the FIFO, or has taken it
        return (folder / "next").exists() or stat.S_ISREG((folder / TARGETS_FILE).stat().st_mode)
    with (place / "fd" / "0").open("rb", buffering=0) as request:
        (unread,) = struct.unpack("i", fcntl.ioctl(request, termios.FIONREAD, b"\0" * 4))
    return bool(unread)


@contextmanager
def _killed_at_work(processes: set[int]) -> Iterator[set[int]]:
    """Freeze `processes`, and kill each as soon as it was given work; yields those that were."""
    killed: set[int] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.01):
            for process in processes - killed:
                with suppress(OSError):
                    if _has_work(process):
                        os.kill(process, signal.SIGKILL)
                        killed.add(process)

    for process in processes:
        os.kill(process, signal.SIGSTOP)
    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield killed
    finally:
        over.set()
        watching.join()


def one_whole_review(office: Office, pull: Pull) -> None:
    assert len(office.hub.reviews(pull)) == 1
    assert {comment.place.line for comment in office.hub.review_comments(pull)} == {2, 3}
    assert [(run.status, run.conclusion) for run in office.hub.check_runs()] == [("completed", "failure")]
    assert office.state(pull).state is State.DONE


def test_engines_and_a_kept_bandit_that_are_killed_while_they_scan_cost_no_second_attempt(
    office: Office, pull: Pull
) -> None:
    others, bandits = children(), children(bandit=True)
    with Kept(EVIL) as kept:
        scan([[SourceFile("warm.py", "a = 1\n")]], kept.scanners("warm"))
        assert eventually(lambda: len(children() - others) == 2, 60)
        [bandit] = children(bandit=True) - bandits
        office.ask(pull)
        with _killed_at_work((children() - others) | {bandit}) as killed:
            assert office.worker(*kept.scanners("acme")).work()

    assert bandit in killed
    assert killed - {bandit}
    one_whole_review(office, pull)


@pytest.mark.parametrize("tool", ["Semgrep", "Bandit"])
def test_while_each_process_of_a_scanner_is_killed_its_review_waits_and_is_posted_once_then(
    office: Office, pull: Pull, tmp_path: Path, tool: str
) -> None:
    core, *_ = installed_engines()
    harm = tmp_path / "harm"
    harm.touch()
    script = f'test -e {harm} && kill -KILL $$; exec "$@"'
    engine, bandit = (core, ("/bin/sh", "-c", script, "sh", *COMMAND))
    scanners = (
        Semgrep(EVIL, [TamperedEngine(engine, script) if tool == "Semgrep" else engine], PACE),
        Bandit(bandit if tool == "Bandit" else COMMAND, PACE),
    )
    worker = office.worker(*scanners)
    office.ask(pull)

    assert worker.work()
    assert (office.state(pull).state, office.state(pull).attempts) == (State.WAITING, 1)
    assert "SIGKILL" in office.state(pull).error
    assert office.hub.reviews(pull) == []
    harm.unlink()
    office.wait(pull)
    assert drain(worker) == 1

    one_whole_review(office, pull)
