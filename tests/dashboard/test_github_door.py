"""Signing in with GitHub: against a server that answers as GitHub documents it, in a real browser and by hand."""

import base64
import http.client
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from reviewbot.cli.sign_in import open_sign_in
from reviewbot.dashboard import dashboard_routes
from reviewbot.dashboard.github_door import MAX_ASKING, STATE_COOKIE
from reviewbot.errors import ConfigError
from reviewbot.github.sign_in import GitHubSignIn
from reviewbot.ledger import Ledger
from tests.browser import Browser
from tests.webhook.conftest import Running, settings

CODE, TOKEN, SECRET = "code-of-the-test", "ghu_token", "client-secret"


@dataclass
class OAuth:
    """The few pages of GitHub that signing in needs. `back` is where the App's callback is."""

    person: dict[str, Any]
    back: str = ""
    revoked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, verb: str, path: str, body: bytes, headers: Any) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(path)
        if (verb, parts.path) == ("GET", "/login/oauth/authorize"):
            state = parse_qs(parts.query)["state"][0]
            return 302, {"Location": f"{self.back}?code={CODE}&state={state}"}, b""
        if (verb, parts.path) == ("POST", "/login/oauth/access_token"):
            sent = parse_qs(body.decode())
            good = sent == {"client_id": ["Iv1.1"], "client_secret": [SECRET], "code": [CODE]}
            return 200, {}, json.dumps({"access_token": TOKEN} if good else {"error": "bad_verification_code"}).encode()
        if (verb, parts.path) == ("GET", "/user") and headers["Authorization"] == f"Bearer {TOKEN}":
            return 200, {}, json.dumps(self.person).encode()
        own = "Basic " + base64.b64encode(f"Iv1.1:{SECRET}".encode()).decode()
        if (verb, parts.path, headers["Authorization"]) == ("DELETE", "/applications/Iv1.1/token", own):
            self.revoked.append(json.loads(body)["access_token"])
            return 204, {}, b""
        return 404, {}, b"{}"


@pytest.fixture
def oauth() -> Iterator[OAuth]:
    known = OAuth({"login": "Ann", "id": 4711})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            status, headers, body = known.answer(self.command, self.path, self.rfile.read(length), self.headers)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_DELETE = do_GET  # noqa: N815  the names that http.server looks for

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        known.port = server.server_port
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield known
        server.shutdown()
        thread.join(30)


def door(oauth: OAuth, *people: str) -> GitHubSignIn:
    return GitHubSignIn(oauth.url, oauth.url, ("Iv1.1", SecretStr(SECRET)), people)


def serving(start: Callable[..., Running], ledger: Ledger, github: GitHubSignIn) -> Running:
    secret = {"github_client_secret": SECRET}
    return start(ledger, routes=lambda settings: dashboard_routes(settings, ledger, github), **secret)


def test_a_person_on_the_list_comes_in_through_github(
    oauth: OAuth, start: Callable[..., Running], ledger: Ledger, browser: Browser
) -> None:
    dashboard = serving(start, ledger, door(oauth, "bob", "4711"))
    home = f"http://127.0.0.1:{dashboard.port}/dashboard"
    oauth.back = f"{home}/github/callback"
    browser.call("Network.clearBrowserCookies")
    browser.open(home)
    assert browser.run("document.querySelector('#token')") is None
    browser.click("a.button")
    assert "You are signed in as Ann" in browser.run("document.body.innerText")
    browser.click("main a")
    assert browser.run("document.querySelector('h1').textContent") == "Overview"
    assert oauth.revoked == [TOKEN]


def test_somebody_else_stays_outside(oauth: OAuth, start: Callable[..., Running], ledger: Ledger) -> None:
    dashboard = serving(start, ledger, door(oauth, "bob", "471"))
    answer = _come_back(dashboard, f"code={CODE}&state=s", "s")
    assert answer.status == 403
    assert answer.getheader("set-cookie") is None
    assert oauth.revoked == [TOKEN]


@pytest.mark.parametrize(("state", "cookie"), [("s", ""), ("", ""), ("s", "other"), ("", "s")])
def test_nobody_is_signed_in_by_a_link_of_somebody_else(
    oauth: OAuth, start: Callable[..., Running], ledger: Ledger, state: str, cookie: str
) -> None:
    dashboard = serving(start, ledger, door(oauth, "ann"))
    answer = _come_back(dashboard, f"code={CODE}&state={state}", cookie)
    assert (answer.status, answer.getheader("set-cookie"), oauth.revoked) == (403, None, [])


@pytest.mark.parametrize("code", ["", "wrong", "../x", "a" * 200])
def test_a_code_that_github_does_not_know_opens_nothing(
    oauth: OAuth, start: Callable[..., Running], ledger: Ledger, code: str
) -> None:
    dashboard = serving(start, ledger, door(oauth, "ann"))
    answer = _come_back(dashboard, f"code={code}&state=s", "s")
    assert (answer.status, answer.getheader("set-cookie")) == (502, None)


def test_a_github_that_is_away_opens_nothing(start: Callable[..., Running], ledger: Ledger) -> None:
    dashboard = serving(start, ledger, door(OAuth({}, port=1), "ann"))
    assert _come_back(dashboard, f"code={CODE}&state=s", "s").status == 502


def test_a_crowd_at_the_door_takes_few_threads(start: Callable[..., Running], ledger: Ledger) -> None:
    class Slow:
        """A GitHub that answers when it is told to."""

        go_on = threading.Event()
        asked = threading.Semaphore(0)

        def address(self, state: str) -> str:
            return state

        def admits(self, _code: str) -> None:
            self.asked.release()
            self.go_on.wait(60)

    slow = Slow()
    pages = start(ledger, routes=lambda chosen: dashboard_routes(chosen, ledger, slow), github_client_secret=SECRET)
    with ThreadPoolExecutor(MAX_ASKING) as crowd:
        waiting = [crowd.submit(_come_back, pages, "code=c&state=s", "s") for _ in range(MAX_ASKING)]
        assert all(slow.asked.acquire(timeout=60) for _ in range(MAX_ASKING))
        assert _come_back(pages, "code=c&state=s", "s").status == 503
        slow.go_on.set()
        assert [one.result(60).status for one in waiting] == [403] * MAX_ASKING


def test_a_person_without_a_name_is_nobody(oauth: OAuth) -> None:
    oauth.person = {}
    assert door(oauth, "").admits(CODE) is None


def test_people_without_credentials_are_a_mistake_that_is_said() -> None:
    assert open_sign_in(settings()) is None
    with pytest.raises(ConfigError, match="REVIEWBOT_GITHUB_CLIENT_ID"):
        open_sign_in(settings(dashboard_people="ann"))
    made = open_sign_in(settings(dashboard_people="ann", github_client_id="Iv1.1", github_client_secret=SECRET))
    assert made is not None
    assert made.address("s") == "https://github.com/login/oauth/authorize?client_id=Iv1.1&state=s"


def _come_back(dashboard: Running, query: str, cookie: str) -> http.client.HTTPResponse:
    with closing(http.client.HTTPConnection("127.0.0.1", dashboard.port, timeout=30)) as connection:
        path = f"/dashboard/github/callback?{query}"
        connection.request("GET", path, headers={"Cookie": f"{STATE_COOKIE}={cookie}"} if cookie else {})
        answer = connection.getresponse()
        answer.read()
        return answer
