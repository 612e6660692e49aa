"""What operators see: what waits, reviews with their state, and one review whole. It only reads."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Join, Row, Select, func, select
from sqlalchemy.sql.elements import ColumnElement

from reviewbot.ledger.record import Kind, Posting, State
from reviewbot.ledger.schema import (
    dismissal,
    finding,
    outbox,
    pause,
    run,
    run_skipped,
    run_step,
    run_tool,
    suggestion,
    work,
)
from reviewbot.ledger.store import Store
from reviewbot.ledger.tally import Step
from reviewbot.ledger.view import Filter, FindingRow, PullRow, QueueState, RunRow, SuggestionRow

PAGE = 25
MAX_PARTS = 500
"""Findings and suggestions of one run that are shown; more would be a page that nobody reads."""


class Overview(Store):
    """Questions about everything that was done. None of them holds a lock that work waits for."""

    def queue_state(self) -> QueueState:
        """Return how much waits and is under way."""
        with self._reading() as connection:
            now = self._clock.now(connection)
            counted = connection.execute(select(work.c.state, func.count()).group_by(work.c.state))
            rows = dict.fromkeys((state.value for state in State), 0) | {row.state: row[1] for row in counted}
            waits = select(func.min(work.c.waiting_since)).outerjoin(pause, pause.c.installation == work.c.installation)
            ready = (work.c.state == State.WAITING, work.c.open, work.c.next_at <= now)
            free = func.coalesce(pause.c.until, 0.0) <= now
            oldest = connection.execute(waits.where(*ready, free)).scalar()
            paused = connection.execute(select(func.count()).select_from(pause).where(pause.c.until > now)).scalar_one()
        return QueueState(rows, None if oldest is None else max(0.0, now - oldest), paused)

    def pulls(self, wanted: Filter, page: int = 1) -> tuple[tuple[PullRow, ...], int]:
        """Return one page of pull requests, those changed last first, and how many there are in all."""
        joined, conditions = _with_newest_run(), _conditions(wanted)
        with self._reading() as connection:
            now = self._clock.now(connection)
            total = connection.execute(select(func.count()).select_from(joined).where(*conditions)).scalar_one()
            rows = connection.execute(
                select(work, run.c.id.label("run_id"), run.c.conclusion)
                .select_from(joined)
                .where(*conditions)
                .order_by(work.c.waiting_since.desc(), work.c.id.desc())
                .limit(PAGE)
                .offset((max(1, page) - 1) * PAGE)
            ).all()
            counts = _counts(connection, [row.run_id for row in rows if row.run_id is not None])
        return tuple(_pull_row(row, now, counts) for row in rows), total

    def pull(self, row_id: int) -> PullRow | None:
        """Return one pull request."""
        return self._one(work.c.id == row_id)

    def pull_named(self, repository: str, number: int) -> PullRow | None:
        """Return the pull request of that number in `owner/name`, whatever case it is written in."""
        return self._one((func.lower(work.c.repository) == repository.lower()) & (work.c.number == number))

    def runs(self, row_id: int) -> tuple[tuple[int, str, str, float], ...]:
        """Return id, head, conclusion and time of each run of a pull request, the newest first."""
        chosen = select(run.c.id, run.c.head, run.c.conclusion, run.c.saved_at).where(run.c.work_id == row_id)
        with self._reading() as connection:
            rows = connection.execute(chosen.order_by(run.c.id.desc()).limit(100))
            return tuple((row.id, row.head, row.conclusion, row.saved_at) for row in rows)

    def run(self, run_id: int) -> RunRow | None:
        """Return one review whole."""
        with self._reading() as connection:
            row = connection.execute(select(run).where(run.c.id == run_id)).first()
            return None if row is None else _run_row(connection, row)

    def _one(self, which: ColumnElement[bool]) -> PullRow | None:
        found = (
            select(work, run.c.id.label("run_id"), run.c.conclusion)
            .select_from(_with_newest_run())
            .where(which, work.c.kind == Kind.REVIEW)
            .order_by(work.c.id.desc())
        )
        with self._reading() as connection:
            row = connection.execute(found.limit(1)).first()
            if row is None:
                return None
            counts = _counts(connection, [] if row.run_id is None else [row.run_id])
            return _pull_row(row, self._clock.now(connection), counts)


def _with_newest_run() -> Join:
    newest = select(run.c.work_id, func.max(run.c.id).label("run_id")).group_by(run.c.work_id).subquery()
    return work.outerjoin(newest, newest.c.work_id == work.c.id).outerjoin(run, run.c.id == newest.c.run_id)


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [work.c.kind == Kind.REVIEW]
    if wanted.state:
        conditions.append(work.c.state == wanted.state)
    if wanted.conclusion:
        conditions.append(run.c.conclusion == wanted.conclusion)
    if wanted.text:
        conditions.append(func.lower(work.c.repository).contains(wanted.text.lower(), autoescape=True))
    return conditions


def _counts(connection: Connection, runs: Sequence[int]) -> Counter[tuple[str, int]]:
    counts: Counter[tuple[str, int]] = Counter()
    if not runs:
        return counts
    questions: list[tuple[str, Select[Any]]] = [
        ("findings", select(finding.c.run_id, func.count()).where(finding.c.run_id.in_(runs))),
        ("suggestions", select(suggestion.c.run_id, func.count()).where(suggestion.c.run_id.in_(runs))),
        (
            "withheld",
            select(suggestion.c.run_id, func.count()).where(
                suggestion.c.run_id.in_(runs), suggestion.c.accepted.is_(False)
            ),
        ),
    ]
    for name, question in questions:
        for run_id, number in connection.execute(question.group_by(question.selected_columns[0])):
            counts[name, run_id] = number
    return counts


def _pull_row(row: Row[Any], now: float, counts: Counter[tuple[str, int]]) -> PullRow:
    return PullRow(
        row_id=row.id,
        repository=row.repository,
        repository_id=row.repository_id,
        number=row.number,
        state=row.state,
        head=row.head,
        age_seconds=max(0.0, now - row.waiting_since),
        error=row.error,
        run_id=row.run_id,
        conclusion=row.conclusion or "",
        findings=counts["findings", row.run_id],
        suggestions=counts["suggestions", row.run_id],
        withheld=counts["withheld", row.run_id],
    )


def _run_row(connection: Connection, row: Row[Any]) -> RunRow:
    posted = select(outbox.c.github_id).where(
        outbox.c.work_id == row.work_id,
        outbox.c.head == row.head,
        outbox.c.kind == "review",
        outbox.c.state == Posting.POSTED,
    )
    tools = select(run_tool.c.name, run_tool.c.version).where(run_tool.c.run_id == row.id).order_by(run_tool.c.name)
    steps = select(run_step).where(run_step.c.run_id == row.id).order_by(run_step.c.position)
    skipped = select(run_skipped.c.path).where(run_skipped.c.run_id == row.id).order_by(run_skipped.c.id)
    return RunRow(
        row_id=row.id,
        base=row.base,
        head=row.head,
        conclusion=row.conclusion,
        complete=row.complete,
        saved_at=row.saved_at,
        delivery=row.delivery,
        trigger=row.trigger,
        requested_by=row.requested_by,
        rules=row.rules,
        review_id=connection.execute(posted.order_by(outbox.c.id.desc()).limit(1)).scalar(),
        tools=tuple((tool.name, tool.version) for tool in connection.execute(tools)),
        steps=tuple(Step(step.step, step.seconds) for step in connection.execute(steps)),
        skipped=tuple(connection.execute(skipped.limit(MAX_PARTS)).scalars()),
        findings=_findings(connection, row),
        suggestions=_suggestions(connection, row.id),
    )


def _findings(connection: Connection, row: Row[Any]) -> tuple[FindingRow, ...]:
    here = select(work.c.repository_id, work.c.number).where(work.c.id == row.work_id)
    pull = connection.execute(here).one()
    of_pull = (dismissal.c.repository_id == pull.repository_id, dismissal.c.number == pull.number)
    dismissed = set(connection.execute(select(dismissal.c.fingerprint).where(*of_pull)).scalars())
    found = select(finding).where(finding.c.run_id == row.id).order_by(finding.c.id).limit(MAX_PARTS)
    return tuple(
        FindingRow(
            one.fingerprint,
            one.tool,
            one.rule_id,
            one.path,
            one.line,
            one.severity,
            one.commented,
            one.fingerprint in dismissed,
        )
        for one in connection.execute(found)
    )


def _suggestions(connection: Connection, run_id: int) -> tuple[SuggestionRow, ...]:
    chosen = select(suggestion).where(suggestion.c.run_id == run_id).order_by(suggestion.c.id).limit(MAX_PARTS)
    return tuple(
        SuggestionRow(
            row_id=row.id,
            fingerprint=row.fingerprint,
            origin=row.origin,
            model=row.model,
            attempt=row.attempt,
            accepted=row.accepted,
            flagged=row.flagged,
            ending=row.ending,
            refusals=tuple(filter(None, row.refusals.split(","))),
            posted=row.posted,
            applied_head=row.applied_head,
            prompt_sha256=row.prompt_sha256,
            answer_sha256=row.answer_sha256,
            edits_sha256=row.edits_sha256,
        )
        for row in connection.execute(chosen)
    )
