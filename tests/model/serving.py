"""A real model server on this machine: `transformers serve` with one of the tiny models."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

START_SECONDS = 240.0
"""How long the server may take to load its libraries and the model on a busy machine."""


@contextmanager
def serving(model: Path, folder: Path, *options: str) -> Iterator[str]:
    """Serve the model in the folder `model`, and yield the base URL of its API. Its id there is the folder's path.

    `folder` takes the server's log and what it keeps. `options` are further ones of `transformers serve`.
    """
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    (folder / "hub").mkdir(parents=True)  # without it the server answers 500 to the question for its models
    program = Path(sys.executable).parent / "transformers"
    where = ("--host", "127.0.0.1", "--port", str(port), "--device", "cpu")
    command = (str(program), "serve", str(model), *where, *options)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "HF_HOME": str(folder),
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
    }
    log = folder / "serve.log"
    with log.open("wb") as said:
        server = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
        try:
            _wait(server, f"http://127.0.0.1:{port}/health", log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.kill()
            server.wait()


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=10).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"transformers serve does not answer:\n{log.read_text(errors='replace')[-3000:]}")
