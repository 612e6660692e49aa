"""Draws the picture of the page that `reviewbot setup` opens, in a real browser. `make picture` runs it."""

import sys
import tempfile
import threading
from pathlib import Path

import uvicorn

from reviewbot.github.client import connect
from reviewbot.setup.app import Setup
from reviewbot.setup.keys import Folder
from reviewbot.setup.manifest import registration
from reviewbot.webhook.server import listen
from tests.setup.browser import find_chromium, open_browser

TARGET = Path(__file__).parent / "images" / "setup.png"
WIDTH = 860


def main() -> None:
    """Open the page and write the picture; `dark` as an argument takes the dark one."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("There is no chromium. tools/install-services installs it.")
    scheme = "dark" if "dark" in sys.argv else "light"
    with tempfile.TemporaryDirectory() as profile, listen("127.0.0.1", 0) as listening:
        page_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        asked = registration(
            "reviewbot-acme", "https://reviewbot.example.org", page_url, "https://github.com", organization="acme"
        )
        setup = Setup(asked, Folder(Path("/etc/reviewbot")), connect())
        config = uvicorn.Config(setup.application(), lifespan="off", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        with open_browser(chromium, Path(profile) / "chromium") as browser:
            browser.set_colors(scheme)
            browser.open(setup.link)
            # The time of day would be another one in each picture.
            browser.run("document.querySelector('form + .note').textContent = 'This page works once.'")
            TARGET.write_bytes(browser.picture(WIDTH))
        server.should_exit = True
        thread.join()


if __name__ == "__main__":
    main()
