"""What people do on GitHub: open pull requests, push, close, comment, answer, resolve."""

from collections.abc import Mapping
from datetime import timedelta

from tests.fake_github.api.comments import add_issue_comment, add_reply
from tests.fake_github.organization import Organization
from tests.fake_github.placing import move_comments
from tests.fake_github.repository_git import Content
from tests.fake_github.state import (
    Artifact,
    CheckRun,
    IssueComment,
    Pull,
    Repository,
    ReviewComment,
    WorkflowRun,
    now,
)
from tests.fake_github.webhooks import announce_check_run, announce_check_suite, announce_issue_comment, announce_pull


class People(Organization):
    """Acts as the people of a pull request; each action announces what GitHub announces."""

    def run_workflow(self, pull: Pull, event: str = "pull_request", *, ago: timedelta = timedelta()) -> WorkflowRun:
        """Start a workflow's run for the head of the pull request, or have one that was started some time ago."""
        with self.world.lock:
            run = WorkflowRun(
                id=self.world.next_id(),
                repository=pull.repository,
                event=event,
                head_sha=pull.head_sha,
                head_branch=pull.head_ref,
                head_repository=pull.head_repository,
                actor=pull.author,
                created_at=now() - ago,
            )
            pull.repository.workflow_runs.append(run)
            return run

    def upload_artifact(self, run: WorkflowRun, name: str, archive: bytes) -> Artifact:
        """Keep an artifact of a run: any bytes at all, for the run's author can write what they like."""
        with self.world.lock:
            made = Artifact(self.world.next_id(), name, archive)
            run.artifacts.append(made)
            return made

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
                head_owner=head.owner,
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

    def edit_comment(self, comment: IssueComment, text: str) -> None:
        with self.world.lock:
            comment.body, comment.updated_at = text, now()
            announce_issue_comment(self.world, comment, "edited")

    def rerequest(self, run: CheckRun, login: str, *, suite: bool = False) -> None:
        """Press "Re-run" at a check run, or "Re-run all checks" of its suite."""
        with self.world.lock:
            if suite:
                announce_check_suite(self.world, run, "rerequested", sender=self.world.user(login))
            else:
                announce_check_run(self.world, run, "rerequested", sender=self.world.user(login))

    def press(self, run: CheckRun, identifier: str, login: str) -> None:
        """Press the button that the App put at its check run."""
        if identifier not in [each["identifier"] for each in run.actions]:
            raise ValueError(f"the check run has no button {identifier}")
        with self.world.lock:
            person = self.world.user(login)
            announce_check_run(self.world, run, "requested_action", sender=person, identifier=identifier)
