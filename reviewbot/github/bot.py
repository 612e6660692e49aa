"""The bot's turn on one pull request, from its state as of now to a published review and a concluded check."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, runtime_checkable

from pydantic import SecretStr

from reviewbot.change import SourceFile
from reviewbot.errors import ConfigError
from reviewbot.finding import Scanner
from reviewbot.github import pulls, reviews, threads
from reviewbot.github.assignment import Assignment, End, Order, Outcome
from reviewbot.github.auth import Access, GitHub
from reviewbot.github.checking import OpenCheck, conclude_forgotten
from reviewbot.github.events import PullAddress
from reviewbot.github.markers import Marker
from reviewbot.github.pulls import Pull
from reviewbot.pipeline import review_change
from reviewbot.policy import Policy
from reviewbot.review import Review
from reviewbot.suggestion import Generator

ASK = "Somebody with write permission can ask for a review with the comment `/reviewbot review`."
_NOT_REVIEWED = "Not reviewed"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at a pull request came to, and the files at head that were looked at."""

    review: Review
    files: tuple[SourceFile, ...]


@dataclass(frozen=True, slots=True)
class Bot:
    """Reviews pull requests. `key` signs the marks by which it finds its own texts again.

    `scanners` gives those for one repository: what they remember of one is not for another.
    """

    app: Access
    scanners: Callable[[PullAddress], Sequence[Scanner]]
    generator: Generator | None
    key: SecretStr

    def review(self, work: Assignment) -> Outcome:
        """Review the newest head, unless there is nothing to do.

        Raises:
            LostClaimError: the work is somebody else's now; nothing was written after that.
            TransientError: to be tried again later.
            ScanError, GitHubError: it went wrong; the check says so, where GitHub takes it.
        """
        with self.app.open(work.address) as github:
            pull = pulls.fetch_pull(github, work.address)
            asked = work.forced and work.head in {"", pull.head_sha}
            work.hold.check()
            nothing = pull.state != "open" or (pull.head_sha == work.reviewed_head and not asked)
            occasion = work.occasion if asked else "push"
            conclude_forgotten(github, work.memory, work.outbox, keep=None if nothing else pull.head_sha)
            if nothing:
                return Outcome(End.NOTHING_TO_DO, pull.head_sha)
            with OpenCheck(github, pull, occasion, work.outbox) as check:
                declined = None if asked else _declined(pull)
                if declined is not None:
                    check.conclude_without_review(_NOT_REVIEWED, f"{declined} {ASK}")
                    return Outcome(End.NOTHING_TO_DO, pull.head_sha)
                return self._reviewed(github, pull, work, check)

    def abandon(self, work: Assignment) -> None:
        """Say on the pull request that the work was tried in vain and is given up.

        Raises:
            LostClaimError, TransientError, GitHubError: it could not be said.
        """
        with self.app.open(work.address) as github:
            pull = pulls.fetch_pull(github, work.address)
            if pull.state != "open":
                return
            work.hold.check()
            with OpenCheck(github, pull, work.occasion if work.forced else "push", work.outbox) as check:
                said = "Each attempt at this review ended before it was done. Nothing counts as reviewed."
                check.conclude_without_review(_NOT_REVIEWED, f"{said} {ASK}", failed=True)

    def look(self, github: GitHub, pull: Pull, work: Assignment | Order, *, suggestions: bool = False) -> Looked | None:
        """Scan what the pull request changes; None as soon as nobody waits for the result any more.

        With `suggestions` they are written even if the policy wants none.

        Raises:
            ConfigError: the policy at the base commit cannot be read.
            ScanError: a scanner failed.
        """
        try:
            progress = _watch(work)
            progress("Reading the change")
            policy = pulls.fetch_policy(github, pull)
            change = pulls.fetch_change(github, pull)
            review = review_change(
                change,
                scanners=self.scanners(pull.address),
                generator=_for_review(self.generator, pull, partial(progress, "")),
                policy=_with_suggestions(policy) if suggestions else policy,
                repository=pulls.repository_around(github, change),
                progress=progress,
            )
            return Looked(review, change.after())
        except _SupersededError:
            return None

    def _reviewed(self, github: GitHub, pull: Pull, work: Assignment, check: OpenCheck) -> Outcome:
        try:
            looked = self.look(github, pull, work)
        except ConfigError as error:
            check.conclude_without_review(_NOT_REVIEWED, str(error), failed=True)
            return Outcome(End.REVIEWED, pull.head_sha)
        if looked is None:
            return self._superseded(pull, check)
        review = looked.review
        work.hold.check()
        work.memory.save(review, looked.files)
        work.step("Posting the review")
        publication = reviews.Publication(pull, review, check.occasion, work.memory.dismissed())
        published = reviews.publish(github, publication, work.outbox, self.key)
        if published.review_id is None:
            return self._superseded(pull, check)
        work.hold.check()
        threads.settle(github, review, published.threads, Marker(self.key, work.address))
        check.conclude(review, published.told)
        return Outcome(End.REVIEWED, pull.head_sha)

    def _superseded(self, pull: Pull, check: OpenCheck) -> Outcome:
        check.conclude_without_review("Superseded", "The pull request changed while it was reviewed.")
        return Outcome(End.SUPERSEDED, pull.head_sha)


def _declined(pull: Pull) -> str | None:
    """Return why a pull request is not reviewed by itself, None if it is."""
    if pull.draft:
        return "This is a draft. It is reviewed when it is marked as ready for review."
    if pull.author_is_bot:
        return "This pull request was opened by a bot."
    return None


def _with_suggestions(policy: Policy) -> Policy:
    return replace(policy, suggestions=True)


class _SupersededError(Exception):
    """Something newer was asked for: the result would not be wanted."""


@runtime_checkable
class SharedModel(Generator, Protocol):
    """A model that many reviews share, and that can be stopped in the middle of its work for one of them."""

    def for_review(self, repository: str, check: Callable[[], None]) -> Generator:
        """Return it for one review of "owner/name": what `check` raises, which is called often, ends its work."""


def _for_review(generator: Generator | None, pull: Pull, check: Callable[[], None]) -> Generator | None:
    if not isinstance(generator, SharedModel):
        return generator
    return generator.for_review(pull.address.repository, check)


def _watch(work: Assignment | Order) -> Callable[[str], None]:
    def go_on(step: str) -> None:
        work.hold.check()
        if not work.hold.is_current():
            raise _SupersededError
        if step:
            work.step(step)

    return go_on
