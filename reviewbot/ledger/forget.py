"""Deleting all that is known of an installation when its owner removes the App."""

from sqlalchemy import Connection, delete, update

from reviewbot.ledger.audit import FORGOTTEN, Entry, append
from reviewbot.ledger.schema import audit, delivery, dismissal, pause, turn, work


def forget(connection: Connection, installation: int, now: float) -> None:
    """Delete the rows of an installation. Its audit entries stay, with ids and without their detail."""
    for table in (dismissal, delivery, work, turn, pause):  # runs and what is to be posted go with their work
        connection.execute(delete(table).where(table.c.installation == installation))
    connection.execute(update(audit).where(audit.c.installation == installation).values(detail=None, salt=None))
    append(connection, Entry(installation, "reviewbot", FORGOTTEN, f"installation:{installation}"), now)
