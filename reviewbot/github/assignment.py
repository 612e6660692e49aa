"""What a worker hands to the bot: one piece of claimed work, and the record that goes with it.

The record is the ledger's; the bot knows no more of it than these few methods.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from reviewbot.change import SourceFile
from reviewbot.github.events import CommandRequest, PullAddress
from reviewbot.github.reviews import Outbox
from reviewbot.review import Review


class End(StrEnum):
    """How the work ended. Only `reviewed` answers for a head; after `superseded` it is taken up again."""

    REVIEWED = "reviewed"
    NOTHING_TO_DO = "nothing-to-do"
    SUPERSEDED = "superseded"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the work ended, and for which head."""

    end: End
    head: str = ""


class Hold(Protocol):
    """The right to do the work."""

    def check(self) -> None:
        """Go on. Called before each write to GitHub.

        Raises:
            LostClaimError: the work is somebody else's now.
        """

    def is_current(self) -> bool:
        """Say whether the result will still be wanted: nothing newer was asked for."""


class Memory(Protocol):
    """What is remembered of a pull request beyond this piece of work."""

    def save(self, review: Review, files: Sequence[SourceFile]) -> None:
        """Keep what a review came to, without any code; `files` are those at head that it looked at."""

    def dismissed(self) -> frozenset[str]:
        """Return the fingerprints that somebody dismissed."""

    def open_checks(self) -> Sequence[tuple[str, str]]:
        """Return key and head of each check run that was begun and is not known to be concluded."""


class Requests(Protocol):
    """What a command can bring about."""

    def request_review(self, head: str, updated_at: datetime) -> None:
        """Ask for a review of `head`, whether or not it has one. To do it twice is to do it once."""

    def dismiss(self, fingerprint: str, reason: str) -> None:
        """Keep that the command's author dismissed a finding, and why."""

    def status(self) -> str:
        """Say in a sentence or two how the review of the pull request stands."""


def _nobody_hears(_step: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Assignment:
    """A review to be done. `step` is told each part of the work as it starts.

    `head` is a hint, except with `forced`: somebody asked for a review of just this head, on this `occasion`.
    `reviewed_head` has a complete review.
    """

    address: PullAddress
    head: str
    forced: bool
    occasion: str
    reviewed_head: str
    hold: Hold
    memory: Memory
    outbox: Outbox
    step: Callable[[str], None] = _nobody_hears


@dataclass(frozen=True, slots=True)
class Order:
    """A command to be executed. `head` was the newest known head when it was written, or is empty."""

    request: CommandRequest
    head: str
    hold: Hold
    requests: Requests
    outbox: Outbox
    step: Callable[[str], None] = _nobody_hears
