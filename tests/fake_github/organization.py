"""What administrators do: Apps, installations, repositories, forks, roles."""

from collections.abc import Mapping

from tests.fake_github.repository_git import Content
from tests.fake_github.state import App, Installation, Repository, Token, now
from tests.fake_github.webhooks import announce_installation, short
from tests.fake_github.world import World


class Organization:
    """Sets the scene: Apps with exactly our manifest's permissions, repositories with the App installed."""

    world: World

    def create_app(self, slug: str = "reviewbot", *, webhook_url: str = "http://127.0.0.1:9/github") -> App:
        """Register an App with exactly our manifest's permissions and events."""
        with self.world.lock:
            return self.world.add_app(slug, webhook_url)

    @property
    def app(self) -> App:
        """The App, made when it is first asked for."""
        return self.world.apps[0] if self.world.apps else self.create_app()

    @property
    def private_key(self) -> str:
        return self.app.private_key

    @property
    def webhook_secret(self) -> str:
        return self.app.webhook_secret

    def install(self, repository: Repository, app: App | None = None) -> Installation:
        """Install the App on a repository (added to the account's installation if there is one)."""
        with self.world.lock:
            installation = self.world.install(app or self.app, repository.owner)
            first = not installation.repository_ids
            if repository.id not in installation.repository_ids:
                installation.repository_ids.add(repository.id)
                if first:
                    announce_installation(self.world, installation, "created")
                else:
                    more = {"repositories_added": [short(repository)], "repositories_removed": []}
                    announce_installation(self.world, installation, "added", repository_selection="selected", **more)
            return installation

    def installation(self, repository: Repository) -> Installation:
        return next(self.world.installed_on(repository))

    def suspend(self, installation: Installation, *, suspended: bool = True) -> None:
        with self.world.lock:
            installation.suspended_at = now() if suspended else None
            announce_installation(self.world, installation, "suspend" if suspended else "unsuspend")

    def uninstall(self, installation: Installation) -> None:
        """Remove the installation; its tokens die with it."""
        with self.world.lock:
            self.world.installations.pop(installation.id, None)
            announce_installation(self.world, installation, "deleted")
            for value, token in list(self.world.tokens.items()):
                if token.installation is installation:
                    del self.world.tokens[value]

    def token(self, repository: Repository, permissions: Mapping[str, str] | None = None) -> Token:
        """Issue an installation token without the API."""
        with self.world.lock:
            installation = self.installation(repository)
            granted = installation.permissions if permissions is None else permissions
            return self.world.issue_token(installation, dict(granted), frozenset({repository.id}))

    def create_repository(
        self, full_name: str, *, files: Mapping[str, Content] | None = None, private: bool = True
    ) -> Repository:
        """Create a repository with one commit, and install the App on it."""
        with self.world.lock:
            repository = self.world.add_repository(full_name, private=private)
            content = files if files is not None else {"README.md": "# A repository\n"}
            repository.git.commit(repository.default_branch, content, "Begin", None)
            self.install(repository)
            return repository

    def fork(self, repository: Repository, owner: str) -> Repository:
        with self.world.lock:
            wanted = self.world.repository(owner, repository.name)
            return wanted or self.world.add_repository(f"{owner}/{repository.name}", private=False, parent=repository)

    def rename(self, repository: Repository, name: str) -> None:
        """Rename the repository; requests under its old name are answered 301 from now on."""
        with self.world.lock:
            repository.former_names.add(repository.full_name.lower())
            repository.name = name

    def delete_repository(self, repository: Repository) -> None:
        with self.world.lock:
            self.world.repositories.remove(repository)

    def add_collaborator(self, repository: Repository, login: str, role: str = "write") -> None:
        """Give an account a role: read, triage, write, maintain or admin."""
        self.world.user(login)
        repository.roles[login] = role

    def remove_collaborator(self, repository: Repository, login: str) -> None:
        repository.roles.pop(login, None)

    def commit(self, repository: Repository, files: Mapping[str, Content], branch: str | None = None) -> str:
        """Commit to a branch that is there; the default branch unless one is named."""
        with self.world.lock:
            branch = branch or repository.default_branch
            return repository.git.commit(branch, files, "Change", repository.git.resolve(f"refs/heads/{branch}"))
