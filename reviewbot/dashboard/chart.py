"""The share of suggestions flagged, week by week, as the shapes of a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil

from reviewbot.ledger.statistics import WEEK_SECONDS, Tally, Week

LITERATURE_SHARE = 0.18
"""The share of AI-written suggestions with a weakness that is often quoted; its source could not be traced."""
MAX_WEEKS = 26
MIN_SLOTS = 8
"""The bars of the first weeks are no wider than if there were so many."""

WIDTH, HEIGHT = 760, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 84, 14, 34
_COARSE_FROM = 0.45
"""From here on there is a line for each 20 per cent, below for each 10."""
_LABELS = 9
"""More dates than this would run into each other."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One week. Without suggestions there is no share, and no bar: that is another thing than a share of nothing."""

    x: float
    y: float
    width: float
    height: float
    date: str
    generated: int
    flagged: int
    share: float | None
    labelled: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything in the units of the picture. `ticks` are heights with their share."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, float], ...]
    literature_y: float
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def chart(weeks: Sequence[Week]) -> Chart | None:
    """Return the chart of the last half year; None where no model has written anything."""
    if not weeks:
        return None
    filled = _without_gaps(weeks[-MAX_WEEKS:])[-MAX_WEEKS:]
    top = ceil(max(0.3, *(week.models.share_flagged or 0.0 for week in filled)) * 10 - 1e-9) / 10
    slot = (WIDTH - _LEFT - _RIGHT) / max(len(filled), MIN_SLOTS)
    every = ceil(len(filled) / _LABELS)
    bars = tuple(_bar(week, n, slot, top, labelled=n % every == 0) for n, week in enumerate(filled))
    step = 0.1 if top < _COARSE_FROM else 0.2
    ticks = tuple((_height(n * step, top), n * step) for n in range(int(top / step + 1e-9) + 1))
    return Chart(bars, ticks, _height(LITERATURE_SHARE, top))


def _without_gaps(weeks: Sequence[Week]) -> list[Week]:
    known = {round(week.start): week for week in weeks}
    return [known.get(start, Week(start, Tally())) for start in range(min(known), max(known) + 1, WEEK_SECONDS)]


def _bar(week: Week, place: int, slot: float, top: float, *, labelled: bool) -> Bar:
    share = week.models.share_flagged
    y = _height(share or 0.0, top)
    return Bar(
        x=round(_LEFT + place * slot + slot * 0.15, 1),
        y=y,
        width=round(slot * 0.7, 1),
        height=round(HEIGHT - _BOTTOM - y, 1),
        date=datetime.fromtimestamp(week.start, UTC).strftime("%d %b"),
        generated=week.models.generated,
        flagged=week.models.flagged,
        share=share,
        labelled=labelled,
    )


def _height(share: float, top: float) -> float:
    return round(HEIGHT - _BOTTOM - min(share / top, 1.0) * (HEIGHT - _BOTTOM - _TOP), 1)
