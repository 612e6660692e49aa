"""How many deliveries a second are durably accepted: `python -m benchmarks.webhooks [--count N] [--rounds N]`.

The receiver as it runs in service, with its ledger in SQLite (WAL, synchronous=FULL), beside a bare receiver
on the same server that checks the signature, parses the JSON and forgets. Both get the same signed deliveries
of 20 kB over the same connections, in turn, so the ratio holds whatever else the machine does. The third one
has a broker that hangs, and beside it the sweeper, which tries to send hints. Everything stays on the loopback
interface, and the number of deliveries is fixed.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import platform
import random
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

import uvloop
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reviewbot.errors import UnavailableError
from reviewbot.github.auth import AppAuth
from reviewbot.github.client import connect
from reviewbot.ledger import open_ledger
from reviewbot.ledger.record import Delivery, PullKey, ReviewWork
from reviewbot.log import set_up_logging
from reviewbot.queue import Hints
from reviewbot.settings import ReceiverSettings
from reviewbot.sweeper import Intervals, Sweeper
from reviewbot.webhook import create_app
from reviewbot.webhook.server import listen, make_server

SECRET = "the-secret-of-a-benchmark"  # noqa: S105  it protects nothing
BODY_BYTES = 20_000
PULLS = 500
CONNECTIONS = 32
STOPPED = "durable, Redis stopped"
LIMIT_SECONDS = 60
"""One round is given up after this: a benchmark that hangs measures nothing."""


@dataclass(frozen=True)
class Round:
    """What one receiver did with all deliveries."""

    seconds: float
    latencies: tuple[float, ...]
    statuses: Counter[bytes]
    sender_seconds: float
    """Processor time of the sender, which shares the machine."""
    cpu_seconds: float = 0.0
    """What the receiver's process spent, with starting to take connections and everything after it."""

    @property
    def rate(self) -> float:
        """Return the deliveries accepted each second."""
        return self.statuses[b"202"] / self.seconds


def main() -> None:
    """Measure, and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=6_000, help="deliveries in a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", choices=["bare", "durable"], help=argparse.SUPPRESS)
    parser.add_argument("--sweep", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--database", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.sweep:
        sweep(options.database, options.sweep)
    if options.serve:
        serve(options.serve, options.database)
        return
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.system()}, {platform.python_version()}")
    measure_acceptance(options.count, options.rounds)
    measure_coalescing(10_000)


def measure_acceptance(count: int, rounds: int) -> None:
    """Send the same deliveries to either receiver in turn, and print rates and ratio."""
    requests = [request(number) for number in range(count)]
    kinds = ["bare", "durable", *([STOPPED] if shutil.which("redis-server") else [])]
    results: dict[str, list[Round]] = {kind: [] for kind in kinds}
    with tempfile.TemporaryDirectory(dir=".") as folder:  # the disk of the checkout: /tmp may be in memory
        for number in range(rounds):
            for kind, done in results.items():
                database = Path(folder) / f"{number}-{kinds.index(kind)}.sqlite"
                with hanging_broker(Path(folder), database) if kind == STOPPED else nullcontext():
                    done.append(run_round("bare" if kind == "bare" else "durable", database, requests))
                if kind != "bare":
                    check_rows(database, done[-1])
    print(f"\n{count} deliveries of {len(requests[0]) // 1000} kB over {CONNECTIONS} connections, {rounds} rounds\n")
    print("| receiver | accepted/s (each round) | median | p50 ms | p99 ms | max ms | CPU ms each |")
    print("|---|---|---|---|---|---|---|")
    for kind, done in results.items():
        every = sorted(latency * 1000 for one in done for latency in one.latencies)
        p50, p99 = every[len(every) // 2], every[int(len(every) * 0.99)]
        rates = ", ".join(f"{one.rate:.0f}" for one in done)
        middle = statistics.median(one.rate for one in done)
        cpu = statistics.median(one.cpu_seconds for one in done) / count * 1000
        print(f"| {kind} | {rates} | {middle:.0f} | {p50:.1f} | {p99:.1f} | {every[-1]:.0f} | {cpu:.3f} |")
    print()
    for upper, lower in pairwise(kinds):
        ratios = [one.rate / other.rate for other, one in zip(results[upper], results[lower], strict=True)]
        told = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        print(f"{lower} / {upper}: {told} (median {statistics.median(ratios):.2f})")


def run_round(kind: str, database: Path, requests: Sequence[bytes]) -> Round:
    """Start a receiver in a process of its own, send everything, and end it."""
    command = [sys.executable, "-m", "benchmarks.webhooks", "--serve", kind, "--database", str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None  # noqa: S101  it was asked for
            port = int(process.stdout.readline())
            uvloop.run(send_all(port, requests[:200]))  # what is loaded at the first request does not count
            done = uvloop.run(send_all(port, requests[200:]))
            process.send_signal(signal.SIGTERM)
            spent = float(process.stdout.readline())
            process.wait(30)
        finally:
            process.kill()
    if set(done.statuses) != {b"202"}:
        sys.exit(f"Not every delivery was accepted: {dict(done.statuses)}.")
    return replace(done, cpu_seconds=spent)


@contextmanager
def hanging_broker(folder: Path, database: Path) -> Iterator[None]:
    """Run a Redis that was stopped, and a sweeper that tries to send hints to it."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    own = [sys.executable, "-m", "benchmarks.webhooks", "--sweep", str(port), "--database", str(database)]
    with (
        subprocess.Popen(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
            stdout=subprocess.DEVNULL,
        ) as redis,
        subprocess.Popen(own, stdout=subprocess.PIPE, text=True) as sweeper,
    ):
        try:
            assert sweeper.stdout is not None  # noqa: S101  it was asked for
            sweeper.stdout.readline()
            redis.send_signal(signal.SIGSTOP)
            yield
        finally:
            sweeper.kill()
            redis.kill()


