import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from reviewbot.change import MAX_FILE_BYTES, Change, ChangedFile, Excluded, Skipped
from reviewbot.errors import ConfigError
from reviewbot.git import LocalRepository
from tests.conftest import Checkout


def _only(change: Change) -> ChangedFile:
    (file,) = change.files
    assert not change.skipped
    assert not change.excluded
    return file


def test_two_commits_are_compared_with_the_lines_that_the_second_touches(checkout: Checkout) -> None:
    checkout.write("a.py", "1\n2\n3\n4\n5\n6\n7\n8\n9\n")
    base = checkout.commit()
    checkout.write("a.py", "1\n2\n3\n4\nfive\nand\n6\n7\n8\n9")
    head = checkout.commit()
    change = checkout.open().change("HEAD~1", "main")
    file = _only(change)
    assert (change.base, change.head) == (base, head)
    assert (file.old, file.new) == ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\nand\n6\n7\n8\n9")
    assert file.touched() == {5, 6, 10}
    assert file.commentable(5, 6)
    assert file.commentable(2, 10)
    assert not file.commentable(1, 5)


def test_the_index_and_the_working_tree_are_compared_as_they_are(checkout: Checkout) -> None:
    checkout.write("a.py", "1\n")
    checkout.commit()
    checkout.write("a.py", "2\n")
    checkout.git("add", "a.py")
    checkout.write("a.py", "3\n")
    checkout.write("new.py", "4\n")
    repository = checkout.open()
    assert _only(repository.change("HEAD", "index")).new == "2\n"
    change = repository.change("HEAD", "worktree")
    assert [(file.path, file.old, file.new) for file in change.files] == [
        ("a.py", "1\n", "3\n"),
        ("new.py", None, "4\n"),
    ]
    assert checkout.git("status", "--porcelain") == "MM a.py\n?? new.py\n"


def test_a_file_that_kept_its_size_and_time_since_it_was_added_is_still_read(checkout: Checkout) -> None:
    checkout.write("a.py", "1\n")
    checkout.commit()
    checkout.write("a.py", "2\n")
    os.utime(checkout.root / "a.py", (1_700_000_000, 1_700_000_000))
    checkout.git("add", "a.py")
    os.utime(checkout.root / ".git" / "index", (1_700_000_000, 1_700_000_000))
    checkout.write("a.py", "3\n")
    os.utime(checkout.root / "a.py", (1_700_000_000, 1_700_000_000))
    assert _only(checkout.open().change("HEAD", "worktree")).new == "3\n"


def _change_of(checkout: Checkout, **files: str | bytes) -> Change:
    """Commit nothing, then `files` (a double underscore is a dot), and compare."""
    checkout.commit()
    for name, contents in files.items():
        checkout.write(name.replace("__", "."), contents)
    checkout.commit()
    return checkout.open().change("HEAD~1", "HEAD")


