"""What git writes, we read: random trees, committed and compared by the real git."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reviewbot.change import ChangedFile, split_lines
from reviewbot.diff import FileDiff, apply_diff, parse_diff
from tests.conftest import Checkout

LINES = st.sampled_from([
    "a", "b", "", " ", "c\r", "\rd", "e\ff", "\u2028g", "-h", "+i", "@@ -1 +1 @@", "\\ j", "é𝕏", "\x1b[", "--- a",
])  # fmt: skip
TEXTS = st.builds(
    lambda lines, end: "\n".join(lines) + end, st.lists(LINES, max_size=12), st.sampled_from(["", "\n", "\r\n"])
)
NAMES = st.sampled_from([
    "a.py", "b c.py", "d\te.py", "f\ng.py", 'h".py', "i\\j.py", "é.py", "-k.py", "l/m.py", "a b/c.py", "b/a.py b/a.py",
    "$(id).py", " ", "x => y", "\x1b[31m.py", "/dev/null"[1:], "\udcff.py", "a/x b/x", "{n}.py", ":(top)o.py", "l",
])  # fmt: skip
TREES = st.dictionaries(NAMES, TEXTS, max_size=5).filter(lambda tree: not {"l", "l/m.py"} <= tree.keys())
MANY = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def _commit(checkout: Checkout, tree: dict[str, str]) -> None:
    checkout.git("rm", "-r", "-q", "--force", "--ignore-unmatch", ".")
    for path, text in tree.items():
        checkout.write(path.encode("utf-8", "surrogateescape"), text)
    checkout.commit()


def _committed(root: str, *trees: dict[str, str]) -> Checkout:
    checkout = Checkout(Path(root))
    checkout.git("init", "--quiet", "--initial-branch", "main")
    for tree in trees:
        _commit(checkout, tree)
    return checkout


def _applied(old: dict[str, str], files: tuple[FileDiff, ...]) -> dict[str, str]:
    new = dict(old)
    for file in files:
        if file.old_path is not None and not file.copied:
            new.pop(file.old_path, None)
    for file in files:
        if file.new_path is not None:
            new[file.new_path] = apply_diff("" if file.old_path is None else old[file.old_path], file)
    return new


@MANY
@given(TREES, TREES, st.sampled_from(["-M", "-C", "--no-renames"]), st.integers(1, 4))
@example({"a.py": "a\nb"}, {"a/x b/x": "a\nb\n"}, "-M", 3)
def test_the_diff_of_git_turns_the_old_files_into_the_new(
    old: dict[str, str], new: dict[str, str], renames: str, context: int
) -> None:
    with tempfile.TemporaryDirectory() as root:
        checkout = _committed(root, old, new)
        diff = checkout.git_bytes("diff", "--text", f"-U{context}", renames, "--find-copies-harder", "HEAD~1", "HEAD")
    files = parse_diff(diff.decode("utf-8", "surrogateescape"))
    assert _applied(old, files) == new


def _assert_consistent(file: ChangedFile) -> None:
    """The numbers in the hunks name just those lines of the texts, and all else is the same on both sides."""
    old, new = split_lines(file.old or ""), split_lines(file.new)
    seen_old, seen_new = set(), set()
    for line in (line for hunk in file.hunks for line in hunk.lines):
        text = line.text + ("\n" if line.ended else "")
        if line.old is not None:
            assert old[line.old - 1] == text
            seen_old.add(line.old)
        if line.new is not None:
            assert new[line.new - 1] == text
            seen_new.add(line.new)
    rest_old = [line for number, line in enumerate(old, 1) if number not in seen_old]
    assert rest_old == [line for number, line in enumerate(new, 1) if number not in seen_new]
    assert file.touched() <= seen_new
    assert all(file.commentable(line, line) for line in file.touched())


@MANY
@given(TREES, TREES)
def test_every_changed_file_is_accounted_for_and_its_hunks_agree_with_its_texts(
    old: dict[str, str], new: dict[str, str]
) -> None:
    with tempfile.TemporaryDirectory() as root:
        checkout = _committed(root, old, new)
        repository = checkout.open()
        change = repository.change("HEAD~1", "HEAD")
        diff = checkout.git_bytes("diff", "--text", "--no-renames", "HEAD~1", "HEAD")
        patched = repository.change_from_diff(diff.decode("utf-8", "surrogateescape"), "HEAD~1")
        checkout.git("reset", "--quiet", "--soft", "HEAD~1")
        states = [repository.change("HEAD", "index"), repository.change("HEAD", "worktree")]
    for file in change.files:
        assert file.new == new[file.path]
        _assert_consistent(file)
    rest = [*(skipped.path for skipped in change.skipped), *(excluded.path for excluded in change.excluded)]
    listed = [*(file.path for file in change.files), *rest]
    shown = {path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"): path for path in {*old, *new}}
    differing = {path for path in {*old, *new} if old.get(path) != new.get(path)}
    assert len(listed) == len(set(listed))
    assert {shown[path] for path in listed} <= differing
    missing = differing - {shown[path] for path in listed}
    assert all(path not in new for path in missing), "a file that is there is never forgotten"
    for state in (*states, patched):
        assert (state.files, state.skipped, state.excluded) == (change.files, change.skipped, change.excluded)
