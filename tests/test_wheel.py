"""The wheel: what a stranger installs holds all that a checkout does."""

import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def demo(python: Path, folder: Path) -> str:
    """Run the demo from a folder where nothing of ours lies."""
    command = [str(python), "-m", "reviewbot", "demo"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder), "COLUMNS": "120"}
    if python == Path(sys.executable):
        environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return re.sub(r"\b[0-9a-f]{12}\b", "(commit)", done.stdout)  # made a moment ago, so each time another


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_rules_templates_and_migrations_and_no_test_of_ours(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    packaged = [path for path in (ROOT / "reviewbot").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert {str(path.relative_to(ROOT)) for path in packaged} <= set(names)
    rules = [name for name in names if name.startswith("reviewbot/_rules/") and name.endswith(".yaml")]
    assert len(rules) == len(list((ROOT / "rules").rglob("*.yaml")))
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/", "docs/"))]


def test_the_demo_of_the_wheel_gives_the_review_that_a_checkout_gives(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / "bin" / "python"
    site = next((tmp_path / "venv").glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # What the wheel depends on is taken from here: to download it again would test the network.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    # Scripts such as `semgrep` are looked for beside the interpreter.
    for script in Path(sys.executable).parent.iterdir():
        if script.name in {"semgrep", "pysemgrep", "bandit"}:
            (python.parent / script.name).symlink_to(script)
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()

    found = demo(python, tmp_path / "one")

    assert "reviewbot judge" in found
    assert found == demo(Path(sys.executable), tmp_path / "two")
