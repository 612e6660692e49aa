"""A bare git repository on disk, as GitHub keeps one per repository and per fork."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

GIT_SECONDS = 60
ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "PATH": os.environ.get("PATH", os.defpath),
}
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


class GitFailedError(Exception):
    """Git refused: mostly an object or a ref that is not there."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of `git ls-tree`."""

    mode: str
    kind: str
    sha: str
    size: int | None
    path: str


@dataclass(frozen=True, slots=True)
class Symlink:
    """A file's content when the file is a symbolic link."""

    target: str


@dataclass(frozen=True, slots=True)
class Submodule:
    """A file's content when it is a commit of another repository."""

    sha: str


type Content = str | bytes | Symlink | Submodule | None
"""What a commit puts at a path; None removes it."""


class GitRepository:
    """One bare repository; every method is one git process."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, path: Path, default_branch: str) -> "GitRepository":
        path.mkdir(parents=True)
        repository = cls(path)
        repository.run("init", "--quiet", "--bare", f"--initial-branch={default_branch}")
        return repository

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            input=given,
            capture_output=True,
            env=ENVIRONMENT,
            timeout=GIT_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise GitFailedError(f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout

    def commit(self, branch: str, files: Mapping[str, Content], message: str, parent: str | None) -> str:
        """Commit the files on top of the parent, move the branch there (by force), and return the commit."""
        script = [f"commit refs/heads/{branch}\nmark :1\ncommitter Octo Cat <octo@example.org> now\n".encode()]
        script.append(_data(message.encode()))
        if parent:
            script.append(f"from {parent}\n".encode())
        script += [_change(path, content) for path, content in files.items()]
        script.append(b"\nget-mark :1\ndone\n")
        out = self.run("fast-import", "--quiet", "--force", "--done", "--date-format=now", given=b"".join(script))
        return out.decode().strip()

    def fetch(self, source: "GitRepository", commit: str, ref: str) -> None:
        """Bring a fork's commit here, under the ref."""
        if source.path == self.path:
            self.run("update-ref", ref, commit)
        else:
            self.run("fetch", "--quiet", "--no-tags", str(source.path), f"+{commit}:{ref}")

    def resolve(self, name: str, kind: str = "commit") -> str:
        """Return the object that a branch, a ref or a hash names.

        Raises:
            GitFailedError: there is none.

        """
        options = ("rev-parse", "--verify", "--quiet", "--end-of-options")
        return self.run(*options, f"{name}^{{{kind}}}").decode().strip()

    def merge_base(self, base: str, head: str) -> str:
        return self.run("merge-base", base, head).decode().strip()

    def blob(self, sha: str) -> bytes:
        return self.run("cat-file", "blob", sha)

    def tree(self, sha: str, *, recursive: bool = False, path: str | None = None) -> list[Entry]:
        options = ["ls-tree", "-z", "--long", "--full-tree"] + (["-r", "-t"] if recursive else [])
        out = self.run(*options, sha, *(["--", path] if path else []))
        return [_entry(line) for line in out.decode("utf-8", "surrogateescape").split("\0") if line]

    def log(self, base: str, head: str) -> list[str]:
        """Return the commits of head that base has not, oldest first."""
        return self.run("rev-list", "--reverse", f"{base}..{head}").decode().split()

    def show(self, sha: str, form: str) -> str:
        return self.run("show", "--no-patch", f"--format={form}", sha).decode("utf-8", "replace").rstrip("\n")


def _entry(line: str) -> Entry:
    facts, _, path = line.partition("\t")
    mode, kind, sha, size = facts.split()
    return Entry(mode, kind, sha, None if size == "-" else int(size), path)


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)


def _change(path: str, content: Content) -> bytes:
    name = _quoted(path)
    match content:
        case None:
            return b"D %b\n" % name
        case Symlink(target):
            return b"M 120000 inline %b\n%b" % (name, _data(target.encode()))
        case Submodule(sha):
            return b"M 160000 %b %b\n" % (sha.encode(), name)
        case str():
            return b"M 100644 inline %b\n%b" % (name, _data(content.encode()))
        case _:
            return b"M 100644 inline %b\n%b" % (name, _data(content))


def _quoted(path: str) -> bytes:
    """Quote a path as fast-import reads it, so that quotes, line feeds and the like survive."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'.encode("utf-8", "surrogateescape")
