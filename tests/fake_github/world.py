"""All that the fake remembers, in one place and under one lock."""

import itertools
import secrets
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.fake_github.deliveries import Delivery
from tests.fake_github.description import load_description
from tests.fake_github.exchange import Refusal
from tests.fake_github.limits import Limits
from tests.fake_github.patches import FilePatch, compare
from tests.fake_github.payloads import load_payload_schemas
from tests.fake_github.permissions import MANIFEST_EVENTS, MANIFEST_PERMISSIONS
from tests.fake_github.repository_git import GitFailedError, GitRepository
from tests.fake_github.state import App, CheckRun, Installation, Pull, Repository, Token, User, now

TOKEN_HOURS = 1
FIRST_ID = 3_000_000_001  # GitHub's ids left 32 bits behind


class World:
    """The accounts, Apps, installations, tokens and repositories."""

    def __init__(self, folder: Path, packages: Path) -> None:
        self.lock = threading.RLock()
        self.folder = folder
        self.packages = packages
        self.description = load_description(packages)
        self.payloads = load_payload_schemas(packages, self.description)
        self.deliveries: list[Delivery] = []
        self.violations: list[str] = []
        self.older_messages = False
        self.limits = Limits()
        self.url = "http://127.0.0.1"
        self.users: dict[str, User] = {}
        self.apps: list[App] = []
        self.installations: dict[int, Installation] = {}
        self.tokens: dict[str, Token] = {}
        self.repositories: list[Repository] = []
        self.manifests: dict[str, App] = {}
        self._ids = itertools.count(FIRST_ID)
        self._logs: dict[tuple[Path, str, str], list[str]] = {}
        self._compared: dict[tuple[Path, str, str], list[FilePatch]] = {}

    def next_id(self) -> int:
        return next(self._ids)

    def violate(self, where: str, what: str) -> None:
        """Note that a request, an answer or a payload is not what GitHub describes."""
        self.violations.append(f"{where}: {what}")

    def user(self, login: str, kind: str = "User") -> User:
        """Return the account of this name, made when it is first named."""
        if login not in self.users:
            self.users[login] = User(self.next_id(), login, kind)
        return self.users[login]

    def add_app(
        self,
        slug: str,
        webhook_url: str,
        *,
        permissions: dict[str, str] | None = None,
        events: tuple[str, ...] = MANIFEST_EVENTS,
    ) -> App:
        """Register an App; its permissions are those of our manifest unless others are given."""
        private, public = key_pair()
        app = App(
            id=len(self.apps) + 4711,
            slug=slug,
            owner=self.user("acme", "Organization"),
            bot=self.user(f"{slug}[bot]", "Bot"),
            private_key=private,
            public_key=public,
            webhook_secret=secrets.token_hex(20),
            webhook_url=webhook_url,
            permissions=dict(MANIFEST_PERMISSIONS if permissions is None else permissions),
            events=events,
        )
        self.apps.append(app)
        return app

    def install(self, app: App, account: User) -> Installation:
        """Return the App's installation on an account, made when it is first asked for."""
        for each in self.installations.values():
            if each.app is app and each.account is account:
                return each
        installation = Installation(self.next_id(), app, account, dict(app.permissions))
        self.installations[installation.id] = installation
        return installation

    def issue_token(
        self, installation: Installation, permissions: dict[str, str], repository_ids: frozenset[int] | None
    ) -> Token:
        value = "ghs_" + secrets.token_urlsafe(27).replace("-", "a").replace("_", "b")
        expires = now() + timedelta(hours=TOKEN_HOURS)
        self.tokens[value] = Token(value, installation, permissions, repository_ids, expires)
        return self.tokens[value]

    def add_repository(self, full_name: str, *, private: bool = True, parent: Repository | None = None) -> Repository:
        owner, _, name = full_name.partition("/")
        path = self.folder / f"{owner}--{name}-{self.next_id()}.git"
        default = parent.default_branch if parent else "main"
        if parent:
            parent.git.run("clone", "--quiet", "--bare", str(parent.git.path), str(path))
        git = GitRepository(path) if parent else GitRepository.create(path, default)
        repository = Repository(self.next_id(), self.user(owner), name, git, private, default, parent)
        self.repositories.append(repository)
        return repository

    def repository(self, owner: str, name: str) -> Repository | None:
        """Find a repository as GitHub does: without regard to case."""
        wanted = f"{owner}/{name}".lower()
        return next((each for each in self.repositories if each.full_name.lower() == wanted), None)

    def renamed(self, owner: str, name: str) -> Repository | None:
        """Find a repository by a name that it no longer has."""
        former = f"{owner}/{name}".lower()
        return next((each for each in self.repositories if former in each.former_names), None)

    def installed_on(self, repository: Repository) -> Iterator[Installation]:
        """Yield the installations that see the repository."""
        return (each for each in self.installations.values() if repository.id in each.repository_ids)

    def files(self, pull: Pull, head: str | None = None) -> list[FilePatch]:
        """Return the files of the pull request at its head (or at an earlier one), compared with the merge base."""
        git, head = pull.repository.git, head or pull.head_sha
        key = (git.path, pull.base_sha, head)
        if key not in self._compared:
            try:
                self._compared[key] = compare(git, git.merge_base(pull.base_sha, head), head)
            except GitFailedError as error:
                raise Refusal(422, f"{head} is not a commit of the pull request") from error
        return self._compared[key]

    def commits(self, pull: Pull) -> list[str]:
        """Return the commits of the pull request, oldest first."""
        key = (pull.repository.git.path, pull.base_sha, pull.head_sha)
        if key not in self._logs:
            self._logs[key] = pull.repository.git.log(pull.base_sha, pull.head_sha)
        return self._logs[key]

    def pulls(self) -> Iterator[Pull]:
        return (pull for repository in self.repositories for pull in repository.pulls.values())

    def check_runs(self) -> Iterator[CheckRun]:
        return (run for repository in self.repositories for run in repository.check_runs)


@cache
def key_pair() -> tuple[str, str]:
    """Make the RSA key of the Apps, once per process: (private, public), as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()
