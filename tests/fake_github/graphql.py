"""The few GraphQL calls that REST lacks: review threads, resolving them, hiding a comment."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError, execute_sync, parse, validate

from tests.fake_github.exchange import Caller, Refusal, Response
from tests.fake_github.graphql_schema import load_schema
from tests.fake_github.permissions import grants
from tests.fake_github.state import IssueComment, Pull, Review, ReviewComment
from tests.fake_github.world import World


def answer(world: World, caller: Caller, body: Any) -> Response:
    """Execute a query as the caller may; errors are answered with status 200, as GitHub does."""
    if caller.installation is None:
        raise Refusal(401, "This endpoint requires you to be authenticated.")
    schema = load_schema(world.packages)
    try:
        document = parse(body["query"])
        errors = validate(schema, document)
    except GraphQLError as error:
        errors = [error]
    if errors:
        for each in errors:
            world.violate("graphql", each.message)
        return Response(200, {"errors": [each.formatted for each in errors]})
    done = execute_sync(schema, document, Root(world, caller).values(), variable_values=body.get("variables"))
    out: dict[str, Any] = {"data": done.data}
    if done.errors:
        out["errors"] = [_formatted(world, each) for each in done.errors]
    return Response(200, out)


def _formatted(world: World, error: GraphQLError) -> dict[str, Any]:
    kind = (error.extensions or {}).get("type")
    if kind is None:
        world.violate("graphql", f"the fake failed: {error.message}")
    return {"type": kind, "path": error.path, "locations": [], "message": error.message}


@dataclass(frozen=True, slots=True)
class Root:
    """Resolves what a query asks for; each value may be a function of the field's arguments."""

    world: World
    caller: Caller

    def values(self) -> dict[str, Any]:
        return {
            "rateLimit": {"cost": 1, "limit": 5000, "remaining": 4999, "used": 1, "resetAt": "2026-01-01T00:00:00Z"},
            "repository": self.repository,
            "resolveReviewThread": lambda _info, input: self.resolve(input["threadId"], resolved=True),  # noqa: A006  GitHub's name
            "unresolveReviewThread": lambda _info, input: self.resolve(input["threadId"], resolved=False),  # noqa: A006  as above
            "minimizeComment": lambda _info, input: self.minimize(input["subjectId"], input["classifier"]),  # noqa: A006  as above
        }

    def repository(self, _info: Any, owner: str, name: str, **_more: Any) -> dict[str, Any]:
        found = self.world.repository(owner, name)
        if found is None or not self.caller.sees(found):
            raise _error("NOT_FOUND", f"Could not resolve to a Repository with the name '{owner}/{name}'.")
        self._require("pull_requests", "read")

        def pull(_info: Any, number: int) -> dict[str, Any]:
            if number not in found.pulls:
                raise _error("NOT_FOUND", f"Could not resolve to a PullRequest with the number of {number}.")
            return self._pull(found.pulls[number])

        return {"id": f"R_{found.id}", "nameWithOwner": found.full_name, "pullRequest": pull}

    def _pull(self, one: Pull) -> dict[str, Any]:
        roots = [each for each in one.review_comments if each.in_reply_to is None]
        return {
            "id": f"PR_{one.id}",
            "number": one.number,
            "headRefOid": one.head_sha,
            "isDraft": one.draft,
            "state": "MERGED" if one.merged else one.state.upper(),
            "reviewThreads": _connection(lambda: [self._thread(each) for each in roots]),
        }

    def _thread(self, root: ReviewComment) -> dict[str, Any]:
        resolved_by = root.pull.resolved.get(root.id)
        return {
            "id": f"PRRT_{root.id}",
            "isResolved": resolved_by is not None,
            "isOutdated": root.outdated,
            "path": root.place.path,
            "line": root.place.line,
            "startLine": root.place.start_line,
            "diffSide": root.place.side,
            "resolvedBy": resolved_by and {"login": resolved_by.login},
            "viewerCanResolve": self._may_resolve(),
            "comments": _connection(lambda: [_comment(each) for each in root.pull.thread(root.id)]),
        }

    def _may_resolve(self) -> bool:
        granted = self.caller.permissions
        return grants(granted, "contents", "write") and grants(granted, "pull_requests", "write")

    def resolve(self, thread: str, *, resolved: bool) -> dict[str, Any]:
        """Resolve a thread; an App needs `contents: write` for it (seen on github.com in May 2026)."""
        root = self._subject(thread, "PRRT_")
        if not isinstance(root, ReviewComment):
            raise _error("NOT_FOUND", f"Could not resolve to a node with the global id of '{thread}'")
        if not self._may_resolve():
            raise _error("FORBIDDEN", "Resource not accessible by integration")
        if resolved:
            root.pull.resolved[root.id] = self.caller.user
        else:
            root.pull.resolved.pop(root.id, None)
        return {"thread": self._thread(root)}

    def minimize(self, subject: str, classifier: str) -> dict[str, Any]:
        one = self._subject(subject, "IC_", "PRRC_", "PRR_")
        self._require("pull_requests", "write")
        one.minimized = classifier.lower()
        kinds = {IssueComment: "IssueComment", Review: "PullRequestReview", ReviewComment: "PullRequestReviewComment"}
        facts = {"__typename": kinds[type(one)], "isMinimized": True, "minimizedReason": one.minimized}
        return {"minimizedComment": facts}

    def _subject(self, node: str, *prefixes: str) -> IssueComment | ReviewComment | Review:
        for pull in self.world.pulls():
            subjects: list[IssueComment | ReviewComment | Review] = [
                *pull.comments,
                *pull.review_comments,
                *pull.reviews,
            ]
            for each in subjects:
                if node in {f"{prefix}{each.id}" for prefix in prefixes} and self.caller.sees(pull.repository):
                    return each
        raise _error("NOT_FOUND", f"Could not resolve to a node with the global id of '{node}'")

    def _require(self, name: str, level: str) -> None:
        if not grants(self.caller.permissions, name, level):
            raise _error("FORBIDDEN", "Resource not accessible by integration")


def _comment(one: ReviewComment) -> dict[str, Any]:
    return {
        "id": f"PRRC_{one.id}",
        "databaseId": None,  # 32 bits do not hold it any more
        "fullDatabaseId": str(one.id),
        "body": one.body,
        "author": {"__typename": one.author.type, "login": one.author.login.removesuffix("[bot]")},
        "isMinimized": one.minimized is not None,
        "minimizedReason": one.minimized,
    }


def _connection(items: Callable[[], list[Any]]) -> Callable[..., dict[str, Any]]:
    def page(_info: Any, first: int | None = None, after: str | None = None, **_more: Any) -> dict[str, Any]:
        whole, start = items(), int(after or 0)
        if first is None or not 1 <= first <= 100:
            raise _error("MISSING_PAGINATION_BOUNDARIES", "You must provide a `first` value between 1 and 100.")
        end = start + first
        info = {"hasNextPage": end < len(whole), "endCursor": str(min(end, len(whole)))}
        return {"nodes": whole[start:end], "totalCount": len(whole), "pageInfo": info}

    return page


def _error(kind: str, message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"type": kind})
