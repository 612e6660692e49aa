"""What the fake takes from npm at test time: GitHub's descriptions, webhook examples, and foreign clients.

Nothing of it is committed but `package-lock.json`, which pins each package by its hash. The lock file names no
registry: npm takes whichever the machine is set up for.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
SECONDS = 300
ATTEMPTS = 2  # npm was seen to lose a folder under its own hands while the machine was busy


class NpmMissingError(Exception):
    """Node or npm is not there, or could not fetch what the lock file pins."""


def require_packages() -> Path:
    """Return the folder of the installed packages; skip the test, with the reason, where npm cannot give them.

    Where `CI` is set a missing npm fails the test: there the cross-checks must run.
    """
    try:
        return install_packages()
    except NpmMissingError as error:
        if os.environ.get("CI"):
            pytest.fail(f"The tests against GitHub's own description must run in CI. {error}")
        pytest.skip(f"Not tested against GitHub's own description. {error}")


def install_packages() -> Path:
    """Install what `package-lock.json` pins, once; processes that ask at the same time wait for the first.

    Raises:
        NpmMissingError: the packages are not there and npm could not install them.

    """
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = MODULES / ".reviewbot-lock"
    with (HERE / "package-lock.json").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not stamp.is_file() or stamp.read_text() != lock:
            _run_npm()
            _drop_unused()
            stamp.write_text(lock)
    return MODULES


def _run_npm() -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise NpmMissingError("npm is not on the PATH: install Node.js 20 or later.")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    for _ in range(ATTEMPTS):
        try:
            done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise NpmMissingError(f"npm ci did not end within {SECONDS} s.") from error
        if done.returncode == 0:
            return
    raise NpmMissingError(f"npm ci failed: {done.stderr.strip()[-500:]}")


def _drop_unused() -> None:
    """Of 400 MB of descriptions one is read: that of github.com, with its references."""
    for path in (MODULES / "@octokit/openapi/generated").glob("*.json"):
        if path.name != "api.github.com.json":
            path.unlink()


def webhook_examples(packages: Path) -> Iterator[tuple[str, bytes]]:
    """Yield each webhook payload that octokit recorded on github.com: (event, body)."""
    recorded = packages / "@octokit/webhooks-examples/api.github.com/index.json"
    for event in json.loads(recorded.read_bytes()):
        for payload in event["examples"]:
            yield event["name"], json.dumps(payload).encode()
