"""One claim of the ledger as the bot sees it: the one place where the two meet."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reviewbot.change import SourceFile
from reviewbot.github.assignment import Assignment, Order
from reviewbot.github.events import CommandRequest, PullAddress
from reviewbot.github.reviews import Entry, State
from reviewbot.lease import Lease
from reviewbot.ledger import Ledger
from reviewbot.ledger.audit import Entry as AuditEntry
from reviewbot.ledger.record import Claim, CommandText, Delivery, Plan, Posting, PullKey, PullState, ReviewWork
from reviewbot.ledger.record import State as RowState
from reviewbot.ledger.run import edits_sha256, run_of
from reviewbot.ledger.seal import Seal, diffs_of
from reviewbot.review import Review
from reviewbot.steps import Steps

COMMAND_TRIGGER = "command"


def address_of(pull: PullKey) -> PullAddress:
    """Return the address of a pull request that the ledger knows."""
    return PullAddress(pull.installation, pull.repository, pull.repository_id, pull.number)


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is kept with a review besides itself: the digest of its rules and, with a seal, diffs for some days."""

    rules: str = ""
    seal: Seal | None = None
    days: int = 30


class Claimed:
    """A claim with its ledger, in the roles that the bot asks for."""

    def __init__(
        self, ledger: Ledger, claim: Claim, lease: Lease, steps: Steps, keeping: Keeping | None = None
    ) -> None:
        self._ledger = ledger
        self._claim = claim
        self._lease = lease
        self._steps = steps
        self._keeping = keeping or Keeping()

    def assignment(self) -> Assignment:
        """Return the review to be done."""
        claim = self._claim
        return Assignment(
            address=address_of(claim.pull),
            head=claim.head,
            forced=claim.forced,
            occasion=f"asked-{claim.asked}",
            reviewed_head=claim.reviewed_head,
            hold=self._lease,
            memory=self,
            outbox=self,
            step=self._steps,
        )

    def order(self, command: CommandText) -> Order:
        """Return the command to be executed."""
        request = CommandRequest(
            address=address_of(self._claim.pull),
            comment_id=command.comment_id,
            on_review=command.on_review,
            author=command.author,
            author_id=command.author_id,
            text=command.text,
            created_at=datetime.fromtimestamp(command.created_at, UTC),
        )
        return Order(request=request, head=command.head, hold=self._lease, requests=self, outbox=self, step=self._steps)

    def plan(self, key: str, kind: str, target: str, body_sha256: str) -> Entry:
        """Note what is to be posted."""
        entry = self._ledger.plan(self._claim, Plan(key, kind, target, _head_of(key), body_sha256))
        state = State(entry.state) if entry.state in {Posting.POSTING, Posting.POSTED} else State.PLANNED
        return Entry(state, time.time() - entry.age_seconds, entry.github_id)

    def mark_posting(self, key: str) -> None:
        """Note that the request is about to be sent."""
        self._ledger.mark_posting(self._claim, key)

    def mark_posted(self, key: str, github_id: int) -> None:
        """Note what GitHub made of it."""
        self._ledger.mark_posted(self._claim, key, github_id)

    def save(self, review: Review, files: Sequence[SourceFile]) -> None:
        """Keep what a review came to, and which earlier suggestions stand in `files` now."""
        kept = self._keeping
        self._ledger.save_run(self._claim, run_of(review, rules=kept.rules))
        if kept.seal is not None:
            diffs = diffs_of((*review.verdicts, *(opinion.verdict for opinion in review.opinions)))
            sealed = {edits_sha256(edits): kept.seal.close(diff) for edits, diff in diffs.items()}
            self._ledger.keep_diffs(self._claim, review.head, sealed, kept.days)
        reported = {finding.fingerprint for finding in review.findings}
        self._ledger.note_applied(self._claim, review.head, reported, files)

    def dismissed(self) -> frozenset[str]:
        """Return what people dismissed."""
        return self._ledger.dismissed(self._claim.pull)

    def open_checks(self) -> tuple[tuple[str, str], ...]:
        """Return key and head of each check that was started and not known to be concluded."""
        return tuple((entry.key, entry.head) for entry in self._ledger.pending(self._claim) if entry.kind == "check")

    def request_review(self, head: str, updated_at: datetime) -> None:
        """Ask for a review of `head`, once for each comment, whatever becomes of this claim."""
        claim = self._claim
        guid = f"command:{claim.row_id}"
        work = ReviewWork(claim.pull, head, updated_at.timestamp(), COMMAND_TRIGGER, claim.requested_by, forced=True)
        digest = hashlib.sha256(guid.encode()).hexdigest()
        self._ledger.record_delivery(Delivery(guid, COMMAND_TRIGGER, "review", digest, work))
        self._audit("review", head)

    def dismiss(self, fingerprint: str, reason: str) -> None:
        """Keep what the command's author dismissed."""
        self._ledger.dismiss(self._claim.pull, fingerprint, self._actor, reason)

    def status(self) -> str:
        """Say how the review stands."""
        pull = self._claim.pull
        return _status(self._ledger.find_pull(pull.repository_id, pull.number))

    def _audit(self, action: str, detail: str) -> None:
        pull = self._claim.pull
        target = f"pull:{pull.repository_id}:{pull.number}"
        self._ledger.append_audit(AuditEntry(pull.installation, self._actor, action, target, detail))

    @property
    def _actor(self) -> str:
        command = self._claim.command
        return "reviewbot" if command is None else f"user:{command.author_id}"


def _head_of(key: str) -> str:
    """Return the head in a key of `reviewbot.github`: kind/repository/number/head/occasion."""
    parts = key.split("/")
    return parts[3] if len(parts) > 3 else ""  # noqa: PLR2004  the place of the head


def _status(pull: PullState | None) -> str:
    if pull is None:
        return "No review was asked for yet."
    head, reviewed = pull.head[:12], pull.reviewed_head[:12]
    words = {
        RowState.WAITING: f"A review of {head} is waiting for a worker.",
        RowState.RUNNING: f"A review of {head} is under way.",
        RowState.DONE: f"Nothing is waiting; the newest commit that was seen is {head}.",
        RowState.FAILED: f"The review of {head} failed and was given up. Ask for it again with `/reviewbot review`.",
        RowState.STOPPED: "The pull request was closed or is a draft: nothing is waiting.",
    }
    return f"{words[pull.state]} {f'The last review is of {reviewed}.' if reviewed else 'There is no review yet.'}"
