"""The files of a pull request, as git makes them and GitHub shows them: odd names, links, renames, too much."""

import pytest
from github import GithubException
from github.PullRequest import PullRequest

from tests.fake_github import FakeGitHub, Fault
from tests.fake_github.conftest import FOURTH_CHANGED, TEN, client
from tests.fake_github.repository_git import Content, Submodule, Symlink
from tests.fake_github.state import Pull, Repository


def seen(hub: FakeGitHub, pull: Pull) -> PullRequest:
    return client(hub, pull.repository).get_repo(pull.repository.full_name).get_pull(pull.number)


def changes(hub: FakeGitHub, before: dict[str, Content], after: dict[str, Content]) -> dict[str, tuple[str, bool]]:
    pull = hub.open_pull(hub.create_repository("acme/odd", files=before), head_files=after)
    return {each.filename: (each.status, bool(each.patch)) for each in seen(hub, pull).get_files()}


@pytest.mark.parametrize("name", ['quote".py', "tab\there.py", "line\nfeed.py", "ümläut.py", "back\\slash.py", " a b "])
def test_odd_names_come_through(hub: FakeGitHub, name: str) -> None:
    assert changes(hub, {"a": "1\n"}, {name: "2\n"}) == {name: ("added", True)}


def test_kinds_of_change_are_told_apart(hub: FakeGitHub) -> None:
    before: dict[str, Content] = {"gone.py": "1\n", "moved.py": TEN, "binary": b"\0\1", "file": "x\n", "z.py": "1\n"}
    after: dict[str, Content] = {
        "gone.py": None,
        "moved.py": None,
        "new/moved.py": TEN,
        "binary": b"\0\2",
        "file": Symlink("z.py"),
        "sub": Submodule("1" * 40),
        "z.py": "2\n",
    }

    assert changes(hub, before, after) == {
        "gone.py": ("removed", True),
        "new/moved.py": ("renamed", False),
        "binary": ("modified", False),
        "file": ("changed", True),
        "sub": ("added", True),
        "z.py": ("modified", True),
    }


def test_a_patch_of_more_than_20000_lines_is_left_out(hub: FakeGitHub) -> None:
    assert changes(hub, {"a": "1\n"}, {"large": "x\n" * 20_001}) == {"large": ("added", False)}


def test_a_diff_of_more_than_300_files_is_refused_but_its_files_are_listed(hub: FakeGitHub) -> None:
    files: dict[str, Content] = {f"{number}.py": "x\n" for number in range(301)}
    pull = hub.open_pull(hub.create_repository("acme/wide"), head_files=files)
    found = seen(hub, pull)

    with pytest.raises(GithubException) as refused:
        found.requester.requestJsonAndCheck("GET", found.url, headers={"Accept": "application/vnd.github.diff"})

    assert refused.value.status == 406
    assert refused.value.data["errors"][0]["code"] == "too_large"
    assert found.get_files().totalCount == 301


def test_the_head_moves_between_two_requests(hub: FakeGitHub, pull: Pull) -> None:
    hub.fail(Fault("pulls/list-files", before=lambda: hub.push(pull, {"later.py": "1\n"}), nth={1}))
    found = seen(hub, pull)

    assert "later.py" in [each.filename for each in found.get_files()]
    assert found.head.sha != pull.head_sha


def test_a_renamed_repository_is_found_under_its_old_name(hub: FakeGitHub, pull: Pull, repository: Repository) -> None:
    hub.rename(repository, "store")

    found = client(hub, repository).get_repo("acme/shop")

    assert found.full_name == "acme/store"
    assert [each.status for each in hub.requests] == [301, 200]
    assert pull.number == 1


def test_a_deleted_fork_leaves_the_commits_and_no_repository(hub: FakeGitHub, repository: Repository) -> None:
    pull = hub.open_pull(repository, head_files={"app.py": FOURTH_CHANGED}, author="mallory", fork=True)
    hub.delete_fork(pull)

    found = seen(hub, pull)

    assert found.head.raw_data["repo"] is None
    assert found.head.label == "mallory:change-1"
    assert [each.filename for each in found.get_files()] == ["app.py"]
