"""Where GitHub's description is wrong about github.com: each entry names what was seen there.

Seen in recorded exchanges of PyGithub's and octokit's own test data, and in GitHub's issue trackers.
"""

from typing import Any

NULLABLE: tuple[tuple[str, ...], ...] = (
    # a comment on a file has no line, and an outdated one has lost it (recorded 2023 and 2025)
    ("pull-request-review-comment", "properties", "line"),
    ("pull-request-review-comment", "properties", "original_line"),
    ("pull-request-review-comment", "properties", "start_line"),
    ("pull-request-review-comment", "properties", "position"),
    ("review-comment", "properties", "line"),
    ("review-comment", "properties", "original_line"),
    # the fork, or its owner's account, was deleted
    ("pull-request", "properties", "head", "properties", "label"),
    ("pull-request", "properties", "head", "properties", "repo"),
    ("pull-request", "properties", "head", "properties", "user"),
    ("pull-request-simple", "properties", "head", "properties", "label"),
    ("pull-request-simple", "properties", "head", "properties", "repo"),
    ("pull-request-simple", "properties", "head", "properties", "user"),
)

ANSWERS: dict[tuple[str, int], dict[str, Any]] = {
    # described as one that is a user and an enterprise at once
    ("apps/list-installations", 200): {"type": "array", "items": {"$ref": "#/components/schemas/installation"}},
}


def corrected(schemas: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the description's schemas with the known mistakes put right; raise KeyError when one has moved."""
    for *above, name in NULLABLE:
        place: Any = schemas
        for step in above:
            place = place[step]
        place[name] = {"anyOf": [place[name], {"type": "null"}]}
    return schemas
