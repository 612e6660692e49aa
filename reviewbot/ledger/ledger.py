"""The whole ledger, as the doors open it."""

from reviewbot.ledger.applied import Applied
from reviewbot.ledger.audit import Audit
from reviewbot.ledger.clock import Clock, DatabaseClock, SteadyClock
from reviewbot.ledger.deliveries import Deliveries
from reviewbot.ledger.diffs import Diffs
from reviewbot.ledger.engine import open_engine
from reviewbot.ledger.history import History
from reviewbot.ledger.outbox import Outbox
from reviewbot.ledger.overview import Overview
from reviewbot.ledger.past import Past
from reviewbot.ledger.queue import Queue
from reviewbot.ledger.statistics import Figures
from reviewbot.ledger.tally import Tallies


class Ledger(Deliveries, Queue, Outbox, History, Diffs, Applied, Tallies, Overview, Past, Figures, Audit):
    """The durable record. It can be used by many threads; processes each open their own."""


def open_ledger(url: str, clock: Clock | None = None) -> Ledger:
    """Open the ledger at `sqlite:////path/to/file` (a local disk) or `postgresql://…`, and update its tables.

    Raises:
        ConfigError: the URL is not one of these, or the database cannot be reached, read or written.
    """
    engine = open_engine(url)
    own = SteadyClock() if engine.dialect.name == "sqlite" else DatabaseClock()
    return Ledger(engine, clock or own)
