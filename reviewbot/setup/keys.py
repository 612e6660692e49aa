"""The keys of a new App, from GitHub's answer to files that nobody else on this machine can read."""

import os
import re
import shlex
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from reviewbot.errors import ConfigError, GitHubError
from reviewbot.github.client import Connection, Server
from reviewbot.github.limits import Gate
from reviewbot.setup.manifest import Registration

PRIVATE_KEY, WEBHOOK_SECRET, CLIENT_SECRET = "private-key.pem", "webhook-secret", "client-secret"
SETTINGS = "reviewbot.env"
FILES = (PRIVATE_KEY, WEBHOOK_SECRET, CLIENT_SECRET, SETTINGS)
PUBLIC_API, PUBLIC_WEB = "https://api.github.com", "https://github.com"

_CODE = re.compile(r"[A-Za-z0-9]{10,100}")


class App(BaseModel):
    """A new App with its keys, as GitHub tells them: once."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: int = Field(gt=0)
    slug: str = Field(pattern=r"^[a-z0-9-]{1,100}\z")
    html_url: str = Field(pattern=r"^https?://[!-~]{1,300}\z")
    pem: SecretStr = Field(min_length=1)
    webhook_secret: SecretStr = Field(min_length=1)
    client_id: str = Field(pattern=r"^[!-~]{1,100}\z")
    client_secret: SecretStr = Field(min_length=1)

    @property
    def install_url(self) -> str:
        """Where it is installed."""
        return f"{self.html_url}/installations/new"


def fetch_app(server: Server, code: str) -> App:
    """Exchange the code that GitHub gave the browser for the App and its keys. It can be done once, within an hour.

    Raises:
        GitHubError: the code is unknown or used up, or the answer is not what GitHub describes.
        TransientError: GitHub did not answer.
    """
    if not _CODE.fullmatch(code):
        raise GitHubError("GitHub's code is malformed.")
    _, answer = Connection(server, None, Gate()).requestJsonAndCheck("POST", f"/app-manifests/{code}/conversions")
    try:
        return App.model_validate(answer)
    except ValidationError as error:
        what = error.errors(include_url=False, include_input=False)[0]["loc"][0]
        raise GitHubError(
            f"GitHub's answer has no usable {what}. Delete the App in its settings on GitHub, and begin anew."
        ) from None


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the keys go. Nothing that is there is ever overwritten."""

    path: Path

    @property
    def settings(self) -> Path:
        """The file of settings, which names the others."""
        return self.path / SETTINGS

    @property
    def quoted_settings(self) -> str:
        """The same for a shell."""
        return shlex.quote(str(self.settings))

    def prepare(self) -> None:
        """Make the folder, and see that the keys will find a place: GitHub tells them once.

        Raises:
            ConfigError: it cannot be made or written, or holds the keys of an App already.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            taken = [name for name in FILES if os.path.lexists(self.path / name)]
            with tempfile.TemporaryFile(dir=self.path):
                pass
        except OSError as error:
            raise ConfigError(f"{self.path} cannot be written: {error.strerror}. Name another --folder.") from None
        if taken:
            raise ConfigError(f"{self.path} holds {taken[0]} already. Name another --folder, or move that away.")

    def keep(self, app: App, asked: Registration) -> None:
        """Write the keys, all or none, and have them on the disk. `asked` tells which GitHub gave them.

        Raises:
            OSError: they could not be written.
        """
        texts = {
            PRIVATE_KEY: app.pem.get_secret_value(),
            WEBHOOK_SECRET: app.webhook_secret.get_secret_value(),
            CLIENT_SECRET: app.client_secret.get_secret_value(),
            SETTINGS: "".join(f"{name}={value}\n" for name, value in self._settings(app, asked)),
        }
        with ExitStack() as undo:
            for name, text in texts.items():
                _write(self.path / name, text)
                undo.callback((self.path / name).unlink)
            undo.pop_all()
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _settings(self, app: App, asked: Registration) -> Iterator[tuple[str, str]]:
        values: Mapping[str, str] = {
            "REVIEWBOT_APP_ID": str(app.id),
            "REVIEWBOT_PRIVATE_KEY_FILE": str(self.path / PRIVATE_KEY),
            "REVIEWBOT_WEBHOOK_SECRET_FILE": str(self.path / WEBHOOK_SECRET),
            # For signing in to the dashboard, once REVIEWBOT_DASHBOARD_PEOPLE says who may.
            "REVIEWBOT_GITHUB_CLIENT_ID": app.client_id,
            "REVIEWBOT_GITHUB_CLIENT_SECRET_FILE": str(self.path / CLIENT_SECRET),
            **({} if asked.api_url == PUBLIC_API else {"REVIEWBOT_API_URL": asked.api_url}),
            **({} if asked.github_url == PUBLIC_WEB else {"REVIEWBOT_WEB_URL": asked.github_url}),
        }
        for name, value in values.items():
            yield name, shlex.quote(value)


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        except OSError:
            path.unlink()
            raise
