"""The page that registers an App, asked by somebody who is not who it is for, too late, or twice."""

import asyncio
import html
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import Route

from reviewbot.cli import run
from reviewbot.cli.sign_in import open_sign_in
from reviewbot.dashboard.routes import dashboard_routes
from reviewbot.errors import ConfigError
from reviewbot.github.client import Server, connect
from reviewbot.ledger import open_ledger
from reviewbot.settings import ReceiverSettings
from reviewbot.setup.app import LIFETIME_SECONDS, Setup
from reviewbot.setup.keys import FILES, App, Folder
from reviewbot.setup.manifest import Registration, registration
from tests.fake_github import FakeGitHub
from tests.fake_github.faults import bad_gateway
from tests.fake_github.permissions import MANIFEST_EVENTS, MANIFEST_PERMISSIONS
from tests.fake_github.web import manifest_mistakes
from tests.fakes import PausedClock

PAGE = "http://localhost:8001"
RECEIVER = "https://reviewbot.example.org"


class Visitor:
    """A browser that keeps cookies and follows nothing by itself."""

    def __init__(self, application: Starlette) -> None:
        self._application = application
        self._cookies = httpx.Cookies()

    def get(self, path: str, **options: Any) -> httpx.Response:
        return asyncio.run(self._get(path, **options))

    async def _get(self, path: str, **options: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._application)
        async with httpx.AsyncClient(transport=transport, base_url=PAGE, cookies=self._cookies) as client:
            answer = await client.get(path, **options)
            self._cookies = client.cookies
            return answer


class Visit:
    """A set-up that runs, and somebody who visits it."""

    def __init__(self, hub: FakeGitHub, server: Server, folder: Path) -> None:
        self.clock = PausedClock()
        self.hub = hub
        self.folder = Folder(folder)
        self.folder.prepare()
        asked = registration("our-bot", RECEIVER, PAGE, hub.url)
        self.setup = Setup(asked, self.folder, server, self.clock.now)
        self.browser = self.new_browser()

    def new_browser(self) -> Visitor:
        return Visitor(self.setup.application())

    def enter(self) -> httpx.Response:
        self.browser.get(self.setup.link)
        return self.browser.get("/setup")

    def confirmed(self) -> str:
        """Go to GitHub and confirm; return where it sends the browser."""
        page = self.enter().text
        action, manifest = (html.unescape(found) for found in re.findall(r'(?:action|value)="([^"]*)"', page))
        answer = httpx.post(action, data={"manifest": manifest, "confirmed": "yes"})
        return str(answer.headers["location"])

    @property
    def written(self) -> list[str]:
        return sorted(path.name for path in self.folder.path.glob("*"))


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Visit]:
    with FakeGitHub() as hub, connect(hub.url).http as http:
        yield Visit(hub, Server(hub.url, http, sleep=lambda _seconds: None), tmp_path / "keys")


def test_the_link_leads_to_the_page_once(visit: Visit) -> None:
    assert "Register on" in visit.enter().text

    second = visit.new_browser()
    assert second.get(visit.setup.link).status_code == 404
    assert second.get("/setup").status_code == 404
    assert visit.browser.get("/setup").status_code == 200


def test_nobody_gets_in_without_the_link(visit: Visit) -> None:
    for path in ("/setup", "/setup?token=", "/setup?token=x", "/setup/done?code=" + "c" * 20, "/setup/done"):
        answer = visit.browser.get(path, headers={"cookie": "reviewbot-setup="})
        assert (answer.status_code, "Register on" in answer.text) == (404, False)


def test_half_an_hour_later_the_page_is_closed(visit: Visit) -> None:
    back = visit.confirmed()
    visit.clock.sleep(LIFETIME_SECONDS + 1)

    assert [visit.browser.get(path).status_code for path in ("/setup", back)] == [404, 404]
    assert visit.written == []


