"""Who we are in a job of GitHub Actions: the job's own token, and the name that GitHub writes under for it.

https://docs.github.com/actions/concepts/security/github_token
"""

from dataclasses import dataclass

from pydantic import SecretStr

from reviewbot.github.auth import GitHub, Step
from reviewbot.github.client import Connection, Server
from reviewbot.github.events import PullAddress
from reviewbot.github.limits import Gate

LOGIN = "github-actions[bot]"
"""Every workflow of the repository writes under this name."""
NO_INSTALLATION = 0


@dataclass(frozen=True, slots=True)
class JobAccess:
    """The job's access to its repository. GitHub ends the token with the job; we never revoke it."""

    token: SecretStr
    server: Server

    def open(self, address: PullAddress) -> GitHub:
        """Return the repository of `address` as the job sees it. Nothing is sent before it is used."""
        connection = Connection(self.server, _JobToken(self.token), Gate())
        return GitHub(address, dict.fromkeys(Step, connection), lambda: LOGIN, {})


@dataclass(frozen=True, slots=True)
class _JobToken:
    token: SecretStr

    def authorization(self) -> str:
        return f"Bearer {self.token.get_secret_value()}"

    def renew(self, refused: str) -> bool:
        del refused  # there is one token for the whole job
        return False
