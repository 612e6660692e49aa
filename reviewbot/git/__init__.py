"""A local git repository as the source of a change.

Nothing that a repository holds is executed or obeyed, its configuration and its attributes included. Only
names are looked up in the repository itself. All else happens in an empty git directory of our own
(`scratch`), which sees the repository's objects and none of its settings.
"""

from reviewbot.git.repository import LocalRepository

__all__ = ["LocalRepository"]
