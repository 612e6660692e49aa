"""The pages: who may see them, what they show, and that nothing of the ledger can act in a browser."""

import http.client
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from pydantic import SecretStr
from starlette.requests import Request

from reviewbot.dashboard import dashboard_routes
from reviewbot.dashboard.chart import chart
from reviewbot.dashboard.session import COOKIE, VALID_SECONDS, Sessions
from reviewbot.dashboard.words import REFUSALS, percent
from reviewbot.gate.reason import Refusal
from reviewbot.ledger import Ledger
from reviewbot.ledger.record import Ending, PullKey, ReviewWork
from reviewbot.ledger.run import FindingRecord, RunRecord, SuggestionRecord
from reviewbot.ledger.seal import KeySeal, diff_of
from reviewbot.ledger.statistics import WEEK_SECONDS, Tally, Week
from reviewbot.suggestion import Edit
from tests.browser import Browser
from tests.dashboard.conftest import DIFF_KEY, TOKEN
from tests.dashboard.sample import Story
from tests.webhook.conftest import Answer, Running

HOSTILE = """</td><script>alert(1)</script><img src=x onerror=alert(2)>"'{{1291*1297}}&lt;javascript:alert(3)"""
PAGES = ("/dashboard", "/dashboard/reviews", "/dashboard/reviews/1")


def get(dashboard: Running, path: str, **headers: str) -> Answer:
    return dashboard.request("GET", path, b"", {"Authorization": f"Bearer {TOKEN}"} | headers)


def send_token(dashboard: Running, token: str, **headers: str) -> Answer:
    form = {"Content-Type": "application/x-www-form-urlencoded"} | {k.replace("_", "-"): v for k, v in headers.items()}
    return dashboard.request("POST", "/dashboard/sign-in", f"token={token}".encode(), form)


def test_without_a_token_in_the_settings_there_is_no_page(start: Callable[..., Running], ledger: Ledger) -> None:
    plain = start(ledger)
    assert {plain.get(path).status for path in (*PAGES, "/dashboard/sign-in", "/metrics")} == {404}


@pytest.mark.parametrize("path", PAGES)
def test_strangers_are_sent_to_sign_in_and_see_nothing(dashboard: Running, story: Story, path: str) -> None:
    story.ask()
    for headers in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Cookie": f"{COOKIE}=99999999999.{'0' * 64}"},
        {"Cookie": f"{COOKIE}=²³.{'0' * 64}".encode().decode("latin-1")},
    ):
        answer = dashboard.request("GET", path, b"", headers)
        assert (answer.status, answer.headers["location"]) == (303, "/dashboard/sign-in")
        assert "acme" not in answer.text


def test_the_token_opens_a_session_that_no_script_and_no_other_site_can_use(dashboard: Running) -> None:
    answer = send_token(dashboard, TOKEN, Sec_Fetch_Site="same-origin")
    assert (answer.status, answer.headers["location"]) == (303, "/dashboard")
    cookie = answer.headers["set-cookie"]
    value, *attributes = cookie.split("; ")
    assert {each.lower() for each in attributes} >= {"httponly", "secure", "samesite=strict", "path=/"}
    assert TOKEN not in cookie
    assert dashboard.request("GET", "/dashboard", b"", {"Cookie": value}).status == 200
    forged = value[:-1] + ("0" if value[-1] != "0" else "1")
    assert dashboard.request("GET", "/dashboard", b"", {"Cookie": forged}).status == 303


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", TOKEN[:-1], "%00", "x" * 5000])
def test_another_token_opens_nothing(dashboard: Running, token: str) -> None:
    answer = send_token(dashboard, token)
    assert answer.status == 403
    assert "set-cookie" not in answer.headers
    assert "That is not the token" in answer.text


