import os
from dataclasses import replace

import pytest

from reviewbot.change import Change, Excluded, Skipped
from reviewbot.errors import ConfigError, GitHubError, RateLimitedError, UnavailableError
from reviewbot.github import objects, pulls
from reviewbot.github.auth import AppAuth, GitHub
from reviewbot.github.pulls import fetch_change, fetch_policy, fetch_pull
from reviewbot.policy import POLICY_PATH, Policy, Severity
from tests.fake_github import FakeGitHub, Fault
from tests.fake_github.faults import bad_gateway, secondary_limit
from tests.fake_github.repository_git import Content
from tests.fake_github.state import Pull
from tests.github.scene import address_of

LONG = "".join(f"line_{number} = {number}\n" for number in range(40))
OTHER = LONG.replace("line", "row")


def changed(hub: FakeGitHub, app: AppAuth, before: dict[str, Content], after: dict[str, Content]) -> Change:
    repository = hub.create_repository("acme/other", files={"README.md": "# Other\n", **before})
    made = hub.open_pull(repository, head_files=after)
    github = app.open(address_of(hub, made))
    return fetch_change(github, fetch_pull(github, github.address))


def left(change: Change) -> dict[str, tuple[str, str]]:
    outcomes: list[Skipped | Excluded] = [*change.skipped, *change.excluded]
    return {entry.path: (type(entry).__name__, entry.reason) for entry in outcomes}


