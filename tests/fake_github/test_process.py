"""The fake as a process of its own, and the pages a maintainer passes when registering an App."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fake_github import FakeGitHub
from tests.fake_github.packages import require_packages
from tests.fake_github.permissions import MANIFEST_EVENTS, MANIFEST_PERMISSIONS

ROOT = Path(__file__).parents[2]
MANIFEST = {
    "name": "Our Review Bot",
    "url": "https://example.org",
    "hook_attributes": {"url": "https://example.org/github"},
    "redirect_url": "http://127.0.0.1:9/setup/done",
    "public": False,
    "default_permissions": dict(MANIFEST_PERMISSIONS),
    "default_events": list(MANIFEST_EVENTS),
}


@pytest.fixture
def process() -> Iterator[str]:
    require_packages()
    command = [sys.executable, "-m", "tests.fake_github"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        yield running.stdout.readline().strip()
        running.terminate()
        assert running.wait(20) == 0


def control(url: str, action: str, **given: Any) -> Any:
    answer = httpx.post(f"{url}/_fake/{action}", json=given, timeout=20)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_another_process_sets_the_scene_and_looks_at_it(process: str) -> None:
    app = control(process, "app", webhook_url="http://127.0.0.1:9/github")
    control(process, "create_repository", full_name="acme/shop", files={"app.py": "1\n"})
    opened = control(process, "open_pull", repository="acme/shop", head_files={"app.py": "2\n"}, author="alice")
    head = control(process, "push", pull="acme/shop#1", files={"app.py": "3\n"})
    control(process, "comment", pull="acme/shop#1", author="bob", text="/reviewbot review")
    sent = control(process, "deliver")
    facts = control(process, "pull", pull="acme/shop#1")

    assert app["private_key"].startswith("-----BEGIN RSA PRIVATE KEY-----")
    assert opened["head_sha"] != head == facts["head_sha"]
    assert facts["comments"][0]["body"] == "/reviewbot review"
    assert {each["status"] for each in sent} == {"failed to connect to host"}
    assert control(process, "violations") == []


def test_a_wrong_order_is_answered_not_obeyed(process: str) -> None:
    assert httpx.post(f"{process}/_fake/close", json={"pull": "acme/none#1"}).status_code == 400
    assert httpx.post(f"{process}/_fake/rm", json={}).status_code == 404


def post_manifest(hub: FakeGitHub, manifest: dict[str, Any], **form: str) -> httpx.Response:
    address = f"{hub.url}/settings/apps/new?state=once"
    return httpx.post(address, data={"manifest": json.dumps(manifest), **form})


def test_a_manifest_becomes_an_app_whose_secrets_are_given_once(hub: FakeGitHub) -> None:
    asked = post_manifest(hub, MANIFEST)
    confirmed = post_manifest(hub, MANIFEST, confirmed="yes", name="Our Review Bot")
    back = httpx.URL(confirmed.headers["location"])
    converted, again = (httpx.post(f"{hub.url}/app-manifests/{back.params['code']}/conversions") for _ in range(2))

    assert "Create GitHub App" in asked.text
    assert (back.path, back.params["state"]) == ("/setup/done", "once")
    assert (converted.status_code, again.status_code) == (201, 404)
    assert converted.json()["slug"] == "our-review-bot"
    assert re.match("-----BEGIN RSA PRIVATE KEY-----", converted.json()["pem"])


def test_an_event_without_its_permission_is_refused(hub: FakeGitHub) -> None:
    answer = post_manifest(hub, MANIFEST | {"default_permissions": {"pull_requests": "write"}})

    assert answer.status_code == 422
    assert "manifest: default_events: issue_comment needs the permission issues" in hub.take_violations()