def sweep(database: str, port: int) -> NoReturn:
    """Send hints as the sweeper does, until killed."""
    key = rsa.generate_private_key(65_537, 2_048)  # nothing is asked of GitHub
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    app = AppAuth(1, SecretStr(pem), connect("http://127.0.0.1:9"))
    sweeper = Sweeper(open_ledger(f"sqlite:///{database}"), app, Hints(SecretStr(f"redis://127.0.0.1:{port}/0")))
    print("ready", flush=True)
    while True:
        with suppress(UnavailableError):
            sweeper.send_hints()
        time.sleep(Intervals().hints)


def check_rows(database: Path, done: Round) -> None:
    """Refuse a result whose answers are not in the database."""
    with closing(sqlite3.connect(database)) as connection:
        (rows,) = connection.execute("SELECT count(*) FROM delivery").fetchone()
    if rows != done.statuses[b"202"] + 200:
        sys.exit(f"{done.statuses[b'202'] + 200} deliveries were answered with 202, but {rows} are recorded.")


class Connection(asyncio.Protocol):
    """A connection that is kept open and sends the next request as soon as the last one was answered.

    A protocol, not streams: on two cores the sender must cost little beside the receiver.
    """

    def __init__(self, waiting: Iterator[bytes], answered: Callable[[bytes, float], None]) -> None:
        self._waiting = waiting
        self._answered = answered
        self._answer = b""
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # it is TCP
        """Send the first request."""
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        """Take an answer, and send the next request once it is whole."""
        self._answer += data
        head, end, body = self._answer.partition(b"\r\n\r\n")
        if end and len(body) == int(head.partition(b"content-length: ")[2].partition(b"\r")[0]):
            self._answered(head[9:12], time.perf_counter() - self._start)
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail, unless nothing is left to send."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("The receiver closed the connection."))

    def _send(self) -> None:
        self._answer, self._start = b"", time.perf_counter()
        if (one := next(self._waiting, None)) is None:
            self.done.set_result(None)
            self._transport.close()
        else:
            self._transport.write(one)


async def send_all(port: int, requests: Sequence[bytes]) -> Round:
    """Send all requests over a few connections that are kept open."""
    waiting = iter(requests)
    latencies: list[float] = []
    statuses: Counter[bytes] = Counter()

    def answered(status: bytes, seconds: float) -> None:
        statuses[status] += 1
        latencies.append(seconds)

    loop, start, spent = asyncio.get_running_loop(), time.perf_counter(), time.process_time()
    async with asyncio.timeout(LIMIT_SECONDS):
        opening = (
            loop.create_connection(lambda: Connection(waiting, answered), "127.0.0.1", port) for _ in range(CONNECTIONS)
        )
        await asyncio.gather(*[connection.done for _, connection in await asyncio.gather(*opening)])
    return Round(time.perf_counter() - start, tuple(latencies), statuses, time.process_time() - spent)


