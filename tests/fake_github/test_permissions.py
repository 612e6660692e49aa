"""Who may do what: exactly what our manifest asks for, and what GitHub says each operation needs."""

import json
import re
import time
from typing import Any

import httpx
import jwt
import pytest
from github import GithubException

from tests.fake_github import FakeGitHub
from tests.fake_github.conftest import client
from tests.fake_github.packages import require_packages
from tests.fake_github.permissions import BY_ANY_TOKEN, BY_JWT, MANIFEST_PERMISSIONS, NOBODY, REQUIRED
from tests.fake_github.server import OPERATIONS
from tests.fake_github.state import Pull, Repository

OUTDATED = {  # what octokit's list still has for them
    "actions/list-workflow-run-artifacts": "contents",
    "actions/list-workflow-runs-for-repo": "contents",
    "repos/get-content": "single_file",
    "checks/get": "contents",
    "checks/list-annotations": "contents",
    "checks/list-for-ref": "contents",
}


def test_every_operation_says_who_may_call_it() -> None:
    assert set(OPERATIONS) == NOBODY | BY_JWT | BY_ANY_TOKEN | set(REQUIRED)


def test_the_table_agrees_with_octokits(hub: FakeGitHub) -> None:
    """Octokit's list is from 2020 and names one permission of several: where it has an entry, ours must hold it."""
    published = require_packages() / "@octokit/app-permissions/generated/api.github.com.json"
    paths: dict[str, Any] = {
        _nameless(path): methods for path, methods in json.loads(published.read_bytes())["paths"].items()
    }
    compared = 0
    for operation, accepted in REQUIRED.items():
        described = hub.world.description.operations[operation]
        said = paths.get(_nameless(described.template), {}).get(described.method)
        if said is None or operation in OUTDATED:
            continue
        assert (said["permission"], said["access"]) in accepted, operation
        compared += 1
    assert compared >= 25


def _nameless(template: str) -> str:
    return re.sub(r"\{\w+\}", "{}", template)


def test_a_read_token_cannot_write(hub: FakeGitHub, pull: Pull) -> None:
    reader = client(hub, pull.repository, {"pull_requests": "read", "metadata": "read"})
    seen = reader.get_repo("acme/shop").get_pull(1)

    with pytest.raises(GithubException) as refused:
        seen.create_issue_comment("hello")

    assert (refused.value.status, refused.value.data["message"]) == (403, "Resource not accessible by integration")
    assert refused.value.headers is not None
    assert refused.value.headers["x-accepted-github-permissions"] == "pull_requests=write; issues=write"


def test_the_app_has_our_manifests_permissions_and_no_more(hub: FakeGitHub, repository: Repository) -> None:
    answer = httpx.post(
        f"{hub.url}/app/installations/{hub.installation(repository).id}/access_tokens",
        headers={"authorization": f"Bearer {app_jwt(hub)}"},
        json={"permissions": {"contents": "write"}},
    )

    assert hub.installation(repository).permissions == dict(MANIFEST_PERMISSIONS)
    assert answer.status_code == 422


def app_jwt(hub: FakeGitHub, *, seconds: int = 540, key: str | None = None) -> str:
    clock = int(time.time())
    claims = {"iat": clock - 60, "exp": clock + seconds, "iss": str(hub.app.id)}
    return jwt.encode(claims, key or hub.private_key, algorithm="RS256")


@pytest.mark.parametrize(("seconds", "status"), [(540, 200), (3600, 401), (-60, 401)])
def test_a_jwt_lives_for_ten_minutes_at_most(hub: FakeGitHub, seconds: int, status: int) -> None:
    token = app_jwt(hub, seconds=seconds)

    assert httpx.get(f"{hub.url}/app", headers={"authorization": f"Bearer {token}"}).status_code == status


def test_a_jwt_that_is_not_signed_by_the_apps_key_is_refused(hub: FakeGitHub) -> None:
    forged = jwt.encode({"iat": 0, "exp": int(time.time()) + 60, "iss": str(hub.app.id)}, "x" * 32, algorithm="HS256")

    assert httpx.get(f"{hub.url}/app", headers={"authorization": f"Bearer {forged}"}).status_code == 401


def test_a_suspended_uninstalled_or_revoked_token_is_refused(hub: FakeGitHub, repository: Repository) -> None:
    def ask(token: str) -> int:
        return httpx.get(f"{hub.url}/repos/acme/shop", headers={"authorization": f"token {token}"}).status_code

    first, second = hub.token(repository).value, hub.token(repository).value
    revoked = httpx.delete(f"{hub.url}/installation/token", headers={"authorization": f"token {first}"})
    hub.suspend(hub.installation(repository))

    assert (revoked.status_code, ask(first), ask(second)) == (204, 401, 403)
    hub.uninstall(hub.installation(repository))
    assert ask(second) == 401


@pytest.mark.parametrize(
    ("role", "granted"),
    [("admin", "admin"), ("maintain", "write"), ("write", "write"), ("triage", "read"), ("read", "read")],
)
def test_roles_are_told_in_the_old_words(hub: FakeGitHub, repository: Repository, role: str, granted: str) -> None:
    hub.add_collaborator(repository, "carol", role)
    seen = client(hub, repository).get_repo("acme/shop")

    assert seen.get_collaborator_permission("carol") == granted
    hub.remove_collaborator(repository, "carol")
    assert seen.get_collaborator_permission("carol") == "none"
