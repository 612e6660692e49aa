"""Publish a Review on its pull request: once in effect, whatever is killed, repeated, late or lost.

1. The outbox takes note of what is to be posted, and of the moment before it is sent.
2. It is written as a pending review, of which GitHub takes one at a time and shows none (`pending`).
3. If the head is still the one that was reviewed, no other worker was first and the lease is still ours, it is
   submitted. Until that moment all can be undone; after it, every look-up finds the mark.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pydantic import SecretStr

from reviewbot.errors import GitHubError
from reviewbot.github.auth import GitHub
from reviewbot.github.markers import Kind, Mark, Marker
from reviewbot.github.pending import SETTLE_SECONDS, Draft, Found, PendingReviews, visible_ones
from reviewbot.github.pulls import Pull, fetch_pull
from reviewbot.github.threads import Thread, already_said, fetch_threads
from reviewbot.markdown import code_span, plain
from reviewbot.outcome import count, headline
from reviewbot.review import Comment, Review

MAX_COMMENTS = 50
"""GitHub does not say how many comments a review may have; what is beyond goes to the annotations of the check."""
MAX_TEXT_CHARACTERS = 65_000
"""GitHub takes 65,536, our mark among them."""

_UNPROCESSABLE = 422
_LAST_LINE_CHARACTERS = 100


class State(StrEnum):
    """How far an entry of the outbox has come."""

    PLANNED = "planned"
    POSTING = "posting"
    POSTED = "posted"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the outbox. `since` is when it came to its state, in seconds since the epoch."""

    state: State
    since: float
    github_id: int | None = None


