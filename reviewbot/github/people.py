"""People: what they may do, what they wrote, and what we answer."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from reviewbot.errors import GitHubError
from reviewbot.github.auth import GitHub
from reviewbot.github.events import CommandRequest

_WRITERS = frozenset({"write", "admin"})
_NOBODYS = frozenset({403, 404})
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
"""The name of a person. One of an App has brackets in it, and Apps give us no commands."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it stands now. `thread` is the comment that opened its thread, None outside of the diff."""

    author_id: int
    body: str
    updated_at: datetime
    thread: int | None


def may_write(github: GitHub, login: str) -> bool:
    """Ask GitHub whether `login` may write to the repository, now. Maintainers may, as GitHub maps the roles.

    Raises:
        TransientError: GitHub does not answer: then nobody may.
        GitHubError: GitHub refuses to say.
    """
    if not _LOGIN.fullmatch(login):
        return False
    try:
        permission = github.read.repository(github.name).get_collaborator_permission(login)
    except GitHubError as error:
        if error.status in _NOBODYS:  # the account or the membership is gone
            return False
        raise
    return permission in _WRITERS


def fetch_comment(github: GitHub, request: CommandRequest) -> Comment | None:
    """Read the comment of a command as it is now; None if it is gone. It may have been edited since.

    Raises:
        TransientError: GitHub does not answer.
        GitHubError: GitHub refuses.
    """
    try:
        _, found = github.read.requestJsonAndCheck("GET", _path(github, request))
    except GitHubError as error:
        if error.status in _NOBODYS:
            return None
        raise
    if found["user"] is None:
        return None
    thread = (found.get("in_reply_to_id") or found["id"]) if request.on_review else None
    return Comment(found["user"]["id"], found["body"], datetime.fromisoformat(found["updated_at"]), thread)


def react(github: GitHub, request: CommandRequest, reaction: str) -> None:
    """Put a reaction, such as `eyes`, on the comment of a command. To do it twice is to do it once.

    Raises:
        GitHubError, TransientError: it is not there, or that is not known.
    """
    github.write.requestJsonAndCheck("POST", f"{_path(github, request)}/reactions", input={"content": reaction})


def reply(github: GitHub, request: CommandRequest, text: str) -> int:
    """Answer a command: in its thread, or below the pull request. Return the id of the comment.

    Raises:
        GitHubError: GitHub refuses.
        UnavailableError: whether it was posted is not known. To repeat it may say it twice.
    """
    pulls = f"/repos/{github.name}/pulls/{request.address.number}/comments"
    issues = f"/repos/{github.name}/issues/{request.address.number}/comments"
    thread = fetch_comment(github, request) if request.on_review else None
    path = f"{pulls}/{thread.thread}/replies" if thread is not None else issues
    _, made = github.write.requestJsonAndCheck("POST", path, input={"body": text})
    return int(made["id"])


def delete_reply(github: GitHub, request: CommandRequest, comment_id: int) -> None:
    """Delete one of our answers to a command, if it is still there.

    Raises:
        TransientError: whether it is there is not known.
    """
    kind = "pulls" if request.on_review else "issues"
    with suppress(GitHubError):
        github.write.requestJsonAndCheck("DELETE", f"/repos/{github.name}/{kind}/comments/{comment_id}")


def _path(github: GitHub, request: CommandRequest) -> str:
    kind = "pulls" if request.on_review else "issues"
    return f"/repos/{github.name}/{kind}/comments/{request.comment_id}"