def test_a_pull_request_is_read_as_it_is_now(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    found = fetch_pull(github, github.address)
    assert (found.head_sha, found.base_sha) == (pull.head_sha, pull.base_sha)
    assert (found.state, found.draft, found.author, found.author_is_bot, found.changed_files) == (
        "open",
        False,
        "alice",
        False,
        2,
    )
    head = hub.push(pull, {"app.py": "a = 3\n"})
    hub.close(pull)
    assert fetch_pull(github, github.address).head_sha == head
    assert fetch_pull(github, github.address).state == "closed"
    with pytest.raises(GitHubError):
        fetch_pull(github, replace(github.address, number=99))


def test_a_bot_is_known_for_one(hub: FakeGitHub, app: AppAuth, pull: Pull) -> None:
    made = hub.open_pull(pull.repository, head_files={"x.py": "1\n"}, author="dependabot[bot]", bot=True)
    github = app.open(address_of(hub, made))
    assert fetch_pull(github, github.address).author_is_bot


def test_the_change_holds_both_sides_and_the_lines_of_githubs_own_patch(github: GitHub) -> None:
    change = fetch_change(github, fetch_pull(github, github.address))
    edited, added = change.files
    assert (edited.path, edited.old, edited.new) == ("app.py", "a = 1\n", "a = 2\n")
    assert (added.path, added.old, added.new) == ("new.py", None, "one = 1\ntwo = 2\n")
    assert edited.touched() == {1}
    assert added.commentable(1, 2)
    assert not added.commentable(1, 3)


def test_a_deleted_fork_is_read_through_the_base(hub: FakeGitHub, app: AppAuth, pull: Pull) -> None:
    made = hub.open_pull(pull.repository, head_files={"fork.py": "f = 1\n"}, author="mallory", fork=True)
    hub.delete_fork(made)
    github = app.open(address_of(hub, made))
    found = fetch_pull(github, github.address)
    assert found.head_repository is None
    assert [file.path for file in fetch_change(github, found).files] == ["fork.py"]


def test_the_old_side_is_where_the_two_branches_parted(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    hub.commit(pull.repository, {"app.py": "a = 1\n", "later.py": "only = 'main'\n"})
    hub.push(pull, {"app.py": "a = 4\n"})  # now the base is ahead
    change = fetch_change(github, fetch_pull(github, github.address))
    assert [file.path for file in change.files] == ["app.py", "new.py"]
    assert change.files[0].old == "a = 1\n"


def test_what_cannot_be_scanned_is_left_out_by_name_mode_and_size(hub: FakeGitHub, app: AppAuth) -> None:
    before: dict[str, Content] = {"moved.py": OTHER, "gone.py": "g = 1\n", "edited.py": LONG, "odd.py": "o = 1\n"}
    after: dict[str, Content] = {
        "moved.py": None,
        "new/place.py": OTHER,
        "gone.py": None,
        "edited.py": None,
        "new/edited.py": LONG + "last = 1\n",
        "image.png": b"\x89PNG\0\1",
        "binary.py": b"a = 1\0",
        "latin.py": "é = 1\n".encode("latin-1"),
        "huge.py": "x = 1\n" * 200_000,
        "empty.py": "",
        "lfs.py": "version https://git-lfs.github.com/spec/v1\n",
    }
    change = changed(hub, app, before, after)
    assert [(file.path, file.old) for file in change.files] == [("new/edited.py", LONG)]
    assert left(change) == {
        "new/place.py": ("Excluded", "only renamed, from moved.py"),
        "gone.py": ("Excluded", "deleted"),
        "image.png": ("Excluded", "binary"),
        "binary.py": ("Skipped", "holds NUL bytes"),
        "latin.py": ("Skipped", "not UTF-8 text"),
        "huge.py": ("Skipped", "larger than 1,000,000 bytes"),
        "empty.py": ("Excluded", "empty"),
        "lfs.py": ("Skipped", "a Git LFS pointer: its contents are not in the repository"),
    }
    sizes = [len(request.incoming.path) for request in hub.requests if request.operation == "git/get-blob"]
    assert len(sizes) == 7  # nothing is read of the huge file, the renamed one and the deleted one


def test_a_byte_order_mark_is_no_code(hub: FakeGitHub, app: AppAuth) -> None:
    change = changed(
        hub, app, {"a.py": "a = 1\n", "b.py": "b = 1\n"}, {"a.py": "\ufeffa = 1\n", "b.py": "\ufeffb = 2\n"}
    )
    assert [(file.path, file.new, file.hunks[0].lines[-1].text) for file in change.files] == [
        ("b.py", "b = 2\n", "b = 2")
    ]
    assert left(change) == {"a.py": ("Excluded", "only its byte order mark changed")}


def test_more_files_than_a_page_are_read(hub: FakeGitHub, app: AppAuth) -> None:
    change = changed(hub, app, {}, {f"src/f{number:03}.py": f"n = {number}\n" for number in range(130)})
    assert len(change.files) == 130
    assert all(file.hunks for file in change.files)


def test_a_tree_that_github_cuts_short_is_walked_folder_by_folder(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    hub.push(pull, {"deep/er/file.py": "d = 1\n", "app.py": "a = 2\n"})
    whole = fetch_change(github, fetch_pull(github, github.address))
    cut = {"sha": "0" * 40, "url": hub.url, "tree": [], "truncated": True}
    hub.fail(Fault("git/get-tree", status=200, body=cut, nth={1, 2}))
    assert fetch_change(github, fetch_pull(github, github.address)) == whole
    assert {file.path for file in whole.files} == {"app.py", "new.py", "deep/er/file.py"}


def test_a_push_during_the_reading_is_noticed(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    before = fetch_pull(github, github.address)
    hub.push(pull, {"app.py": "a = 3\n"})
    with pytest.raises(UnavailableError, match="new commits while it was read"):
        fetch_change(github, before)


def test_a_page_of_files_that_fails_is_no_short_list(hub: FakeGitHub, app: AppAuth) -> None:
    hub.fail(bad_gateway("pulls/list-files", nth=range(2, 99)))
    with pytest.raises(UnavailableError):
        changed(hub, app, {}, {f"f{number}.py": f"n = {number}\n" for number in range(130)})


def test_a_limit_stops_the_reading_of_blobs_at_once(hub: FakeGitHub, app: AppAuth) -> None:
    hub.fail(secondary_limit("git/get-blob"))
    with pytest.raises(RateLimitedError):
        changed(hub, app, {}, {f"f{number}.py": f"n = {number}\n" for number in range(90)})
    assert hub.operations().count("git/get-blob") <= objects.THREADS


def test_a_blob_that_was_changed_on_its_way_is_no_contents(hub: FakeGitHub, github: GitHub) -> None:
    found = fetch_pull(github, github.address)
    body = {"content": "YSA9IDkK", "encoding": "base64", "sha": "0" * 40, "size": 6, "node_id": "x", "url": hub.url}
    hub.fail(Fault("git/get-blob", status=200, body=body))
    with pytest.raises(UnavailableError, match="other contents"):
        fetch_change(github, found)


def test_what_is_beyond_the_budget_is_skipped_and_said(hub: FakeGitHub, app: AppAuth) -> None:
    big = "some words\n" * 85_000
    after: dict[str, Content] = {f"f{number:02}.txt": f"{number}\n{big}" for number in range(55)}
    after["z.py"] = "z = 1\n"
    change = changed(hub, app, {}, after)
    assert len(change.files) + len(change.excluded) == 56
    assert "z.py" in {file.path for file in change.files}  # what there are rules for goes first
    assert sum(len(file.new) for file in change.files) <= pulls.MAX_READ_BYTES
    assert change.excluded
    assert all("beyond" in entry.reason for entry in change.excluded)


def test_files_that_github_does_not_list_are_skipped_and_said(github: GitHub) -> None:
    found = replace(fetch_pull(github, github.address), changed_files=3_500)
    change = fetch_change(github, found)
    assert change.skipped == (Skipped("(3,498 more)", "GitHub lists 2 files of a pull request"),)


def policy(hub: FakeGitHub, app: AppAuth, before: dict[str, Content], after: dict[str, Content]) -> Policy:
    repository = hub.create_repository("acme/other", files={"README.md": "# Other\n", **before})
    made = hub.open_pull(repository, head_files=after)
    github = app.open(address_of(hub, made))
    return fetch_policy(github, fetch_pull(github, github.address))


def test_the_policy_is_that_of_the_base(hub: FakeGitHub, app: AppAuth) -> None:
    before: dict[str, Content] = {POLICY_PATH: 'report = "low"\n'}
    after: dict[str, Content] = {POLICY_PATH: 'fail_on = "never"\n'}
    found = policy(hub, app, before, after)
    assert (found.report, found.fail_on) == (Severity.LOW, Severity.HIGH)


def test_without_a_policy_the_defaults_hold(hub: FakeGitHub, app: AppAuth) -> None:
    assert policy(hub, app, {}, {POLICY_PATH: "report = 1\n"}) == Policy()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'fail_onn = "high"\n', '"fail_onn" is not a key'),
        (b"\xff\xfe", "is not UTF-8"),
        (b"# " + os.urandom(40_000).hex().encode(), "larger than 65,536 bytes"),
    ],
)
def test_a_policy_that_cannot_be_read_says_why(hub: FakeGitHub, app: AppAuth, text: bytes, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        policy(hub, app, {POLICY_PATH: text}, {"a.py": "1\n"})
    assert POLICY_PATH in str(caught.value)


def test_a_policy_that_is_a_folder_says_so(hub: FakeGitHub, app: AppAuth) -> None:
    with pytest.raises(ConfigError, match="is no file"):
        policy(hub, app, {f"{POLICY_PATH}/inside": "1\n"}, {"a.py": "1\n"})


def test_a_policy_that_github_does_not_give_is_no_default(hub: FakeGitHub, app: AppAuth) -> None:
    hub.fail(bad_gateway("repos/get-content"))
    with pytest.raises(UnavailableError):
        policy(hub, app, {POLICY_PATH: 'report = "low"\n'}, {"a.py": "1\n"})
