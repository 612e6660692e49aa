"""A Review, or the Outcome of a scan, as one Markdown document, such as the summary of a workflow's step."""

from reviewbot.body import Rest, write_body
from reviewbot.markdown import code_span
from reviewbot.outcome import Outcome, ranked
from reviewbot.review import Comment, Review
from reviewbot.visible import shortened

MAX_CHARACTERS = 900_000
"""GitHub takes 1 MiB for the summary of a step, and no more than that."""


def report(outcome: Outcome) -> str:
    """Write `outcome` as Markdown: the body, then each comment under the place that it is on."""
    if isinstance(outcome, Review):
        parts = [outcome.body, *(_section(comment) for comment in outcome.comments)]
    else:
        parts = [write_body(outcome, Rest("Findings", tuple(ranked(outcome.findings))))]
    return _bounded(parts)


def _section(comment: Comment) -> str:
    lines = f"{comment.start_line}" if comment.start_line == comment.line else f"{comment.start_line}-{comment.line}"
    return f"### {code_span(f'{shortened(comment.path, 200)}:{lines}')}\n\n{comment.body}"


def _bounded(parts: list[str]) -> str:
    text = ""
    for position, part in enumerate(parts):
        if len(text.encode()) + len(part.encode()) > MAX_CHARACTERS:
            return f"{text}{len(parts) - position} more comments not shown here.\n"
        text += f"{part}\n\n"
    return f"{text.rstrip()}\n"
