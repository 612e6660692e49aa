"""A review that nobody sees yet: how one is written, found again, thrown away and submitted.

GitHub takes a review without an event as pending. It shows a pending review to its author only, lets it be
deleted, and takes one of them per author and pull request. That is what makes publishing exactly once possible:
whatever is lost, repeated or late, at most one of ours is there, and it becomes visible in one step.
https://docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from reviewbot.errors import GitHubError, UnavailableError
from reviewbot.github.auth import GitHub
from reviewbot.github.markers import Kind, Mark, Marker
from reviewbot.github.pulls import Pull
from reviewbot.github.threads import mark_finding, wrote
from reviewbot.review import Comment

SETTLE_SECONDS = 30.0
"""How long an answer is out before GitHub's lists are believed to show what became of the request."""
ATTEMPTS = 3
MAX_TRIALS = 24
"""How many requests may be spent on finding the comments that GitHub does not take: GitHub allows 80 a minute."""

_UNPROCESSABLE = 422
_PENDING = "PENDING"


@dataclass(frozen=True, slots=True)
class Draft:
    """A review to be written: `comments` with the tool behind each finding, and the mark under the text."""

    mark: Mark
    body: str
    comments: tuple[tuple[Comment, str], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A review of ours, as GitHub lists it. `mark` is None for a trial, or what was left of one."""

    id: int
    pending: bool
    mark: Mark | None


class PendingReviews:
    """Our reviews of one pull request."""

    def __init__(self, github: GitHub, pull: Pull, marker: Marker) -> None:
        self._github = github
        self._pull = pull
        self._marker = marker
        self._path = f"/repos/{github.name}/pulls/{pull.address.number}/reviews"

    def mine(self) -> tuple[Found, ...]:
        """List the reviews that our App wrote, the oldest first. None is left out: a page that fails is an error.

        Raises:
            GitHubError, TransientError: the list cannot be read, or not completely.
        """
        login = self._github.login()
        return tuple(
            sorted(
                (
                    Found(review["id"], review["state"] == _PENDING, self._marker.read(review["body"]))
                    for review in self._github.write.pages(self._path)
                    if wrote(login, review)
                ),
                key=lambda found: found.id,
            )
        )

    def prepare(self, draft: Draft) -> int:
        """Write `draft` as a pending review, and return its id. After an answer that was lost, look before repeating.

        Raises:
            GitHubError: GitHub takes it not; `status` is 422 if it is for one of the comments.
            TransientError: whether it is there is not known.
        """
        for _ in range(ATTEMPTS):
            try:
                return self._create(draft)
            except UnavailableError:
                self._github.server.sleep(SETTLE_SECONDS)
            except GitHubError as error:
                if error.status != _UNPROCESSABLE or "pending review" not in str(error):
                    raise
            if (found := self._left_behind(draft.mark)) is not None:
                return found
        raise UnavailableError("GitHub does not say whether it has our review. It is asked again later.")

    def _left_behind(self, mark: Mark) -> int | None:
        """Return the pending review with `mark`, and delete one with any other."""
        pending = [found for found in self.mine() if found.pending]
        for found in pending:
            if found.mark != mark:
                self.discard(found.id)
        return next((found.id for found in pending if found.mark == mark), None)

    def tell_apart(self, draft: Draft) -> tuple[Comment, ...]:
        """Return the comments that GitHub does not take. It refuses all for one, and does not say for which.

        Halves are tried as pending reviews, which nobody sees, and deleted. What is still in doubt after
        `MAX_TRIALS` counts as refused.
        """
        refused: list[Comment] = []
        parts = _halves(draft.comments)
        trials = 0
        while parts:
            part = parts.pop()
            trials += 1
            if trials > MAX_TRIALS:
                refused += [comment for comment, _ in part]
            elif not self._takes(part):
                if len(part) == 1:
                    refused.append(part[0][0])
                else:
                    parts += _halves(part)
        return tuple(refused)

    def _takes(self, comments: Sequence[tuple[Comment, str]]) -> bool:
        trial = Draft(Mark(Kind.REVIEW, self._pull.head_sha, "trial"), "A trial.", tuple(comments))
        try:
            self.discard(self.prepare(trial))
        except GitHubError as error:
            if error.status != _UNPROCESSABLE:
                raise
            return False
        return True

    def submit(self, review_id: int, draft: Draft) -> None:
        """Make a pending review visible. To do it twice is to do it once.

        Raises:
            GitHubError: GitHub refused, and it is not visible.
            TransientError: whether it is visible is not known.
        """
        path = f"{self._path}/{review_id}/events"
        for attempt in range(ATTEMPTS):
            try:
                sent = {"event": "COMMENT", "body": self._marker.under(draft.body, draft.mark)}
                self._github.write.requestJsonAndCheck("POST", path, input=sent)
            except UnavailableError:
                self._github.server.sleep(SETTLE_SECONDS)
                if self._visible(review_id):
                    return
                if attempt + 1 == ATTEMPTS:
                    raise
            except GitHubError:
                if self._visible(review_id):
                    return
                raise
            else:
                return

    def _visible(self, review_id: int) -> bool:
        _, review = self._github.write.requestJsonAndCheck("GET", f"{self._path}/{review_id}")
        return bool(review["state"] != _PENDING)

    def discard(self, review_id: int) -> None:
        """Delete a pending review, if it is still there."""
        with suppress(GitHubError):
            self._github.write.requestJsonAndCheck("DELETE", f"{self._path}/{review_id}")

    def _create(self, draft: Draft) -> int:
        comments = [self._written(comment, tool, draft.mark.head) for comment, tool in draft.comments]
        sent = {
            "commit_id": draft.mark.head,
            "body": self._marker.under(draft.body, draft.mark),
            "comments": comments,
        }
        _, review = self._github.write.requestJsonAndCheck("POST", self._path, input=sent)
        return int(review["id"])

    def _written(self, comment: Comment, tool: str, head: str) -> dict[str, Any]:
        start = {"start_line": comment.start_line, "start_side": "RIGHT"} if comment.start_line < comment.line else {}
        body = self._marker.under(comment.body, mark_finding(head, comment.fingerprint, tool))
        return {"path": comment.path, "line": comment.line, "side": "RIGHT", **start, "body": body}


def _halves(comments: Sequence[tuple[Comment, str]]) -> list[Sequence[tuple[Comment, str]]]:
    middle = (len(comments) + 1) // 2
    return [half for half in (comments[:middle], comments[middle:]) if half]


def visible_ones(reviews: Iterable[Found]) -> tuple[Found, ...]:
    """Return the reviews that were submitted."""
    return tuple(found for found in reviews if not found.pending)
