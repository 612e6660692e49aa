"""Headless Chromium, driven over a pipe by the DevTools protocol: https://chromedevtools.github.io/devtools-protocol/."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--headless",
    "--no-sandbox",  # a container has no user namespaces; it shows our own pages only
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-pipe",
)


MAX_SECONDS = 900.0
"""A browser that lives longer hangs: it is killed, and the test that waits for it fails."""
_ALARMING = {"javascript", "security", "violation"}


def chromium_or_skip() -> str:
    """Return the path of Chromium. Without it the test is skipped, and fails in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        said = "Not tested in a browser: there is no chromium. tools/install-services installs it."
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    return found


class Browser:
    """One page of a browser."""

    def __init__(self, read: int, write: int) -> None:
        self._from = os.fdopen(read, "rb")
        self._to = os.fdopen(write, "wb")
        self._number = 0
        self._loads = 0
        self._session = ""
        self.console: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> Any:
        """Call a method and return its result."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._to.write(json.dumps(message).encode() + b"\0")
        self._to.flush()
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]

    def open(self, url: str) -> None:
        """Go to a page and wait until it is loaded."""
        loads = self._loads
        self.call("Page.navigate", url=url)
        self._await_load(loads)

    def click(self, selector: str) -> None:
        """Click what leads to another page, and wait for that."""
        loads = self._loads
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
        self._await_load(loads)

    def press(self, key: str, code: int) -> None:
        """Press a key."""
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def run(self, script: str) -> Any:
        """Return what a script of ours comes to on the page."""
        return self.call("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def look(self, *, dark: bool = False, width: int = 1100, height: int = 800) -> None:
        """Choose the colour scheme and the size of the window."""
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=scheme)
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def picture(self) -> bytes:
        """Return the window as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", optimizeForSpeed=False)["data"])

    def names(self, role: str) -> list[str]:
        """Return the names of all elements of a role, as a screen reader is told them."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        found = [node for node in nodes if not node["ignored"] and node["role"]["value"] == role]
        return [node.get("name", {}).get("value", "") for node in found]

    def close(self) -> None:
        """Close the pipe; the browser ends with it."""
        self._to.close()
        self._from.close()

    def _await_load(self, before: int) -> None:
        while self._loads == before:
            self._next()

    def _next(self) -> dict[str, Any]:
        message = bytearray()
        while (byte := self._byte()) != b"\0":
            message += byte
        told: dict[str, Any] = json.loads(message)
        source = told.get("params", {}).get("entry", {}).get("source", "")
        if told.get("method") in {"Runtime.consoleAPICalled", "Runtime.exceptionThrown"} or source in _ALARMING:
            self.console.append(json.dumps(told["params"]))
        self._loads += told.get("method") == "Page.loadEventFired"
        if told.get("method") == "Page.javascriptDialogOpening":
            self.console.append("a dialog was opened")
        return told

    def _byte(self) -> bytes:
        byte = self._from.read(1)
        assert byte, "The browser has ended."
        return byte


@contextmanager
def open_browser(program: str) -> Iterator[Browser]:
    """Start a browser with a new profile."""
    to_browser, from_us = os.pipe()
    to_us, from_browser = os.pipe()

    def wire() -> None:
        # The pipe's ends are expected as 3 and 4. They may be each other's now.
        first, second = os.dup(to_browser), os.dup(from_browser)
        os.dup2(first, 3)
        os.dup2(second, 4)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}"],
            preexec_fn=wire,  # noqa: PLW1509  it only moves file descriptors
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "HOME": profile, "LANG": "C.UTF-8"},
            cwd=Path(profile),
        )
        os.close(to_browser)
        os.close(from_browser)
        watchdog = threading.Timer(MAX_SECONDS, process.kill)
        watchdog.start()
        try:
            browser = Browser(to_us, from_us)
            yield browser
            browser.close()
        finally:
            watchdog.cancel()
            process.kill()
            process.wait(30)
