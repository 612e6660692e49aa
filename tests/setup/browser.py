"""A real browser without a window: Debian's Chromium, driven over a pipe by its own protocol.

https://chromedevtools.github.io/devtools-protocol/
"""

import base64
import itertools
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pytest

SECONDS = 60
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"),
)


class PageError(Exception):
    """The page threw an error, or is not the one any more that was asked."""


@dataclass
class Browser:
    """One tab."""

    orders: IO[bytes]
    answers: IO[bytes]
    session: str | None = None
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def open(self, url: str) -> None:
        """Go to `url` and wait until the page is there."""
        self.order("Page.navigate", url=url)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def run(self, script: str) -> Any:
        """Return what JavaScript makes of `script` in the page."""
        answer = self.order("Runtime.evaluate", expression=script, returnByValue=True, userGesture=True)
        if "exceptionDetails" in answer:
            raise PageError(script, answer["exceptionDetails"]["text"])
        return answer["result"].get("value")

    def wait(self, condition: str) -> None:
        """Wait until `condition` holds in the page, whichever page that is by then."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            with suppress(PageError):
                if self.run(f"Boolean({condition})"):
                    return
            time.sleep(0.05)
        raise AssertionError(f"{condition} does not come to hold at {self.run('location.href')}: {self.text()}")

    def click(self, label: str) -> None:
        """Click the button or link with this label."""
        found = f"[...document.querySelectorAll('button, a')].find(each => each.textContent.includes({label!r}))"
        self.wait(found)
        self.run(f"{found}.click()")

    def text(self) -> str:
        """Return what a person reads."""
        return str(self.run("document.body.innerText"))

    def source(self) -> str:
        """Return the page as HTML."""
        return str(self.run("document.documentElement.outerHTML"))

    def set_colors(self, scheme: str) -> None:
        """Prefer `light` or `dark`."""
        self.order("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, width: int = 900) -> bytes:
        """Return the whole page as PNG."""
        metrics = {"width": width, "height": 600, "deviceScaleFactor": 1, "mobile": False}
        self.order("Emulation.setDeviceMetricsOverride", **metrics)
        height = int(self.run("Math.ceil(document.documentElement.getBoundingClientRect().height)"))
        self.order("Emulation.setDeviceMetricsOverride", **metrics | {"height": height})
        return base64.b64decode(self.order("Page.captureScreenshot", format="png")["data"])

    def order(self, method: str, **parameters: Any) -> Any:
        number = next(self.numbers)
        order = {"id": number, "method": method, "params": parameters}
        if self.session is not None:
            order["sessionId"] = self.session
        self.orders.write(json.dumps(order).encode() + b"\0")
        while (answer := self._read()).get("id") != number:
            pass
        if "error" in answer:
            raise PageError(method, answer["error"])
        return answer["result"]

    def _read(self) -> Any:
        message = bytearray()
        while (byte := self.answers.read(1)) != b"\0":
            if not byte:
                raise AssertionError("Chromium has ended.")
            message += byte
        return json.loads(message)


def find_chromium() -> str | None:
    """Return the path of Chromium or of its sibling, None if there is neither."""
    return next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)


def chromium_or_skip() -> str:
    """Return the path of Chromium. Without it the test is skipped, and fails in CI."""
    found = find_chromium()
    if found is None:
        said = "Not tested in a browser: there is no chromium. tools/install-services installs it."
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    return found


@contextmanager
def open_browser(program: str, profile: Path) -> Iterator[Browser]:
    """Start a browser with a profile of its own, and end it."""
    (their_orders, orders), (answers, their_answers) = os.pipe(), os.pipe()
    # Chromium reads orders from descriptor 3 and answers on 4. The shell puts them there.
    command = f'exec "$0" "$@" 3<&{their_orders} 4>&{their_answers}'
    options = (*FLAGS, "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank")
    with (
        os.fdopen(orders, "wb", buffering=0) as writing,
        os.fdopen(answers, "rb") as reading,
        subprocess.Popen(
            ["/bin/bash", "-c", command, program, *options],
            pass_fds=(their_orders, their_answers),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process,
    ):
        os.close(their_orders)
        os.close(their_answers)
        try:
            browser = Browser(writing, reading)
            target = browser.order("Target.createTarget", url="about:blank")["targetId"]
            session = browser.order("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            browser.session = str(session)
            yield browser
            browser.session = None
            browser.order("Browser.close")
            process.wait(SECONDS)
        finally:
            process.kill()
