"""Comments by which an author asks a scanner to look away. They hide nothing here; they are reported."""

import re

_NOSEC = re.compile(r"#[ \t]*nosec\b[^\n]*", re.IGNORECASE)
_NOSEM = re.compile(r"(?:#|//|/\*|<!--|--)[ \t]*nosem(?:grep)?\b[^\n]*", re.IGNORECASE)


def bandit_suppression(lines: str) -> str | None:
    """Return the `nosec` comment within `lines`, or None."""
    found = _NOSEC.search(lines)
    return found.group().strip() if found else None


def semgrep_suppression(lines: str) -> str | None:
    """Return the `nosemgrep` comment within `lines`, or None."""
    found = _NOSEM.search(lines)
    return found.group().strip() if found else None
