"""What the end of a piece of work adds to the counts, and what it notes on the run that it came to."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, exists, insert, select, update

from reviewbot.ledger.fitting import fitted
from reviewbot.ledger.record import Claim, Ending, Kind, Posting
from reviewbot.ledger.schema import dismissal, finding, outbox, run, run_step, suggestion
from reviewbot.ledger.tally import COMMANDS, FINDINGS, REVIEWS, Series, Step, Writers, count, timed

FAILED, POSTPONED, NO_RUN = "failed", "postponed", "not-reviewed"


def count_unfinished(connection: Connection, claim: Claim, outcome: str) -> None:
    """Count work that came to no end this time: it is tried again, or was given up."""
    count(connection, {Series(COMMANDS if claim.kind is Kind.COMMAND else REVIEWS, (outcome,)): 1})


def settle(connection: Connection, claim: Claim, ending: Ending, head: str, steps: Sequence[Step]) -> None:
    """Count the end of a claim. With a run for `head`, its findings, suggestions and steps are counted with it."""
    if claim.kind is Kind.COMMAND:
        count(connection, {Series(COMMANDS, (ending.value,)): 1})
        return
    same = (run.c.work_id == claim.row_id, run.c.generation == claim.generation)
    made = connection.execute(select(run).where(*same, run.c.head == head)).first()
    counts: Counter[Series] = Counter()
    if ending is not Ending.REVIEWED:
        counts[Series(REVIEWS, (ending.value,))] += 1
    else:
        counts[Series(REVIEWS, (NO_RUN if made is None else made.conclusion,))] += 1
    if made is not None:
        counts += _of_run(connection, claim, made)
        _keep_steps(connection, made.id, steps)
    # A turn that found nothing to do says nothing of how long reviews take.
    count(connection, counts if made is None else counts + timed(steps))


def _of_run(connection: Connection, claim: Claim, made: Row[Any]) -> Counter[Series]:
    counts: Counter[Series] = Counter()
    for severity in connection.execute(select(finding.c.severity).where(finding.c.run_id == made.id)).scalars():
        counts[Series(FINDINGS, (severity,))] += 1
    posted, writers = _mark_posted(connection, claim, made), Writers(connection)
    for row in connection.execute(select(suggestion).where(suggestion.c.run_id == made.id).order_by(suggestion.c.id)):
        who = writers.label(row.origin, row.model)
        said = said_of(accepted=row.accepted, flagged=row.flagged, ending=row.ending) | (
            {"posted"} if row.id in posted else set()
        )
        counts.update(Series(word, (who,)) for word in said)
    return counts


def said_of(*, accepted: bool, flagged: bool, ending: str) -> set[str]:
    """Return what holds of a candidate: the names of the counts that it belongs to."""
    words = {"generated", ending, "flagged" if flagged else "", "" if accepted else "withheld"}
    return words - {""}


def _mark_posted(connection: Connection, claim: Claim, made: Row[Any]) -> set[int]:
    """Note which suggestions of a run stand on GitHub: accepted, under a comment that was not written before."""
    there = exists().where(
        outbox.c.work_id == made.work_id,
        outbox.c.head == made.head,
        outbox.c.kind == "review",
        outbox.c.state == Posting.POSTED,
    )
    earlier = (
        select(suggestion.c.fingerprint)
        .join(run, run.c.id == suggestion.c.run_id)
        .where(run.c.work_id == made.work_id, suggestion.c.posted)
    )
    quiet = select(dismissal.c.fingerprint).where(
        dismissal.c.repository_id == claim.pull.repository_id, dismissal.c.number == claim.pull.number
    )
    commented = select(finding.c.fingerprint).where(finding.c.run_id == made.id, finding.c.commented)
    told = (
        update(suggestion)
        .where(
            suggestion.c.run_id == made.id,
            suggestion.c.accepted,
            suggestion.c.fingerprint.in_(commented),
            suggestion.c.fingerprint.not_in(earlier),
            suggestion.c.fingerprint.not_in(quiet),
            there,
        )
        .values(posted=True)
        .returning(suggestion.c.id)
    )
    return set(connection.execute(told).scalars())


def _keep_steps(connection: Connection, run_id: int, steps: Sequence[Step]) -> None:
    values = [
        {"run_id": run_id, "position": n, "step": fitted(run_step.c.step, step.name), "seconds": step.seconds}
        for n, step in enumerate(steps, start=1)
    ]
    if values:
        connection.execute(insert(run_step), values)


def count_applied(connection: Connection, rows: Sequence[Row[Any]]) -> None:
    """Count suggestions whose lines stand in a later head."""
    writers = Writers(connection)
    counts = Counter(Series("applied", (writers.label(row.origin, row.model),)) for row in rows)
    count(connection, counts)
