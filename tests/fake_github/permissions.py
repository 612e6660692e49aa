"""Which operation needs which permission of an App.

From https://docs.github.com/rest/authentication/permissions-required-for-github-apps; `test_permissions.py` compares
it with what `@octokit/app-permissions` says. Any one of the alternatives is enough. Every operation that the fake
answers stands here: a new one without its permission cannot be called.
"""

from collections.abc import Mapping

from tests.fake_github.exchange import Caller, Refusal

MANIFEST_PERMISSIONS: Mapping[str, str] = {
    "metadata": "read",
    "contents": "read",
    "pull_requests": "write",
    "checks": "write",
    "issues": "read",
}
MANIFEST_EVENTS = ("pull_request", "issue_comment", "pull_request_review_comment", "check_run", "check_suite")

NOBODY: frozenset[str] = frozenset({"apps/create-from-manifest"})
BY_JWT: frozenset[str] = frozenset(
    {
        "apps/get-authenticated",
        "apps/get-webhook-config-for-app",
        "apps/update-webhook-config-for-app",
        "apps/list-webhook-deliveries",
        "apps/get-webhook-delivery",
        "apps/redeliver-webhook-delivery",
        "apps/list-installations",
        "apps/get-installation",
        "apps/get-repo-installation",
        "apps/create-installation-access-token",
    }
)
BY_ANY_TOKEN: frozenset[str] = frozenset(
    {"apps/list-repos-accessible-to-installation", "apps/revoke-installation-access-token", "rate-limit/get"}
)
READ_PULLS = (("pull_requests", "read"),)
WRITE_PULLS = (("pull_requests", "write"),)
TALK = (("pull_requests", "write"), ("issues", "write"))
HEAR = (("pull_requests", "read"), ("issues", "read"))
REQUIRED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "repos/get": (("metadata", "read"),),
    "repos/get-collaborator-permission-level": (("metadata", "read"),),
    "repos/get-content": (("contents", "read"),),
    "repos/get-commit": (("contents", "read"),),
    "repos/compare-commits-with-basehead": (("contents", "read"),),
    "repos/list-pull-requests-associated-with-commit": READ_PULLS,
    "git/get-blob": (("contents", "read"),),
    "git/get-tree": (("contents", "read"),),
    "pulls/list": READ_PULLS,
    "pulls/get": READ_PULLS,
    "pulls/list-files": READ_PULLS,
    "pulls/list-commits": READ_PULLS,
    "pulls/list-reviews": READ_PULLS,
    "pulls/get-review": READ_PULLS,
    "pulls/create-review": WRITE_PULLS,
    "pulls/update-review": WRITE_PULLS,
    "pulls/submit-review": WRITE_PULLS,
    "pulls/delete-pending-review": WRITE_PULLS,
    "pulls/dismiss-review": WRITE_PULLS,
    "pulls/list-comments-for-review": READ_PULLS,
    "pulls/list-review-comments": READ_PULLS,
    "pulls/get-review-comment": READ_PULLS,
    "pulls/create-review-comment": WRITE_PULLS,
    "pulls/create-reply-for-review-comment": WRITE_PULLS,
    "pulls/update-review-comment": WRITE_PULLS,
    "pulls/delete-review-comment": WRITE_PULLS,
    "issues/list-comments": HEAR,
    "issues/get-comment": HEAR,
    "issues/create-comment": TALK,
    "issues/update-comment": TALK,
    "issues/delete-comment": TALK,
    "reactions/list-for-issue-comment": HEAR,
    "reactions/create-for-issue-comment": TALK,
    "reactions/delete-for-issue-comment": TALK,
    "reactions/list-for-pull-request-review-comment": READ_PULLS,
    "reactions/create-for-pull-request-review-comment": WRITE_PULLS,
    "actions/list-workflow-runs-for-repo": (("actions", "read"),),
    "actions/list-workflow-run-artifacts": (("actions", "read"),),
    "actions/download-artifact": (("actions", "read"),),
    "checks/create": (("checks", "write"),),
    "checks/update": (("checks", "write"),),
    "checks/get": (("checks", "read"),),
    "checks/list-annotations": (("checks", "read"),),
    "checks/list-for-ref": (("checks", "read"),),
    "checks/rerequest-run": (("checks", "write"),),
}
LEVELS = ("read", "write", "admin")


def grants(permissions: Mapping[str, str], name: str, level: str) -> bool:
    """Whether the permissions hold at least this one."""
    return name in permissions and LEVELS.index(permissions[name]) >= LEVELS.index(level)


def authorize(operation: str, caller: Caller) -> None:
    """Refuse what the caller may not do, as GitHub words it.

    Raises:
        Refusal: 401 without the right kind of credential, 403 without the permission.

    """
    if operation in NOBODY:
        return
    if caller.app is None:
        raise Refusal(401, "Requires authentication")
    if operation in BY_JWT:
        if caller.installation is not None:
            raise Refusal(401, "A JSON web token could not be decoded")
        return
    if caller.installation is None:
        raise Refusal(403, "You must authenticate with an installation access token in order to access this resource.")
    if operation in BY_ANY_TOKEN:
        return
    accepted = REQUIRED[operation]
    if not any(grants(caller.permissions, name, level) for name, level in accepted):
        stated = "; ".join(f"{name}={level}" for name, level in accepted)
        raise Refusal(403, "Resource not accessible by integration", headers={"x-accepted-github-permissions": stated})
