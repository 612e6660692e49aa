"""`reviewbot audit`: is the log as it was written, and what was decided on a pull request."""

import json
import re
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
from reviewbot.ledger import Ledger
from reviewbot.ledger.audit import LoggedEntry
from reviewbot.ledger.run import REPAIRED
from reviewbot.ledger.view import PullRow, RunRow, SuggestionRow
from reviewbot.visible import visible

SCHEMA = "reviewbot/audit/1"

_PULL = re.compile(r"([^/\s#]+/[^/\s#]+)#([0-9]{1,18})")
_NOTED = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


def verify_audit(noted: str | None) -> int:
    """Check the chain, and an entry that was noted before; return the exit status.

    Raises:
        ConfigError: there is no ledger, or `noted` is not what the command printed.
    """
    if noted is not None and not _NOTED.fullmatch(noted):
        raise ConfigError(f"--noted {noted!a} is not NUMBER:HASH, as `reviewbot audit verify` prints it.")
    with existing_ledger() as ledger:
        broken = ledger.verify_audit()
        if broken is not None:
            click.echo(f"The audit log is broken: entry {broken} is missing or not as it was written.")
            return Exit.FINDINGS
        if noted is not None:
            number, _, digest = noted.partition(":")
            if ledger.audit_hash(int(number)) != digest:
                click.echo(f"The audit log was made anew: entry {number} is not the one that was noted.")
                return Exit.FINDINGS
        head = ledger.audit_head()
    click.echo(f"The audit log is whole: {head.partition(':')[0]} entries.")
    if not head.startswith("0:"):
        click.echo(f"Note its head elsewhere and give it to --noted the next time: {head}")
    return Exit.CLEAN


def show_audit(name: str, form: str) -> int:
    """Replay what was decided on a pull request; return the exit status.

    Raises:
        ConfigError: there is no ledger, or it knows no such pull request.
    """
    matched = _PULL.fullmatch(name)
    if matched is None:
        raise ConfigError(f"{name!a} is not a pull request. Write it as OWNER/REPO#N.")
    with existing_ledger() as ledger:
        pull = ledger.pull_named(matched[1], int(matched[2]))
        if pull is None:
            raise ConfigError(f"The ledger knows no pull request {name}. Is it the right ledger?")
        runs = _runs(ledger, pull)
        entries = ledger.audit_entries(f"pull:{pull.repository_id}:{pull.number}")
    if form == "json":
        click.echo(json.dumps(_as_json(pull, runs, entries), indent=2))
    else:
        _print(pull, runs, entries)
    return Exit.CLEAN


def _runs(ledger: Ledger, pull: PullRow) -> tuple[RunRow, ...]:
    found = [ledger.run(run_id) for run_id, *_ in reversed(ledger.runs(pull.row_id))]
    return tuple(run for run in found if run is not None)


def _as_json(pull: PullRow, runs: tuple[RunRow, ...], entries: tuple[LoggedEntry, ...]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "repository": pull.repository,
        "number": pull.number,
        "state": pull.state,
        "error": pull.error,
        "reviews": [
            asdict(run) | {"saved_at": _when(run.saved_at), "tools": [{"name": n, "version": v} for n, v in run.tools]}
            for run in runs
        ],
        "log": [asdict(entry) | {"at": _when(entry.at)} for entry in entries],
    }


def _print(pull: PullRow, runs: tuple[RunRow, ...], entries: tuple[LoggedEntry, ...]) -> None:
    console = Console(highlight=False)
    error = f": {pull.error}" if pull.error else ""
    console.print(f"[bold]{_plain(pull.repository)}#{pull.number}[/bold]  {pull.state}{_plain(error)}")
    for run in runs:
        console.print(f"\n[bold]{_when(run.saved_at)}  {_plain(run.conclusion)}[/bold]")
        console.print(_facts(run))
        if run.findings:
            console.print(_findings(run))
        if run.suggestions:
            console.print(_suggestions(run))
    if not runs:
        console.print("No review was saved.")
    for entry in entries:
        detail = "(erased)" if entry.detail is None else entry.detail
        console.print(
            f"{entry.number}  {_when(entry.at)}  {_plain(entry.actor)} {_plain(entry.action)}: {_plain(detail)}"
        )


def _facts(run: RunRow) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    review = "not posted" if run.review_id is None else f"posted as {run.review_id}"
    told = (
        ("delivery", run.delivery or "none"),
        ("asked for by", " ".join(filter(None, (run.trigger, run.requested_by))) or "unknown"),
        ("base", run.base),
        ("head", run.head),
        ("scanners", ", ".join(f"{name} {version}" for name, version in run.tools)),
        ("rules", run.rules or "unknown"),
        ("not scanned", ", ".join(run.skipped) or "nothing"),
        ("review", review),
        ("seconds", ", ".join(f"{step.name} {step.seconds:.2f}" for step in run.steps) or "unknown"),
    )
    for name, value in told:
        table.add_row(name, _plain(value))
    return table


def _findings(run: RunRow) -> Table:
    table = Table("severity", "rule", "where", "told", box=None, pad_edge=False, title_justify="left")
    for finding in run.findings:
        told = "dismissed" if finding.dismissed else "comment" if finding.commented else "summary"
        where = f"{finding.path}:{finding.line}"
        table.add_row(*map(_plain, (finding.severity, f"{finding.tool} {finding.rule_id}", where, told)))
    return table


def _suggestions(run: RunRow) -> Table:
    table = Table("verdict", "written by", "why", "prompt", "answer", box=None, pad_edge=False)
    for one in run.suggestions:
        hashes = (one.prompt_sha256[:12], one.answer_sha256[:12])
        who = f"{one.origin} {one.model}".strip()
        table.add_row(*map(_plain, (_verdict(one), f"{who}, attempt {one.attempt}", ", ".join(one.refusals), *hashes)))
    return table


def _verdict(one: SuggestionRow) -> str:
    words = ["accepted" if one.accepted else "withheld"]
    words += ["flagged"] * one.flagged + ["after repair"] * (one.ending == REPAIRED)
    words += ["posted"] * one.posted + [f"applied by {one.applied_head[:12]}"] * bool(one.applied_head)
    return ", ".join(words)


def _plain(text: str) -> str:
    """Return text of the ledger as it may stand on a terminal: no control character, no markup."""
    return escape(visible(text))


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