class Outbox(Protocol):
    """The durable record of what is posted under a claim.

    Each method is committed when it returns, and raises when the claim is lost: then nothing more is sent.
    """

    def plan(self, key: str, kind: str, target: str, body_sha256: str) -> Entry:
        """Take note of what is to be posted; return the entry that is there already, if there is one."""

    def mark_posting(self, key: str) -> None:
        """Take note that the request is about to be sent."""

    def mark_posted(self, key: str, github_id: int) -> None:
        """Take note of what GitHub made of it."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A review to publish.

    `occasion` tells a review that somebody asked for from the one that each head gets by itself: the same
    occasion is published once. `quiet` holds the fingerprints that a person dismissed.
    """

    pull: Pull
    review: Review
    occasion: str = "push"
    quiet: frozenset[str] = frozenset()

    @property
    def mark(self) -> Mark:
        """What is under its text."""
        return Mark(Kind.REVIEW, self.review.head, self.occasion)


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a publication.

    `review_id` is None where the head had moved on, or the pull request was closed: nothing was posted.
    `told` holds the fingerprints that stand in comments, now or before, or that are to stay quiet.
    `threads` are ours as they were before.
    """

    review_id: int | None
    told: frozenset[str]
    threads: tuple[Thread, ...]


def publish(github: GitHub, publication: Publication, outbox: Outbox, key: SecretStr) -> Published:
    """Post the review with all of its comments, unless it is there already. `key` signs the marks.

    Raises:
        GitHubError: GitHub refuses it.
        TransientError: GitHub does not answer; what was begun is found again by the next try.
    """
    pull, review = publication.pull, publication.review
    name = f"review/{pull.address.repository_id}/{pull.address.number}/{review.head}/{publication.occasion}"
    entry = outbox.plan(name, "review", f"{github.name}#{pull.address.number}", _digest(review))
    if entry.state is State.POSTING:
        # A request of an earlier try may still be on its way.
        github.server.sleep(max(0.0, entry.since + SETTLE_SECONDS - github.server.clock()))
    marker = Marker(key, pull.address)
    desk = _Desk(github, publication, PendingReviews(github, pull, marker))
    earlier = desk.tidied()
    threads = fetch_threads(github, pull, marker)
    draft = _draft(publication, threads, first=not visible_ones(earlier))
    told = already_said(threads) | publication.quiet | {comment.fingerprint for comment, _ in draft.comments}
    if entry.state is State.POSTED:
        return Published(entry.github_id, told, threads)
    review_id = desk.post(draft, earlier, lambda: outbox.mark_posting(name))
    if review_id is not None:
        outbox.mark_posted(name, review_id)
    return Published(review_id, told, threads)


def _digest(review: Review) -> str:
    texts = (review.body, *(comment.body for comment in review.comments))
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _draft(publication: Publication, threads: Sequence[Thread], *, first: bool) -> Draft:
    """Write what there is to say that was not said before."""
    review = publication.review
    silent = already_said(threads) | publication.quiet
    tools = {finding.fingerprint: finding.tool for finding in review.findings}
    comments = [comment for comment in review.comments if comment.fingerprint not in silent][:MAX_COMMENTS]
    if first or comments or not review.findings:
        body = review.body
    else:
        known = f"{count(len(review.findings), 'finding')} said before, nothing new at {review.head[:12]}."
        body = f"{plain(headline(review))}\n\n{known}"
    return Draft(publication.mark, body, tuple((comment, tools.get(comment.fingerprint, "-")) for comment in comments))


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where one review is posted."""

    github: GitHub
    publication: Publication
    reviews: PendingReviews

    def tidied(self) -> tuple[Found, ...]:
        """List our reviews, without what an earlier try left behind unseen for another head."""
        mine = self.reviews.mine()
        for found in mine:
            if found.pending and found.mark != self.publication.mark:
                self.reviews.discard(found.id)
        return tuple(found for found in mine if not found.pending or found.mark == self.publication.mark)

    def post(self, draft: Draft, earlier: Sequence[Found], fence: Callable[[], None]) -> int | None:
        """Return the id of the one visible review with this mark; None if it is no longer wanted.

        `fence` raises once another worker has the claim.
        """
        same = [found for found in earlier if found.mark == draft.mark]
        if done := visible_ones(same):
            return done[0].id
        if self._moved():
            self._discard(same)
            return None
        fence()
        if same:
            review_id = same[0].id
        else:
            review_id, draft = self._prepared(draft)
        # Up to here nobody has seen anything. Whoever was paused meanwhile finds out now.
        mine = [found for found in self.reviews.mine() if found.mark == draft.mark]
        done = visible_ones(mine)
        if done or self._moved():
            self.reviews.discard(review_id)
            return done[0].id if done else None
        fence()
        self.reviews.submit(review_id, draft)
        return review_id

    def _prepared(self, draft: Draft) -> tuple[int, Draft]:
        try:
            return self.reviews.prepare(draft), draft
        except GitHubError as error:
            if error.status != _UNPROCESSABLE or not draft.comments:
                raise
        # If the head moved, all lines may be wrong; `post` looks at that before anything is submitted.
        refused = self.reviews.tell_apart(draft)
        kept = tuple((comment, tool) for comment, tool in draft.comments if comment not in refused)
        draft = Draft(draft.mark, _with_refused(draft.body, refused), kept)
        return self.reviews.prepare(draft), draft

    def _moved(self) -> bool:
        now = fetch_pull(self.github, self.publication.pull.address)
        return now.head_sha != self.publication.review.head or now.state != "open"

    def _discard(self, reviews: Sequence[Found]) -> None:
        for found in reviews:
            self.reviews.discard(found.id)


def _with_refused(body: str, refused: Sequence[Comment]) -> str:
    """Tell in the body what GitHub took no comment on."""
    parts = [body, "### On lines that take no comment"]
    room = MAX_TEXT_CHARACTERS - sum(map(len, parts))
    for number, comment in enumerate(refused):
        text = f"#### {code_span(f'{comment.path}:{comment.line}')}\n\n{comment.body}"
        room -= len(text) + 2
        if room < _LAST_LINE_CHARACTERS:
            parts.append(f"{count(len(refused) - number, 'finding')} not told in full here.")
            break
        parts.append(text)
    return "\n\n".join(parts)
