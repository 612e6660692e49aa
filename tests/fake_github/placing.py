"""Whether GitHub takes a comment at a place, and what becomes of the place when the code moves on."""

from collections.abc import Mapping
from typing import Any

from tests.fake_github.patches import moved_line
from tests.fake_github.repository_git import GitFailedError
from tests.fake_github.state import Place, Pull
from tests.fake_github.world import World


class UnplaceableError(Exception):
    """The place is not in the diff; `field` and the two wordings are those seen on github.com."""

    def __init__(self, field: str, simple: str, older: str) -> None:
        super().__init__(simple)
        self.field = field
        self.simple = simple
        self.older = older


PATH = UnplaceableError(
    "pull_request_review_thread.path", "Path could not be resolved", "Pull request review thread path is invalid"
)
LINE = UnplaceableError(
    "pull_request_review_thread.line",
    "Line could not be resolved",
    "Pull request review thread line must be part of the diff, Pull request review thread start line must be part of "
    "the same hunk as the line., and Pull request review thread diff hunk can't be blank",
)
START = UnplaceableError(
    "pull_request_review_thread.start_line",
    "Start line could not be resolved",
    "Pull request review thread start line must precede the end line., and start line must be part of the same hunk as "
    "the line.",
)


def place(world: World, pull: Pull, commit: str, asked: Mapping[str, Any]) -> tuple[Place, str]:
    """Return the place that a comment asks for, and its diff hunk.

    Raises:
        UnplaceableError: the file is not in the pull request, or a line is not in its patch.

    """
    file = next((each for each in world.files(pull, commit) if each.path == asked["path"]), None)
    if file is None:
        raise PATH
    if asked.get("subject_type") == "file":
        return Place(file.path, None, subject_type="file"), ""
    side, line = asked.get("side", "RIGHT"), asked.get("line")
    start, start_side = asked.get("start_line"), asked.get("start_side", side)
    lines = file.lines()
    if line is None or (side, line) not in lines:
        raise LINE
    if start is not None:
        if (start_side, start) not in lines or lines[start_side, start] != lines[side, line]:
            raise START
        if start_side == side and start >= line:
            raise START
    asked_place = Place(file.path, line, side, start, None if start is None else start_side)
    return asked_place, file.hunk_up_to(side, line)


def move_comments(pull: Pull, old: str, new: str) -> None:
    """Carry the comments over to a new head: a place whose line was changed is outdated and loses its line."""
    git = pull.repository.git
    for comment in pull.review_comments:
        where = comment.place
        if where.line is None or where.side == "LEFT":
            continue
        before, after = f"{old}:{where.path}", f"{new}:{where.path}"
        try:
            line = moved_line(git, before, after, where.line)
            start = where.start_line and moved_line(git, before, after, where.start_line)
        except GitFailedError:  # the file is gone
            line, start = None, None
        kept = line is not None and (where.start_line is None or start is not None)
        where.line, where.start_line = (line, start) if kept else (None, None)
        comment.commit = new if kept else comment.commit
