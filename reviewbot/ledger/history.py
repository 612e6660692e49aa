"""What earlier reviews said, what people dismissed, and how far the sweepers have come."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Column, Connection, delete, exists, insert, select

from reviewbot.ledger.audit import Entry, append
from reviewbot.ledger.fitting import fitted
from reviewbot.ledger.forget import forget
from reviewbot.ledger.record import Claim, Posting, PullKey
from reviewbot.ledger.rows import pull_key
from reviewbot.ledger.run import FindingRecord, RunRecord, SuggestionRecord
from reviewbot.ledger.schema import (
    TALLY,
    cursor,
    dismissal,
    finding,
    outbox,
    run,
    run_skipped,
    run_tool,
    suggestion,
    suggestion_edit,
    work,
)
from reviewbot.ledger.store import Store, insert_into

REVIEW_POSTING = "review"
"""The outbox's `kind` of a review with its comments: what was commented counts as said once it is posted."""

GIVEN_UP = "deliveries given up"
"""The cursor that holds how many deliveries of the last three days never arrived and are not asked for again."""


class History(Store):
    """What one review leaves for the next."""

    def save_run(self, claim: Claim, record: RunRecord) -> int:
        """Keep what a review came to. The same review of the same claim replaces what was kept of it.

        Raises:
            LostClaimError: somebody else has the row.
        """
        with self._writing() as connection:
            self._check_held(connection, claim)
            same = (run.c.work_id == claim.row_id, run.c.generation == claim.generation, run.c.head == record.head)
            connection.execute(delete(run).where(*same))
            values = {
                "work_id": claim.row_id,
                "generation": claim.generation,
                "base": fitted(run.c.base, record.base),
                "head": fitted(run.c.head, record.head),
                "conclusion": record.conclusion,
                "complete": record.complete,
                "saved_at": self._clock.now(connection),
                **{column.name: getattr(record.tally, column.name) for column in TALLY},
                "delivery": claim.occasion.delivery,
                "trigger": claim.trigger,
                "requested_by": claim.requested_by,
                "rules": fitted(run.c.rules, record.rules),
            }
            run_id: int = connection.execute(insert(run).values(values).returning(run.c.id)).scalar_one()
            _save_parts(connection, run_id, record)
            return run_id

    def published_fingerprints(self, pull: PullKey) -> frozenset[str]:
        """Return the findings that stand as comments on the pull request, by the outbox's word."""
        posted = exists().where(
            outbox.c.work_id == work.c.id,
            outbox.c.head == run.c.head,
            outbox.c.kind == REVIEW_POSTING,
            outbox.c.state == Posting.POSTED,
        )
        said = (
            select(finding.c.fingerprint)
            .join(run, run.c.id == finding.c.run_id)
            .join(work, work.c.id == run.c.work_id)
            .where(work.c.key == pull_key(pull), finding.c.commented, posted)
        )
        with self._reading() as connection:
            return frozenset(connection.execute(said).scalars())

    def dismiss(self, pull: PullKey, fingerprint: str, actor: str, reason: str) -> None:
        """Stay quiet about a finding on this pull request from now on. `actor` is an id, such as `user:4711`."""
        with self._writing() as connection:
            now = self._clock.now(connection)
            values = {
                "repository_id": pull.repository_id,
                "number": pull.number,
                "fingerprint": fitted(dismissal.c.fingerprint, fingerprint),
                "installation": pull.installation,
                "actor": fitted(dismissal.c.actor, actor),
                "reason": fitted(dismissal.c.reason, reason),
                "at": now,
            }
            connection.execute(insert_into(connection, dismissal).on_conflict_do_nothing().values(values))
            target = f"pull:{pull.repository_id}:{pull.number}"
            append(connection, Entry(pull.installation, actor, "dismiss", target, f"{fingerprint}: {reason}"), now)

    def dismissed(self, pull: PullKey) -> frozenset[str]:
        """Return the findings that people dismissed on this pull request."""
        here = (dismissal.c.repository_id == pull.repository_id, dismissal.c.number == pull.number)
        with self._reading() as connection:
            return frozenset(connection.execute(select(dismissal.c.fingerprint).where(*here)).scalars())

    def cursor(self, name: str) -> str | None:
        """Return how far a sweeper has come, None at its first run."""
        with self._reading() as connection:
            own = select(cursor.c.value).where(cursor.c.name == f"sweeper:{name}")
            return connection.execute(own).scalar_one_or_none()

    def set_cursor(self, name: str, value: str) -> None:
        """Note how far a sweeper has come."""
        with self._writing() as connection:
            statement = insert_into(connection, cursor).values(name=f"sweeper:{name}", value=value)
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))

    def forget_installation(self, installation: int) -> None:
        """Delete all that is known of an installation. Its audit entries keep ids and nothing more."""
        with self._writing() as connection:
            forget(connection, installation, self._clock.now(connection))
        self._flush_deleted()


def _save_parts(connection: Connection, run_id: int, record: RunRecord) -> None:
    tools = [{"name": name, "version": version} for name, version in dict(record.tools).items()]
    skipped = [{"path": fitted(run_skipped.c.path, path)} for path in record.skipped]
    parts: list[tuple[Any, Iterable[dict[str, Any]]]] = [
        (run_tool, tools),
        (run_skipped, skipped),
        (finding, map(_finding_values, record.findings)),
    ]
    for table, rows in parts:
        if values := [{"run_id": run_id, **row} for row in rows]:
            connection.execute(insert(table), values)
    for one in record.suggestions:
        statement = insert(suggestion).values(run_id=run_id, **_suggestion_values(one)).returning(suggestion.c.id)
        suggestion_id = connection.execute(statement).scalar_one()
        if edits := [{"suggestion_id": suggestion_id, **asdict(edit)} for edit in one.edits]:
            connection.execute(insert(suggestion_edit), edits)


def _finding_values(record: FindingRecord) -> dict[str, Any]:
    return _fitted_into(
        (finding.c.fingerprint, finding.c.tool, finding.c.rule_id, finding.c.path, finding.c.severity), record
    ) | {"line": record.line, "commented": record.commented}


def _suggestion_values(record: SuggestionRecord) -> dict[str, Any]:
    return _fitted_into((suggestion.c.fingerprint, suggestion.c.origin, suggestion.c.model), record) | {
        "attempt": record.attempt,
        "edits_sha256": record.edits_sha256,
        "prompt_sha256": record.prompt_sha256,
        "answer_sha256": record.answer_sha256,
        "accepted": record.accepted,
        "flagged": record.flagged,
        "ending": record.ending,
        "refusals": fitted(suggestion.c.refusals, ",".join(record.refusals)),
    }


def _fitted_into(columns: Iterable[Column[str]], record: object) -> dict[str, Any]:
    return {column.name: fitted(column, getattr(record, column.name)) for column in columns}
