"""The whole service as real processes on this machine: receiver, workers, Redis; GitHub is the fake in this one."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest

from tests.fake_github import FakeGitHub
from tests.fake_github.state import Pull

ROOT = Path(__file__).parents[2]


def redis_or_skip() -> str:
    """Return the path of redis-server. Without it the test is skipped, and fails in CI."""
    found = shutil.which("redis-server")
    if found is None:
        said = "Not tested with Redis: there is no redis-server. tools/install-services installs it."
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def listens(port: int) -> bool:
    """Say whether something listens there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def eventually(holds: Callable[[], bool], seconds: float) -> bool:
    """Say whether it came to hold in time. Tests assert on states; the time is only a bound."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


@dataclass
class Process:
    """A process of its own session, so that it can be killed with or without its children."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def keep_alive(self) -> None:
        """Start it again if it died, as the machine's supervisor does."""
        if self.running is None or self.running.poll() is not None:
            self.start()

    def kill(self, *, group: bool = True) -> None:
        """kill -9, with all of its children or without."""
        if self.running is None:
            return
        with suppress(ProcessLookupError):
            if group:
                os.killpg(self.running.pid, signal.SIGKILL)
            else:
                self.running.kill()
        self.running.wait()

    def signal(self, number: signal.Signals) -> None:
        assert self.running is not None
        self.running.send_signal(number)

    def children(self) -> list[int]:
        """Return the ids of its child processes, whichever of its threads started them."""
        if self.running is None or self.running.poll() is not None:
            return []
        found: list[int] = []
        for thread in Path(f"/proc/{self.running.pid}/task").glob("*/children"):
            with suppress(OSError):
                found += map(int, thread.read_text(encoding="ascii").split())
        return found

    def kill_child(self, choose: Callable[[list[int]], int]) -> None:
        if found := self.children():
            with suppress(ProcessLookupError):
                os.kill(choose(found), signal.SIGKILL)


@dataclass
class Stack:
    """The processes, and where they are. Use it in a `with` statement: at its end all are killed."""

    hub: FakeGitHub
    folder: Path
    processes: dict[str, Process] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    redis_port: int = field(default_factory=free_port)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes.values():
            process.kill()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/github"

    def environment(self, **more: str) -> dict[str, str]:
        key = self.folder / "app.pem"
        key.write_text(self.hub.private_key)
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "REVIEWBOT_DATABASE_URL": f"sqlite:///{self.folder}/ledger.sqlite",
            "REVIEWBOT_WEBHOOK_SECRET": self.hub.webhook_secret,
            "REVIEWBOT_APP_ID": str(self.hub.app.id),
            "REVIEWBOT_PRIVATE_KEY_FILE": str(key),
            "REVIEWBOT_API_URL": self.hub.url,
            "REVIEWBOT_LEASE_SECONDS": "6",
            "REVIEWBOT_RETRY_SECONDS": "1",
            **more,
        }

    def run(self, name: str, *command: str, **environment: str) -> Process:
        made = Process(name, command, self.environment(**environment), self.folder / f"{name}.log")
        self.processes[name] = made
        made.start()
        return made

    def serve(self, *, workers: int, **environment: str) -> Process:
        command = (sys.executable, "-m", "reviewbot", "serve", "--port", str(self.port), "--workers", str(workers))
        made = self.run("serve", *command, **environment)
        assert eventually(self.takes_deliveries, 60), self.told()
        return made

    def takes_deliveries(self) -> bool:
        """Say whether the receiver listens."""
        return listens(self.port)

    def redis(self, *, append_only: bool = True) -> Process:
        kept = ("--appendonly", "yes" if append_only else "no", "--save", "", "--maxmemory-policy", "noeviction")
        where = ("--bind", "127.0.0.1", "--port", str(self.redis_port), "--dir", str(self.folder))
        return self.run("redis", redis_or_skip(), *where, *kept)

    @property
    def broker(self) -> dict[str, str]:
        return {"REVIEWBOT_BROKER_URL": f"redis://127.0.0.1:{self.redis_port}/0"}

    def celery(self, *more: str, **environment: str) -> Process:
        options = ("--loglevel", "INFO", "--concurrency", "2", "--without-gossip", "--without-mingle", *more)
        command = (sys.executable, "-m", "celery", "-A", "workers.app", "worker", *options)
        return self.run("celery", *command, REMAP_SIGTERM="SIGQUIT", **self.broker, **environment)

    def told(self) -> str:
        """Return the logs of all processes, for a test that failed."""
        return "\n".join(f"== {path.name}\n{path.read_text()[-3000:]}" for path in sorted(self.folder.glob("*.log")))


def settled(hub: FakeGitHub, pulls: Sequence[Pull]) -> bool:
    """Say whether each pull request has a review of its head, and every check is concluded."""
    return all(any(review.commit == pull.head_sha for review in hub.reviews(pull)) for pull in pulls) and all(
        run.status == "completed" for run in hub.check_runs()
    )
