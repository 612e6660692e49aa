"""A receiver as it runs in service: uvicorn on a socket of this machine, with a ledger on disk."""

import http.client
import io
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import structlog

from reviewbot.ledger import Ledger, open_ledger
from reviewbot.log import set_up_logging
from reviewbot.settings import ReceiverSettings
from reviewbot.webhook import create_app
from reviewbot.webhook.recorder import Book
from reviewbot.webhook.server import listen, make_server
from tests.webhook.payloads import SECRET, as_body, signed


@dataclass
class Answer:
    status: int
    text: str
    headers: dict[str, str]


@dataclass
class Running:
    """A receiver and what it told: rows it woke workers for, whether it asked to be stopped, its log."""

    port: int
    book: Book
    woken: list[int] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    log: io.StringIO = field(default_factory=io.StringIO)

    @property
    def ledger(self) -> Ledger:
        assert isinstance(self.book, Ledger)
        return self.book

    def deliver(self, name: str, payload: Any, guid: str = "", **more: str) -> Answer:
        body = payload if isinstance(payload, bytes) else as_body(payload)
        return self.post(body, headers_of(name, body, guid) | {k.replace("_", "-"): v for k, v in more.items()})

    def post(self, body: bytes, headers: dict[str, str]) -> Answer:
        return self.request("POST", "/github", body, headers)

    def get(self, path: str) -> Answer:
        return self.request("GET", path, b"", {})

    def request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, response.read().decode(), dict(response.getheaders()))


def headers_of(name: str, body: bytes, guid: str = "", secret: str = SECRET) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-GitHub-Event": name,
        "X-GitHub-Delivery": guid or str(uuid4()),
        "X-Hub-Signature-256": signed(body, secret),
    }


def settings(**changes: Any) -> ReceiverSettings:
    return ReceiverSettings.model_validate({"webhook_secret": SECRET} | changes)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")) as opened:
        yield opened


@pytest.fixture
def restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logging.raiseExceptions)
    yield
    root.handlers[:], level, logging.raiseExceptions = before
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def start(restored_logging: None) -> Iterator[Callable[..., Running]]:  # noqa: ARG001  it is to be undone last
    stops: list[Callable[[], None]] = []

    def begin(book: Book, **changes: Any) -> Running:
        more = {name: changes.pop(name, None) for name in ("broker_alive", "metrics", "tracer")}
        routes = changes.pop("routes", lambda _settings: ())
        chosen = settings(**changes)
        listening = listen("127.0.0.1", 0)
        running = Running(listening.getsockname()[1], book)
        set_up_logging(running.log, chosen.secrets())
        wake, stop = running.woken.extend, running.stopped.set
        app = create_app(chosen, book, wake=wake, stop=stop, routes=routes(chosen), **more)
        server = make_server(app, chosen)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()

        def end() -> None:
            server.should_exit = True
            thread.join(30)
            assert not thread.is_alive()
            listening.close()

        stops.append(end)
        return running

    yield begin
    for stop in stops:
        stop()


@pytest.fixture
def receiver(start: Callable[..., Running], ledger: Ledger) -> Running:
    return start(ledger)
