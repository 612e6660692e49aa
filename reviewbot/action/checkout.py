"""Whether code of a pull request was checked out in a job that holds secrets and a token that may write."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

from reviewbot.errors import ConfigError, UnavailableError
from reviewbot.git.command import Git

MAX_FOLDERS = 10_000
MAX_DEPTH = 3
"""How deep below the workspace a checkout is looked for: `path:` of actions/checkout is rarely deeper than one."""

EXPLANATION = (
    "The commit of the pull request is checked out in {folder}, in a job that can hold secrets and a token that may "
    "write: a later step that builds, tests or installs it would hand them to its author. reviewbot needs no checkout; "
    "it reads the change through GitHub's API. Remove the step that checks the pull request out, or use "
    "`on: pull_request`, for forks with the second workflow of docs/action.md."
)


def refuse_checkout(workspace: Path, head: str) -> None:
    """Refuse a workspace that holds `head`, or the merge of it, checked out.

    Raises:
        ConfigError: it does, or whether it does cannot be told; the text explains what to do.
    """
    for folder in _checkouts(workspace):
        if head in _commits(folder):
            raise ConfigError(EXPLANATION.format(folder=folder.relative_to(workspace) if folder != workspace else "."))


def _checkouts(workspace: Path) -> Iterator[Path]:
    """Yield the folders that are repositories. Links lead elsewhere and are not followed."""
    walk = os.walk(workspace)
    for folder, names, files in itertools.islice(walk, MAX_FOLDERS):
        if ".git" in names or ".git" in files:
            yield Path(folder)
        if len(Path(folder).relative_to(workspace).parts) >= MAX_DEPTH:
            names.clear()
        names[:] = [name for name in names if name not in {".git", "node_modules"}]
    if next(walk, None) is not None:
        raise ConfigError(
            f"The workspace has more than {MAX_FOLDERS:,} folders, so whether the pull request is checked out in it "
            "cannot be told. Run reviewbot in a job of its own, without a checkout."
        )


def _commits(folder: Path) -> set[str]:
    """Return the commit that is checked out in `folder`, and its parents. None at all: nothing is checked out."""
    git = Git(_directory(folder))
    try:
        head = git.run("rev-parse", "--verify", "--quiet", "HEAD", accept=(0, 1)).decode().strip()
        if not head:
            return set()
        # The object itself: a shallow checkout of the merge holds no parents, but names them.
        lines = git.run("cat-file", "commit", head).decode("utf-8", "replace").partition("\n\n")[0].splitlines()
    except (ConfigError, UnavailableError) as error:
        raise ConfigError(
            f"What is checked out in {folder.name!a} cannot be told: {error} Run reviewbot in a job of its own, "
            "without a checkout."
        ) from None
    return {head, *(line.removeprefix("parent ") for line in lines if line.startswith("parent "))}


def _directory(folder: Path) -> Path:
    """Return the git directory of a checkout; in a worktree or a submodule `.git` is a file that names it."""
    entry = folder / ".git"
    if entry.is_dir():
        return entry
    named = entry.read_text(encoding="utf-8", errors="replace")[:4096].removeprefix("gitdir:").strip()
    return folder / named
