"""`action.yml`, its steps run by `composite.mjs` with GitHub's own reader of expressions."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fake_github.packages import require_packages

ROOT = Path(__file__).parents[2]
SECONDS = 240


@dataclass(frozen=True)
class Happened:
    """What a run of the action came to. `steps` holds those that were run, in their order."""

    status: int
    outputs: Mapping[str, str]
    log: str
    steps: list[dict[str, Any]]


def run_composite(environment: Mapping[str, str], inputs: Mapping[str, str]) -> Happened:
    """Run the action with what `scene.Workplace` says of the job. What is installed are the tests' own packages."""
    install(Path(environment["RUNNER_TEMP"]))
    github = {
        "action_path": str(ROOT),
        "api_url": environment["INPUT_BASE_URL"],
        "event_name": environment["GITHUB_EVENT_NAME"],
        "token": environment["GITHUB_TOKEN"],
        "workspace": environment["GITHUB_WORKSPACE"],
    }
    passed = {name: text for name, text in environment.items() if name.startswith(("GITHUB_", "RUNNER_"))}
    del passed["GITHUB_TOKEN"]  # a composite action has only what it asks for
    home = Path(environment["RUNNER_TEMP"]) / "home"
    home.mkdir(exist_ok=True)
    asked = {
        "action": str(ROOT),
        "inputs": dict(inputs),
        "contexts": {
            "github": github,
            "runner": {"os": "Linux", "arch": "X64", "temp": environment["RUNNER_TEMP"]},
        },
        "environment": {**passed, "PATH": os.environ["PATH"], "HOME": str(home), "NO_PROXY": "127.0.0.1"},
        "outputs": {
            "python": {"python-path": sys.executable, "python-version": "3.13.0"},
            "cache": {"cache-hit": "false"},
        },
    }
    return Happened(**run_node("composite.mjs", stdin=json.dumps(asked)))


def run_node(script: str, *arguments: str, stdin: str = "") -> Any:
    """Run a script of this folder, and return the JSON that it prints."""
    environment = {"PATH": os.environ["PATH"], "MODULES": str(require_packages())}
    command = [node(), str(Path(__file__).with_name(script)), *arguments]
    done = subprocess.run(
        command, input=stdin, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def node() -> str:
    """Return where node is; without it the test is skipped, and fails in CI."""
    require_packages()
    found = shutil.which("node")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("node is missing: in CI the action must run.")
        pytest.skip("Not run: node is not on the PATH.")
    return found


def install(temporary: Path) -> None:
    """Put there what the step that installs would leave behind, so that it finds its work done."""
    home = temporary / "reviewbot-python"
    if home.is_dir():
        return
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True, timeout=SECONDS)
    (packages,) = home.glob("lib/python*/site-packages")
    (packages / "reviewbot.pth").write_text(f"{ROOT}\n{sysconfig.get_path('purelib')}\n")
    digest = hashlib.sha256((ROOT / "requirements/action.txt").read_bytes()).hexdigest()
    (home / "installed").write_text(f"{digest}\n")


def outputs_of(text: str) -> dict[str, str]:
    """Read a GITHUB_OUTPUT file in which each output is a block of its own."""
    blocks = re.findall(r"^([\w-]+)<<(\w+)\n(.*?)\n\2$", text, re.MULTILINE | re.DOTALL)
    return {name: value for name, _, value in blocks}
