"""The files of a pull request with their patches, and the lines on which GitHub takes a comment.

GitHub compares the head with the merge base (three dots), follows renames, and leaves the patch of a binary or a very
large file out: https://docs.github.com/rest/pulls/pulls#list-pull-requests-files
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tests.fake_github.repository_git import GitRepository

MAX_PATCH_LINES = 20_000
MAX_PATCH_BYTES = 500_000
STATUSES = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "C": "copied", "T": "changed"}
HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


@dataclass(frozen=True, slots=True)
class FilePatch:
    """One file of a comparison."""

    path: str
    previous: str | None
    status: str
    sha: str
    additions: int
    deletions: int
    patch: str | None

    def lines(self) -> dict[tuple[str, int], int]:
        """Map each line that can be commented on, as (side, number), to the number of its hunk in the patch."""
        return {(side, number): hunk for side, number, hunk, _ in _numbered(self.patch or "")}

    def hunk_up_to(self, side: str, line: int) -> str:
        """Return the `diff_hunk` of a comment: the hunk's header and its lines down to the one commented on."""
        patch = (self.patch or "").split("\n")
        at = next((index for s, number, _, index in _numbered(self.patch or "") if (s, number) == (side, line)), None)
        if at is None:
            return ""
        start = max(index for index in range(at + 1) if HUNK.match(patch[index]))
        return "\n".join(patch[start : at + 1])


def _numbered(patch: str) -> Iterator[tuple[str, int, int, int]]:
    """Yield (side, line number, hunk, index of the patch's line): a context line stands on both sides."""
    hunk = old = new = 0
    for index, line in enumerate(patch.split("\n")):
        if header := HUNK.match(line):
            hunk, old, new = hunk + 1, int(header[1]), int(header[3])
        elif line.startswith("\\") or not hunk:
            continue
        else:
            if not line.startswith("+"):
                yield "LEFT", old, hunk, index
                old += 1
            if not line.startswith("-"):
                yield "RIGHT", new, hunk, index
                new += 1


def compare(git: GitRepository, base: str, head: str) -> list[FilePatch]:
    """Compare two commits, from `base` (use the merge base for three dots) to `head`."""
    files = _raw(git.run("diff", "-z", "--raw", "--no-abbrev", "-M", base, head))
    counts = _numstat(git.run("diff", "-z", "--numstat", "-M", base, head))
    texts = iter(_split(unified_diff(git, base, head).decode("utf-8", "replace")))
    whole = []
    for file in files:
        text = next(texts)
        if file.status == "changed":  # a file that became a link is removed and added in the diff
            next(texts)
        added, removed = counts[file.path]
        whole.append(_bounded(replace(file, additions=added, deletions=removed, patch=text)))
    return whole


def unified_diff(git: GitRepository, base: str, head: str) -> bytes:
    """Return what `Accept: application/vnd.github.diff` answers."""
    return git.run("diff", "--no-color", "--no-ext-diff", "-M", base, head)


def _bounded(file: FilePatch) -> FilePatch:
    text = file.patch or ""
    too_large = text.count("\n") > MAX_PATCH_LINES or len(text.encode()) > MAX_PATCH_BYTES
    return replace(file, patch=None if too_large else file.patch)


def _raw(out: bytes) -> list[FilePatch]:
    fields = iter(out.decode("utf-8", "surrogateescape").split("\0"))
    files = []
    for facts in fields:
        if not facts:
            break
        _, _, old, new, status = facts.split()
        path = next(fields)
        previous = path if status[0] in "RC" else None
        path = next(fields) if previous else path
        sha = old if status[0] == "D" else new
        files.append(FilePatch(path, previous, STATUSES[status[0]], sha, 0, 0, None))
    return files


def _numstat(out: bytes) -> Mapping[str, tuple[int, int]]:
    fields = iter(out.decode("utf-8", "surrogateescape").split("\0"))
    counts = {}
    for line in fields:
        if not line:
            break
        added, removed, path = line.split("\t", 2)
        if not path:  # a rename: the old and the new path follow
            next(fields)
            path = next(fields)
        counts[path] = (0, 0) if added == "-" else (int(added), int(removed))
    return counts


def _split(diff: str) -> list[str | None]:
    """Cut a diff into one text per file: from its first hunk on, None where it has none."""
    texts: list[str | None] = []
    for part in re.split(r"(?m)^diff --git .*\n", diff)[1:]:
        at = re.search(r"(?m)^@@ ", part)
        texts.append(part[at.start() :].removesuffix("\n") if at else None)
    return texts


def moved_line(git: GitRepository, old: str, new: str, line: int) -> int | None:
    """Return where a line of the blob-ish `old` (commit:path) stands in `new`; None when it was changed."""
    shift = 0
    out = git.run("diff", "--no-color", "--no-ext-diff", "-U0", old, new).decode("utf-8", "replace")
    for header in map(HUNK.match, out.split("\n")):
        if header is None:
            continue
        start, length = int(header[1]), int(header[2] or 1)
        added = int(header[4] or 1)
        if length and start <= line < start + length:
            return None
        if line >= start + max(length, 1):
            shift += added - length
    return line + shift
