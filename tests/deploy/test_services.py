"""Each service's command as a process: it passes its health check, and one review runs through them all."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy.compose import ROOT, Service, service
from tests.fake_github import FakeGitHub
from tests.fake_github.sending import sending
from tests.ledger.postgresql import HOW_TO_GET_IT, find_programs, running_cluster
from tests.service.stack import Process, Stack, eventually, redis_or_skip, settled

HIDDEN = {"notes.txt": "one \u202e two\n"}


class Machine:
    """Stands in for the containers: a folder for /run/secrets and /tmp, and ports of this machine for the services."""

    def __init__(self, stack: Stack, database_url: str) -> None:
        self._stack = stack
        self._secrets = stack.folder / "secrets"
        subprocess.run([ROOT / "tools" / "make-secrets", self._secrets], check=True, capture_output=True)
        self._write("webhook_secret", stack.hub.webhook_secret)
        self._write("private_key", stack.hub.private_key)
        self._write("database_url", database_url)
        broker = (self._secrets / "broker_url").read_text()
        self._write("broker_url", broker.replace("@redis:6379", f"@127.0.0.1:{stack.redis_port}"))

    def _write(self, name: str, text: str) -> None:
        path = self._secrets / name
        path.unlink(missing_ok=True)
        path.write_text(text)

    def start_redis(self) -> Process:
        text = (ROOT / "deploy" / "redis" / "redis.conf").read_text("utf-8")
        text = text.replace("port 6379", f"bind 127.0.0.1\nport {self._stack.redis_port}")
        text = text.replace("dir /data", f"dir {self._stack.folder}").replace("/run/secrets", str(self._secrets))
        made = self._stack.folder / "redis.conf"
        made.write_text(text, "utf-8")
        return self._stack.run("redis", redis_or_skip(), str(made))

    def ping_redis(self) -> bool:
        environment = {**os.environ, "REDISCLI_AUTH": (self._secrets / "redis_password").read_text()}
        command = ["redis-cli", "-p", str(self._stack.redis_port), "--user", "reviewbot", "ping"]
        return b"PONG" in subprocess.run(command, env=environment, capture_output=True, check=False).stdout

    def start(self, name: str) -> tuple[Process, Service]:
        found = service(name)
        return self._stack.run(name, *self._here(found.command), **self._environment(found)), found

    def healthy(self, found: Service) -> bool:
        environment = {"PATH": os.environ["PATH"], **self._environment(found)}
        command = [part.replace(":8000/", f":{self._stack.port}/") for part in self._here(found.health)]
        return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False).returncode == 0

    def _here(self, command: tuple[str, ...]) -> list[str]:
        program, *arguments = command
        # In the image `reviewbot` and `celery` are scripts of the virtual environment that run just this.
        return [sys.executable, *([] if program == "python" else ["-m", program]), *arguments]

    def _moved(self, path: str) -> str:
        if path.startswith("/run/secrets/"):
            return str(self._secrets / Path(path).name)
        return str(self._stack.folder / Path(path).name) if path.startswith("/tmp/") else path

    def _environment(self, found: Service) -> Mapping[str, str]:
        replaced = {
            name: self._moved(text)
            for name, text in found.environment.items()
            if name.startswith("REVIEWBOT_") or name == "REMAP_SIGTERM"
        }
        if "REVIEWBOT_PORT" in replaced:
            replaced |= {"REVIEWBOT_PORT": str(self._stack.port), "REVIEWBOT_HOST": "127.0.0.1"}
        if "REVIEWBOT_APP_ID" in replaced:
            replaced |= {"REVIEWBOT_APP_ID": str(self._stack.hub.app.id), "REVIEWBOT_API_URL": self._stack.hub.url}
        return replaced


class BareStack(Stack):
    """A stack whose processes know only what compose tells them."""

    def environment(self, **more: str) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "TMPDIR": str(self.folder), **more}


@contextmanager
def database(folder: Path) -> Iterator[str]:
    programs = find_programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    with running_cluster(programs, folder) as url:
        yield url


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[tuple[Machine, BareStack]]:
    with (
        database(Path("/tmp")) as url,
        FakeGitHub(contents_per_minute=None) as hub,
        BareStack(hub, tmp_path) as stack,
    ):
        yield Machine(stack, url), stack


def test_one_review_runs_through_the_commands_of_every_service(machine: tuple[Machine, BareStack]) -> None:
    services, stack = machine
    assert shutil.which("redis-cli")
    services.start_redis()
    assert eventually(services.ping_redis, 60), stack.told()
    _, receiver = services.start("receiver")
    assert eventually(lambda: services.healthy(receiver), 60), stack.told()
    services.start("sweeper")
    worker_process, worker = services.start("worker")
    assert eventually(lambda: services.healthy(worker), 60), stack.told()

    with sending(stack.hub.world, stack.url):
        pull = stack.hub.open_pull(stack.hub.create_repository("acme/shop"), head_files=HIDDEN)
        done = eventually(lambda: settled(stack.hub, [pull]), 90)

    assert done, stack.told()
    assert len(stack.hub.reviews(pull)) == 1
    assert "process.died" not in stack.told()
    worker_process.kill()
    alive = stack.folder / "alive"
    os.utime(alive, (0, 0))
    assert not services.healthy(worker)


def test_the_user_of_redis_can_neither_configure_nor_empty_it(machine: tuple[Machine, BareStack]) -> None:
    services, stack = machine
    services.start_redis()
    assert eventually(services.ping_redis, 60), stack.told()
    password = (stack.folder / "secrets" / "redis_password").read_text()
    for command in (["CONFIG", "GET", "*"], ["FLUSHALL"], ["SHUTDOWN"], ["KEYS", "*"]):
        asked = ["redis-cli", "-p", str(stack.redis_port), "--user", "reviewbot", *command]
        environment = {**os.environ, "REDISCLI_AUTH": password}
        assert b"NOPERM" in subprocess.run(asked, env=environment, capture_output=True, check=False).stdout
