"""Rewrites of Python that remove one kind of weakness each, for findings whose rule carries no fix.

`codemod` is all that others need. `flagged` finds the call and puts the new one in its place; the families
(`shell`, `sql`, `parsing`, `crypto`, `web`, `files`) say what the new call is; `declined` says why other
checks have none.
"""

from reviewbot.codemods.catalogue import CODEMODS, Codemod

__all__ = ["CODEMODS", "Codemod", "codemod"]


def codemod(rule_id: str) -> Codemod | None:
    """Return the rewrite for a check of Bandit, such as `B506`, or None if there is none."""
    return CODEMODS.get(rule_id)
