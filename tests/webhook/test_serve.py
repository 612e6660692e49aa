"""`reviewbot serve` as a process: how it starts, ends, is killed, and runs out of things."""

import fcntl
import http.client
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import pytest

from reviewbot.cli import run
from reviewbot.ledger import Ledger
from tests.service.stack import eventually
from tests.webhook.conftest import Running
from tests.webhook.payloads import SECRET, as_body, pull_request

BODY = as_body(pull_request())
CANARY = "canary-of-the-webhook"


class Service:
    """A process that serves, and the way to it."""

    def __init__(self, command: Sequence[str], database: Path, stderr: IO[str] | int | None = None) -> None:
        environment = {
            "PATH": os.environ["PATH"],
            "REVIEWBOT_WEBHOOK_SECRET": SECRET,
            "REVIEWBOT_DATABASE_URL": f"sqlite:///{database}",
        }
        self.process = subprocess.Popen(
            [sys.executable, *command], env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True
        )

    def reach(self, port: int, ledger: Ledger) -> Running:
        return Running(port, ledger)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    started: list[Service] = []

    def begin(*command: str, stderr: IO[str] | int | None = None) -> Service:
        started.append(Service(command, tmp_path / "ledger.sqlite", stderr))
        return started[-1]

    yield begin
    for service in started:
        service.process.kill()
        service.process.communicate()


def _port(service: Service) -> int:
    assert service.process.stderr is not None
    for line in service.process.stderr:
        said = json.loads(line)
        if said["event"] == "listening":
            return int(said["address"][1])
    raise AssertionError("It ended without listening.")


def test_serve_takes_deliveries_and_ends_when_told(launch: Callable[..., Service], ledger: Ledger) -> None:
    for number, status in ((signal.SIGTERM, 0), (signal.SIGINT, 0)):
        service = launch("-m", "reviewbot", "serve", "--port", "0", "--workers", "0", stderr=subprocess.PIPE)
        receiver = service.reach(_port(service), ledger)
        assert receiver.deliver("pull_request", BODY).status == 202
        ready = receiver.get("/readyz")
        assert (ready.status, json.loads(ready.text)["broker"]) == (200, "none")
        assert service.end(number) == status
    assert ledger.find_pull(77, 3) is not None


def test_a_log_that_nobody_reads_holds_up_no_delivery_and_not_the_end(
    launch: Callable[..., Service], ledger: Ledger
) -> None:
    service = launch("-m", "reviewbot", "serve", "--port", "0", "--workers", "0", stderr=subprocess.PIPE)
    receiver = service.reach(_port(service), ledger)
    assert service.process.stderr is not None
    room = fcntl.fcntl(service.process.stderr, fcntl.F_SETPIPE_SZ, 4096)

    for _ in range(room // 50):  # no line is so short
        assert receiver.deliver("pull_request", BODY, x_hub_signature_256="sha256=0").status == 401

    assert receiver.deliver("pull_request", BODY).status == 202
    assert service.end() == 0


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_receiver_killed_around_its_commit_loses_and_doubles_nothing(
    launch: Callable[..., Service], receiver: Running, moment: str
) -> None:
    url = f"sqlite:///{receiver.ledger._engine.url.database}"  # noqa: SLF001  the fixture's own file
    doomed = launch("-m", "tests.webhook.dying", moment, url)
    assert doomed.process.stdout is not None
    victim = doomed.reach(int(doomed.process.stdout.readline()), receiver.ledger)
    with pytest.raises((http.client.HTTPException, OSError)):  # GitHub sees a failure and is asked to send it again
        victim.deliver("pull_request", BODY, "guid")
    assert doomed.process.wait(30) == -signal.SIGKILL
    again = receiver.deliver("pull_request", BODY, "guid")
    assert (again.status, json.loads(again.text)["new"]) == (202, moment == "before")
    claim = receiver.ledger.claim("me", 60)
    assert claim is not None
    assert claim.request == 1


def test_connections_beyond_what_the_process_may_open_do_not_end_it(
    launch: Callable[..., Service], ledger: Ledger
) -> None:
    service = launch("-m", "reviewbot", "serve", "--port", "0", "--workers", "0", stderr=subprocess.PIPE)
    port = _port(service)
    resource.prlimit(service.process.pid, resource.RLIMIT_NOFILE, (64, 64))
    with ExitStack() as idle:
        for _ in range(100):
            idle.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
    receiver = service.reach(port, ledger)

    def taken() -> bool:
        try:
            return receiver.deliver("pull_request", BODY).status == 202
        except ConnectionError:  # it has not noticed yet that the others are gone
            return False

    assert eventually(taken, 60)
    assert service.process.poll() is None


def test_a_disk_that_is_full_is_said_to_github_and_forgotten_once_there_is_room(
    launch: Callable[..., Service], ledger: Ledger
) -> None:
    service = launch("-m", "reviewbot", "serve", "--port", "0", "--workers", "0", stderr=subprocess.PIPE)
    receiver = service.reach(_port(service), ledger)
    unlimited = resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (1_024, resource.RLIM_INFINITY))

    refused = [receiver.deliver("pull_request", BODY) for _ in range(3)]

    assert {(answer.status, answer.headers.get("retry-after")) for answer in refused} == {(503, "5")}
    assert ledger.find_pull(77, 3) is None
    resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, unlimited)
    taken = receiver.deliver("pull_request", BODY)
    assert (taken.status, json.loads(taken.text)["new"]) == (202, True)
    assert service.process.poll() is None


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """The test's folder as a disk of its own with room for little more than a ledger."""
    if subprocess.call(["mount", "-t", "tmpfs", "-o", "size=4m", "none", tmp_path], stderr=subprocess.DEVNULL):
        pytest.skip(
            "Not tested with a disk that is full: only root may mount one. The test above limits a file's size."
        )
    yield tmp_path
    subprocess.run(["umount", "-l", tmp_path], check=True)


