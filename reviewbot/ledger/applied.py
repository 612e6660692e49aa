"""Whether people applied what we suggested, worked out from hashes: the ledger holds no code.

A suggestion counts as applied when, at a later head of its pull request, all the lines that it would put in stand in
its files, one block for each edit, and its finding is no longer reported. White space at line ends does not matter.
Not told apart: somebody who typed the same lines. Not seen: what was applied in other words, what only deletes
lines, and what was applied at the end and merged without another review.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update

from reviewbot.change import SourceFile, split_lines
from reviewbot.ledger.accounts import count_applied
from reviewbot.ledger.record import Claim
from reviewbot.ledger.schema import run, suggestion, suggestion_edit
from reviewbot.ledger.store import Store
from reviewbot.suggestion import Edit


@dataclass(frozen=True, slots=True)
class EditRecord:
    """So many lines that a suggestion would put into a file, by their hash."""

    path: str
    lines: int
    sha256: str


def edit_records(edits: Sequence[Edit]) -> tuple[EditRecord, ...]:
    """Return what is kept of edits: nothing of those that only delete lines."""
    blocks = [(edit.path, split_lines(edit.replacement)) for edit in edits]
    return tuple(EditRecord(path, len(lines), _hash(lines)) for path, lines in blocks if any(map(str.strip, lines)))


def stands_in(edits: Sequence[EditRecord], files: Sequence[SourceFile]) -> bool:
    """Say whether each of `edits` is to be found in its file, and there is one at all."""
    lines = {file.path: split_lines(file.text) for file in files if any(file.path == edit.path for edit in edits)}
    return bool(edits) and all(_holds(lines.get(edit.path, []), edit) for edit in edits)


class Applied(Store):
    """What became of suggestions."""

    def note_applied(self, claim: Claim, head: str, reported: Collection[str], files: Sequence[SourceFile]) -> int:
        """Look for earlier suggestions of this pull request in the files of a new head; return how many stand there.

        `reported` are the fingerprints of what is found at that head.

        Raises:
            LostClaimError: somebody else has the row.
        """
        open_ones = (
            select(suggestion)
            .join(run, run.c.id == suggestion.c.run_id)
            .where(run.c.work_id == claim.row_id, run.c.head != head, suggestion.c.posted)
            .where(suggestion.c.applied_head == "")
        )
        with self._reading() as connection:
            rows = [row for row in connection.execute(open_ones) if row.fingerprint not in reported]
            edits = select(suggestion_edit).where(suggestion_edit.c.suggestion_id.in_([row.id for row in rows]))
            records: dict[int, list[EditRecord]] = {}
            for edit in connection.execute(edits) if rows else ():
                records.setdefault(edit.suggestion_id, []).append(EditRecord(edit.path, edit.lines, edit.sha256))
        found: list[Row[Any]] = [row for row in rows if stands_in(records.get(row.id, []), files)]
        if found:
            with self._writing() as connection:
                self._check_held(connection, claim)
                there = suggestion.c.id.in_([row.id for row in found])
                connection.execute(update(suggestion).where(there).values(applied_head=head))
                count_applied(connection, found)
        return len(found)


def _holds(lines: Sequence[str], edit: EditRecord) -> bool:
    blocks = range(len(lines) - edit.lines + 1)
    return any(_hash(lines[start : start + edit.lines]) == edit.sha256 for start in blocks)


def _hash(lines: Sequence[str]) -> str:
    told = "\n".join(line.rstrip() for line in lines)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
