"""One request as the API sees it, and what it may answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fake_github.state import App, Installation, Repository, User

DOCUMENTATION = "https://docs.github.com/rest"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: nobody, an App by its JWT, or an installation (or the Actions token) by its token."""

    app: App | None = None
    installation: Installation | None = None
    permissions: Mapping[str, str] = field(default_factory=dict)
    repository_ids: frozenset[int] | None = None
    token: str | None = None

    @property
    def user(self) -> User:
        """The account under which this caller writes."""
        if self.app is None:
            raise Refusal(401, "Requires authentication")
        return self.app.bot

    def sees(self, repository: Repository) -> bool:
        """Whether the token covers the repository."""
        if not repository.private and self.token is None:
            return True
        if self.installation is None or repository.id not in self.installation.repository_ids:
            return False
        return self.repository_ids is None or repository.id in self.repository_ids


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was matched to an operation."""

    operation: str
    method: str
    path: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    caller: Caller

    @property
    def accept(self) -> str:
        return self.headers.get("accept", "")

    def integer(self, name: str) -> int:
        return int(self.parameters[name])


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: JSON, or with `text` something that the description does not cover (a diff, raw contents)."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    text: bytes | None = None
    content_type: str = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of which one page is answered; `key` wraps it with its `total_count`, as some operations do."""

    items: Sequence[Any]
    key: str | None = None


class Refusal(Exception):  # noqa: N818  GitHub refuses; for the fake that is no error
    """An answer of 400 or more."""

    def __init__(
        self, status: int, message: str, errors: Sequence[Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        body: dict[str, Any] = {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)}
        if errors is not None:
            body["errors"] = list(errors)
        self.response = Response(status, body, headers or {})


class Moved(Refusal):
    """The repository has another name now; clients go on under its number."""

    def __init__(self, location: str) -> None:
        super().__init__(301, "Moved Permanently")
        body = {"message": "Moved Permanently", "url": location, "documentation_url": DOCUMENTATION}
        self.response = Response(301, body, {"location": location})


NOT_FOUND = "Not Found"

type Answer = Response | Listing
type Handler[World] = Callable[[World, Request], Answer]
