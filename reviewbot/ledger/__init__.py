"""The durable record: deliveries, work, what was found and posted, and who did what. No source code is kept.

    record_delivery ─► one row per pull request ─► claim ─► heartbeat … ─► finish | retry | postpone | give_up
                                                     └─► save_run ─► plan ─► mark_posting ─► mark_posted

A worker may die, or stand still, at any arrow: its lease ends and another one claims the row. What it still
tries to write is refused, because its claim is older. Celery and Redis only carry hints to rows.
"""

from reviewbot.ledger.ledger import Ledger, open_ledger

__all__ = ["Ledger", "open_ledger"]
