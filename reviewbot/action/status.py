"""How the step ends: its exit status, with the numbers of the command line, and the conclusion beside it."""

from enum import IntEnum

from reviewbot.errors import ConfigError, ReviewbotError
from reviewbot.outcome import Conclusion
from reviewbot.policy import Policy
from reviewbot.review import Review


class Status(IntEnum):
    """The exit statuses of the step; those of `reviewbot.cli.exits`."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3


def status_of(review: Review, policy: Policy) -> Status:
    """Return the exit status that says what the check run of the App would say."""
    if review.conclusion is not Conclusion.FAILURE:
        return Status.CLEAN
    grave = any(policy.fail_on is not None and finding.severity >= policy.fail_on for finding in review.findings)
    return Status.FINDINGS if grave else Status.INCOMPLETE


def status_after(error: ReviewbotError) -> Status:
    """Return the exit status where there is no review."""
    return Status.USAGE if isinstance(error, ConfigError) else Status.INCOMPLETE
