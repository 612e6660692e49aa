"""What each of the action's doors works with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reviewbot.action.job import Job
from reviewbot.action.log import Log
from reviewbot.finding import Scanner
from reviewbot.github.job import JobAccess


@dataclass(frozen=True, slots=True)
class Room:
    """One job, its log, its way to GitHub, and the scanners, which are made when they are needed."""

    job: Job
    log: Log
    access: JobAccess
    scanners: Callable[[], Sequence[Scanner]]
