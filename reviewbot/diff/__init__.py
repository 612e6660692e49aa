r"""Read a unified diff, as `git diff` and `diff -u` write it, and apply it to a text.

The grammar is that of <https://git-scm.com/docs/diff-format>. A diff is hostile input: what does not fit
is refused with the number of its line, and nothing is guessed. The bytes of a diff become `str` by
`decode("utf-8", "surrogateescape")`, so that contents and names that are not UTF-8 survive.
"""

from reviewbot.diff.apply import apply_diff
from reviewbot.diff.file import FileDiff, parse_diff
from reviewbot.diff.hunk import parse_hunks
from reviewbot.diff.paths import is_plain_path

__all__ = ["FileDiff", "apply_diff", "is_plain_path", "parse_diff", "parse_hunks"]
