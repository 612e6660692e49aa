"""The few GraphQL calls that REST lacks, executed by graphql-core on GitHub's own schema, cut to what is answered.

A query for anything else fails validation and is a violation, as an unknown path of REST is.
"""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql import (
    REMOVE,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NamedTypeNode,
    Visitor,
    build_ast_schema,
    execute_sync,
    parse,
    validate,
    visit,
)
from graphql.language import ast

from tests.fake_github.exchange import Caller, Refusal, Response
from tests.fake_github.permissions import grants
from tests.fake_github.state import IssueComment, Pull, Review, ReviewComment
from tests.fake_github.world import World

SCHEMA = "@octokit/graphql-schema/schema.graphql"
SUPPORTED: Mapping[str, frozenset[str] | None] = {
    "Query": frozenset({"repository", "rateLimit"}),
    "RateLimit": frozenset({"cost", "limit", "remaining", "used", "resetAt"}),
    "Repository": frozenset({"id", "nameWithOwner", "pullRequest"}),
    "PullRequest": frozenset({"id", "number", "headRefOid", "isDraft", "state", "reviewThreads"}),
    "PullRequestReviewThreadConnection": frozenset({"nodes", "pageInfo", "totalCount"}),
    "PullRequestReviewThread": frozenset(
        {"id", "isResolved", "isOutdated", "path", "line", "startLine", "diffSide", "resolvedBy", "comments"}
        | {"viewerCanResolve"}
    ),
    "PullRequestReviewCommentConnection": frozenset({"nodes", "pageInfo", "totalCount"}),
    "PullRequestReviewComment": frozenset(
        {"id", "databaseId", "fullDatabaseId", "body", "author", "isMinimized", "minimizedReason"}
    ),
    "PageInfo": frozenset({"hasNextPage", "endCursor"}),
    "Actor": frozenset({"login"}),
    "User": frozenset({"login"}),
    "Bot": frozenset({"login"}),
    "Organization": frozenset({"login"}),
    "Minimizable": frozenset({"isMinimized", "minimizedReason"}),
    "IssueComment": frozenset({"isMinimized", "minimizedReason"}),
    "PullRequestReview": frozenset({"isMinimized", "minimizedReason"}),
    "Mutation": frozenset({"resolveReviewThread", "unresolveReviewThread", "minimizeComment"}),
    "ResolveReviewThreadPayload": frozenset({"thread"}),
    "UnresolveReviewThreadPayload": frozenset({"thread"}),
    "MinimizeCommentPayload": frozenset({"minimizedComment"}),
    # None: whole
    "ResolveReviewThreadInput": None,
    "UnresolveReviewThreadInput": None,
    "MinimizeCommentInput": None,
    "ReportedContentClassifiers": None,
    "DiffSide": None,
    "PullRequestState": None,
    "DateTime": None,
    "BigInt": None,
    "GitObjectID": None,
}
BUILT_IN = frozenset({"ID", "Int", "String", "Boolean", "Float"})


@functools.cache
def load_schema(packages: Path) -> GraphQLSchema:
    """Cut GitHub's schema down to `SUPPORTED`: of 1.2 MB only those types are parsed."""
    text = (packages / SCHEMA).read_text()
    definitions = []
    for name, fields in SUPPORTED.items():
        found = re.search(rf"(?ms)^scalar {name}$|^(?:type|interface|enum|input) {name}\b.*?^}}", text)
        if found is None:
            raise LookupError(f"GitHub's GraphQL schema no longer has {name}")
        definition = parse(found[0], no_location=True).definitions[0]
        definitions.append(_cut(definition, fields))
    return build_ast_schema(DocumentNode(definitions=tuple(definitions)))


class Cut(Visitor):
    """Removes from one type what is not in `SUPPORTED`."""

    def __init__(self, fields: frozenset[str] | None) -> None:
        super().__init__()
        self._fields = fields
        self.left: set[str] = set()

    def enter_directive(self, *_place: Any) -> Any:
        return REMOVE

    def enter_field_definition(self, node: ast.FieldDefinitionNode, *_place: Any) -> Any:
        if self._fields is not None and node.name.value not in self._fields:
            return REMOVE
        self.left.add(node.name.value)
        return None

    def enter_input_value_definition(self, node: ast.InputValueDefinitionNode, *_place: Any) -> Any:
        return None if _named(node.type) in BUILT_IN | set(SUPPORTED) else REMOVE

    def enter_named_type(self, node: NamedTypeNode, _key: Any, _parent: Any, path: list[Any], *_more: Any) -> Any:
        return REMOVE if "interfaces" in path and node.name.value not in SUPPORTED else None


def _cut(definition: ast.DefinitionNode, fields: frozenset[str] | None) -> Any:
    cut = Cut(fields)
    out = visit(definition, cut)
    if fields and fields - cut.left:
        raise LookupError(f"GitHub's GraphQL schema no longer has {sorted(fields - cut.left)}")
    return out


def _named(kind: ast.TypeNode) -> str:
    while not isinstance(kind, NamedTypeNode):
        kind = kind.type  # type: ignore[attr-defined]  # a list or a non-null: both have the type inside
    return kind.name.value


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
