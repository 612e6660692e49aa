"""Deleting all that is known of an installation, or of a repository, when its owner removes the App from it."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, update

from reviewbot.ledger.audit import FORGOTTEN, FORGOTTEN_REPOSITORY, Entry, append
from reviewbot.ledger.schema import audit, budget, delivery, dismissal, pause, turn, work


def forget(connection: Connection, installation: int, now: float) -> None:
    """Delete the rows of an installation. Its audit entries stay, with ids and without their detail."""
    for table in (dismissal, delivery, work, turn, pause, budget):  # runs and what is to be posted go with their work
        connection.execute(delete(table).where(table.c.installation == installation))
    connection.execute(update(audit).where(audit.c.installation == installation).values(detail=None, salt=None))
    append(connection, Entry(installation, "reviewbot", FORGOTTEN, f"installation:{installation}"), now)


def forget_repositories(connection: Connection, installation: int, repository_ids: Iterable[int], now: float) -> None:
    """Delete the rows of repositories, unless another installation has them by now: one that was transferred."""
    for repository_id in sorted(set(repository_ids)):
        for table in (dismissal, work, turn):
            own = (table.c.installation == installation, table.c.repository_id == repository_id)
            connection.execute(delete(table).where(*own))
        told = (audit.c.installation == installation, audit.c.target.like(f"pull:{repository_id}:%"))
        connection.execute(update(audit).where(*told).values(detail=None, salt=None))
        append(connection, Entry(installation, "reviewbot", FORGOTTEN_REPOSITORY, f"repository:{repository_id}"), now)
