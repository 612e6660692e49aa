"""Whether a workspace holds the pull request's code."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reviewbot.action import checkout as rule
from reviewbot.errors import ConfigError
from tests.conftest import Checkout


@pytest.fixture
def head(checkout: Checkout) -> str:
    """A commit on a branch, with the default branch checked out beside it, one commit further."""
    checkout.write("app.py", "a = 1\n")
    checkout.commit()
    checkout.git("checkout", "--quiet", "-b", "change")
    checkout.write("app.py", "a = 2\n")
    head = checkout.commit()
    checkout.git("checkout", "--quiet", "main")
    checkout.write("other.py", "b = 1\n")
    checkout.commit()
    return head


def test_the_base_may_be_checked_out_even_with_the_head_among_the_objects(checkout: Checkout, head: str) -> None:
    rule.refuse_checkout(checkout.root, head)


def test_an_empty_workspace_and_a_new_repository_hold_nothing(
    tmp_path: Path, new_checkout: Callable[[str], Checkout]
) -> None:
    new_checkout("new")
    rule.refuse_checkout(tmp_path, "a" * 40)


@pytest.mark.parametrize("how", ["branch", "detached", "merge", "shallow merge", "worktree"])
def test_the_head_and_the_merge_of_it_are_refused(checkout: Checkout, head: str, tmp_path: Path, how: str) -> None:
    place = checkout.root
    if how == "branch":
        checkout.git("checkout", "--quiet", "change")
    elif how == "detached":
        checkout.git("checkout", "--quiet", "--detach", head)
    elif how == "worktree":
        checkout.git("worktree", "add", "--quiet", str(tmp_path / "beside"), "change")
        place = tmp_path / "beside"
    else:
        checkout.git("merge", "--quiet", "--no-ff", "--message", "Merge", "change")
    if how == "shallow merge":
        place = tmp_path / "shallow"
        checkout.git("clone", "--quiet", "--depth", "1", checkout.root.as_uri(), str(place))

    with pytest.raises(ConfigError, match="on: pull_request"):
        rule.refuse_checkout(place, head)


def test_a_checkout_that_cannot_be_read_is_refused(checkout: Checkout, head: str) -> None:
    (checkout.root / ".git" / "HEAD").write_text("0" * 40 + "\n")

    with pytest.raises(ConfigError, match="cannot be told"):
        rule.refuse_checkout(checkout.root, head)


def test_a_workspace_too_large_to_be_looked_through_is_refused(tmp_path: Path) -> None:
    for outer in range(101):
        for inner in range(100):
            (tmp_path / f"{outer}" / f"{inner}").mkdir(parents=True)

    with pytest.raises(ConfigError, match="job of its own"):
        rule.refuse_checkout(tmp_path, "a" * 40)
