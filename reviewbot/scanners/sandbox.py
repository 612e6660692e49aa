"""Where a scanner runs: a process group with limits and a deadline, an empty environment, a private folder.

What the scanners read was written by strangers, and some of it is made to hang them or to eat the machine. A file
of 0.9 MB on one line hung Semgrep's engine, and a runaway engine ignored SIGTERM; so the only thing to rely on is
SIGKILL to the whole group, from outside, at a moment on the wall clock.
"""

import contextlib
import math
import os
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108  a folder with an unguessable name and mode 0700 is made in it
_ROOM_BYTES = 256 << 20
_BLOCK_BYTES = 512
_CHUNK_BYTES = 1 << 16

# A shell sets the limits, because a `preexec_fn` may deadlock in a process with threads. `ulimit` differs by system:
# what one cannot limit (macOS: the address space) stays unlimited, and the deadline holds all the same.
# `setpriv` lets the kernel end the process when we end without having tidied up; macOS does not have it.
_LIMITED = """
ulimit -c 0
ulimit -f "$1" || :
ulimit -t "$2" || :
ulimit -v "$3" || :
shift 3
if setpriv --pdeathsig KILL true; then exec setpriv --pdeathsig KILL "$@"; fi
exec "$@"
"""

# Semgrep's engine collects garbage whenever a heap of its youngest objects is full, and for that stops all its
# threads, which wait for each other spinning. On busy processors that took a fifth of its time. With heaps of a million
# words, in place of 256 thousand, it stops a quarter as often. Room for them is reserved for 16 threads, in place of
# 128, so that the limit of the address space leaves as much as before. https://ocaml.org/manual/runtime.html
_OCAML = "s=1M,d=16"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use. `memory_bytes` bounds the address space, and every file that is written `output_bytes`."""

    deadline_seconds: float
    memory_bytes: int = 3 << 30
    output_bytes: int = 64 << 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. `status` is negative for a signal. `stopped` says why we ended it; empty: it ended by itself."""

    status: int
    stdout: bytes
    stderr: bytes
    stopped: str = ""

    @property
    def failure(self) -> str:
        """Return in words why the output is not to be relied on, or nothing."""
        if self.stopped:
            return self.stopped
        if self.status < 0:
            return f"was ended by {signal.Signals(-self.status).name}"
        return f"ended with exit status {self.status}" if self.status else ""


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Make a private folder, in memory if there is room, and remove it afterwards with all that is in it."""
    with new_scratch() as folder:
        yield Path(folder)


def new_scratch() -> tempfile.TemporaryDirectory[str]:
    """Make such a folder for a process that lives on. It goes with its `cleanup`, or when we end."""
    roomy = _MEMORY_FOLDER.is_dir() and shutil.disk_usage(_MEMORY_FOLDER).free > _ROOM_BYTES
    parent = _MEMORY_FOLDER if roomy and os.access(_MEMORY_FOLDER, os.W_OK) else None
    return tempfile.TemporaryDirectory(prefix="reviewbot-", dir=parent, ignore_cleanup_errors=True)


def run(argv: Sequence[str], *, cwd: Path, limits: Limits, stdin: bytes = b"") -> Outcome:
    """Run `argv` in the folder `cwd`, which is also its home, and return what it wrote.

    It gets nothing of our environment, no terminal and no open file. It never outlives the deadline.

    Raises:
        OSError: it could not be started, or the folder is full.
    """
    end = time.monotonic() + limits.deadline_seconds
    with tempfile.TemporaryFile(dir=cwd) as given, tempfile.TemporaryFile(dir=cwd) as complaints:
        given.write(stdin)
        given.seek(0)
        process = start(argv, cwd=cwd, limits=limits, stdin=given, stderr=complaints)
        try:
            stdout, stopped = collect(process, end, limits)
        finally:
            kill(process)
        complaints.seek(0)
        return Outcome(process.returncode, stdout, complaints.read(_CHUNK_BYTES), stopped)


def start(
    argv: Sequence[str],
    *,
    cwd: Path,
    limits: Limits,
    stdin: IO[bytes] | int = subprocess.DEVNULL,
    stderr: IO[bytes] | int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start `argv` as `run` does, with a pipe from its output, and leave it to the caller to end it: see `kill`.

    It uses no more processor time than its deadline allows, and ends with the thread that started it.

    Raises:
        OSError: it could not be started.
    """
    return subprocess.Popen(  # noqa: S603  a constant script; `argv` reaches it as arguments
        ["/bin/sh", "-c", _LIMITED, "sh", *_sizes(limits), *argv],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=stderr,
        cwd=cwd,
        env=_environment(cwd),
        start_new_session=True,
    )


def _sizes(limits: Limits) -> tuple[str, str, str]:
    blocks = limits.output_bytes // _BLOCK_BYTES
    return str(blocks), str(math.ceil(limits.deadline_seconds) + 1), str(limits.memory_bytes // 1024)


def _environment(home: Path) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "OCAMLRUNPARAM": _OCAML,
        "SEMGREP_SEND_METRICS": "off",
        "SEMGREP_ENABLE_VERSION_CHECK": "0",
    }


def collect(process: subprocess.Popen[bytes], end: float, limits: Limits) -> tuple[bytes, str]:
    """Read what `process` writes until it is done, or until `end` on the monotonic clock.

    A second value that is not empty says why the process must be killed instead.
    """
    pipe: IO[bytes] | None = process.stdout
    assert pipe is not None  # noqa: S101  for the type checker: stdout=PIPE
    with pipe:
        read, stopped = read_until(pipe, b"", end, limits)
    if not stopped:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, end - time.monotonic()))
            return read, ""
    return b"", stopped or _too_late(limits)


def read_until(pipe: IO[bytes], mark: bytes, end: float, limits: Limits) -> tuple[bytes, str]:
    """Read from `pipe` until `mark` has come, or all if that is empty. A second value says why that failed."""
    read = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while selector.select(max(0.0, end - time.monotonic())):
            chunk = os.read(pipe.fileno(), _CHUNK_BYTES)
            read += chunk
            if len(read) > limits.output_bytes:
                return b"", f"wrote more than {limits.output_bytes >> 20} MiB"
            if mark and read.endswith(mark):
                return bytes(read), ""
            if not chunk:
                return (b"", "ended in the middle of an answer") if mark else (bytes(read), "")
    return b"", _too_late(limits)


def _too_late(limits: Limits) -> str:
    return f"did not finish within {limits.deadline_seconds:.0f} s"


def kill(process: subprocess.Popen[bytes]) -> None:
    """End `process` and all that it started, at once, and wait for it."""
    # The group's number is the process's own and cannot be anybody else's before `wait` has collected it.
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
