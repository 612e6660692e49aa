"""`reviewbot stats`: how much of what was suggested was flagged, and what became of the rest."""

import json
import re
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reviewbot.cli.exits import Exit
from reviewbot.cli.ledgers import existing_ledger
from reviewbot.errors import ConfigError
from reviewbot.ledger.statistics import Statistics, Tally
from reviewbot.visible import visible

SCHEMA = "reviewbot/stats/1"
HOW_APPLIED = (
    "Applied: a later head of the pull request held the lines, and the finding was gone. What was merged without "
    "another review is not seen."
)

_AGE = re.compile(r"([0-9]{1,5})([hdw])")
_SECONDS = {"h": 3_600, "d": 86_400, "w": 604_800}


def show_stats(since: str | None, form: str) -> int:
    """Print the figures; return the exit status.

    Raises:
        ConfigError: there is no ledger, or `since` is no time.
    """
    start = 0.0 if since is None else parse_since(since, time.time())
    with existing_ledger() as ledger:
        figures = ledger.statistics(start)
    if form == "json":
        click.echo(json.dumps(_as_json(figures, start), indent=2))
    else:
        _print(figures)
    return Exit.CLEAN


def parse_since(text: str, now: float) -> float:
    """Return the time that a day (`2026-11-01`, in UTC) or an age (`30d`) names, in seconds since the epoch.

    Raises:
        ConfigError: it is neither.
    """
    if matched := _AGE.fullmatch(text):
        return now - int(matched[1]) * _SECONDS[matched[2]]
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise ConfigError(f"--since {text!a} is no time. Write a day (2026-11-01) or an age (12h, 30d, 8w).") from None


def _as_json(figures: Statistics, start: float) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "since": None if not start else datetime.fromtimestamp(start, UTC).isoformat(timespec="seconds"),
        "reviews": dict(figures.reviews),
        "models": _with_shares(figures.written_by_models)
        | {"by_name": [{"model": name} | _with_shares(tally) for name, tally in figures.models]},
        "rules": _with_shares(figures.rules),
        "weeks": [
            {"start": datetime.fromtimestamp(week.start, UTC).date().isoformat()} | _with_shares(week.models)
            for week in figures.weeks
        ],
        "refusals": dict(figures.refusals),
        "dismissed": figures.dismissed,
    }


def _with_shares(tally: Tally) -> dict[str, Any]:
    return asdict(tally) | {"share_flagged": tally.share_flagged, "repair_rate": tally.repair_rate}


def _print(figures: Statistics) -> None:
    console = Console(highlight=False)
    reviews = ", ".join(f"{number} {name}" for name, number in figures.reviews)
    console.print(f"Reviews: {sum(number for _, number in figures.reviews)}{f' ({reviews})' if reviews else ''}")
    table = Table(box=None, pad_edge=False)
    table.add_column("suggestions by")
    for name in ("written", "flagged", "repaired", "withheld", "posted", "applied"):
        table.add_column(name, justify="right")
    for name, tally in figures.models:
        table.add_row(escape(visible(name)), *_cells(tally))
    if len(figures.models) > 1:
        table.add_row("all models", *_cells(figures.written_by_models), style="bold")
    table.add_row("rules", *_cells(figures.rules))
    console.print(table)
    if figures.refusals:
        console.print("Withheld because of: " + ", ".join(f"{visible(name)} {n}" for name, n in figures.refusals))
    console.print(f"Findings dismissed by people: {figures.dismissed}")
    console.print(HOW_APPLIED, style="dim")


def _cells(tally: Tally) -> tuple[str, ...]:
    return (
        str(tally.generated),
        f"{tally.flagged}{_share(tally.share_flagged)}",
        f"{tally.repaired}{_share(tally.repair_rate)}",
        str(tally.withheld),
        str(tally.posted),
        str(tally.applied),
    )


def _share(share: float | None) -> str:
    return "" if share is None else f" ({share:.0%})"