def test_a_link_that_nobody_used_is_closed_too(visit: Visit) -> None:
    visit.clock.sleep(LIFETIME_SECONDS + 1)

    assert visit.browser.get(visit.setup.link).status_code == 404


@pytest.mark.parametrize("forge", [lambda _state: "", lambda _state: "x" * 43, lambda state: state[:-1] + "_"])
def test_an_answer_that_was_not_asked_for_registers_nothing(visit: Visit, forge: Callable[[str], str]) -> None:
    asked = parse_qs(urlsplit(visit.confirmed()).query)

    answer = visit.browser.get("/setup/done", params={"code": asked["code"], "state": forge(asked["state"][0])})

    assert (answer.status_code, visit.written) == (403, [])
    assert "apps/create-from-manifest" not in visit.hub.operations()


def test_an_answer_is_good_for_one_app(visit: Visit) -> None:
    back = visit.confirmed()

    first, again = visit.browser.get(back), visit.browser.get(back)

    assert (first.status_code, again.status_code) == (303, 403)
    assert visit.written == sorted(FILES)
    assert visit.hub.operations().count("apps/create-from-manifest") == 1


def test_the_last_page_is_shown_once_and_ends_the_set_up(visit: Visit) -> None:
    ended: list[bool] = []
    visit.setup.finished = lambda: ended.append(True)
    visit.browser.get(visit.confirmed())
    assert ended == []

    assert "Install" in visit.browser.get("/setup").text

    assert ended == [True]
    assert visit.browser.get("/setup").status_code == 404


@pytest.mark.parametrize("code", ["unknown1234", "../../user", "", "x" * 101])
def test_a_code_that_github_did_not_give_registers_nothing(visit: Visit, code: str) -> None:
    state = parse_qs(urlsplit(visit.confirmed()).query)["state"]

    answer = visit.browser.get("/setup/done", params={"code": code, "state": state})

    assert (answer.status_code, "Begin again" in answer.text, visit.written) == (502, True, [])


def test_a_github_that_is_away_is_said_and_one_can_begin_again(visit: Visit) -> None:
    visit.hub.fail(bad_gateway("apps/create-from-manifest", nth=(1,)))

    answer = visit.browser.get(visit.confirmed())
    assert (answer.status_code, visit.written) == (502, [])
    page = visit.browser.get("/setup").text
    assert "Register on" in page


def test_keys_that_cannot_be_written_are_said_to_be_lost(visit: Visit) -> None:
    back = visit.confirmed()
    shutil.rmtree(visit.folder.path)

    answer = visit.browser.get(back)

    assert (answer.status_code, "Delete the App our-bot" in answer.text) == (500, True)


def test_keys_are_written_all_or_none_and_over_nothing(visit: Visit) -> None:
    back = visit.confirmed()
    taken = visit.folder.path / "client-secret"
    taken.write_text("another's")

    assert visit.browser.get(back).status_code == 500
    assert (visit.written, taken.read_text()) == (["client-secret"], "another's")


def test_a_folder_that_holds_keys_is_refused_before_anything_is_registered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "private-key.pem").write_text("a key")

    assert run(["setup", RECEIVER, "--port", "0", "--folder", str(tmp_path)]) == 2
    assert "holds private-key.pem already" in capsys.readouterr().err


def test_the_manifest_asks_for_what_the_work_needs_and_no_more(visit: Visit) -> None:
    manifest = registration("our-bot", RECEIVER, PAGE, "https://github.com").manifest()

    assert manifest["default_permissions"] == MANIFEST_PERMISSIONS
    assert manifest["default_events"] == list(MANIFEST_EVENTS)
    assert manifest["hook_attributes"] == {"url": f"{RECEIVER}/github", "active": True}
    assert manifest["public"] is False
    assert manifest_mistakes(manifest) == []
    assert visit.hub.violations == []


