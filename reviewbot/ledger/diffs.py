"""The lines of suggestions, where an operator wants them kept: sealed, for some days."""

from collections.abc import Mapping

from sqlalchemy import delete, insert, select

from reviewbot.ledger.record import Claim
from reviewbot.ledger.schema import run, suggestion_diff
from reviewbot.ledger.store import Store

DAY_SECONDS = 86_400.0


class Diffs(Store):
    """Sealed diffs by the hash of their edits. What is in them the ledger cannot read."""

    def keep_diffs(self, claim: Claim, head: str, sealed: Mapping[str, bytes], days: int) -> None:
        """Keep the diffs of the run that `save_run` saved for `head`, for so many days.

        Raises:
            LostClaimError: somebody else has the row.
        """
        with self._writing() as connection:
            self._check_held(connection, claim)
            until = self._clock.now(connection) + days * DAY_SECONDS
            own = (run.c.work_id == claim.row_id, run.c.generation == claim.generation, run.c.head == head)
            run_id = connection.execute(select(run.c.id).where(*own)).scalar_one()
            connection.execute(delete(suggestion_diff).where(suggestion_diff.c.run_id == run_id))
            if rows := [{"run_id": run_id, "edits_sha256": n, "sealed": s, "until": until} for n, s in sealed.items()]:
                connection.execute(insert(suggestion_diff), rows)

    def sealed_diffs(self, run_id: int) -> dict[str, bytes]:
        """Return the diffs of a run that are kept and not too old, by the hash of their edits."""
        with self._reading() as connection:
            now = self._clock.now(connection)
            own = (suggestion_diff.c.run_id == run_id, suggestion_diff.c.until > now)
            rows = connection.execute(select(suggestion_diff.c.edits_sha256, suggestion_diff.c.sealed).where(*own))
            return {row.edits_sha256: row.sealed for row in rows}

    def forget_diffs(self) -> int:
        """Delete the diffs whose time is over. Return how many."""
        with self._writing() as connection:
            over = suggestion_diff.c.until <= self._clock.now(connection)
            count = connection.execute(delete(suggestion_diff).where(over)).rowcount
        if count:
            self._flush_deleted()
        return count
