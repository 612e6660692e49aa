"""The step of `action.yml` that installs: only what the lock file names by its hash, wherever it comes from."""

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.action.composite import ROOT

SECONDS = 120
WHEEL = "small-1.0-py3-none-any.whl"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An action with one locked package, whose download is in the cache."""
    downloads = tmp_path / "temp" / "reviewbot-downloads"
    downloads.mkdir(parents=True)
    with zipfile.ZipFile(downloads / WHEEL, "w") as wheel:
        wheel.writestr("small.py", "value = 1\n")
        wheel.writestr("small-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: small\nVersion: 1.0\n")
        wheel.writestr("small-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("small-1.0.dist-info/RECORD", "")
    digest = hashlib.sha256((downloads / WHEEL).read_bytes()).hexdigest()
    lock = tmp_path / "action" / "requirements" / "action.txt"
    lock.parent.mkdir(parents=True)
    lock.write_text(f"small==1.0 \\\n    --hash=sha256:{digest}\n")
    (tmp_path / "action" / "mine.py").write_text("value = 2\n")
    return tmp_path


def install(place: Path) -> subprocess.CompletedProcess[str]:
    steps = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]
    (script,) = [step["run"] for step in steps if step["name"] == "Install what is locked"]
    environment = {
        "PATH": os.environ["PATH"],
        "RUNNER_TEMP": str(place / "temp"),
        "ACTION_PATH": str(place / "action"),
        "PYTHON": sys.executable,
        "DIGEST": "x",
    }
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False)


def test_what_is_locked_and_the_action_itself_can_be_imported(place: Path) -> None:
    done = install(place)

    assert done.returncode == 0, done.stderr
    python = place / "temp" / "reviewbot-python" / "bin" / "python"
    shown = subprocess.run(
        [str(python), "-I", "-c", "import mine, small; print(small.value, mine.value)"],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    assert shown.stdout == "1 2\n"


def test_a_cache_with_other_contents_installs_nothing(place: Path) -> None:
    with (place / "temp" / "reviewbot-downloads" / WHEEL).open("ab") as wheel:
        wheel.write(b"x")

    done = install(place)

    assert done.returncode != 0
    assert "DO NOT MATCH THE HASHES" in done.stderr
    assert not (place / "temp" / "reviewbot-python" / "installed").exists()


def test_a_second_use_in_one_job_installs_nothing_again(place: Path) -> None:
    assert install(place).returncode == 0
    (place / "action" / "requirements" / "action.txt").write_text("nothing==9 --hash=sha256:00\n")

    assert install(place).returncode == 0
