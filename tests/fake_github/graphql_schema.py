"""GitHub's own GraphQL schema, cut to what the fake answers.

A query for anything else fails validation and is a violation, as an unknown path of REST is.
"""

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphql import REMOVE, DocumentNode, GraphQLSchema, NamedTypeNode, Visitor, build_ast_schema, parse, visit
from graphql.language import ast

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
