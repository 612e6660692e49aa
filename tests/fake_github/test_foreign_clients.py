"""The fake, judged by clients that others wrote: octokit, and a Probot app, both as npm has them."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fake_github import FakeGitHub
from tests.fake_github.conftest import FOURTH_CHANGED, TEN
from tests.fake_github.packages import require_packages
from tests.fake_github.state import Pull

FOREIGN = Path(__file__).parent / "foreign"
SECONDS = 60


@pytest.fixture
def node() -> str:
    require_packages()
    found = shutil.which("node")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("node is missing: in CI the foreign clients must run against the fake GitHub.")
        pytest.skip("Not judged by foreign clients: node is not on the PATH.")
    return found


@pytest.fixture
def changed(hub: FakeGitHub) -> Pull:
    repository = hub.create_repository("acme/shop", files={"src/app.py": TEN})
    hub.add_collaborator(repository, "carol", "maintain")
    return hub.open_pull(repository, head_files={"src/app.py": FOURTH_CHANGED, "new.py": "a\n"}, fork=True)


def settings(hub: FakeGitHub, pull: Pull) -> Mapping[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(hub.folder),
        "API_URL": hub.url,
        "APP_ID": str(hub.app.id),
        "PRIVATE_KEY": hub.private_key,
        "WEBHOOK_SECRET": hub.webhook_secret,
        "INSTALLATION_ID": str(hub.installation(pull.repository).id),
        "NO_PROXY": "127.0.0.1",
    }


def test_octokit_sees_what_it_sees_on_github(node: str, hub: FakeGitHub, changed: Pull) -> None:
    done = subprocess.run(
        [node, str(FOREIGN / "octokit.mjs")],
        env=settings(hub, changed),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)

    assert seen.pop("diff").startswith("diff --git a/new.py b/new.py\n")
    assert seen == {
        "slug": "reviewbot",
        "installation": hub.installation(changed.repository).id,
        "installations": 1,
        "repositories": 1,
        "head": changed.head_sha,
        "unchanged": 304,
        "files": [["new.py", "added"], ["src/app.py", "modified"]],
        "directory": ["src/app.py"],
        "tree": ["new.py", "src", "src/app.py"],
        "compared": ["ahead", 2],
        "runs": [["foreign", "neutral", "one"]],
        "outside": [422, ["Line could not be resolved"]],
        "reviews": ["From octokit.", ""],
        "reactions": [201, 200],
        "permission": "write",
        "thread": ["Look here.", "A reply."],
        "resolve": "FORBIDDEN",
        "remaining": True,
    }


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait for work that goes on after a delivery was answered; the assertions come after it."""
    ends = time.monotonic() + SECONDS
    while not condition() and time.monotonic() < ends:
        time.sleep(0.02)


@contextmanager
def probot(node: str, environment: Mapping[str, str]) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [node, str(FOREIGN / "probot.mjs")]
    with subprocess.Popen(
        command, env={**environment, "PORT": str(port)}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert any(line.strip() == "listening" for line in process.stdout)
            yield f"http://127.0.0.1:{port}/github"
        finally:
            process.terminate()


def test_a_probot_app_reviews_what_is_delivered_to_it(node: str, hub: FakeGitHub, changed: Pull) -> None:
    comment = hub.comment(changed, "bob", "hello")

    with probot(node, settings(hub, changed)) as url:
        sent = hub.deliver(url)
        wait_for(lambda: bool(comment.reactions) and bool(hub.reviews(changed)))

    assert {each.status for each in sent} == {"OK"}
    assert [each.body for each in hub.reviews(changed, by="reviewbot[bot]")] == ["2 files"]
    assert [each.place.path for each in hub.review_comments(changed)] == ["new.py", "src/app.py"]
    assert [each.content for each in comment.reactions] == ["eyes"]
