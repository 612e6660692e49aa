"""The objects of git behind a pull request, read through GitHub's API: by the ids of commits, trees and blobs only."""

import base64
import binascii
import hashlib
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from reviewbot.change import MAX_FILE_BYTES
from reviewbot.errors import UnavailableError
from reviewbot.github.auth import GitHub

THREADS = 4
"""GitHub allows 100 requests at once for all of an App; a worker is one of many."""
_SHA1_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """What a tree holds under one path."""

    mode: str
    id: str
    size: int


class Trees:
    """The trees of one commit. All paths in one answer, or folder by folder where GitHub cuts that short."""

    def __init__(self, github: GitHub, commit: str) -> None:
        self._github = github
        self._commit = commit
        self._folders: dict[str, Mapping[str, Entry]] = {}
        whole = self._read(commit, recursive=True)
        self._all = None if whole["truncated"] else _entries(whole)

    def entry(self, path: str) -> Entry | None:
        """Return what stands at `path`, None if nothing does."""
        return self._walk(path) if self._all is None else self._all.get(path)

    def _walk(self, path: str) -> Entry | None:
        *parents, name = path.split("/")
        tree = self._commit
        for parent in parents:
            folder = self._folder(tree).get(parent)
            if folder is None:
                return None
            tree = folder.id
        return self._folder(tree).get(name)

    def _folder(self, tree: str) -> Mapping[str, Entry]:
        if tree not in self._folders:
            self._folders[tree] = _entries(self._read(tree, recursive=False))
        return self._folders[tree]

    def _read(self, tree: str, *, recursive: bool) -> Any:
        parameters = {"recursive": "1"} if recursive else {}
        return self._github.read.requestJsonAndCheck("GET", f"/repos/{self._github.name}/git/trees/{tree}", parameters)[
            1
        ]


def list_tree(github: GitHub, commit: str) -> dict[str, Entry]:
    """Return what the tree of `commit` holds, by path: as much as GitHub lists at once."""
    path = f"/repos/{github.name}/git/trees/{commit}"
    return _entries(github.read.requestJsonAndCheck("GET", path, {"recursive": "1"})[1])


def _entries(answer: Any) -> dict[str, Entry]:
    # What comes without a size is no file, or one that is too large.
    return {
        entry["path"]: Entry(entry["mode"], entry["sha"], int(entry.get("size", MAX_FILE_BYTES + 1)))
        for entry in answer["tree"]
    }


def merge_base(github: GitHub, base: str, head: str) -> str:
    """Return the commit that GitHub compares the head with: where the two parted."""
    # The second page holds no files, which are not wanted here and can be large.
    path = f"/repos/{github.name}/compare/{base}...{head}"
    _, answer = github.read.requestJsonAndCheck("GET", path, {"per_page": 1, "page": 2})
    return str(answer["merge_base_commit"]["sha"])


def read_blobs(github: GitHub, ids: Collection[str]) -> dict[str, bytes]:
    """Return the contents of each blob, several at once. Look at their sizes first: each is read whole.

    Raises:
        UnavailableError: what arrived is not what was asked for.
    """
    wanted = sorted(ids)
    with ThreadPoolExecutor(THREADS, thread_name_prefix="blobs") as pool:
        return dict(zip(wanted, pool.map(lambda name: _read_blob(github, name), wanted), strict=True))


def _read_blob(github: GitHub, name: str) -> bytes:
    blob = github.read.repository(github.name).get_git_blob(name)
    try:
        contents = base64.b64decode(blob.content)
    except binascii.Error:
        contents = b""
    if _object_id(contents, len(name)) != name:
        raise UnavailableError(f"GitHub sent other contents for blob {name} than it was asked for. Try again later.")
    return contents


def _object_id(contents: bytes, length: int) -> str:
    named = b"blob %d\0%b" % (len(contents), contents)
    # Git's own name for the contents; here it finds what was cut, not what was forged.
    return (hashlib.sha1(named, usedforsecurity=False) if length == _SHA1_LENGTH else hashlib.sha256(named)).hexdigest()
