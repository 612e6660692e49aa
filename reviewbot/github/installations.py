"""Where the App is installed, and what is open there: for the reviews that no delivery asked for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from reviewbot.github.auth import AppAuth, GitHub, Token, revoke
from reviewbot.github.client import Connection
from reviewbot.github.events import PullAddress, ReviewRequest, Trigger

_LISTING = {"metadata": "read"}


def installed(app: AppAuth) -> Iterator[int]:
    """Yield the installations that are not suspended.

    Raises:
        GitHubError, TransientError: the list cannot be read, or not completely.
    """
    for installation in app.connection.pages("/app/installations"):
        if installation["suspended_at"] is None:
            yield int(installation["id"])


def repositories(app: AppAuth, installation: int) -> tuple[PullAddress, ...]:
    """Return the repositories of an installation, as addresses of a pull request with the number 0.

    Raises:
        GitHubError, TransientError: the list cannot be read, or not completely.
    """
    token = Token(app, app.server, (installation, None), _LISTING)
    connection = Connection(app.server, token, app.gate(installation))
    try:
        return tuple(
            PullAddress(installation, repository["full_name"], repository["id"], 0)
            for repository in connection.pages("/installation/repositories", "repositories")
            if not repository["archived"]
        )
    finally:
        revoke(token, connection)


def open_pulls(github: GitHub) -> Iterator[ReviewRequest]:
    """Yield the open pull requests of the repository, the most recently changed first.

    Raises:
        GitHubError, TransientError: the list cannot be read, or not completely.
    """
    path = f"/repos/{github.name}/pulls"
    for pull in github.read.pages(path, state="open", sort="updated", direction="desc"):
        yield ReviewRequest(
            address=replace(github.address, number=pull["number"]),
            head=pull["head"]["sha"],
            updated_at=datetime.fromisoformat(pull["updated_at"]),
            trigger=Trigger.RERUN,
            draft=bool(pull["draft"]),
            author_is_bot=pull["user"] is not None and pull["user"]["type"] == "Bot",
        )
