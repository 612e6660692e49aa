"""A GitHub for tests: stateful, backed by real git, and held to GitHub's own descriptions.

Start with `hub.py`: `FakeGitHub` is what a test uses. `python -m tests.fake_github` runs it as a process of its own.
"""

from tests.fake_github.faults import Fault
from tests.fake_github.hub import FakeGitHub

__all__ = ["FakeGitHub", "Fault"]
