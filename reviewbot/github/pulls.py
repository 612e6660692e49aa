"""What is read of a pull request: its state, the policy at its base, and the change that it makes."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

from github.File import File
from github.PullRequest import PullRequest

from reviewbot.change import MAX_FILE_BYTES, Change, ChangedFile, Excluded, Hunk, Line, Skipped
from reviewbot.diff import FileDiff, parse_hunks
from reviewbot.errors import ConfigError, GitHubError, UnavailableError
from reviewbot.github.auth import GitHub
from reviewbot.github.events import PullAddress
from reviewbot.github.objects import Entry, Trees, merge_base, read_blobs
from reviewbot.github.snapshot import GitHubSnapshot
from reviewbot.language import language_of
from reviewbot.policy import MAX_POLICY_BYTES, POLICY_PATH, Policy, parse_policy
from reviewbot.snapshot import Repository
from reviewbot.triage import is_regular, left_out, read_text, unreadable

MAX_LISTED_FILES = 3_000
"""GitHub lists no more files of a pull request."""
MAX_READ_BYTES = 50_000_000
"""How much text of one pull request is read, both sides together. What is beyond is skipped, and said."""
MAX_READ_FILES = 2_000

_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request as of now. `head_repository` is None once a fork is deleted; its code is still there."""

    address: PullAddress
    base_sha: str
    head_sha: str
    head_repository: str | None
    state: str
    draft: bool
    author: str
    author_is_bot: bool
    locked: bool
    changed_files: int
    updated_at: datetime


def fetch_pull(github: GitHub, address: PullAddress) -> Pull:
    """Read the state of a pull request.

    Raises:
        GitHubError: there is none, or we may not see it.
        TransientError: GitHub did not answer.
    """
    found = github.read.repository(github.name).get_pull(address.number)
    found.complete()
    author = found.raw_data["user"]  # null once the account is deleted
    return Pull(
        address=address,
        base_sha=found.base.sha,
        head_sha=found.head.sha,
        head_repository=None if found.raw_data["head"]["repo"] is None else found.head.repo.full_name,
        state=found.state,
        draft=found.draft,
        author="ghost" if author is None else author["login"],
        author_is_bot=author is not None and author["type"] == "Bot",
        locked=bool(found.raw_data["locked"]),
        changed_files=found.changed_files,
        updated_at=datetime.fromisoformat(found.raw_data["updated_at"]),
    )


def fetch_policy(github: GitHub, pull: Pull) -> Policy:
    """Read the policy at the base commit: the head has no say over its own review.

    Raises:
        ConfigError: it cannot be read; the text names the key.
        GitHubError, TransientError: GitHub did not answer.
    """
    source = f"{POLICY_PATH} at {pull.base_sha[:12]}"
    try:
        found = github.read.repository(github.name).get_contents(POLICY_PATH, ref=pull.base_sha)
    except GitHubError as error:
        if error.status == _NOT_FOUND:
            return Policy()
        raise
    if isinstance(found, list) or found.type != "file":
        raise ConfigError(f"{source} is no file.")
    if found.size > MAX_POLICY_BYTES:
        raise ConfigError(f"{source} is larger than {MAX_POLICY_BYTES:,} bytes.")
    try:
        policy = parse_policy(found.decoded_content.decode(), source=source)
    except UnicodeDecodeError:
        raise ConfigError(f"{source} is not UTF-8.") from None
    if policy.rules_directory:
        # Better no review than one that leaves rules out without a word.
        raise ConfigError(f'{source}: "rules.directory" is read by `reviewbot review` alone. Remove it, or run that.')
    return policy


def fetch_change(github: GitHub, pull: Pull) -> Change:
    """Read what the pull request changes. The lines of the hunks are those that GitHub takes comments on.

    Raises:
        UnavailableError: GitHub did not answer, or the head moved while it was read.
        GitHubError, RateLimitedError: GitHub refused.
    """
    # Four answers of GitHub, of which only the base's tree needs another: asked for at once, a review starts sooner.
    with ThreadPoolExecutor(3, thread_name_prefix="pull") as pool:
        trees_at_head = pool.submit(Trees, github, pull.head_sha)
        files_listed = pool.submit(lambda: list(_pull_request(github, pull).get_files()))
        base = pool.submit(merge_base, github, pull.base_sha, pull.head_sha).result()
        trees_at_base = Trees(github, base)
        listed = files_listed.result()
        compared = _compared(listed, trees_at_base, trees_at_head.result())
    wanted, left = _sorted_out(compared)
    contents = read_blobs(github, {name for file in wanted for name in file.blobs})
    files: list[ChangedFile] = []
    for file in wanted:
        outcome = _changed_file(file, contents)
        if isinstance(outcome, ChangedFile):
            files.append(outcome)
        else:
            left.append(outcome)
    if pull.changed_files > len(listed):
        unlisted = pull.changed_files - len(listed)
        left.append(Skipped(f"({unlisted:,} more)", f"GitHub lists {len(listed):,} files of a pull request"))
    return Change(
        base,
        pull.head_sha,
        files=tuple(sorted(files, key=lambda file: file.path)),
        skipped=tuple(outcome for outcome in left if isinstance(outcome, Skipped)),
        excluded=tuple(outcome for outcome in left if isinstance(outcome, Excluded)),
    )


