"""A review needs no network: it works where there is none."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Checkout

ROOT = Path(__file__).parents[2]
UNSHARE = shutil.which("unshare") or ""


def _refused() -> str:
    """Return why a process cannot be cut off here, or nothing."""
    if not UNSHARE:
        return "there is no unshare here"
    tried = subprocess.run([UNSHARE, "--net", "true"], capture_output=True, text=True, check=False)
    return tried.stderr.strip()


REFUSED = _refused()


@pytest.mark.skipif(bool(REFUSED) and not os.environ.get("CI"), reason=f"unshare: {REFUSED}")
def test_a_review_gives_the_same_report_without_any_network(checkout: Checkout) -> None:
    checkout.write("app.py", "x = 1\n")
    checkout.commit()
    checkout.write("app.py", "import os\n\n\ndef run(name):\n    os.system('ping ' + name)\n")
    checkout.write("page.js", "document.write(location.hash)\n")
    command = [sys.executable, "-m", "reviewbot", "review", "--repository", str(checkout.root), "--format", "json"]
    with_network, without = (
        subprocess.run([*prefix, *command], cwd=ROOT, capture_output=True, text=True, check=False)
        for prefix in ([], [UNSHARE, "--net"])
    )
    assert (without.returncode, without.stdout, without.stderr) == (1, with_network.stdout, "")
    report = json.loads(without.stdout)
    assert report["coverage"]["complete"]
    assert {tool for file in report["coverage"]["scanned"] for tool in file["tools"]} == {"Semgrep", "Bandit"}
    assert any(suggestion["accepted"] for suggestion in report["suggestions"])


@pytest.mark.skipif(bool(REFUSED), reason=f"unshare: {REFUSED}")
def test_there_really_is_no_network_in_it() -> None:
    code = "import socket; socket.create_connection(('127.0.0.1', 9), timeout=5)"
    done = subprocess.run([UNSHARE, "--net", sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "Network is unreachable" in done.stderr
