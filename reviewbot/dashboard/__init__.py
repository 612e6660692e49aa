"""The operators' web page on the receiver: what waits, what was reviewed, what the gate flagged and withheld.

It is there only where somebody can sign in, by token or with GitHub; it only reads, and runs no script. What it shows
comes from the ledger, which holds no code: a suggestion's lines are to be seen in its comment on the pull request.
"""

from reviewbot.dashboard.routes import dashboard_routes

__all__ = ["dashboard_routes"]
