"""A local repository, and the change between two of its states."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

from reviewbot.change import MAX_FILE_BYTES, Change
from reviewbot.diff import parse_diff
from reviewbot.errors import ConfigError
from reviewbot.git.command import Git
from reviewbot.git.comparison import compare
from reviewbot.git.patching import patched_tree
from reviewbot.git.scratch import Scratch, empty_tree, scratch
from reviewbot.git.snapshot import GitSnapshot
from reviewbot.git.worktree import Tree, worktree_tree
from reviewbot.triage import is_regular

_OBJECT = re.compile(r"([0-9a-f]{40,64}) (?:commit|tree) [0-9]+")
INDEX, WORKTREE = "index", "worktree"
_DEFAULT_BRANCHES = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)


class LocalRepository:
    """The repository that the folder `path` belongs to. It is only ever read.

    Where a method takes a ref, that is any name of a commit that git knows, or `index` (what is staged) or
    `worktree` (the files as they are, with those not yet added, without the ignored ones). A branch of such
    a name is `refs/heads/index`.

    Raises:
        ConfigError: there is no repository. So does every method for a ref that does not exist, and for what
            a repository lacks: a bare one has no working tree, a shallow one not all commits.
    """

    def __init__(self, path: Path) -> None:
        self._root, directory = _found(path)
        self._git = Git(directory)
        paths = ("objects", "index", "info/exclude")
        said = self._git.run(
            "rev-parse",
            "--path-format=absolute",
            *(word for name in paths for word in ("--git-path", name)),
            "--show-object-format",
            "--is-shallow-repository",
        )
        *found, self._algorithm, shallow = said.decode("utf-8", "surrogateescape").splitlines()
        if len(found) != len(paths):
            raise ConfigError(f"The path of the repository, {str(path)!a}, holds a line break. Move it elsewhere.")
        self._objects, self._index, self._exclude = map(Path, found)
        self._shallow = shallow == "true"

    def change(self, base: str, head: str) -> Change:
        """Return what differs between the two, directly: see `merge_base` for what only `head` did."""
        with self._scratch() as work:
            old, new = self._tree(base, work), self._tree(head, work)
            return replace(compare(work, old, new), base=self._name(base), head=self._name(head))

    def change_from_diff(self, text: str, base: str) -> Change:
        """Return the change that the diff `text` makes to `base`. It is applied in memory; its head is `diff`.

        Raises:
            ConfigError: the diff is damaged, or does not fit `base`.
        """
        diffs = parse_diff(text)
        with self._scratch() as work:
            old = self._tree(base, work)
            new = patched_tree(work, old.id, diffs)
            return replace(compare(work, old, new), base=self._name(base), head="diff")

    def default_base(self) -> str:
        """Return where HEAD left the default branch of `origin`, or else `main` or `master`.

        In a repository without a commit that is the empty tree.
        """
        (head,) = self._look_up("HEAD^{commit}")
        if head is None:
            return empty_tree(self._algorithm)
        commits = self._look_up(*(f"{name}^{{commit}}" for name in _DEFAULT_BRANCHES))
        branches = zip(_DEFAULT_BRANCHES, commits, strict=True)
        branch = next((name for name, commit in branches if commit is not None), None)
        if branch is None:
            raise ConfigError("No default branch was found (origin/HEAD, main, master). Name one with --base.")
        return self.merge_base(branch, "HEAD")

    def merge_base(self, one: str, other: str) -> str:
        """Return the commit in which two histories part; that of HEAD for `index` and `worktree`."""
        commits = [self._name("HEAD" if ref in {INDEX, WORKTREE} else ref) for ref in (one, other)]
        found = self._git.run("merge-base", *commits, accept=(0, 1)).decode().split()
        if not found:
            remedy = "run `git fetch --unshallow`" if self._shallow else "name the base to compare with by --base"
            kind = " in this shallow clone" if self._shallow else ""
            raise ConfigError(f"{one!a} and {other!a} have no commit in common{kind}: {remedy}.")
        return found[0]

    def read(self, ref: str, path: str) -> str | None:
        """Return the text of the file `path` at the commit `ref`, or None if there is none.

        Raises:
            ConfigError: it is no file of UTF-8 text, or larger than `MAX_FILE_BYTES`.
        """
        with self._scratch() as work:
            entry = work.entries(self._tree(ref, work).id, path).get(path)
            if entry is None:
                return None
            if not is_regular(entry.mode) or work.sizes([entry.id])[entry.id] > MAX_FILE_BYTES:
                raise ConfigError(f"{path!a} at {ref!a} is not a file of at most {MAX_FILE_BYTES:,} bytes.")
            try:
                return work.contents([entry.id])[entry.id].decode("utf-8")
            except UnicodeDecodeError:
                raise ConfigError(f"{path!a} at {ref!a} is not UTF-8 text. Save it as UTF-8.") from None

    def read_folder(self, ref: str, folder: str) -> dict[str, str]:
        """Return the text of each file below `folder` at the commit `ref`, by path.

        Raises:
            ConfigError: one is no file of UTF-8 text, or all are larger than `MAX_FILE_BYTES` together.
        """
        with self._scratch() as work:
            entries = work.entries(self._tree(ref, work).id, folder)
            sizes = work.sizes([entry.id for entry in entries.values() if is_regular(entry.mode)])
            for path, entry in entries.items():
                if not is_regular(entry.mode):
                    raise ConfigError(f"{path!a} at {ref!a} is no regular file.")
            if sum(sizes.values()) > MAX_FILE_BYTES:
                raise ConfigError(f"{folder!a} at {ref!a} holds more than {MAX_FILE_BYTES:,} bytes.")
            contents = work.contents(sizes)
            try:
                return {path: contents[entry.id].decode("utf-8") for path, entry in entries.items()}
            except UnicodeDecodeError:
                raise ConfigError(f"A file in {folder!a} at {ref!a} is not UTF-8 text. Save it as UTF-8.") from None

    def snapshot(self, ref: str) -> GitSnapshot:
        """Return the whole repository at `ref`. Nothing is read before it is asked for."""

        @contextmanager
        def opened() -> Iterator[tuple[Scratch, str]]:
            with self._scratch() as work:
                yield work, self._tree(ref, work).id

        return GitSnapshot(opened)

    def _scratch(self) -> AbstractContextManager[Scratch]:
        return scratch(self._objects, self._algorithm)

    def _tree(self, ref: str, work: Scratch) -> Tree:
        if ref == INDEX:
            self._need_worktree(ref)
            work.use_index(self._index)
            return Tree(work.write_tree())
        if ref == WORKTREE:
            return worktree_tree(work, self._need_worktree(ref), self._index, self._exclude)
        return Tree(self._name(ref))

    def _need_worktree(self, ref: str) -> Path:
        if self._root is None:
            raise ConfigError(f"A bare repository has no {ref}. Name two commits with --base and --head.")
        return self._root

    def _name(self, ref: str) -> str:
        """Return the id of the commit that `ref` names; of the tree, if it names one; and a state as it is."""
        if ref in {INDEX, WORKTREE}:
            return ref
        commit, tree = self._look_up(f"{ref}^{{commit}}", f"{ref}^{{tree}}")
        if tree is None:
            remedy = "`git fetch --unshallow` may bring it" if self._shallow else "see `git branch --all`"
            raise ConfigError(f"The repository has no commit named {ref!a}: check the name, or {remedy}.")
        return commit or tree

    def _look_up(self, *names: str) -> list[str | None]:
        """Return the id of each object. The names go in by stdin, where none can become an option."""
        if any(not name.isprintable() for name in names):
            return [None] * len(names)
        asked = "".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape")
        # git gives up (128) on some names, such as an entry of the reflog that is not there.
        answers = self._git.run("cat-file", "--batch-check", stdin=asked, accept=(0, 128)).decode("utf-8", "replace")
        found = [_OBJECT.fullmatch(answer) for answer in answers.splitlines()]
        found += [None] * (len(names) - len(found))
        return [match and match[1] for match in found]


def _found(path: Path) -> tuple[Path | None, Path]:
    """Return the top folder of the working tree around `path`, and its git directory.

    Searched for here and not by git, which would take a bare repository that is nested in the tree, or
    let the repository's configuration place the working tree anywhere (`core.worktree`).
    """
    start = path.resolve()
    for folder in (start, *start.parents):
        if (folder / ".git").exists():
            return folder, folder / ".git"
    if (start / "HEAD").is_file() and (start / "objects").is_dir():
        return None, start
    raise ConfigError(f"{str(path)!a} is not in a git repository. Name another folder, or run `git init`.")