def test_a_receiver_survives_a_disk_that_is_really_full(
    small_disk: Path, launch: Callable[..., Service], ledger: Ledger
) -> None:
    command = ("-m", "reviewbot", "serve", "--port", "0", "--workers", "0")
    service = launch(*command, stderr=subprocess.PIPE)
    receiver = service.reach(_port(service), ledger)
    assert receiver.deliver("pull_request", BODY).status == 202
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        while file.write(b"x" * 4_096) == 4_096 and shutil.disk_usage(small_disk).free:
            pass

    later = [pull_request("opened", number=number) for number in range(100, 160)]
    answers = [receiver.deliver("pull_request", body).status for body in later]

    assert set(answers) <= {202, 503}
    assert answers[-1] == 503
    assert service.process.poll() is None
    ballast.unlink()
    assert receiver.deliver("pull_request", later[-1]).status == 202
    kept = [number for number in range(100, 160) if ledger.find_pull(77, number) is not None]
    assert kept == [*(100 + n for n, status in enumerate(answers) if status == 202), 159]


def test_a_log_that_nobody_reads_any_more_stops_nothing(launch: Callable[..., Service], ledger: Ledger) -> None:
    service = launch("-m", "reviewbot", "serve", "--port", "0", "--workers", "0", stderr=subprocess.PIPE)
    port = _port(service)
    assert service.process.stderr is not None
    service.process.stderr.close()
    receiver = service.reach(port, ledger)
    assert receiver.deliver("pull_request", BODY).status == 202
    assert receiver.deliver("pull_request", BODY).status == 202


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("REVIEWBOT_WEBHOOK_SECRET", "", "REVIEWBOT_WEBHOOK_SECRET is empty"),
        ("REVIEWBOT_WEBHOOK_SECRET", None, "REVIEWBOT_WEBHOOK_SECRET is not set"),
        ("REVIEWBOT_WEBHOOK_SECRET", f"{CANARY}\n", "REVIEWBOT_WEBHOOK_SECRET holds a line end"),
        ("REVIEWBOT_DATABASE_URL", f"mysql://u:{CANARY}@db/x", "cannot be kept in mysql"),
        ("REVIEWBOT_DATABASE_URL", "sqlite:////nonexistent/x.sqlite", "cannot be used"),
        ("REVIEWBOT_HOST", "192.0.2.1", "Cannot listen on 192.0.2.1"),
        ("REVIEWBOT_HOST", "no such host", "Cannot listen on no such host"),
    ],
)
@pytest.mark.usefixtures("restored_logging")
def test_serve_refuses_to_start_and_says_why(
    variable: str,
    value: str | None,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REVIEWBOT_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("REVIEWBOT_DATABASE_URL", "sqlite:////nonexistent/never-opened.sqlite")
    monkeypatch.setenv(variable, value) if value is not None else monkeypatch.delenv(variable)
    assert run(["serve", "--port", "0", "--workers", "0"]) == 2
    told = capfd.readouterr().err
    assert said in told
    assert CANARY not in told


@pytest.mark.usefixtures("restored_logging")
def test_serve_says_that_an_address_is_taken(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWBOT_WEBHOOK_SECRET", SECRET)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert run(["serve", "--port", str(taken.getsockname()[1])]) == 2
    assert "in use" in capfd.readouterr().err