def repository_around(github: GitHub, change: Change) -> Repository:
    """Return the repository at both ends of a change. Nothing is asked of GitHub before it is needed."""
    return Repository(GitHubSnapshot(github, change.base), GitHubSnapshot(github, change.head))


def _pull_request(github: GitHub, pull: Pull) -> PullRequest:
    return github.read.repository(github.name).get_pull(pull.address.number)


@dataclass(frozen=True, slots=True)
class _Compared:
    """A file that GitHub lists, with what stands there on each side."""

    diff: FileDiff
    old: Entry | None
    new: Entry | None
    patch: str | None

    @property
    def blobs(self) -> tuple[str, ...]:
        return tuple(entry.id for entry in (self.old, self.new) if entry is not None)

    @property
    def size(self) -> int:
        return sum(entry.size for entry in (self.old, self.new) if entry is not None)


def _compared(listed: Iterable[File], base: Trees, head: Trees) -> list[_Compared]:
    return [_compare(file, base, head) for file in listed]


def _compare(file: File, base: Trees, head: Trees) -> _Compared:
    removed = file.status == "removed"
    before = {"added": None, "copied": None, "renamed": file.previous_filename}.get(file.status, file.filename)
    old = None if before is None else base.entry(before)
    new = None if removed else head.entry(file.filename)
    if new is not None and new.id != file.sha:
        raise UnavailableError("The pull request got new commits while it was read. It is read again.")
    diff = FileDiff(
        old_path=before,
        new_path=None if removed else file.filename,
        old_mode=None if old is None else old.mode,
        new_mode=None if new is None else new.mode,
        old_id=None if old is None else old.id,
        new_id=None if new is None else new.id,
    )
    return _Compared(diff, old, new, file.patch)


def _sorted_out(compared: Sequence[_Compared]) -> tuple[list[_Compared], list[Skipped | Excluded]]:
    """Tell the files to read from the others, without reading any. Those that there are rules for go first."""
    wanted: list[_Compared] = []
    left: list[Skipped | Excluded] = []
    size = 0
    for file in sorted(compared, key=lambda file: language_of(file.diff.path) is None):
        readable = _readable(file)
        outcome = _left_out(readable)
        if outcome is not None:
            left.append(outcome)
        elif len(wanted) >= MAX_READ_FILES or size + readable.size > MAX_READ_BYTES:
            reason = f"beyond the {MAX_READ_FILES:,} files or {MAX_READ_BYTES:,} bytes that one review reads"
            left.append(unreadable(file.diff.path, reason))
        else:
            size += readable.size
            wanted.append(readable)
    return wanted, left


def _readable(file: _Compared) -> _Compared:
    """Leave out an old side that is no file or too large: then all of the new one counts as added."""
    old = file.old
    if old is not None and is_regular(old.mode) and old.size <= MAX_FILE_BYTES:
        return file
    return replace(file, old=None)


def _left_out(file: _Compared) -> Skipped | Excluded | None:
    if file.diff.new_path is not None and file.new is None:
        return unreadable(file.diff.path, "GitHub does not list it in the tree of the head")
    return left_out(file.diff, 0 if file.new is None else file.new.size)


def _changed_file(file: _Compared, contents: dict[str, bytes]) -> ChangedFile | Skipped | Excluded:
    path = file.diff.path
    new = read_text(path, b"" if file.new is None else contents[file.new.id])
    old = None if file.old is None else read_text(path, contents[file.old.id])
    if not isinstance(new, str):
        return new
    if old == new:
        return Excluded(path, "only its byte order mark changed")
    return ChangedFile(path, old if isinstance(old, str) else None, new, _hunks(file.patch))


def _hunks(patch: str | None) -> tuple[Hunk, ...]:
    """Parse GitHub's own patch. Without one, as for a large file, no line takes a comment; it is scanned all the same.

    A byte order mark stands in it and is no code.
    """
    try:
        hunks = parse_hunks(patch) if patch else ()
    except ConfigError:
        return ()
    return tuple(Hunk(tuple(_without_mark(line) for line in hunk.lines), hunk.section) for hunk in hunks)


def _without_mark(line: Line) -> Line:
    return replace(line, text=line.text.removeprefix("\ufeff")) if 1 in {line.old, line.new} else line
