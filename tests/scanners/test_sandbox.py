import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewbot.scanners.sandbox import Limits, Outcome, run, scratch

PYTHON = (sys.executable, "-I", "-c")
MIB = 1 << 20


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch() as path:
        yield path


def _python(code: str, folder: Path, limits: Limits | None = None, stdin: bytes = b"") -> Outcome:
    return run((*PYTHON, code), cwd=folder, limits=limits or Limits(20), stdin=stdin)


def test_it_gets_its_input_and_answers(folder: Path) -> None:
    outcome = _python("import sys; sys.stdout.write(sys.stdin.read().upper()); sys.exit(3)", folder, stdin=b"abc")
    assert (outcome.status, outcome.stdout, outcome.failure) == (3, b"ABC", "ended with exit status 3")
    assert _python("", folder).failure == ""


def test_it_gets_nothing_of_our_environment(folder: Path) -> None:
    outcome = run(("/usr/bin/env",), cwd=folder, limits=Limits(20))
    names = {line.partition("=")[0] for line in outcome.stdout.decode().splitlines()}
    allowed = {"PATH", "HOME", "TMPDIR", "LANG", "PWD", "OLDPWD", "SHLVL", "_"}
    assert names <= allowed | {"OCAMLRUNPARAM", "SEMGREP_SEND_METRICS", "SEMGREP_ENABLE_VERSION_CHECK"}
    assert f"HOME={folder}" in outcome.stdout.decode().splitlines()


def test_it_gets_no_open_file_of_ours(folder: Path) -> None:
    with (folder / "secret").open("w") as secret:
        os.set_inheritable(secret.fileno(), True)  # noqa: FBT003  takes no keyword
        outcome = _python(f"import os; os.fstat({secret.fileno()})", folder)
    assert outcome.status == 1


def test_its_folder_is_private_and_gone_afterwards() -> None:
    with scratch() as path:
        assert path.stat().st_mode & 0o777 == 0o700
        (path / "a").write_text("x")
    assert not path.exists()


@pytest.mark.parametrize(
    "code",
    [
        "import time; time.sleep(600)",
        "while True: pass",
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)",
        "import os, time; os.close(1); os.close(2); time.sleep(600)",
        "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
        "import os; os.mkfifo('pipe'); open('pipe')",
    ],
    ids=["sleeps", "spins", "ignores SIGTERM", "closes its output", "is frozen", "waits for a FIFO"],
)
def test_what_does_not_end_is_ended(code: str, folder: Path) -> None:
    outcome = _python(code, folder, Limits(1.0))
    assert outcome.failure == "did not finish within 1 s"
    assert outcome.status == -signal.SIGKILL


def test_its_children_end_with_it(folder: Path) -> None:
    code = "import os, time; pid = os.fork(); open('pid', 'w').write(str(pid)) if pid else None; time.sleep(600)"
    assert _python(code, folder, Limits(1.0)).stopped
    child = int((folder / "pid").read_text())
    for _ in range(100):  # the kernel tells the group at once, and may take a moment to end it
        if not _alive(child):
            return
        time.sleep(0.05)
    pytest.fail("the child is still there")


@pytest.mark.skipif(sys.platform != "linux", reason="macOS cannot limit the address space")
def test_it_gets_no_more_memory_than_it_may_have(folder: Path) -> None:
    assert _python("x = bytearray(1 << 30)", folder, Limits(20, memory_bytes=512 * MIB)).status == 1
    assert _python("x = bytearray(1 << 20)", folder, Limits(20, memory_bytes=512 * MIB)).status == 0


def test_it_cannot_write_more_than_it_may(folder: Path) -> None:
    limits = Limits(20, output_bytes=MIB)
    assert _python("print('x' * (2 << 20))", folder, limits).failure == "wrote more than 1 MiB"
    assert _python("open('f', 'w').write('x' * (2 << 20))", folder, limits).status != 0
    assert (folder / "f").stat().st_size <= MIB


def test_how_it_was_killed_is_told(folder: Path) -> None:
    code = "import os; os.kill(os.getpid(), 11)"
    assert _python(code, folder).failure == "was ended by SIGSEGV"


def test_the_arguments_reach_it_as_they_are(folder: Path) -> None:
    names = ("-x", "$(id)", "a b", "'", "\n", "*")
    outcome = run((*PYTHON, "import sys; print(ascii(sys.argv[1:]))", *names), cwd=folder, limits=Limits(20))
    assert outcome.stdout.decode().strip() == ascii(list(names))


def test_it_can_be_run_from_many_threads_at_once(folder: Path) -> None:
    outcomes: list[Outcome] = []
    threads = [threading.Thread(target=lambda n=n: outcomes.append(_python(f"print({n})", folder))) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome.stdout for outcome in outcomes) == [b"0\n", b"1\n", b"2\n", b"3\n"]


@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not tell a process that its parent has died")
def test_it_ends_when_we_are_killed(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from reviewbot.scanners.sandbox import Limits, run
run((sys.executable, "-I", "-c", "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(600)"),
    cwd=Path({str(tmp_path)!r}), limits=Limits(600))
"""
    with subprocess.Popen([sys.executable, "-c", code]) as ours:
        pid_file = tmp_path / "pid"
        while not (pid_file.exists() and pid_file.read_text()):
            assert ours.poll() is None
            time.sleep(0.02)
        ours.kill()
    for _ in range(100):
        if not _alive(int(pid_file.read_text())):
            return
        time.sleep(0.05)
    pytest.fail("the scanner outlived us")


def _alive(pid: int) -> bool:
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip()) and not listed.stdout.startswith("Z")
