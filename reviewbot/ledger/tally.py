"""Counts for metrics, kept where all workers write: one scrape of the receiver covers the work of all of them.

Each count is a row that only grows, changed in the transaction of what it counts: nothing is counted twice or not at
all when a worker dies. Labels come from short lists; no repository, person or path is ever one.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from reviewbot.ledger.schema import budget, tally
from reviewbot.ledger.store import Store, insert_into

REVIEWS, COMMANDS, FINDINGS, DEATHS = "reviews", "commands", "findings", "deaths"
SUGGESTIONS = ("generated", "flagged", "repaired", "abandoned", "withheld", "posted", "applied")
"""What can be said of a candidate; each is a count of its own, as several hold at once.

In one that is flagged the scanners found something new. `repaired` and `abandoned` are counted once for each finding
for which the gate refused something: in the end there was one to show, or none.
"""
SECONDS, SECONDS_SUM = "step_seconds", "step_seconds_sum"
BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
"""Upper bounds of the histogram's buckets, in seconds. The last bucket has none."""
MAX_MODELS = 20
"""More names of models than these are counted as `other`: whoever runs the model server chooses its names."""
OTHER, RULE = "other", "rule"

_NAME = re.compile(r"[^A-Za-z0-9._:/-]+")


@dataclass(frozen=True, slots=True)
class Series:
    """One count: its name and its labels, in an order that belongs to the name."""

    name: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """How many requests GitHub allows an installation, and how many are left until `reset_at`."""

    ceiling: int
    remaining: int
    reset_at: float


@dataclass(frozen=True, slots=True)
class Step:
    """How long a step of a review took."""

    name: str
    seconds: float


class Tallies(Store):
    """What the metrics read, and what workers tell besides their work."""

    def tallies(self) -> dict[Series, float]:
        """Return all counts."""
        with self._reading() as connection:
            rows = connection.execute(select(tally).order_by(tally.c.name, tally.c.labels))
            return {Series(row.name, tuple(json.loads(row.labels))): row.value for row in rows}

    def note_budget(self, installation: int, known: Budget) -> None:
        """Keep what GitHub said last of an installation's rate limit."""
        values = {"ceiling": known.ceiling, "remaining": known.remaining, "reset_at": known.reset_at}
        with self._writing() as connection:
            statement = insert_into(connection, budget).values(installation=installation, **values)
            connection.execute(statement.on_conflict_do_update(index_elements=["installation"], set_=values))

    def tightest_budget(self) -> Budget | None:
        """Return the budget of the installation that has the smallest share left. None: none is known to be used."""
        with self._reading() as connection:
            now = self._clock.now(connection)
            left = budget.c.remaining * 1.0 / func.nullif(budget.c.ceiling, 0)
            row = connection.execute(select(budget).where(budget.c.reset_at > now).order_by(left).limit(1)).first()
            return None if row is None else Budget(row.ceiling, row.remaining, row.reset_at)


def count(connection: Connection, counts: Mapping[Series, float]) -> None:
    """Add to the counts, inside of the transaction of what is counted."""
    rows = [
        {"name": series.name, "labels": json.dumps(series.labels, separators=(",", ":"))[:200], "value": value}
        for series, value in counts.items()
    ]
    if not rows:
        return
    rows.sort(key=lambda row: (row["name"], row["labels"]))  # whoever locks in one order never waits in a circle
    statement = insert_into(connection, tally)
    grown = {"value": tally.c.value + statement.excluded.value}
    connection.execute(statement.on_conflict_do_update(index_elements=["name", "labels"], set_=grown), rows)


def timed(steps: Sequence[Step]) -> Counter[Series]:
    """Return the counts of a histogram: each step in its bucket, and the sum of the seconds."""
    counts: Counter[Series] = Counter()
    for step in steps:
        bound = next((str(bound) for bound in BOUNDS if step.seconds <= bound), "+Inf")
        counts[Series(SECONDS, (step.name, bound))] += 1
        counts[Series(SECONDS_SUM, (step.name,))] += step.seconds  # type: ignore[assignment]  # seconds are fractions
    return counts


class Writers:
    """Labels for who wrote suggestions: `rule`, a model's name, or `other` beyond `MAX_MODELS` names."""

    def __init__(self, connection: Connection) -> None:
        known = connection.execute(select(tally.c.labels).where(tally.c.name == SUGGESTIONS[0])).scalars()
        self._models = {json.loads(labels)[0] for labels in known} - {RULE, OTHER}

    def label(self, origin: str, model: str) -> str:
        """Return the label of one writer."""
        if origin == RULE:
            return RULE
        name = _NAME.sub("_", model)[:80] or "unnamed"
        if name not in self._models and len(self._models) >= MAX_MODELS:
            return OTHER
        self._models.add(name)
        return name
