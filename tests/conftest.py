import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from reviewbot.git import LocalRepository


@dataclass(frozen=True)
class Checkout:
    """A real repository in a temporary folder, driven by the real git."""

    root: Path

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        return self.git_bytes(*arguments, stdin=stdin).decode()

    def git_bytes(self, *arguments: str, stdin: bytes = b"") -> bytes:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_SYSTEM": "/dev/null",
            "GIT_AUTHOR_NAME": "Ann",
            "GIT_AUTHOR_EMAIL": "ann@example.org",
            "GIT_COMMITTER_NAME": "Ann",
            "GIT_COMMITTER_EMAIL": "ann@example.org",
        }
        command = ["git", "-c", "protocol.file.allow=always", "-C", str(self.root), *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, check=True, env=environment).stdout

    def write(self, path: str | bytes, contents: str | bytes) -> None:
        target = Path(os.fsdecode(os.path.join(os.fsencode(self.root), os.fsencode(path))))  # noqa: PTH118  bytes
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(contents if isinstance(contents, bytes) else contents.encode())

    def commit(self) -> str:
        self.git("add", "--all", "--force")
        # Two commits of one second would be the same but for the message.
        self.git("commit", "--quiet", "--allow-empty", "--message", os.urandom(8).hex())
        return self.git("rev-parse", "HEAD").strip()

    def open(self) -> LocalRepository:
        return LocalRepository(self.root)


@pytest.fixture
def new_checkout(tmp_path: Path) -> Callable[[str], Checkout]:
    def new(name: str) -> Checkout:
        root = tmp_path / name
        root.mkdir()
        checkout = Checkout(root)
        checkout.git("init", "--quiet", "--initial-branch", "main")
        return checkout

    return new


@pytest.fixture
def checkout(new_checkout: Callable[[str], Checkout]) -> Checkout:
    return new_checkout("checkout")
