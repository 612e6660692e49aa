"""Accounts, Apps and repositories as the API shows them. What is not said here is filled from the description."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from tests.fake_github.state import App, Installation, Pull, Reaction, Repository, User
from tests.fake_github.world import World

type Json = dict[str, Any]


def at(time: datetime | None) -> str | None:
    """Write a time as GitHub does."""
    return None if time is None else time.strftime("%Y-%m-%dT%H:%M:%SZ")


def user(world: World, account: User) -> Json:
    url = f"{world.url}/users/{quote(account.login, safe='')}"
    known = {
        "login": account.login,
        "id": account.id,
        "node_id": f"U_{account.id}",
        "gravatar_id": "",
        "type": account.type,
        "url": url,
        "html_url": f"{world.url}/{quote(account.login, safe='')}",
        "site_admin": False,
    }
    return _completed(world, "simple-user", known)


def app(world: World, one: App) -> Json:
    known = {
        "id": one.id,
        "slug": one.slug,
        "node_id": f"A_{one.id}",
        "client_id": one.client_id,
        "name": one.slug,
        "owner": user(world, one.owner),
        "external_url": "https://example.org",
        "html_url": f"{world.url}/apps/{one.slug}",
        "permissions": one.permissions,
        "events": list(one.events),
        "created_at": at(one.created_at),
        "updated_at": at(one.created_at),
    }
    return _completed(world, "integration", known)


def installation(world: World, one: Installation) -> Json:
    known = {
        "id": one.id,
        "account": user(world, one.account),
        "app_id": one.app.id,
        "app_slug": one.app.slug,
        "client_id": one.app.client_id,
        "target_id": one.account.id,
        "target_type": one.account.type,
        "repository_selection": "selected",
        "access_tokens_url": f"{world.url}/app/installations/{one.id}/access_tokens",
        "repositories_url": f"{world.url}/installation/repositories",
        "html_url": f"{world.url}/settings/installations/{one.id}",
        "permissions": one.permissions,
        "events": list(one.app.events),
        "suspended_at": at(one.suspended_at),
        "suspended_by": None if one.suspended_at is None else user(world, one.account),
        "created_at": at(one.created_at),
        "updated_at": at(one.created_at),
    }
    return _completed(world, "installation", known)


def repository(world: World, one: Repository, component: str = "repository") -> Json:
    url = f"{world.url}/repos/{one.full_name}"
    known: Json = {
        "id": one.id,
        "node_id": f"R_{one.id}",
        "name": one.name,
        "full_name": one.full_name,
        "owner": user(world, one.owner),
        "private": one.private,
        "visibility": "private" if one.private else "public",
        "fork": one.parent is not None,
        "url": url,
        "html_url": f"{world.url}/{one.full_name}",
        "clone_url": f"{world.url}/{one.full_name}.git",
        "git_url": f"git://127.0.0.1/{one.full_name}.git",
        "ssh_url": f"git@127.0.0.1:{one.full_name}.git",
        "svn_url": f"{world.url}/{one.full_name}",
        "contents_url": f"{url}/contents/{{+path}}",
        "commits_url": f"{url}/commits{{/sha}}",
        "pulls_url": f"{url}/pulls{{/number}}",
        "default_branch": one.default_branch,
        "created_at": at(one.created_at),
        "updated_at": at(one.created_at),
        "pushed_at": at(one.created_at),
        "archived": False,
        "disabled": False,
    }
    return _completed(world, component, known)


def reaction(world: World, one: Reaction) -> Json:
    known = {
        "id": one.id,
        "node_id": f"REA_{one.id}",
        "user": user(world, one.user),
        "content": one.content,
        "created_at": at(one.created_at),
    }
    return _completed(world, "reaction", known)


def reaction_counts(url: str, reactions: list[Reaction]) -> Json:
    kinds = ("+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket")
    counts = {kind: sum(each.content == kind for each in reactions) for kind in kinds}
    return {"url": f"{url}/reactions", "total_count": len(reactions), **counts}


def association(pull: Pull, account: User) -> str:
    """Say how an account stands to the repository; GitHub shows nobody's exact role here."""
    if account is pull.repository.owner:
        return "OWNER"
    if account.login in pull.repository.roles:
        return "COLLABORATOR"
    return "CONTRIBUTOR" if account is pull.author else "NONE"


def _completed(world: World, component: str, known: Json) -> Json:
    whole: Json = world.description.complete(component, known)
    return whole
