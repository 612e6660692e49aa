"""The audit log: who asked for what, and what was done. Each entry holds the hash of the one before it.

The chain shows a change, a removal or a new order of entries to whoever has noted a later hash. It does not stop
somebody who can write to the database and makes the whole chain anew.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from reviewbot.ledger.fitting import fitted
from reviewbot.ledger.schema import audit, cursor
from reviewbot.ledger.store import Store

_HEAD = "audit"
"""The name of the cursor that holds the number and the hash of the last entry. Its row is the log's lock."""

FORGOTTEN = "forget-installation"
"""The action that erases the details of an installation's earlier entries."""
FORGOTTEN_REPOSITORY = "forget-repository"
"""The same for the pull requests of one repository of an installation: that of its target."""

_Place = tuple[int | None, str | None]
"""An installation, and one of its repositories by id or None for all."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done.

    `actor` and `target` are ids, such as `user:4711` and `pull:1296269:7`: they stay when the installation is
    forgotten. Everything else, names above all, belongs into `detail`, which is erased then.
    """

    installation: int | None
    actor: str
    action: str
    target: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """One entry as it stands in the log. `detail` is None once it was erased."""

    number: int
    at: float
    actor: str
    action: str
    detail: str | None


class Audit(Store):
    """The audit log."""

    def append_audit(self, entry: Entry) -> None:
        """Write one entry."""
        with self._writing() as connection:
            append(connection, entry, self._clock.now(connection))

    def verify_audit(self) -> int | None:
        """Return the number of the first entry that is not as it was written, None if all are.

        Entries that are missing at the end count as one broken entry after the last.
        """
        with self._reading() as connection:
            erased = _forgotten(connection)
            number, previous = 0, ""
            for row in connection.execute(select(audit).order_by(audit.c.id)):
                if row.id != number + 1 or row.previous_sha256 != previous or not _intact(row, erased):
                    return number + 1
                number, previous = row.id, row.sha256
            head = connection.execute(select(cursor.c.value).where(cursor.c.name == _HEAD)).scalar_one()
            return None if head == f"{number}:{previous}" else number + 1

    def audit_head(self) -> str:
        """Return `number:hash` of the last entry, to be noted outside of the database."""
        with self._reading() as connection:
            return str(connection.execute(select(cursor.c.value).where(cursor.c.name == _HEAD)).scalar_one())

    def audit_hash(self, number: int) -> str | None:
        """Return the hash of an entry, None if there is none of that number: to be compared with one noted before."""
        with self._reading() as connection:
            return connection.execute(select(audit.c.sha256).where(audit.c.id == number)).scalar_one_or_none()

    def audit_entries(self, target: str) -> tuple[LoggedEntry, ...]:
        """Return what was done to `target`, such as `pull:1296269:7`, the oldest first."""
        with self._reading() as connection:
            rows = connection.execute(select(audit).where(audit.c.target == target).order_by(audit.c.id))
            return tuple(LoggedEntry(row.id, row.at, row.actor, row.action, row.detail) for row in rows)


def append(connection: Connection, entry: Entry, now: float) -> None:
    """Write one entry inside of the transaction of what it tells."""
    own = select(cursor.c.value).where(cursor.c.name == _HEAD).with_for_update()
    last, _, previous = connection.execute(own).scalar_one().partition(":")
    detail, salt = fitted(audit.c.detail, entry.detail), secrets.token_hex(16)
    values = {
        "id": int(last) + 1,
        "at": now,
        "installation": entry.installation,
        "actor": fitted(audit.c.actor, entry.actor),
        "action": fitted(audit.c.action, entry.action),
        "target": fitted(audit.c.target, entry.target),
        "detail_sha256": _detail_hash(salt, detail),
        "previous_sha256": previous,
    }
    digest = _hash(values)
    connection.execute(insert(audit).values(**values, detail=detail, salt=salt, sha256=digest))
    head = f"{values['id']}:{digest}"
    connection.execute(update(cursor).where(cursor.c.name == _HEAD).values(value=head))


_CHAINED = ("id", "at", "installation", "actor", "action", "target", "detail_sha256", "previous_sha256")


def _hash(values: dict[str, Any]) -> str:
    told = json.dumps([values[name] for name in _CHAINED], separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def _detail_hash(salt: str, detail: str) -> str:
    return hashlib.sha256(f"{salt}:{detail}".encode()).hexdigest()


def _forgotten(connection: Connection) -> dict[_Place, int]:
    """Return up to which entry the details of each installation or repository were rightly erased."""
    erasing = audit.c.action.in_((FORGOTTEN, FORGOTTEN_REPOSITORY))
    entries = select(audit.c.installation, audit.c.action, audit.c.target, audit.c.id).where(erasing)
    return {
        (row.installation, _repository(row.target) if row.action == FORGOTTEN_REPOSITORY else None): row.id
        for row in connection.execute(entries.order_by(audit.c.id))
    }


def _repository(target: str) -> str:
    """Return the repository in `pull:1296269:7` or `repository:1296269`."""
    return target.partition(":")[2].partition(":")[0]


def _intact(row: Row[Any], erased: dict[_Place, int]) -> bool:
    if row.sha256 != _hash(dict(row._mapping)):  # noqa: SLF001  SQLAlchemy's public name for it
        return False
    if row.detail is None or row.salt is None:
        places: tuple[_Place, ...] = ((row.installation, None), (row.installation, _repository(row.target)))
        return any(row.id < erased.get(place, 0) for place in places)
    return bool(row.detail_sha256 == _detail_hash(row.salt, row.detail))
