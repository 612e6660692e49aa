"""Takes the pictures of the dashboard, over a ledger with made-up reviews. `make picture` runs it.

It needs Chromium. The pictures are docs/images/dashboard-light.png and dashboard-dark.png.
"""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from reviewbot.ledger import open_ledger
from tests.browser import chromium_or_skip, open_browser
from tests.dashboard.sample import MadeUpClock, Story
from tests.service.stack import eventually, free_port, listens

TARGETS = Path(__file__).parent / "images"
TOKEN = "a-token-for-the-pictures-of-the-docs"  # noqa: S105  it protects nothing
WIDTH, HEIGHT = 1120, 1034


def main() -> None:
    """Serve a made-up ledger, sign in with a browser, and take the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/ledger.sqlite"
        clock = MadeUpClock(time.time())
        with closing(open_ledger(url, clock)) as ledger:
            Story(ledger, clock).half_a_year()
        port = free_port()
        environment = {
            "PATH": os.environ["PATH"],
            "REVIEWBOT_DATABASE_URL": url,
            "REVIEWBOT_WEBHOOK_SECRET": "a-secret-that-nothing-is-signed-with",
            "REVIEWBOT_DASHBOARD_TOKEN": TOKEN,
        }
        command = [sys.executable, "-m", "reviewbot", "serve", "--port", str(port), "--workers", "0"]
        serving = subprocess.Popen(command, env=environment)  # noqa: S603  our own command line
        try:
            if not eventually(lambda: listens(port), 60):
                raise SystemExit("The receiver did not start.")
            take_pictures(f"http://127.0.0.1:{port}/dashboard")
        finally:
            serving.terminate()
            serving.wait(60)


def take_pictures(address: str) -> None:
    """Sign in, and take one picture in each colour scheme."""
    with open_browser(chromium_or_skip()) as browser:
        browser.look(width=WIDTH, height=HEIGHT)
        browser.open(f"{address}/sign-in")
        browser.run(f"document.querySelector('#token').value = '{TOKEN}'")
        browser.click("button.main")
        for dark, name in ((False, "light"), (True, "dark")):
            browser.look(dark=dark, width=WIDTH, height=HEIGHT)
            (TARGETS / f"dashboard-{name}.png").write_bytes(browser.picture())


if __name__ == "__main__":
    main()