@pytest.mark.parametrize(
    ("github", "api", "form"),
    [
        ("https://github.com", "https://api.github.com", "https://github.com/settings/apps/new"),
        ("https://acme.ghe.com/", "https://api.acme.ghe.com", "https://acme.ghe.com/settings/apps/new"),
        ("https://git.example.org", "https://git.example.org/api/v3", "https://git.example.org/settings/apps/new"),
    ],
)
def test_other_githubs_are_known_by_their_address(github: str, api: str, form: str) -> None:
    asked = registration("our-bot", RECEIVER, PAGE, github)

    assert (asked.api_url, asked.form_url("s")) == (api, f"{form}?state=s")


NEW_APP = App(
    id=7,
    slug="our-bot",
    html_url="https://github.com/apps/our-bot",
    pem=SecretStr("-----BEGIN RSA PRIVATE KEY-----"),
    webhook_secret=SecretStr("w"),
    client_id="Iv1.0",
    client_secret=SecretStr("c"),
)


@pytest.mark.parametrize(
    ("github", "named"),
    [
        ("https://github.com", []),
        ("https://acme.ghe.com", ["REVIEWBOT_API_URL", "REVIEWBOT_WEB_URL"]),
        ("https://git.example.org/", ["REVIEWBOT_API_URL", "REVIEWBOT_WEB_URL"]),
    ],
)
def test_people_sign_in_to_the_dashboard_on_the_github_that_the_app_is_registered_on(
    tmp_path: Path, github: str, named: list[str]
) -> None:
    folder = Folder(tmp_path)
    folder.keep(NEW_APP, registration("our-bot", RECEIVER, PAGE, github))
    written = dict(line.split("=", 1) for line in folder.settings.read_text().splitlines())

    sign_in = open_sign_in(ReceiverSettings.read(written | {"REVIEWBOT_DASHBOARD_PEOPLE": "alice"}))

    assert sorted(name for name in written if name.endswith("_URL")) == named
    assert sign_in is not None
    assert sign_in.address("s").startswith(f"{github.rstrip('/')}/login/oauth/authorize?")


class NobodyAsked:
    """A GitHub that is asked nothing."""

    def address(self, state: str) -> str:
        return f"https://github.com/login?state={state}"

    def admits(self, code: str) -> str | None:  # noqa: ARG002  the Protocol's
        return None


def test_the_app_sends_people_back_to_a_page_that_the_dashboard_has(tmp_path: Path) -> None:
    manifest = registration("our-bot", f"{RECEIVER}/hooks", PAGE, "https://github.com").manifest()
    settings = ReceiverSettings.read(
        {"REVIEWBOT_WEBHOOK_SECRET": "s", "REVIEWBOT_GITHUB_CLIENT_ID": "id", "REVIEWBOT_GITHUB_CLIENT_SECRET": "c"}
    )
    with closing(open_ledger(f"sqlite:///{tmp_path}/ledger.sqlite")) as ledger:
        pages = dashboard_routes(settings, ledger, NobodyAsked())

    assert manifest["callback_urls"] == [f"{RECEIVER}/dashboard/github/callback"]
    assert "/dashboard/github/callback" in {page.path for page in pages if isinstance(page, Route)}


def asked(**changed: str) -> Registration:
    told = {"name": "our-bot", "receiver_url": RECEIVER, "page_url": PAGE, "github_url": "https://github.com"}
    return registration(**told | changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"name": "x" * 35},
        {"name": "<script>"},
        {"organization": "acme/../user"},
        {"receiver_url": "reviewbot.example.org"},
        {"receiver_url": "http://reviewbot.example.org"},
        {"receiver_url": "https://user:word@reviewbot.example.org"},
        {"receiver_url": "https://reviewbot.example.org:port"},
        {"receiver_url": "javascript:alert(1)"},
        {"github_url": "http://github.com"},
        {"github_url": "https://github.com/acme"},
        {"page_url": "https://page.example.org/?x=1"},
    ],
)
def test_what_cannot_be_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        asked(**changed)
