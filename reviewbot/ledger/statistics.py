"""How much of what was suggested the gate flagged, and what became of it: by model, and over time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select

from reviewbot.ledger.accounts import said_of
from reviewbot.ledger.schema import dismissal, run, suggestion
from reviewbot.ledger.store import Store

MODEL = "model"
WEEK_SECONDS = 7 * 86_400
_MONDAY = 4 * 86_400
"""The first Monday after the epoch, which was a Thursday."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many candidates there were, and what holds of how many: see `reviewbot.ledger.tally.SUGGESTIONS`."""

    generated: int = 0
    flagged: int = 0
    repaired: int = 0
    abandoned: int = 0
    withheld: int = 0
    posted: int = 0
    applied: int = 0

    @property
    def share_flagged(self) -> float | None:
        """Of what was generated, in how much the scanners found something new."""
        return self.flagged / self.generated if self.generated else None

    @property
    def repair_rate(self) -> float | None:
        """Of the findings for which the gate refused something, how many have a suggestion in the end."""
        tried = self.repaired + self.abandoned
        return self.repaired / tried if tried else None

    def plus(self, other: "Tally") -> "Tally":
        """Return both together."""
        return Tally(
            self.generated + other.generated,
            self.flagged + other.flagged,
            self.repaired + other.repaired,
            self.abandoned + other.abandoned,
            self.withheld + other.withheld,
            self.posted + other.posted,
            self.applied + other.applied,
        )


@dataclass(frozen=True, slots=True)
class Week:
    """The suggestions that models wrote in one week, which began at `start` (seconds since the epoch, a Monday)."""

    start: float
    models: Tally


@dataclass(frozen=True, slots=True)
class Statistics:
    """What was done since a time, as far as it is still known: what an uninstallation deleted is not counted.

    `models` and `rules` are who wrote suggestions; `refusals` are the names of the gate's reasons, for what was
    withheld, the most frequent first.
    """

    reviews: tuple[tuple[str, int], ...]
    models: tuple[tuple[str, Tally], ...]
    rules: Tally
    weeks: tuple[Week, ...]
    refusals: tuple[tuple[str, int], ...]
    dismissed: int

    @property
    def written_by_models(self) -> Tally:
        """All that models wrote."""
        return _sum([tally for _, tally in self.models])


class Figures(Store):
    """Questions about many reviews at once."""

    def statistics(self, since: float = 0.0) -> Statistics:
        """Return the figures for reviews saved at `since` or later."""
        with self._reading() as connection:
            rows = connection.execute(_grouped(since)).all()
            concluded = select(run.c.conclusion, func.count()).where(run.c.saved_at >= since)
            reviews = connection.execute(concluded.group_by(run.c.conclusion).order_by(run.c.conclusion))
            of_time = select(func.count()).select_from(dismissal).where(dismissal.c.at >= since)
            return Statistics(
                reviews=tuple((conclusion, number) for conclusion, number in reviews),
                models=_by_model(rows),
                rules=_sum([_tally(row) for row in rows if row.origin != MODEL]),
                weeks=_by_week(rows),
                refusals=_refusals(rows),
                dismissed=connection.execute(of_time).scalar_one(),
            )


def _grouped(since: float) -> Select[Any]:
    week = func.round((run.c.saved_at - _MONDAY) / WEEK_SECONDS - 0.5).label("week")
    applied = (suggestion.c.applied_head != "").label("applied")
    alike = (
        suggestion.c.origin,
        suggestion.c.model,
        suggestion.c.accepted,
        suggestion.c.flagged,
        suggestion.c.ending,
        suggestion.c.refusals,
        suggestion.c.posted,
    )
    joined = suggestion.join(run, run.c.id == suggestion.c.run_id)
    return (
        select(week, applied, *alike, func.count().label("number"))
        .select_from(joined)
        .where(run.c.saved_at >= since)
        .group_by(week, applied, *alike)
    )


def _tally(row: Row[Any]) -> Tally:
    said = said_of(accepted=row.accepted, flagged=row.flagged, ending=row.ending)
    counts = dict.fromkeys(said, row.number)
    return Tally(**counts, posted=row.number * row.posted, applied=row.number * row.applied)


def _sum(tallies: Sequence[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total = total.plus(tally)
    return total


def _by_model(rows: Sequence[Row[Any]]) -> tuple[tuple[str, Tally], ...]:
    models: dict[str, Tally] = {}
    for row in rows:
        if row.origin == MODEL:
            name = row.model or "unnamed"
            models[name] = models.get(name, Tally()).plus(_tally(row))
    return tuple(sorted(models.items(), key=lambda item: (-item[1].generated, item[0])))


def _by_week(rows: Sequence[Row[Any]]) -> tuple[Week, ...]:
    weeks: dict[float, Tally] = {}
    for row in rows:
        if row.origin == MODEL:
            start = float(row.week) * WEEK_SECONDS + _MONDAY
            weeks[start] = weeks.get(start, Tally()).plus(_tally(row))
    return tuple(Week(start, tally) for start, tally in sorted(weeks.items()))


def _refusals(rows: Sequence[Row[Any]]) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for row in rows:
        if not row.accepted:
            counts.update(dict.fromkeys(filter(None, row.refusals.split(",")), row.number))
    return tuple(counts.most_common())
