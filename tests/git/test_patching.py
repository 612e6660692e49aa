"""A diff that somebody hands in, applied in memory."""

import pytest

from reviewbot.change import MAX_FILE_BYTES, Excluded, Skipped
from reviewbot.errors import ConfigError
from tests.conftest import Checkout

EDIT = "--- a/a.py\n+++ b/a.py\n@@ -2 +2 @@\n-2\n+two\n"


@pytest.fixture
def repository(checkout: Checkout) -> Checkout:
    checkout.write("a.py", "1\n2\n3\n4\n5\n6\n7\n8\n")
    checkout.write("b.py", "x\n")
    checkout.write("d/e/f.py", "x\n")
    checkout.commit()
    return checkout


def test_a_diff_becomes_a_change_and_the_files_stay_as_they_are(repository: Checkout) -> None:
    change = repository.open().change_from_diff(EDIT, "HEAD")
    (file,) = change.files
    assert (file.path, file.new) == ("a.py", "1\ntwo\n3\n4\n5\n6\n7\n8\n")
    assert set(file.touched()) == {2}
    assert file.commentable(1, 5), "the hunk has the context that git shows, not that of the diff"
    assert (change.base, change.head) == (repository.git("rev-parse", "HEAD").strip(), "diff")
    assert repository.git("status", "--porcelain") == ""


def test_a_diff_is_applied_to_the_state_that_is_named(repository: Checkout) -> None:
    repository.write("a.py", "0\n1\n2\n3\n")
    (file,) = repository.open().change_from_diff(EDIT, "worktree").files
    assert (file.old, file.new) == ("0\n1\n2\n3\n", "0\n1\ntwo\n3\n")


def test_files_are_added_deleted_moved_and_copied(repository: Checkout) -> None:
    diff = (
        "--- /dev/null\n+++ b/new/e.py\n@@ -0,0 +1 @@\n+new\n"
        "--- old/f.py\t1970-01-01\n+++ new/f.py\t2026-01-01\n@@ -0,0 +1 @@\n+new\n"
        "diff --git a/a.py b/a.py\ndeleted file mode 100644\n--- a/a.py\n+++ /dev/null\n@@ -1,8 +0,0 @@\n"
        + "".join(f"-{number}\n" for number in range(1, 9))
        + "diff --git a/b.py b/c.py\ncopy from b.py\ncopy to c.py\n--- a/b.py\n+++ b/c.py\n@@ -1 +1,2 @@\n x\n+y\n"
        + "diff --git a/b.py b/d.py\nrename from b.py\nrename to d.py\n"
    )
    change = repository.open().change_from_diff(diff, "HEAD")
    assert {file.path: file.new for file in change.files} == {"c.py": "x\ny\n", "new/e.py": "new\n", "f.py": "new\n"}
    assert set(change.excluded) == {Excluded("a.py", "deleted"), Excluded("d.py", "only renamed, from b.py")}


def test_patches_of_one_series_are_applied_one_after_the_other(repository: Checkout) -> None:
    second = EDIT.replace("\n-2\n", "\n-two\n").replace("+two", "+zwei")
    (file,) = repository.open().change_from_diff(EDIT + second, "HEAD").files
    assert file.new.startswith("1\nzwei\n3\n")


def test_what_the_diff_does_not_hold_as_text_is_never_passed_over(repository: Checkout) -> None:
    repository.write("large.py", b"a\n" * MAX_FILE_BYTES)
    repository.commit()
    diff = (
        "diff --git a/b.py b/b.py\nBinary files a/b.py and b/b.py differ\n"
        "diff --git a/logo.png b/logo.png\nnew file mode 100644\nBinary files /dev/null and b/logo.png differ\n"
        "diff --git a/sub b/sub\nnew file mode 160000\n--- /dev/null\n+++ b/sub\n@@ -0,0 +1 @@\n+Subproject commit 1\n"
        "diff --git a/link b/link\nnew file mode 120000\n--- /dev/null\n+++ b/link\n@@ -0,0 +1 @@\n+/etc/passwd\n"
        "--- a/large.py\n+++ b/large.py\n@@ -1 +1 @@\n-a\n+b\n"
    )
    change = repository.open().change_from_diff(diff, "HEAD")
    assert change.files == ()
    assert {skipped.path: skipped.reason for skipped in change.skipped} == {
        "b.py": "binary, and its contents are not in the diff",
        "large.py": "larger than 1,000,000 bytes",
    }
    assert {excluded.path for excluded in change.excluded} == {"logo.png", "sub", "link"}


def test_a_file_that_replaces_a_link_or_a_submodule_is_reviewed(repository: Checkout) -> None:
    (repository.root / "l.py").symlink_to("b.py")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},s.py")
    repository.git("add", "l.py")
    repository.git("commit", "--quiet", "--message", "x")
    added = "diff --git a/{0} b/{0}\nnew file mode 100644\n--- /dev/null\n+++ b/{0}\n@@ -0,0 +1 @@\n+new\n"
    diff = (
        "diff --git a/l.py b/l.py\ndeleted file mode 120000\n--- a/l.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-b.py\n"
        "\\ No newline at end of file\n" + added.format("l.py") + "diff --git a/s.py b/s.py\nindex 1111..2222 160000\n"
        "--- a/s.py\n+++ b/s.py\n@@ -1 +1 @@\n-Subproject commit 1\n+Subproject commit 2\n"
        "diff --git a/s.py b/s.py\ndeleted file mode 160000\n"
        "--- a/s.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-Subproject commit 1\n" + added.format("s.py")
    )
    files = repository.open().change_from_diff(diff, "HEAD").files
    assert [(file.path, file.old, file.new) for file in files] == [("l.py", None, "new\n"), ("s.py", None, "new\n")]


@pytest.mark.parametrize(
    ("diff", "says"),
    [
        (EDIT.replace("\n-2\n", "\n-9\n"), "Hunk 1 of 'a.py' does not fit"),
        (EDIT.replace("a.py", "nope.py"), "'nope.py', which is not at the base"),
        ("--- /dev/null\n+++ b/a.py\n@@ -0,0 +1 @@\n+new\n", "'a.py', which is at the base already"),
        ("--- /dev/null\n+++ b/a.py/b.py\n@@ -0,0 +1 @@\n+new\n", "'a.py' both a file and a folder"),
        ("--- /dev/null\n+++ b/d\n@@ -0,0 +1 @@\n+new\n", "'d' both a file and a folder"),
        ("--- a/a.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n", "more lines than the diff shows"),
        ("nothing", "no file header"),
    ],
)
def test_a_diff_that_does_not_fit_is_refused(repository: Checkout, diff: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        repository.open().change_from_diff(diff, "HEAD")


def test_an_empty_diff_changes_nothing(repository: Checkout) -> None:
    change = repository.open().change_from_diff("", "HEAD")
    assert (change.files, change.skipped, change.excluded) == ((), (), ())


def test_contents_that_are_not_utf_8_come_through_and_are_skipped(repository: Checkout) -> None:
    repository.write("latin.py", b"# caf\xe9\nx = 1\n")
    repository.commit()
    diff = b"--- a/latin.py\n+++ b/latin.py\n@@ -1,2 +1,2 @@\n # caf\xe9\n-x = 1\n+x = 2\n"
    change = repository.open().change_from_diff(diff.decode("utf-8", "surrogateescape"), "HEAD")
    assert change.skipped == (Skipped("latin.py", "not UTF-8 text"),)
