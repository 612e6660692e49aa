"""The check run around one piece of work: whatever becomes of the work, the check is concluded."""

from collections.abc import Collection
from types import TracebackType
from typing import Self

from reviewbot.errors import GitHubError, ReviewbotError, TransientError
from reviewbot.github import checks
from reviewbot.github.assignment import Memory
from reviewbot.github.auth import GitHub
from reviewbot.github.pulls import Pull
from reviewbot.github.reviews import Outbox, State
from reviewbot.outcome import Conclusion
from reviewbot.review import Review


class OpenCheck:
    """The check run of one head on one `occasion`, in progress inside of the `with` statement.

    An error that is tried again leaves it in progress: the next attempt goes on with the same check run. The
    outbox knows it until it is concluded, so that none is forgotten when the head moves on meanwhile.
    """

    def __init__(self, github: GitHub, pull: Pull, occasion: str, outbox: Outbox) -> None:
        self.occasion = occasion
        self._github = github
        self._head = pull.head_sha
        self._external_id = f"{pull.address.repository_id}/{pull.address.number}/{pull.head_sha}/{occasion}"
        self._outbox = outbox
        self._key = f"check/{self._external_id}"
        self._id = 0
        self._noted = False
        self._concluded = False

    def __enter__(self) -> Self:
        state = self._outbox.plan(self._key, "check", self._github.name, "").state
        self._noted = state is State.POSTED
        if not self._noted:
            self._outbox.mark_posting(self._key)
        self._id = checks.start(self._github, self._head, self._external_id)
        if state is State.POSTING:
            # The answer to an earlier attempt was lost, and there may be two.
            checks.supersede(self._github, self._head, self._external_id)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._concluded or error is None or isinstance(error, (TransientError, SystemExit, KeyboardInterrupt)):
            return
        said = str(error) if isinstance(error, ReviewbotError) else "A fault in reviewbot ended the review."
        try:
            self.conclude_without_review("Not reviewed", f"{said} Nothing counts as reviewed.", failed=True)
        except (GitHubError, TransientError):
            return  # the error that is on its way says more

    def conclude(self, review: Review, told: Collection[str]) -> None:
        """Conclude with a review; `told` holds the fingerprints that stand in comments."""
        checks.conclude(self._github, self._id, review, told)
        self._note()

    def conclude_without_review(self, heading: str, text: str, *, failed: bool = False) -> None:
        """Conclude without one, and say why."""
        conclusion = Conclusion.FAILURE if failed else Conclusion.NEUTRAL
        checks.conclude_without_review(self._github, self._id, conclusion, heading, text)
        self._note()

    def _note(self) -> None:
        self._concluded = True
        if not self._noted:
            self._outbox.mark_posted(self._key, self._id)


def conclude_forgotten(github: GitHub, memory: Memory, outbox: Outbox, *, keep: str | None) -> None:
    """Conclude what earlier runs, which were killed, left in progress on heads other than the one to `keep`."""
    for key, head in memory.open_checks():
        if head != keep:
            checks.supersede(github, head)
            outbox.mark_posted(key, 0)
