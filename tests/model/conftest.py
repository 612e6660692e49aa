"""The tests here run real, tiny models. Without the extra `model` they do not run; `make test-model` fails then."""

import importlib.util
import os
from collections.abc import Generator
from pathlib import Path

import pytest

MISSING = [name for name in ("torch", "transformers", "peft") if importlib.util.find_spec(name) is None]

REQUIRED = os.environ.get("TEST_MODELS") == "required"
"""Every test has to run: one that is skipped fails."""

# Most of the files here cannot be read without the libraries.
collect_ignore_glob = ["test_[!e]*.py", "test_engine.py"] if MISSING and not REQUIRED else []


@pytest.fixture(scope="session")
def models() -> Path:
    """Return where trained models are kept, until the product asks something else."""
    folder = Path(__file__).parents[2] / ".pytest_cache" / "models"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn what is skipped into a failure where everything is required."""
    report = yield
    if REQUIRED and report.skipped:
        report.outcome, report.longrepr = "failed", f"{item.nodeid} was skipped, and TEST_MODELS=required"
    return report