def test_a_form_that_never_arrives_holds_nothing_up(start: Callable[..., Running], ledger: Ledger) -> None:
    pages = start(
        ledger, dashboard_token=TOKEN, body_seconds=0.2, routes=lambda chosen: dashboard_routes(chosen, ledger)
    )
    with closing(http.client.HTTPConnection("127.0.0.1", pages.port, timeout=60)) as connection:
        connection.putrequest("POST", "/dashboard/sign-in")
        connection.putheader("Content-Length", "100")
        connection.endheaders(b"token=")
        assert connection.getresponse().status == 403


@pytest.mark.parametrize("headers", [{"Sec_Fetch_Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_a_form_on_another_site_can_sign_nobody_in(dashboard: Running, headers: dict[str, str]) -> None:
    answer = send_token(dashboard, TOKEN, **headers)
    assert answer.status == 403
    assert "set-cookie" not in answer.headers


def test_a_session_ends_with_its_time_and_with_the_token() -> None:
    now = [1_000_000.0]
    first = Sessions(SecretStr(TOKEN), lambda: now[0])
    until = str(int(now[0]) + VALID_SECONDS)
    cookie = f"{COOKIE}={until}.{first._proof(until)}"  # noqa: SLF001  as `begin` sets it
    request = Request({"type": "http", "headers": [(b"cookie", cookie.encode())]})
    assert first.knows(request)
    assert not Sessions(SecretStr(TOKEN + "2"), lambda: now[0]).knows(request)
    now[0] += VALID_SECONDS
    assert not first.knows(request)


@pytest.mark.parametrize("path", [*PAGES, "/dashboard/sign-in", "/dashboard/style.css", "/dashboard/reviews/999"])
def test_each_page_forbids_scripts_frames_and_caches(dashboard: Running, story: Story, path: str) -> None:
    story.ask()
    headers = get(dashboard, path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


def test_the_pages_only_read(dashboard: Running) -> None:
    for path in PAGES:
        assert dashboard.request("POST", path, b"", {"Authorization": f"Bearer {TOKEN}"}).status == 405


def hostile_review(ledger: Ledger, key: str = DIFF_KEY) -> None:
    """One review whose every text tries to be markup."""
    ledger.request_review(ReviewWork(PullKey(1, HOSTILE, 2, 3), HOSTILE, 1.0, HOSTILE[:20], HOSTILE))
    claim = ledger.claim("me", 60)
    assert claim is not None
    finding = FindingRecord(HOSTILE[:80], HOSTILE[:50], HOSTILE, HOSTILE, 1, HOSTILE[:10], commented=True)
    suggestion = SuggestionRecord(
        fingerprint=HOSTILE[:80],
        origin="model",
        model=HOSTILE,
        attempt=3,
        edits_sha256="e" * 64,
        accepted=False,
        refusals=(HOSTILE,),
    )
    head = HOSTILE[:64]
    made = RunRecord(
        base=HOSTILE,
        head=head,
        conclusion=HOSTILE[:20],
        complete=False,
        tools=((HOSTILE[:50], HOSTILE[:50]),),
        skipped=(HOSTILE,),
        findings=(finding,),
        suggestions=(suggestion,),
    )
    ledger.save_run(claim, made)
    diff = diff_of((Edit(HOSTILE, 1, 1, f"-- a/{HOSTILE}\n", f"\tx = '\u202e'{HOSTILE}\n"),))
    ledger.keep_diffs(claim, head, {"e" * 64: KeySeal(SecretStr(key)).close(diff)}, days=1)
    ledger.finish(claim, Ending.REVIEWED, head)


class Tags(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs


@pytest.mark.parametrize(
    "path", [*PAGES, "/dashboard/reviews?repository=%3Cscript%3Ealert(1)%3C/script%3E&state=%22onload=%22"]
)
def test_hostile_text_is_text(dashboard: Running, ledger: Ledger, path: str) -> None:
    hostile_review(ledger)
    answer = get(dashboard, path)
    assert answer.status == 200
    page = Tags(answer.text)
    assert not {"script", "img", "iframe", "object"} & page.tags
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]
    links = [value or "" for name, value in page.attributes if name in {"href", "src", "action"}]
    assert all(re.match(r"/dashboard|\?|#main$|https://github\.com/", link) for link in links)
    assert str(1291 * 1297) not in answer.text


def test_a_suggestion_has_its_diff_in_which_nothing_hides(dashboard: Running, ledger: Ledger) -> None:
    hostile_review(ledger)
    text = get(dashboard, PAGES[-1]).text
    kinds = re.findall(r'<span class="(file|place|removed|added|note)">(.)', text)
    assert kinds == [("file", "d"), ("place", "@"), ("removed", "-"), ("added", "+")]
    assert r"x = &#39;\u202e&#39;" in text
    assert "Its lines" not in text


def test_a_diff_that_was_sealed_with_another_key_is_said_to_be(dashboard: Running, ledger: Ledger) -> None:
    hostile_review(ledger, key="the key before, which was replaced")
    text = get(dashboard, PAGES[-1]).text
    assert "encrypted with another key" in text
    assert 'class="diff"' not in text


def test_without_a_key_the_page_says_how_diffs_are_kept(start: Callable[..., Running], ledger: Ledger) -> None:
    hostile_review(ledger)
    plain = start(ledger, dashboard_token=TOKEN, routes=lambda settings: dashboard_routes(settings, ledger))
    text = get(plain, PAGES[-1]).text
    assert "REVIEWBOT_DIFF_KEY" in text
    assert 'class="diff"' not in text


def test_hostile_text_does_nothing_in_a_browser(dashboard: Running, ledger: Ledger, browser: Browser) -> None:
    hostile_review(ledger)
    signed_in(browser, dashboard)
    for path in PAGES:
        browser.open(f"http://127.0.0.1:{dashboard.port}{path}")
        assert browser.run("document.scripts.length + document.images.length") == 0
        assert HOSTILE[:30] in browser.run("document.body.innerText")
    assert browser.console == []


def signed_in(browser: Browser, dashboard: Running) -> None:
    browser.console.clear()
    browser.call("Network.clearBrowserCookies")
    browser.open(f"http://127.0.0.1:{dashboard.port}/dashboard")
    assert browser.run("location.pathname") == "/dashboard/sign-in"
    browser.run(f"document.querySelector('#token').value = '{TOKEN}'")
    browser.click("button.main")
    assert browser.run("location.pathname") == "/dashboard"


def test_a_person_gets_from_signing_in_to_a_suggestion_s_verdict(
    dashboard: Running, story: Story, browser: Browser
) -> None:
    story.half_a_year(weeks=2, each=2)
    signed_in(browser, dashboard)
    assert "of 5,000 requests left" in browser.run("document.body.innerText")
    browser.click("nav a[href='/dashboard/reviews']")
    browser.click("td .is-done, tr:has(.is-failure) th a")
    said = browser.run("document.body.innerText")
    assert re.search(r"^\+.*\w", said, re.MULTILINE)
    for expected in ("Suggestions and their verdicts", "Findings", "Semgrep 1.182.0", "Where the time went"):
        assert expected in said
    link = browser.run("document.querySelector('.lead a').href")
    assert re.fullmatch(r"https://github\.com/acme/[a-z-]+/pull/\d+#pullrequestreview-\d+", link)
    browser.click("form.out button")
    assert browser.run("location.pathname") == "/dashboard/sign-in"
    browser.open(f"http://127.0.0.1:{dashboard.port}/dashboard")
    assert browser.run("location.pathname") == "/dashboard/sign-in"
    assert browser.console == []


def test_a_screen_reader_is_told_landmarks_captions_and_the_chart(
    dashboard: Running, story: Story, browser: Browser
) -> None:
    story.half_a_year(weeks=3, each=2)
    signed_in(browser, dashboard)
    assert browser.names("main") != []
    assert browser.names("navigation") == ["Pages"]
    assert [name[:37] for name in browser.names("image")] == ["Share of suggestions flagged, by week"]
    assert {"Health", "What was withheld in 26 weeks, and why"} <= set(browser.names("heading"))
    assert browser.run("[...document.querySelectorAll('table')].every(table => table.caption)") is True
    assert browser.run("[...document.querySelectorAll('input, select')].every(i => i.labels.length)") is True


def test_the_keyboard_reaches_everything_and_its_place_shows(dashboard: Running, browser: Browser) -> None:
    signed_in(browser, dashboard)
    browser.press("Tab", 9)
    assert browser.run("document.activeElement.textContent") == "Skip to the content"
    assert browser.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert browser.run("document.activeElement.getBoundingClientRect().left") >= 0
    browser.press("Tab", 9)
    browser.press("Tab", 9)
    assert browser.run("document.activeElement.textContent") == "Overview"


CONTRAST = """
(() => {
  const light = c => { c = c / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const parts = c => c.match(/[0-9.]+/g).map(Number);
  const shine = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = parts(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  let worst = 21;
  for (const e of document.querySelectorAll('main *, header *, footer *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.getClientRects().length) continue;
    const style = getComputedStyle(e);
    const a = shine(parts(e.closest('svg') ? style.fill : style.color)), b = shine(behind(e));
    worst = Math.min(worst, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  }
  return worst;
})()
"""


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_as_wcag_asks_in_light_and_dark(
    dashboard: Running, story: Story, browser: Browser, *, dark: bool
) -> None:
    story.half_a_year(weeks=3, each=3)
    browser.look(dark=dark)
    signed_in(browser, dashboard)
    for path in PAGES:
        browser.open(f"http://127.0.0.1:{dashboard.port}{path}")
        assert browser.run(CONTRAST) >= 4.5


def test_narrow_windows_need_no_scrolling_sideways(dashboard: Running, story: Story, browser: Browser) -> None:
    story.half_a_year(weeks=3, each=3)
    signed_in(browser, dashboard)
    browser.look(width=380)
    for path in PAGES:
        browser.open(f"http://127.0.0.1:{dashboard.port}{path}")
        assert browser.run("document.documentElement.scrollWidth") <= 380
    browser.look()


def test_the_chart_tells_a_week_without_suggestions_from_one_without_flags() -> None:
    start = 4 * 86_400.0
    weeks = [Week(start, Tally(generated=4, flagged=3)), Week(start + 3 * WEEK_SECONDS, Tally(generated=2))]
    made = chart(weeks)
    assert made is not None
    assert [bar.share for bar in made.bars] == [0.75, None, None, 0.0]
    assert made.bars[0].height > made.bars[3].height == 0
    assert made.bars[0].y < made.literature_y < made.bottom
    assert chart([]) is None
    many = chart([Week(start + n * WEEK_SECONDS, Tally(1, 1)) for n in range(60)])
    assert many is not None
    assert len(many.bars) == 26
    assert max(bar.x + bar.width for bar in many.bars) <= many.right
    assert percent(1.0) == "100 %"


def test_each_reason_of_the_gate_has_its_words() -> None:
    assert set(REFUSALS) == {refusal.value for refusal in Refusal}


def test_a_list_is_filtered_and_paged(dashboard: Running, ledger: Ledger, story: Story) -> None:
    for _ in range(26):
        story.ask()
    first = get(dashboard, "/dashboard/reviews").text
    assert "Page 1 of 2" in first
    assert first.count('scope="row"') == 25
    assert get(dashboard, "/dashboard/reviews?page=2").text.count('scope="row"') == 1
    assert get(dashboard, "/dashboard/reviews?page=999999").status == 200
    assert get(dashboard, "/dashboard/reviews?page=-1&state=no").text == first.replace('value="no"', "")
    assert "There are none" in get(dashboard, "/dashboard/reviews?state=done").text
    assert get(dashboard, "/dashboard/reviews/99999999999999999999999").status == 404
    assert replace(Tally(), generated=1).share_flagged == 0.0
    assert ledger.queue_state().rows["waiting"] == 26
