"""Our comments on the lines of a pull request: which findings they speak of, and what became of them."""

import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from reviewbot.errors import GitHubError
from reviewbot.finding import OWN_CHECKS
from reviewbot.github.auth import GitHub
from reviewbot.github.markers import Kind, Mark, Marker, without_mark
from reviewbot.github.pulls import Pull
from reviewbot.outcome import listed
from reviewbot.review import Review

_THREADS = """
query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { id isResolved resolvedBy { login } comments(first: 1) { nodes { id } } }
      }
    }
  }
}
"""
_RESOLVE = "mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { id } } }"
_SUGGESTION = re.compile(r"^(`{3,})suggestion$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread that we opened on one finding. `id` is None where GitHub does not list it (any more)."""

    comment_id: int
    path: str
    body: str
    fingerprint: str
    tool: str
    gone: bool
    """We have said that the finding is no longer reported."""
    id: str | None
    resolved: bool
    by_person: bool
    """Who resolved it is a person."""

    @property
    def quiet(self) -> bool:
        """It was resolved, and not by us: the finding is not to be brought up again."""
        return self.resolved and (self.by_person or not self.gone)


def mark_finding(head: str, fingerprint: str, tool: str) -> Mark:
    """Return the mark of a comment on a finding of `tool`."""
    return Mark(Kind.FINDING, head, f"{fingerprint}@{tool}")


def fetch_threads(github: GitHub, pull: Pull, marker: Marker) -> tuple[Thread, ...]:
    """Read the threads that we opened, all of them.

    Raises:
        GitHubError, TransientError: they cannot be read, or not completely.
    """
    path = f"/repos/{github.name}/pulls/{pull.address.number}/comments"
    login = github.login()
    own = [
        (comment, mark)
        for comment in github.read.pages(path)
        if wrote(login, comment) and (mark := marker.read(comment["body"])) and mark.kind is not Kind.REVIEW
    ]
    states = _states(github, pull) if own else {}
    return tuple(_thread(comment, mark, states.get(comment["node_id"], {}), login) for comment, mark in own)


def wrote(login: str, text: Mapping[str, Any]) -> bool:
    """Say whether our App wrote `text`. Nobody else can have a name with brackets in it."""
    author = text["user"]
    return author is not None and author["type"] == "Bot" and author["login"] == login


def _thread(comment: Mapping[str, Any], mark: Mark, state: Mapping[str, Any], login: str) -> Thread:
    fingerprint, _, tool = mark.subject.partition("@")
    resolver = state.get("resolvedBy")
    return Thread(
        comment_id=comment["id"],
        path=comment["path"],
        body=comment["body"],
        fingerprint=fingerprint,
        tool=tool,
        gone=mark.kind is Kind.GONE,
        id=state.get("id"),
        resolved=state.get("isResolved", False),
        # GraphQL leaves the brackets of our name away, or all of it: an App is no user there.
        by_person=resolver is not None and resolver["login"].removesuffix("[bot]") != login.removesuffix("[bot]"),
    )


def _states(github: GitHub, pull: Pull) -> dict[str, Mapping[str, Any]]:
    """Return what GraphQL says of each thread, by the node of its first comment."""
    owner, _, name = github.name.partition("/")
    states: dict[str, Mapping[str, Any]] = {}
    after: str | None = None
    while True:
        data = github.read.graphql(_THREADS, owner=owner, name=name, number=pull.address.number, after=after)
        threads = data["repository"]["pullRequest"]["reviewThreads"]
        states |= {comment["id"]: node for node in threads["nodes"] for comment in node["comments"]["nodes"]}
        after = threads["pageInfo"]["endCursor"]
        if not threads["pageInfo"]["hasNextPage"]:
            return states


def already_said(threads: Iterable[Thread]) -> frozenset[str]:
    """Return the fingerprints that no comment is to be written on again."""
    return frozenset(thread.fingerprint for thread in threads if thread.quiet or not thread.gone)


def settle(
    github: GitHub, review: Review, threads: Iterable[Thread], marker: Marker, *, resolve: bool = False
) -> tuple[Thread, ...]:
    """Say under each thread whose finding is proven gone that it is no longer reported; return those threads.

    That is an edit of our own comment. With `resolve` the thread is resolved as well, where that is permitted.

    Raises:
        TransientError: GitHub did not answer. What was done stands, and can be repeated.
    """
    gone = tuple(thread for thread in threads if _proven_gone(thread, review))
    for thread in gone:
        _say_gone(github, review, thread, marker)
        if resolve and thread.id is not None:
            with suppress(GitHubError):  # the permission is rarely given; the comment says it all the same
                github.resolve.graphql(_RESOLVE, id=thread.id)
    return gone


def _proven_gone(thread: Thread, review: Review) -> bool:
    """Say whether the scanner that found it read the file again, whole, and did not report it."""
    if thread.gone or thread.resolved:
        return False
    tools: Collection[str] = dict(review.coverage.scanned).get(thread.path, ())
    read = thread.tool in tools or (thread.tool == OWN_CHECKS and tools)
    whole = thread.path not in {skipped.path for skipped in review.coverage.skipped}
    reported = {_identity(finding.fingerprint) for finding in review.findings}
    return bool(read) and whole and _identity(thread.fingerprint) not in reported


def _identity(fingerprint: str) -> str:
    return fingerprint.partition(":")[0]


def _say_gone(github: GitHub, review: Review, thread: Thread, marker: Marker) -> None:
    tools = dict(review.coverage.scanned)[thread.path]
    names = listed([f"{tool.name} {tool.version}" for tool in review.coverage.tools if tool.name in tools])
    said = f"**No longer reported** at {review.head[:12]}: {names} read the file again."
    before = _SUGGESTION.sub(r"\1", without_mark(thread.body))  # code that nobody is to take over any more
    text = f"{said}\n\n<details><summary>What was reported</summary>\n\n{before}\n\n</details>"
    mark = Mark(Kind.GONE, review.head, f"{thread.fingerprint}@{thread.tool}")
    path = f"/repos/{github.name}/pulls/comments/{thread.comment_id}"
    with suppress(GitHubError):  # somebody deleted it
        github.write.requestJsonAndCheck("PATCH", path, input={"body": marker.under(text, mark)})
