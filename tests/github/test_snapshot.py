"""The repository on GitHub beyond a change: few requests, none twice, and no error."""

import pytest

from reviewbot.github.auth import GitHub
from reviewbot.github.pulls import fetch_change, fetch_pull, repository_around
from reviewbot.github.snapshot import MAX_REQUESTS, GitHubSnapshot
from reviewbot.snapshot import MAX_SNAPSHOT_FILE_BYTES
from tests.fake_github import FakeGitHub, Fault
from tests.fake_github.faults import bad_gateway, secondary_limit
from tests.fake_github.repository_git import Content, Submodule, Symlink
from tests.fake_github.state import Pull


def at_head(hub: FakeGitHub, github: GitHub, pull: Pull, files: dict[str, Content]) -> GitHubSnapshot:
    head = hub.push(pull, files)
    hub.application.log.clear()
    return GitHubSnapshot(github, head)


def asked(hub: FakeGitHub) -> list[str]:
    return [name for name in hub.operations() if name.startswith("git/")]


def test_both_ends_are_read_and_nothing_is_asked_before_that(hub: FakeGitHub, github: GitHub) -> None:
    change = fetch_change(github, fetch_pull(github, github.address))
    before = len(hub.requests)
    repository = repository_around(github, change)
    assert len(hub.requests) == before
    assert [file.text for file in repository.base.read(["app.py", "new.py"])] == ["a = 1\n"]
    assert [file.text for file in repository.head.read(["app.py"])] == ["a = 2\n"]
    assert set(repository.head.paths()) == {"app.py", "new.py", "README.md"}


def test_a_file_is_asked_for_once_and_its_tree_too(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    snapshot = at_head(hub, github, pull, {"db.py": "x = 1\n"})
    for _ in range(3):
        assert [file.path for file in snapshot.read(["db.py", "gone.py", "db.py"])] == ["db.py"]
    assert asked(hub) == ["git/get-tree", "git/get-blob"]


def test_what_is_no_text_of_its_own_is_missing(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    files: dict[str, Content] = {
        "good.py": "x = 1\n",
        "link.py": Symlink("/etc/passwd"),
        "module": Submodule("1" * 40),
        "binary.py": b"\0\1",
        "huge.py": "#" * (MAX_SNAPSHOT_FILE_BYTES + 1),
    }
    snapshot = at_head(hub, github, pull, files)
    assert {"link.py", "module"}.isdisjoint(snapshot.paths())
    found = snapshot.read([*files, "../etc/passwd", "/etc/passwd", ""])
    assert [(file.path, file.text) for file in found] == [("good.py", "x = 1\n")]
    assert asked(hub).count("git/get-blob") == 2  # links, submodules and what is too large are not even asked for


def test_no_more_is_asked_in_one_review_than_is_set(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    names = [f"m{n}.py" for n in range(MAX_REQUESTS + 20)]
    snapshot = at_head(hub, github, pull, {name: f"{name}\n" for name in names})
    assert len(snapshot.read(names)) == len(asked(hub)) - 1 == MAX_REQUESTS - 1
    assert len(snapshot.read(names)) == MAX_REQUESTS - 1
    assert len(asked(hub)) == MAX_REQUESTS


@pytest.mark.parametrize("operation", ["git/get-tree", "git/get-blob"])
@pytest.mark.parametrize("kind", ["away", "limited", "refused", "garbage"])
def test_a_request_that_fails_is_the_last_one_and_no_error(
    hub: FakeGitHub, github: GitHub, pull: Pull, operation: str, kind: str
) -> None:
    snapshot = at_head(hub, github, pull, {"a.py": "x = 1\n", "b.py": "y = 1\n"})
    hub.fail(
        {
            "away": bad_gateway(operation, nth=range(1, 99)),
            "limited": secondary_limit(operation),
            "refused": Fault(operation, status=403, body={"message": "Forbidden"}),
            "garbage": Fault(operation, status=200, body={"message": "what?", "tree": [], "content": "", "sha": "0"}),
        }[kind]
    )
    assert list(snapshot.read(["a.py"])) == []
    hub.mend()
    if operation == "git/get-blob" or kind != "garbage":
        before = len(hub.requests)
        assert list(snapshot.read(["b.py"])) == []
        assert len(hub.requests) == before


def test_when_few_requests_are_left_they_are_kept_for_reviews(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    snapshot = at_head(hub, github, pull, {"a.py": "x = 1\n"})
    fetch_pull(github, github.address)
    assert github.read.budget is not None
    headers = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "999", "x-ratelimit-reset": "9999999999"}
    github.read._gate.note(headers)  # noqa: SLF001  as an answer would
    assert list(snapshot.read(["a.py"])) == []
