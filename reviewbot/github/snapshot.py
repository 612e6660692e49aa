"""The files of a repository on GitHub at one commit, for those who want to look beyond a change."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from reviewbot.change import SourceFile
from reviewbot.diff import is_plain_path
from reviewbot.errors import GitHubError, TransientError
from reviewbot.github.auth import GitHub
from reviewbot.github.objects import Entry, list_tree, read_blobs
from reviewbot.snapshot import MAX_SNAPSHOT_FILE_BYTES
from reviewbot.triage import is_regular, read_text

MAX_REQUESTS = 120
"""So many requests are made for one snapshot in one review: one for the tree, and one for each file."""
MIN_BUDGET_SHARE = 0.2
"""While less than this share of GitHub's hourly requests is left, they are for reviews, not for more context."""


@dataclass(slots=True)
class GitHubSnapshot:
    """A commit, read by the ids of its tree and blobs. Nothing is asked before it is needed, and no file twice.

    After the first request that fails nothing more is asked: what is missing is missing.
    """

    github: GitHub
    commit: str
    _entries: Mapping[str, Entry] | None = None
    _read: dict[str, SourceFile] = field(default_factory=dict)
    _requests: int = 0
    _given_up: bool = False

    def paths(self) -> Collection[str]:
        """Return the paths of its regular files; of a repository beyond what GitHub lists at once, the first ones."""
        return self._tree().keys()

    def read(self, paths: Sequence[str]) -> Sequence[SourceFile]:
        """Return those of the files that can be read."""
        tree = self._tree()
        small = [path for path in dict.fromkeys(paths) if path in tree and tree[path].size <= MAX_SNAPSHOT_FILE_BYTES]
        missing = [path for path in small if path not in self._read][: MAX_REQUESTS - self._requests]
        if missing and self._may_ask():
            self._requests += len(missing)
            try:
                contents = read_blobs(self.github, {tree[path].id for path in missing})
            except (GitHubError, TransientError):
                self._given_up = True
            else:
                texts = {path: read_text(path, contents[tree[path].id]) for path in missing}
                self._read |= {path: SourceFile(path, text) for path, text in texts.items() if isinstance(text, str)}
        return [self._read[path] for path in small if path in self._read]

    def _tree(self) -> Mapping[str, Entry]:
        if self._entries is None:
            self._entries = {}
            if self._may_ask():
                self._requests += 1
                try:
                    listed = list_tree(self.github, self.commit)
                except (GitHubError, TransientError):
                    self._given_up = True
                else:
                    self._entries = {
                        path: entry for path, entry in listed.items() if is_regular(entry.mode) and is_plain_path(path)
                    }
        return self._entries

    def _may_ask(self) -> bool:
        budget = self.github.read.budget
        scarce = budget is not None and budget.remaining < MIN_BUDGET_SHARE * budget.ceiling
        return not self._given_up and not scarce
