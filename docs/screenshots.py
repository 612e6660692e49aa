"""Takes the pictures of the dashboard, over a ledger with made-up reviews. `make picture` runs it.

It needs Chromium. The pictures are docs/images/dashboard-light.png, dashboard-dark.png and dashboard-review.png.
"""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from pydantic import SecretStr

from reviewbot.ledger import open_ledger
from reviewbot.ledger.seal import KeySeal
from reviewbot.ledger.view import Filter
from tests.browser import chromium_or_skip, open_browser
from tests.dashboard.sample import MadeUpClock, Story
from tests.service.stack import eventually, free_port, listens

TARGETS = Path(__file__).parent / "images"
KEY = "a-key-for-the-pictures-of-the-docs"
TOKEN = "a-token-for-the-pictures-of-the-docs"  # noqa: S105  it protects nothing
WIDTH, HEIGHT = 1120, 1034


def main() -> None:
    """Serve a made-up ledger, sign in with a browser, and take the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/ledger.sqlite"
        clock = MadeUpClock(time.time())
        with closing(open_ledger(url, clock)) as ledger:
            Story(ledger, clock, KeySeal(SecretStr(KEY))).half_a_year()
            newest = next(row for row in ledger.pulls(Filter())[0] if row.withheld).row_id
        port = free_port()
        environment = {
            "PATH": os.environ["PATH"],
            "REVIEWBOT_DATABASE_URL": url,
            "REVIEWBOT_WEBHOOK_SECRET": "a-secret-that-nothing-is-signed-with",
            "REVIEWBOT_DASHBOARD_TOKEN": TOKEN,
            "REVIEWBOT_DIFF_KEY": KEY,
        }
        command = [sys.executable, "-m", "reviewbot", "serve", "--port", str(port), "--workers", "0"]
        serving = subprocess.Popen(command, env=environment)  # noqa: S603  our own command line
        try:
            if not eventually(lambda: listens(port), 60):
                raise SystemExit("The receiver did not start.")
            take_pictures(f"http://127.0.0.1:{port}/dashboard", newest)
        finally:
            serving.terminate()
            serving.wait(60)


def take_pictures(address: str, newest: int) -> None:
    """Sign in, and take one picture in each colour scheme, and one of a review."""
    with open_browser(chromium_or_skip()) as browser:
        browser.look(width=WIDTH, height=HEIGHT)
        browser.open(f"{address}/sign-in")
        browser.run(f"document.querySelector('#token').value = '{TOKEN}'")
        browser.click("button.main")
        for dark, name in ((False, "light"), (True, "dark")):
            browser.look(dark=dark, width=WIDTH, height=HEIGHT)
            (TARGETS / f"dashboard-{name}.png").write_bytes(browser.picture())
        browser.look(dark=False, width=WIDTH, height=HEIGHT)
        browser.open(f"{address}/reviews/{newest}")
        (TARGETS / "dashboard-review.png").write_bytes(browser.picture())


if __name__ == "__main__":
    main()
