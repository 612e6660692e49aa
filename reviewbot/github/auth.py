"""Who we are to GitHub: the App, which holds the private key, and the short-lived tokens that it asks for.

https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from enum import Enum
from typing import Protocol, Self

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import SecretStr

from reviewbot.errors import ConfigError, GitHubError, TransientError
from reviewbot.github.client import Connection, Server
from reviewbot.github.events import PullAddress
from reviewbot.github.limits import Gate

BACKDATED_SECONDS = 120
VALID_SECONDS = 480
"""GitHub takes ten minutes at most, by its own clock. Ours may be 90 seconds off, either way."""
REFRESH_SECONDS = 300
"""A token is replaced this long before it expires, so that no request starts with one that dies on its way."""


class Step(Enum):
    """A part of the work, with the permissions that it needs and no others. The value is what GitHub is asked for."""

    READ = (("contents", "read"), ("metadata", "read"), ("pull_requests", "read"))
    WRITE = (("checks", "write"), ("metadata", "read"), ("pull_requests", "write"))
    RESOLVE = (("contents", "write"), ("metadata", "read"), ("pull_requests", "write"))
    """Resolving a thread needs the permission to write code, which our manifest does not ask for."""

    @property
    def permissions(self) -> dict[str, str]:
        """The permissions as GitHub takes them."""
        return dict(self.value)


class AppAuth:
    """The App. Nothing else holds its private key, and nothing shows it.

    Raises:
        ConfigError: the key is not a private RSA key in PEM.
    """

    def __init__(self, app_id: int | str, private_key: SecretStr, server: Server) -> None:
        self._id = str(app_id)
        self._key = _loaded(private_key)
        self.server = server
        self._gates: dict[int, Gate] = {}
        self._login: str | None = None
        self.connection = Connection(server, _AppCredentials(self), Gate())

    def __repr__(self) -> str:
        return f"AppAuth(app_id={self._id!r})"

    def sign(self) -> str:
        """Return a new JSON web token for the App."""
        now = int(self.server.clock())
        claims = {"iat": now - BACKDATED_SECONDS, "exp": now + VALID_SECONDS, "iss": self._id}
        return jwt.encode(claims, self._key, algorithm="RS256")

    def login(self) -> str:
        """Return the name under which the App writes comments. It is asked for once."""
        if self._login is None:
            _, app = self.connection.requestJsonAndCheck("GET", "/app")
            self._login = f"{app['slug']}[bot]"
        return self._login

    def open(self, address: PullAddress) -> "GitHub":
        """Return the repository of `address` as the App sees it. Nothing is sent before it is used."""
        gate, scope = self.gate(address.installation), (address.installation, address.repository_id)
        tokens = {step: Token(self, self.server, scope, step.permissions) for step in Step}
        connections = {step: Connection(self.server, token, gate) for step, token in tokens.items()}
        return GitHub(address, connections, self.login, tokens)

    def gate(self, installation: int) -> Gate:
        """Return the gate of an installation: GitHub counts its requests together."""
        return self._gates.setdefault(installation, Gate())


class Access(Protocol):
    """Our way into repositories: the App's, or that of one job of GitHub Actions."""

    def open(self, address: PullAddress) -> "GitHub":
        """Return the repository of `address`. Nothing is sent before it is used."""


class GitHub:
    """One repository, as we see it. Each step has a connection of its own; `login` says under which name we write.

    Use it in a `with` statement: the end revokes the `tokens`.
    """

    def __init__(
        self,
        address: PullAddress,
        connections: Mapping[Step, Connection],
        login: Callable[[], str],
        tokens: Mapping[Step, "Token"],
    ) -> None:
        self.server = connections[Step.READ].server
        self.address = address
        self.name = address.repository
        self.login = login
        self._connections = connections
        self._tokens = tokens

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def read(self) -> Connection:
        """The connection that may read code and pull requests."""
        return self._connections[Step.READ]

    @property
    def write(self) -> Connection:
        """The connection that may write reviews, comments and checks."""
        return self._connections[Step.WRITE]

    @property
    def resolve(self) -> Connection:
        """The connection that may resolve threads; few installations permit it."""
        return self._connections[Step.RESOLVE]

    def close(self) -> None:
        """Revoke the tokens. One that cannot be revoked dies within the hour."""
        for step, token in self._tokens.items():
            revoke(token, self._connections[step])


def revoke(token: "Token", connection: Connection) -> None:
    """Revoke the token that `connection` uses, if it holds one; one that cannot be revoked dies within the hour."""
    if token.held:
        with suppress(GitHubError, TransientError):
            connection.requestJsonAndCheck("DELETE", "/installation/token")
        token.forget()


class _AppCredentials:
    def __init__(self, app: AppAuth) -> None:
        self._app = app

    def authorization(self) -> str:
        return f"Bearer {self._app.sign()}"

    def renew(self, refused: str) -> bool:
        del refused  # a second signature with the same key says no more than the first
        return False


class Token:
    """An installation token for one step; a new one when the old is about to expire.

    `scope` is the installation and the one repository, None for all that it has.
    """

    def __init__(
        self, app: AppAuth, server: Server, scope: tuple[int, int | None], permissions: Mapping[str, str]
    ) -> None:
        self._app = app
        self._server = server
        self._installation, self._repository_id = scope
        self._permissions = dict(permissions)
        self._lock = threading.Lock()
        self._value: SecretStr | None = None
        self._expires_at = 0.0

    @property
    def held(self) -> bool:
        """There is one to be revoked."""
        return self._value is not None

    def authorization(self) -> str:
        """Return the value of the Authorization header."""
        with self._lock:
            if self._value is None or self._server.clock() > self._expires_at - REFRESH_SECONDS:
                self._value, self._expires_at = self._asked_for()
            return f"Bearer {self._value.get_secret_value()}"

    def renew(self, refused: str) -> bool:
        """Give up the token that was `refused`, unless another thread has done so already."""
        with self._lock:
            if self._value is not None and refused == f"Bearer {self._value.get_secret_value()}":
                self._value = None
        return True

    def forget(self) -> None:
        """Use the token no longer."""
        with self._lock:
            self._value = None

    def _asked_for(self) -> tuple[SecretStr, float]:
        self._app.gate(self._installation).check(self._server.clock())
        repositories = {} if self._repository_id is None else {"repository_ids": [self._repository_id]}
        wanted = {**repositories, "permissions": self._permissions}
        path = f"/app/installations/{self._installation}/access_tokens"
        _, answer = self._app.connection.requestJsonAndCheck("POST", path, input=wanted)
        return SecretStr(answer["token"]), datetime.fromisoformat(answer["expires_at"]).timestamp()


def _loaded(private_key: SecretStr) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(private_key.get_secret_value().encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise ConfigError("The private key of the App is not an RSA key in PEM. Download it anew from its settings.")
    return key
