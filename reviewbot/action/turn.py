"""One pull request reviewed in a job: scan and suggest as everywhere, then post, if the token may.

There is no ledger in a job. What was posted before is found by the hidden marks under our texts; a look-up that
fails is an error and never a "nothing there".
"""

import hashlib
import hmac
from contextlib import closing
from dataclasses import dataclass, replace

from pydantic import SecretStr

from reviewbot.action.job import Job
from reviewbot.action.model import open_model
from reviewbot.action.room import Room
from reviewbot.errors import GitHubError, TransientError
from reviewbot.github import pulls, reviews, threads
from reviewbot.github.auth import GitHub
from reviewbot.github.markers import Marker
from reviewbot.github.pulls import Pull
from reviewbot.github.reviews import Entry, State
from reviewbot.pipeline import review_change
from reviewbot.policy import Policy, parse_threshold
from reviewbot.review import Review

_FORBIDDEN = 403


class NoLedger:
    """The outbox of a job: it remembers nothing, so all may have been posted before, and is looked for."""

    def plan(self, key: str, kind: str, target: str, body_sha256: str) -> Entry:
        """Say that an earlier run may have posted it, long ago."""
        del key, kind, target, body_sha256
        return Entry(State.POSTING, 0.0)

    def mark_posting(self, key: str) -> None:
        """Forget it."""

    def mark_posted(self, key: str, github_id: int) -> None:
        """Forget it."""


@dataclass(frozen=True, slots=True)
class Posting:
    """What became of a review on GitHub.

    `told` holds the fingerprints that stand in comments. `refused` says why it was not posted, empty if it was;
    `expected` that the token could not have done it, so that this is no failure.
    """

    told: frozenset[str] = frozenset()
    refused: str = ""
    expected: bool = False


def look(room: Room, github: GitHub, pull: Pull) -> tuple[Review, Policy]:
    """Scan what the pull request changes, and write fixes.

    Raises:
        ConfigError: the policy at the base commit, or an input, cannot be used.
        ScanError: a scanner failed.
        GitHubError, TransientError: the change could not be read.
    """
    policy = _overridden(pulls.fetch_policy(github, pull), room.job)
    change = pulls.fetch_change(github, pull)
    with closing(open_model(room.job)) as model:
        review = review_change(
            change,
            scanners=room.scanners(),
            generator=model.generator,
            policy=policy,
            repository=pulls.repository_around(github, change),
            progress=lambda step: room.log.say(f"{step}."),
        )
    return review, policy


def post(room: Room, github: GitHub, pull: Pull, review: Review, occasion: str = "push") -> Posting:
    """Post the review, once for each `occasion`. A token that may not is told in the result, not raised."""
    key = mark_key(room.job, pull)
    try:
        published = reviews.publish(github, reviews.Publication(pull, review, occasion), NoLedger(), key)
        if published.review_id is None:
            return Posting(refused="The pull request got new commits, or was closed, while it was reviewed.")
        threads.settle(github, review, published.threads, Marker(key, pull.address))
        return Posting(published.told)
    except GitHubError as error:
        return Posting(refused=str(error), expected=error.status == _FORBIDDEN)
    except TransientError as error:
        return Posting(refused=str(error))


def mark_key(job: Job, pull: Pull) -> SecretStr:
    """Return what signs our marks.

    A job has no secret of its own that lasts. Without REVIEWBOT_MARK_KEY the key can be worked out by anybody, and
    what a mark proves is that a workflow of this repository wrote the text. No exit status depends on a mark.
    """
    secret = job.mark_key.get_secret_value() if job.mark_key else f"reviewbot {pull.address.repository_id}"
    return SecretStr(hmac.new(secret.encode(), b"reviewbot marks", hashlib.sha256).hexdigest())


def _overridden(policy: Policy, job: Job) -> Policy:
    fail_on = parse_threshold(job.fail_on) if job.fail_on else policy.fail_on
    return replace(policy, fail_on=fail_on, suggestions=policy.suggestions and job.suggestions == "true")
