"""The pages of the web site that a maintainer passes when registering and installing an App.

https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
"""

import html
import json
import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

from tests.fake_github.exchange import Response
from tests.fake_github.server import Incoming
from tests.fake_github.webhooks import announce_installation
from tests.fake_github.world import World

MANIFEST_KEYS = frozenset(
    {"name", "url", "hook_attributes", "redirect_url", "callback_urls", "setup_url", "description", "public"}
    | {"default_events", "default_permissions", "request_oauth_on_install", "setup_on_update"}
)
NEEDED_FOR_EVENT = {
    "pull_request": "pull_requests",
    "pull_request_review": "pull_requests",
    "pull_request_review_comment": "pull_requests",
    "pull_request_review_thread": "pull_requests",
    "issue_comment": "issues",
    "check_run": "checks",
    "check_suite": "checks",
}
NEW_APP = re.compile(r"/(?:organizations/[\w-]+/)?settings/apps/new")
INSTALL = re.compile(r"/apps/([\w-]+)/installations/new")


def register(world: World, incoming: Incoming) -> Response | None:
    """Show the manifest that was posted and a button; pressed, the App is there and the browser is sent back."""
    if not NEW_APP.fullmatch(incoming.path):
        return None
    form = _form(incoming)
    try:
        manifest = json.loads(form.get("manifest", ""))
    except ValueError:
        return _page(422, "The manifest is not JSON.")
    mistakes = manifest_mistakes(manifest)
    if mistakes:
        for each in mistakes:
            world.violate("manifest", each)
        return _page(422, "<br>".join(map(html.escape, mistakes)))
    if "confirmed" not in form:
        return _page(200, _confirmation(incoming, manifest))
    name = re.sub(r"[^a-z0-9-]+", "-", (form.get("name") or manifest["name"]).lower()).strip("-")
    hook = manifest["hook_attributes"]["url"]
    permissions = {"metadata": "read"} | manifest.get("default_permissions", {})
    with world.lock:
        made = world.add_app(name, hook, permissions=permissions, events=tuple(manifest.get("default_events", ())))
    code = secrets.token_hex(20)
    world.manifests[code] = made
    answer = {"code": code} | ({"state": incoming.query["state"]} if "state" in incoming.query else {})
    return _redirect(f"{manifest['redirect_url']}?{urlencode(answer)}")


def manifest_mistakes(manifest: Any) -> list[str]:
    """Say for what GitHub refuses a manifest, and which of its keys it would ignore."""
    if not isinstance(manifest, dict):
        return ["the manifest is no object"]
    mistakes = [f"unknown key {key}" for key in manifest if key not in MANIFEST_KEYS]
    mistakes += [f"{key} is missing" for key in ("url", "redirect_url") if not manifest.get(key)]
    if not manifest.get("hook_attributes", {}).get("url"):
        mistakes.append("hook_attributes.url is missing")
    granted = manifest.get("default_permissions", {})
    for event in manifest.get("default_events", ()):
        if NEEDED_FOR_EVENT.get(event) not in granted:
            mistakes.append(f"default_events: {event} needs the permission {NEEDED_FOR_EVENT.get(event, '?')}")
    return mistakes


def _confirmation(incoming: Incoming, manifest: Mapping[str, Any]) -> str:
    target = html.escape(f"{incoming.path}?{urlencode(incoming.query)}")
    return (
        f'<form action="{target}" method="post">'
        f'<input type="hidden" name="manifest" value="{html.escape(json.dumps(manifest))}">'
        '<input type="hidden" name="confirmed" value="yes">'
        f'<label>GitHub App name <input name="name" value="{html.escape(manifest.get("name", ""))}"></label>'
        '<button type="submit">Create GitHub App</button></form>'
    )


def install(world: World, incoming: Incoming) -> Response | None:
    """Install the App on every repository of its owner."""
    found = INSTALL.fullmatch(incoming.path)
    if found is None:
        return None
    made = next((each for each in world.apps if each.slug == found[1]), None)
    if made is None:
        return _page(404, "No such App.")
    if incoming.method != "POST":
        return _page(200, '<form method="post"><button type="submit">Install</button></form>')
    with world.lock:
        installation = world.install(made, made.owner)
        installation.repository_ids |= {each.id for each in world.repositories if each.owner is made.owner}
        announce_installation(world, installation, "created")
    return _page(200, f"{html.escape(made.slug)} is installed.")


def _form(incoming: Incoming) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(incoming.body.decode()).items()}


def _page(status: int, content: str) -> Response:
    text = f'<!doctype html><html lang="en"><title>Fake GitHub</title><body>{content}</body></html>'
    return Response(status, text=text.encode(), content_type="text/html; charset=utf-8")


def _redirect(to: str) -> Response:
    return Response(302, headers={"location": to}, text=b"")


def icon(_world: World, incoming: Incoming) -> Response | None:
    """Have no icon, which every browser asks for."""
    return _page(404, "No icon.") if incoming.path == "/favicon.ico" else None


def artifact(world: World, incoming: Incoming) -> Response | None:
    """Serve an artifact to whoever knows its address; a token that is sent along has no business here."""
    found = re.fullmatch(r"/_storage/artifacts/(\d+)", incoming.path)
    if found is None:
        return None
    if "authorization" in incoming.headers:
        world.violate("storage", "a token was sent to where artifacts are stored")
    runs = (run for repository in world.repositories for run in repository.workflow_runs)
    one = next((each for run in runs for each in run.artifacts if each.id == int(found[1])), None)
    return None if one is None else Response(200, text=one.archive, content_type="application/zip")


PAGES = (register, install, icon, artifact)