def request(number: int) -> bytes:
    """Return a signed delivery as it goes over the wire. Each has a head of its own."""
    links = {f"{name}_url": f"https://github.example/repos/acme/shop/{name}{{/id}}" for name in "abcdefghijklmnop"}
    payload = {
        "action": "synchronize",
        "number": number % PULLS + 1,
        "pull_request": {
            "number": number % PULLS + 1,
            "updated_at": f"2026-11-20T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z",
            "head": {"sha": f"{number:040x}", "repo": {"id": 77} | links},
            "user": {"login": "ann", "id": 5, "type": "User"} | links,
            "draft": False,
            "labels": [{"id": label, "name": f"label {label}", "default": False} | links for label in range(12)],
        },
        "repository": {"id": 77, "full_name": "acme/shop", "private": True} | links,
        "sender": {"login": "ann", "id": 5, "type": "User"},
        "installation": {"id": 9},
    }
    payload["body"] = "x" * (BODY_BYTES - len(json.dumps(payload)) - len(', "body": ""'))
    body = json.dumps(payload).encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    head = (
        "POST /github HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nX-GitHub-Event: pull_request\r\nX-GitHub-Delivery: {number:032x}\r\n"
        f"X-Hub-Signature-256: sha256={signature}\r\n\r\n"
    )
    return head.encode() + body


def serve(kind: str, database: str) -> None:
    """Run a receiver until SIGTERM; its port goes to standard output."""
    settings = ReceiverSettings.model_validate({"webhook_secret": SECRET, "database_url": f"sqlite:///{database}"})
    with closing(listen("127.0.0.1", 0)) as listening, open(os.devnull, "w") as log:  # noqa: PTH123  a device
        set_up_logging(log, settings.secrets())
        app = bare() if kind == "bare" else durable(settings)
        print(listening.getsockname()[1], flush=True)
        start = time.process_time()
        signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn repeats the signal that ended it
        make_server(app, settings).run([listening])
        print(time.process_time() - start, flush=True)


def durable(settings: ReceiverSettings) -> Starlette:
    """Return the receiver as it runs in service."""
    ledger = open_ledger(settings.database_url.get_secret_value())
    return create_app(settings, ledger, wake=lambda _rows: None, stop=lambda: None)


def bare() -> Starlette:
    """Return the least that a receiver can do."""

    async def receive(asked: Request) -> Response:
        body = await asked.body()
        expected = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, asked.headers["x-hub-signature-256"]):
            return Response(status_code=401)
        json.loads(body)
        return Response(status_code=202)

    return Starlette(routes=[Route("/github", receive, methods=["POST"])])


def measure_coalescing(count: int) -> None:
    """Record deliveries in random order, as many at once as the receiver does, and count what is left to do."""
    numbers = list(range(count))
    random.Random(7).shuffle(numbers)  # noqa: S311  an order, not a secret
    deliveries = [
        Delivery(
            f"{number:032x}",
            "pull_request",
            "synchronize",
            f"{number:064x}",
            ReviewWork(PullKey(9, "acme/shop", 77, number % PULLS + 1), f"{number:040x}", float(number), "pushed"),
        )
        for number in numbers
    ]
    newest = {number % PULLS + 1: f"{number:040x}" for number in range(count)}
    with (
        tempfile.TemporaryDirectory(dir=".") as folder,
        closing(open_ledger(f"sqlite:///{folder}/ledger.sqlite")) as ledger,
    ):
        start = time.perf_counter()
        for first in range(0, count, CONNECTIONS):
            ledger.record_deliveries(deliveries[first : first + CONNECTIONS])
        seconds = time.perf_counter() - start
        found = {number: state.head for number in newest if (state := ledger.find_pull(77, number))}
    if found != newest:
        sys.exit("The deliveries did not come down to the newest heads.")
    print(
        f"\n{count} deliveries over {PULLS} pull requests, in random order: {PULLS} newest heads after {seconds:.2f} s"
    )


if __name__ == "__main__":
    main()
