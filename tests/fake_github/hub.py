"""`FakeGitHub`: what a test sees and does of GitHub, as its people would."""

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.fake_github.api.comments import add_issue_comment, add_reply
from tests.fake_github.asgi import Application, Logged, Server
from tests.fake_github.faults import Fault
from tests.fake_github.packages import require_packages
from tests.fake_github.placing import move_comments
from tests.fake_github.repository_git import Content
from tests.fake_github.state import (
    App,
    CheckRun,
    Installation,
    IssueComment,
    Pull,
    Repository,
    Review,
    ReviewComment,
    Token,
    now,
)
from tests.fake_github.webhooks import announce_pull
from tests.fake_github.world import World


class ViolationError(AssertionError):
    """A request, an answer or a payload was not what GitHub describes."""


class FakeGitHub:
    """A GitHub of its own for one test, serving while the `with` block runs; leaving it asserts no violations.

    `url` is the API's base address. Nothing is limited to 80 contents a minute unless `contents_per_minute` says so.
    """

    def __init__(self, *, packages: Path | None = None, port: int = 0, contents_per_minute: int | None = 80) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="fake-github-"))
        self.world = World(self._folder, packages or require_packages())
        self.world.limits.contents_per_minute = contents_per_minute
        self.application = Application(self.world)
        self._server = Server(self.application, port)
        self.world.url = self._server.url

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
        if error is None and self.violations:
            raise ViolationError("not as GitHub describes it:\n" + "\n".join(self.violations))

    @property
    def url(self) -> str:
        return self.world.url

    @property
    def violations(self) -> list[str]:
        """What was not as GitHub describes it; a test that provokes one takes it out with `take_violations`."""
        return self.world.violations

    def take_violations(self) -> list[str]:
        taken = list(self.world.violations)
        self.world.violations.clear()
        return taken

    @property
    def requests(self) -> list[Logged]:
        """Every request so far, in the order in which they were answered."""
        return self.application.log

    def operations(self) -> list[str]:
        """Name the operation of every request so far."""
        return [each.operation for each in self.application.log]

    def fail(self, fault: Fault) -> Fault:
        """Let requests fail from now on; the first fault that strikes decides."""
        self.application.faults.append(fault)
        return fault

    def mend(self) -> None:
        """End all faults."""
        self.application.faults.clear()

    # Apps and their installations

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
            installation.repository_ids.add(repository.id)
            return installation

    def installation(self, repository: Repository) -> Installation:
        return next(self.world.installed_on(repository))

    def suspend(self, installation: Installation, *, suspended: bool = True) -> None:
        installation.suspended_at = now() if suspended else None

    def uninstall(self, installation: Installation) -> None:
        """Remove the installation; its tokens die with it."""
        with self.world.lock:
            self.world.installations.pop(installation.id, None)
            for value, token in list(self.world.tokens.items()):
                if token.installation is installation:
                    del self.world.tokens[value]

    def token(self, repository: Repository, permissions: Mapping[str, str] | None = None) -> Token:
        """Issue an installation token without the API."""
        with self.world.lock:
            installation = self.installation(repository)
            granted = installation.permissions if permissions is None else permissions
            return self.world.issue_token(installation, dict(granted), frozenset({repository.id}))

    # repositories and people

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

    # pull requests

    def open_pull(  # noqa: PLR0913  a pull request's facts, each with a default
        self,
        repository: Repository,
        *,
        head_files: Mapping[str, Content],
        author: str = "alice",
        fork: bool = False,
        draft: bool = False,
        title: str = "Change something",
        branch: str | None = None,
        bot: bool = False,
    ) -> Pull:
        """Push the files to a new branch (of the author's fork) and open a pull request from it."""
        with self.world.lock:
            person = self.world.user(author, "Bot" if bot else "User")
            number = max(repository.pulls, default=0) + 1
            head = self.fork(repository, author) if fork else repository
            branch = branch or f"change-{number}"
            base = repository.git.resolve(f"refs/heads/{repository.default_branch}")
            head.git.fetch(repository.git, base, f"refs/fake/base-{number}")
            sha = head.git.commit(branch, head_files, title, base)
            repository.git.fetch(head.git, sha, f"refs/pull/{number}/head")
            pull = Pull(
                id=self.world.next_id(),
                number=number,
                repository=repository,
                author=person,
                title=title,
                body=None,
                base_ref=repository.default_branch,
                base_sha=base,
                head_repository=head,
                head_ref=branch,
                head_sha=sha,
                draft=draft,
            )
            repository.pulls[number] = pull
            announce_pull(self.world, pull, "opened")
            return pull

    def push(self, pull: Pull, files: Mapping[str, Content]) -> str:
        """Commit to the pull request's branch; comments on changed lines become outdated."""
        if pull.head_repository is None:
            raise ValueError("the fork was deleted: nobody can push there")
        with self.world.lock:
            head, old = pull.head_repository, pull.head_sha
            pull.head_sha = head.git.commit(pull.head_ref, files, "Change more", old)
            return self._moved(pull, head, old)

    def force_push(self, pull: Pull, files: Mapping[str, Content]) -> str:
        """Replace the pull request's commits by one on its base."""
        if pull.head_repository is None:
            raise ValueError("the fork was deleted: nobody can push there")
        with self.world.lock:
            head, old = pull.head_repository, pull.head_sha
            pull.head_sha = head.git.commit(pull.head_ref, files, "Change anew", pull.base_sha)
            return self._moved(pull, head, old)

    def _moved(self, pull: Pull, head: Repository, old: str) -> str:
        pull.repository.git.fetch(head.git, pull.head_sha, f"refs/pull/{pull.number}/head")
        pull.base_sha = pull.repository.git.resolve(f"refs/heads/{pull.base_ref}")
        pull.updated_at = now()
        move_comments(pull, old, pull.head_sha)
        announce_pull(self.world, pull, "synchronize", before=old, after=pull.head_sha)
        return pull.head_sha

    def close(self, pull: Pull, *, merged: bool = False) -> None:
        with self.world.lock:
            pull.state, pull.merged, pull.closed_at = "closed", merged, now()
            self._changed(pull, "closed")

    def reopen(self, pull: Pull) -> None:
        with self.world.lock:
            pull.state, pull.merged, pull.closed_at = "open", False, None
            self._changed(pull, "reopened")

    def set_draft(self, pull: Pull, *, draft: bool) -> None:
        with self.world.lock:
            pull.draft = draft
            self._changed(pull, "converted_to_draft" if draft else "ready_for_review")

    def _changed(self, pull: Pull, action: str) -> None:
        pull.updated_at = now()
        announce_pull(self.world, pull, action)

    def lock(self, pull: Pull) -> None:
        pull.locked = True

    def delete_fork(self, pull: Pull) -> None:
        """Delete the repository that the pull request comes from; its commits stay in the base."""
        with self.world.lock:
            if pull.head_repository in self.world.repositories:
                self.world.repositories.remove(pull.head_repository)
            pull.head_repository = None

    def comment(self, pull: Pull, author: str, text: str) -> IssueComment:
        """Write in the conversation of the pull request."""
        with self.world.lock:
            return add_issue_comment(self.world, pull, self.world.user(author), text)

    def reply(self, comment: ReviewComment, author: str, text: str) -> ReviewComment:
        """Answer in the thread of a review comment."""
        with self.world.lock:
            pull = comment.pull
            root = next(each for each in pull.review_comments if each.id == (comment.in_reply_to or comment.id))
            return add_reply(self.world, pull, root, self.world.user(author), text)

    def resolve(self, comment: ReviewComment, login: str) -> None:
        """Resolve the thread that the comment opened, as a person does on the page."""
        comment.pull.resolved[comment.in_reply_to or comment.id] = self.world.user(login)

    # what is there now

    def reviews(self, pull: Pull, *, by: str | None = None) -> Sequence[Review]:
        """Return the submitted reviews, those of one author if named."""
        return [each for each in pull.reviews if each.state != "PENDING" and by in (None, each.author.login)]

    def review_comments(self, pull: Pull) -> Sequence[ReviewComment]:
        return list(pull.review_comments)

    def check_runs(self, sha: str | None = None) -> Sequence[CheckRun]:
        return [each for each in self.world.check_runs() if sha in (None, each.head_sha)]

    def pulls(self) -> Iterable[Pull]:
        return list(self.world.pulls())