@pytest.mark.parametrize(
    ("contents", "reason"),
    [
        (b"a = 1\0\n", "holds NUL bytes"),
        ("a = 1\n".encode("utf-16"), "UTF-16, not UTF-8"),
        ("a = 1\n".encode("utf-16-be"), "holds NUL bytes"),
        (b"# caf\xe9\n", "not UTF-8 text"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
         "a Git LFS pointer: its contents are not in the repository"),
        (b"a" * (MAX_FILE_BYTES + 1), "larger than 1,000,000 bytes"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_skipped_where_there_are_rules_and_excluded_elsewhere(
    checkout: Checkout, contents: bytes, reason: str
) -> None:
    change = _change_of(checkout, a__py=contents, a__xyz=contents)
    assert change.files == ()
    assert change.skipped == (Skipped("a.py", reason),)
    assert [excluded.path for excluded in change.excluded] == ["a.xyz"]
    checkout.git("reset", "--quiet", "--soft", "HEAD~1")
    again = checkout.open().change("HEAD", "worktree")
    assert (again.skipped, again.excluded) == (change.skipped, change.excluded)


def test_a_file_of_the_largest_size_is_read(checkout: Checkout) -> None:
    assert len(_only(_change_of(checkout, a__py=b"a" * MAX_FILE_BYTES)).new) == MAX_FILE_BYTES


def test_what_holds_nothing_to_scan_is_excluded_with_its_reason(checkout: Checkout) -> None:
    for name in ("gone.py", "moved.py", "mode.py"):
        checkout.write(name, f"{name}\n" * 9)
    checkout.write("bom.py", "x\n")
    checkout.commit()
    (checkout.root / "gone.py").unlink()
    (checkout.root / "moved.py").rename(checkout.root / "here.py")
    (checkout.root / "mode.py").chmod(0o755)
    (checkout.root / "link.py").symlink_to("/proc/self/environ")
    checkout.write("bom.py", "\ufeffx\n")
    checkout.write("empty.py", "")
    checkout.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub.py")
    checkout.git("add", "--all", ":!sub.py")
    checkout.git("commit", "--quiet", "--message", "x")
    change = checkout.open().change("HEAD~1", "HEAD")
    assert change.files == ()
    assert change.skipped == ()
    assert {excluded.path: excluded.reason for excluded in change.excluded} == {
        "gone.py": "deleted",
        "here.py": "only renamed, from moved.py",
        "mode.py": "only its mode changed",
        "link.py": "a symbolic link: its target is not part of it",
        "bom.py": "only its byte order mark changed",
        "empty.py": "empty",
        "sub.py": "a submodule: its files are in another repository",
    }


def test_a_renamed_file_is_compared_with_what_it_was(checkout: Checkout) -> None:
    checkout.write("a.py", "1\n2\n3\n4\n5\n6\n")
    checkout.commit()
    (checkout.root / "a.py").rename(checkout.root / "b.py")
    checkout.write("b.py", "1\n2\n3\n4\n5\nsix\n")
    file = _only(checkout.open().change("HEAD", "worktree"))
    assert (file.path, file.old, set(file.touched())) == ("b.py", "1\n2\n3\n4\n5\n6\n", {6})


def test_a_byte_order_mark_is_no_part_of_the_text(checkout: Checkout) -> None:
    checkout.write("a.py", "\ufeffx\ny\n")
    file = _only(_change_of(checkout, a__py="\ufeffx\nz\n"))
    assert (file.old, file.new, set(file.touched())) == ("x\ny\n", "x\nz\n", {2})


@pytest.mark.parametrize("old", [b"\0", b"\xff", b"a" * (MAX_FILE_BYTES + 1)])
def test_all_is_new_in_a_file_that_could_not_be_read_before(checkout: Checkout, old: bytes) -> None:
    checkout.write("a.py", old)
    file = _only(_change_of(checkout, a__py="a\nb\n"))
    assert (file.old, set(file.touched())) == (None, {1, 2})


def test_all_is_new_in_a_file_that_was_a_link(checkout: Checkout) -> None:
    (checkout.root / "a.py").symlink_to("b")
    checkout.commit()
    (checkout.root / "a.py").unlink()
    checkout.write("a.py", "b")
    for head in ("worktree", "index"):
        checkout.git("add", "a.py")
        file = _only(checkout.open().change("HEAD", head))
        assert (file.old, set(file.touched())) == (None, {1})


def test_a_name_that_is_not_utf_8_is_skipped_and_shown_escaped(checkout: Checkout) -> None:
    checkout.commit()
    checkout.write(b"caf\xe9.py", "x\n")
    assert checkout.open().change("HEAD", "worktree").skipped == (Skipped("caf\\xe9.py", "its name is not UTF-8"),)


def test_ignored_files_are_no_part_of_the_working_tree_and_a_nested_repository_is_named(
    checkout: Checkout, new_checkout: Callable[[str], Checkout]
) -> None:
    checkout.write(".gitignore", "*.log\n")
    checkout.commit()
    checkout.write(".git/info/exclude", "private.py\n")
    checkout.write("private.py", "x\n")
    checkout.write("a.log", "x\n")
    new_checkout("checkout/inner").write("x.py", "x\n")
    change = checkout.open().change("HEAD", "worktree")
    assert (change.files, change.skipped) == ((), ())
    assert change.excluded == (Excluded("inner/", "a repository of its own"),)


def test_what_cannot_be_read_from_the_working_tree_is_skipped(checkout: Checkout) -> None:
    checkout.write("pipe.py", "x\n")
    checkout.write("large.py", b"a" * (MAX_FILE_BYTES + 1))
    checkout.commit()
    (checkout.root / "pipe.py").unlink()
    os.mkfifo(checkout.root / "pipe.py")
    os.utime(checkout.root / "large.py", (1, 1))
    change = checkout.open().change("HEAD", "worktree")
    assert change.skipped == (Skipped("pipe.py", "cannot be read: not a regular file"),)
    for letter in (b"b", b"c"):
        checkout.write("large.py", letter * (MAX_FILE_BYTES + 1))
        larger = Skipped("large.py", "larger than 1,000,000 bytes")
        assert checkout.open().change("HEAD", "worktree").skipped == (larger, *change.skipped)
        checkout.git("add", "large.py")


def test_a_file_under_a_folder_that_became_a_link_is_deleted(checkout: Checkout, tmp_path: Path) -> None:
    checkout.write("d/a.py", "x\n")
    checkout.commit()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.py").write_text("secret\n")
    (checkout.root / "d" / "a.py").unlink()
    (checkout.root / "d").rmdir()
    (checkout.root / "d").symlink_to(tmp_path / "elsewhere")
    change = checkout.open().change("HEAD", "worktree")
    assert change.files == ()
    assert {excluded.path for excluded in change.excluded} == {"d", "d/a.py"}


def test_files_that_git_was_told_not_to_look_at_are_looked_at(checkout: Checkout) -> None:
    checkout.write("a.py", "x\n")
    checkout.write("sparse.py", "x\n")
    checkout.commit()
    checkout.git("update-index", "--assume-unchanged", "a.py")
    checkout.git("update-index", "--skip-worktree", "sparse.py")
    checkout.write("a.py", "y\n")
    (checkout.root / "sparse.py").unlink()
    assert _only(checkout.open().change("HEAD", "worktree")).new == "y\n"


def test_files_that_are_only_announced_to_the_index_are_read(checkout: Checkout) -> None:
    checkout.commit()
    checkout.write("a.py", "x\n")
    checkout.write("empty.py", "")
    checkout.git("add", "--intent-to-add", ".")
    change = checkout.open().change("HEAD", "worktree")
    assert [file.path for file in change.files] == ["a.py"]
    assert change.excluded == (Excluded("empty.py", "empty"),)
    assert checkout.open().change("HEAD", "index").files == ()


def test_an_index_in_two_parts_is_read(checkout: Checkout) -> None:
    checkout.write("a.py", "x\n")
    checkout.commit()
    checkout.git("update-index", "--split-index")
    checkout.write("b.py", "y\n")
    checkout.git("add", "b.py")
    assert _only(checkout.open().change("HEAD", "index")).path == "b.py"
    assert _only(checkout.open().change("HEAD", "worktree")).path == "b.py"


def test_in_a_conflict_the_working_tree_is_read_and_the_index_refused(checkout: Checkout) -> None:
    checkout.write("a.py", "x\n")
    checkout.commit()
    checkout.git("checkout", "--quiet", "-b", "other")
    checkout.write("a.py", "y\n")
    checkout.commit()
    checkout.git("checkout", "--quiet", "main")
    checkout.write("a.py", "z\n")
    checkout.commit()
    with suppress(CalledProcessError):
        checkout.git("merge", "other")
    assert "<<<<<<<" in _only(checkout.open().change("HEAD", "worktree")).new
    with pytest.raises(ConfigError, match="unmerged"):
        checkout.open().change("HEAD", "index")


def test_the_default_base_is_where_head_left_the_default_branch(checkout: Checkout) -> None:
    fork = checkout.commit()
    checkout.git("checkout", "--quiet", "-b", "topic")
    checkout.commit()
    checkout.git("checkout", "--quiet", "main")
    tip = checkout.commit()
    assert checkout.open().default_base() == tip
    checkout.git("checkout", "--quiet", "topic")
    assert checkout.open().default_base() == fork
    checkout.git("branch", "--quiet", "--move", "main", "trunk")
    with pytest.raises(ConfigError, match="--base"):
        checkout.open().default_base()
    checkout.git("update-ref", "refs/remotes/origin/trunk", "trunk")
    checkout.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert checkout.open().default_base() == fork


def test_before_the_first_commit_everything_is_new(checkout: Checkout) -> None:
    checkout.write("a.py", "x\n")
    repository = checkout.open()
    base = repository.default_base()
    assert _only(repository.change(base, "worktree")).path == "a.py"
    checkout.git("add", "a.py")
    assert _only(repository.change(base, "index")).old is None
    assert repository.read(base, "a.py") is None


def test_histories_that_share_no_commit_are_refused_with_a_remedy(checkout: Checkout, tmp_path: Path) -> None:
    checkout.commit()
    checkout.git("checkout", "--quiet", "--orphan", "other")
    checkout.commit()
    with pytest.raises(ConfigError, match="no commit in common: name the base"):
        checkout.open().default_base()
    checkout.git("clone", "--quiet", "--depth", "1", "--no-single-branch", checkout.root.as_uri(), str(tmp_path / "s"))
    with pytest.raises(ConfigError, match="shallow clone: run `git fetch --unshallow`"):
        LocalRepository(tmp_path / "s").merge_base("origin/main", "HEAD")
    with pytest.raises(ConfigError, match="--unshallow"):
        LocalRepository(tmp_path / "s").change("HEAD~1", "HEAD")


@pytest.mark.parametrize(
    "ref", ["nope", "-x", "--help", "--output=/tmp/x", "", "a\nb", "@{99}", "HEAD:a.py", "HEAD^{/x y}"]
)
def test_a_ref_that_does_not_exist_is_one_sentence_with_a_remedy(checkout: Checkout, ref: str) -> None:
    checkout.write("a.py", "x\n")
    checkout.commit()
    with pytest.raises(ConfigError, match=r"no commit named .* check the name, or see `git branch --all`"):
        checkout.open().change(ref, "HEAD")


def test_a_branch_may_have_any_name_that_git_takes(checkout: Checkout) -> None:
    head = checkout.commit()
    checkout.git("update-ref", "refs/heads/-x", "HEAD")
    checkout.git("update-ref", "refs/heads/index", "HEAD")
    assert checkout.open().change("-x", "refs/heads/index").head == head


def test_a_folder_without_a_repository_is_one_sentence_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"not in a git repository\. Name another folder, or run `git init`"):
        LocalRepository(tmp_path)


def test_a_bare_repository_compares_commits_only(checkout: Checkout, tmp_path: Path) -> None:
    _change_of(checkout, a__py="x\n")
    checkout.git("clone", "--quiet", "--bare", str(checkout.root), str(tmp_path / "bare"))
    repository = LocalRepository(tmp_path / "bare")
    assert _only(repository.change("HEAD~1", "HEAD")).new == "x\n"
    for state in ("index", "worktree"):
        with pytest.raises(ConfigError, match=f"bare repository has no {state}"):
            repository.change("HEAD", state)


def test_a_linked_working_tree_and_a_folder_inside_are_found(checkout: Checkout, tmp_path: Path) -> None:
    checkout.write("d/a.py", "x\n")
    checkout.commit()
    checkout.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    (tmp_path / "linked" / "d" / "a.py").write_text("y\n")
    assert _only(LocalRepository(tmp_path / "linked" / "d").change("HEAD", "worktree")).new == "y\n"


def test_a_repository_with_sha_256_is_read(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    checkout.git("init", "--quiet", "--object-format", "sha256", "--initial-branch", "main")
    checkout.write("a.py", "x\n")
    base = checkout.open().default_base()
    assert _only(checkout.open().change(base, "worktree")).new == "x\n"
    assert len(checkout.commit()) == 64
    assert _only(checkout.open().change(base, "HEAD")).new == "x\n"


def test_a_file_is_read_as_it_was_at_a_commit(checkout: Checkout) -> None:
    checkout.write(".github/reviewbot.toml", "a = 'é'\n")
    checkout.write("binary", b"\xff")
    (checkout.root / "link").symlink_to("binary")
    checkout.commit()
    checkout.write(".github/reviewbot.toml", "changed\n")
    repository = checkout.open()
    assert repository.read("HEAD", ".github/reviewbot.toml") == "a = 'é'\n"
    assert repository.read("HEAD", ".github") is None
    assert repository.read("HEAD", "nope") is None
    with pytest.raises(ConfigError, match="not UTF-8"):
        repository.read("HEAD", "binary")
    with pytest.raises(ConfigError, match="not a file"):
        repository.read("HEAD", "link")


def test_contents_that_a_partial_clone_lacks_are_named_with_a_remedy(checkout: Checkout, tmp_path: Path) -> None:
    _change_of(checkout, a__py="x\n")
    checkout.git("config", "uploadpack.allowFilter", "true")
    url, partial = checkout.root.as_uri(), str(tmp_path / "partial")
    checkout.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", url, partial)
    with pytest.raises(ConfigError, match="--refetch"):
        LocalRepository(Path(partial)).change("HEAD~1", "HEAD")
