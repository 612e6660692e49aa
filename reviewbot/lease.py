"""A lease on claimed work, kept by a heartbeat for as long as the work lasts."""

import threading
from types import TracebackType
from typing import Self

from reviewbot.errors import LostClaimError, TransientError
from reviewbot.ledger import Ledger
from reviewbot.ledger.record import Claim


class Lease:
    """Renews a claim from a thread of its own inside of a `with` statement.

    A process that stands still (SIGSTOP, a machine put to sleep) does not notice that its lease ran out. So
    `check` asks the record itself, and is called before each write to GitHub.
    """

    def __init__(self, ledger: Ledger, claim: Claim, seconds: float) -> None:
        self._ledger = ledger
        self._claim = claim
        self._seconds = seconds
        self._over = threading.Event()
        self._lost = False
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def check(self) -> None:
        """Go on only if the work is still ours.

        Raises:
            LostClaimError: it is not. Write nothing any more.
            UnavailableError: the record cannot be asked, so nobody knows.
        """
        if self._lost or not self._ledger.heartbeat(self._claim, self._seconds):
            self._lost = True
            raise LostClaimError("The lease on this work is over: another worker goes on with it.")

    def is_current(self) -> bool:
        """Say whether the result will still be wanted: nothing newer was asked for."""
        return not self._lost and self._ledger.is_current(self._claim)

    def _beat(self) -> None:
        while not self._over.wait(self._seconds / 3):
            try:
                self._lost = self._lost or not self._ledger.heartbeat(self._claim, self._seconds)
            except TransientError:
                continue  # it is tried again before the lease is over; if that fails too, `check` finds out
