"""A maintainer goes from nothing to an installed App: the real command, a real browser, the fake GitHub."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from reviewbot.settings import ReceiverSettings, WorkerSettings
from tests.fake_github import FakeGitHub
from tests.setup.browser import Browser, chromium_or_skip, open_browser

RECEIVER = "https://reviewbot.example.org/github"


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    with open_browser(chromium_or_skip(), tmp_path / "profile") as browser:
        yield browser


@pytest.fixture
def hub() -> Iterator[FakeGitHub]:
    with FakeGitHub() as hub:
        yield hub


@pytest.fixture
def command(tmp_path: Path, hub: FakeGitHub) -> Iterator[subprocess.Popen[str]]:
    program = [sys.executable, "-m", "reviewbot", "setup", RECEIVER, "--port", "0", "--name", "Our Review Bot"]
    options = ["--github-url", hub.url, "--folder", str(tmp_path / "keys"), "--organization", "acme"]
    with ExitStack() as end:
        process = end.enter_context(
            subprocess.Popen(
                [*program, *options],
                env={"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
        end.callback(process.kill)
        yield process


def link_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return next(line.strip() for line in process.stdout if "/setup?token=" in line)


def settings_in(file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


def test_a_maintainer_registers_and_installs_the_app_and_sees_no_secret(
    command: subprocess.Popen[str], browser: Browser, hub: FakeGitHub, tmp_path: Path
) -> None:
    link = link_of(command)
    browser.open(link)
    pages = [browser.source()]
    assert "acme" in browser.text()
    assert "token" not in browser.run("location.href")
    browser.click("Register on")
    browser.click("Create GitHub App")
    browser.wait("document.querySelector('h1')?.textContent === 'our-review-bot is registered'")
    pages.append(browser.source())
    told, _ = command.communicate(timeout=60)
    browser.click("Install our-review-bot")
    browser.click("Install")
    browser.wait("document.body.textContent.includes('our-review-bot is installed')")

    (made,) = hub.world.apps
    assert (made.webhook_url, [each.app.slug for each in hub.world.installations.values()]) == (
        RECEIVER,
        ["our-review-bot"],
    )
    folder = tmp_path / "keys"
    read = settings_in(folder / "reviewbot.env")
    receiver = ReceiverSettings.read(read)
    assert receiver.webhook_secret.get_secret_value() == made.webhook_secret
    assert receiver.github_client_id
    assert receiver.github_client_secret is not None  # signing in lacks only the names of who may
    worker = WorkerSettings.read(read)
    assert (worker.app_id, worker.private_key.get_secret_value().strip()) == (made.id, made.private_key.strip())
    assert worker.api_url == f"{hub.url}/api/v3"
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.iterdir()]}
    files = {"private-key.pem", "webhook-secret", "client-secret", "reviewbot.env"}
    assert modes == {"keys": 0o700} | dict.fromkeys(files, 0o600)
    assert command.returncode == 0
    assert "reviewbot serve" in told
    assert f"{hub.url}/apps/our-review-bot/installations/new" in told
    said = "\n".join([told, *pages])
    for secret in (made.webhook_secret, made.private_key.splitlines()[1], "c" * 40):
        assert secret not in said


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_colors_of_the_browser(
    command: subprocess.Popen[str], browser: Browser, scheme: str
) -> None:
    browser.set_colors(scheme)
    browser.open(link_of(command))

    shown = browser.run("getComputedStyle(document.querySelector('main')).backgroundColor")

    assert (scheme, shown) in {("light", "rgb(255, 255, 255)"), ("dark", "rgb(23, 28, 35)")}
    assert browser.picture().startswith(b"\x89PNG")
