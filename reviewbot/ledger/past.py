"""What became of earlier reviews, for those who may learn from it."""

from dataclasses import dataclass

from sqlalchemy import and_, func, select

from reviewbot.ledger.schema import dismissal, finding, run, suggestion, work
from reviewbot.ledger.store import Store


@dataclass(frozen=True, slots=True)
class PastFinding:
    """A finding that a review of `head` had. `dismissed`: people said that it is none.

    `accepted` are the hashes of the edits that were suggested for it and passed the gate.
    """

    head: str
    fingerprint: str
    path: str
    dismissed: bool
    accepted: frozenset[str]


class Past(Store):
    """Reads what was found and suggested in one repository."""

    def past_findings(self, repository: str) -> tuple[PastFinding, ...]:
        """Return the findings of all reviews of `owner/name`, each as its last review had it, the oldest first."""
        said = and_(dismissal.c.repository_id == work.c.repository_id, dismissal.c.number == work.c.number)
        written = and_(suggestion.c.run_id == run.c.id, suggestion.c.fingerprint == finding.c.fingerprint)
        rows = (
            select(
                run.c.head,
                finding.c.fingerprint,
                finding.c.path,
                dismissal.c.fingerprint.label("dismissed"),
                suggestion.c.edits_sha256,
            )
            .join(run, run.c.id == finding.c.run_id)
            .join(work, work.c.id == run.c.work_id)
            .outerjoin(dismissal, and_(said, dismissal.c.fingerprint == finding.c.fingerprint))
            .outerjoin(suggestion, and_(written, suggestion.c.accepted))
            .where(func.lower(work.c.repository) == repository.lower())
            .order_by(run.c.id, finding.c.id)
        )
        found: dict[str, PastFinding] = {}
        with self._reading() as connection:
            for row in connection.execute(rows):
                known = found.pop(row.fingerprint, None)
                accepted = known.accepted if known is not None and known.head == row.head else frozenset[str]()
                accepted |= {row.edits_sha256} if row.edits_sha256 else set()
                dismissed = row.dismissed is not None or (known is not None and known.dismissed)
                found[row.fingerprint] = PastFinding(row.head, row.fingerprint, row.path, dismissed, accepted)
        return tuple(found.values())
