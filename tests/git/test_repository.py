from reviewbot.change import Change, ChangedFile
from tests.git.conftest import Checkout


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
