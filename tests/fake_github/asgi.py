"""The fake on the wire: a bare ASGI application, and uvicorn in a thread."""

import asyncio
import json
import socket
import struct
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.fake_github.exchange import Response
from tests.fake_github.faults import Fault
from tests.fake_github.server import Incoming, operation_of, respond
from tests.fake_github.world import World

ENTERPRISE_PREFIX = "/api/v3"
START_SECONDS = 10
type Receive = Callable[[], Awaitable[Any]]
type Send = Callable[[Any], Awaitable[None]]
type Page = Callable[[World, Incoming], Response | None]


@dataclass(frozen=True, slots=True)
class Logged:
    """One request of the log; `status` is what the client was told, None when it was told nothing."""

    operation: str
    incoming: Incoming
    status: int | None


@dataclass(slots=True)
class Application:
    """The ASGI callable: faults strike here, around the API and the pages of the web site."""

    world: World
    pages: tuple[Page, ...] = ()
    faults: list[Fault] = field(default_factory=list)
    log: list[Logged] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        incoming = await _read(scope, receive)
        if incoming is None:
            return
        operation, fault = self._strike(incoming)
        response = None
        if fault is not None and fault.before is not None:
            await asyncio.to_thread(fault.before)
        if fault is None or fault.apply or fault.answer() is None:
            response = await asyncio.to_thread(self._respond, incoming)
        if fault is not None:
            await asyncio.sleep(fault.delay)
            response = _encoded(fault.answer()) or response
        told = None if fault and fault.reset else response
        self.log.append(Logged(operation, incoming, told.status if told else None))
        if told is None:
            await _reset(scope, receive)
        elif fault is not None and fault.cut is not None:
            await _start(send, told)
            await send({"type": "http.response.body", "body": (told.text or b"")[: fault.cut], "more_body": True})
            scope["state"]["transport"].close()
            await receive()
        else:
            await _start(send, told)
            await send({"type": "http.response.body", "body": told.text or b""})

    def _strike(self, incoming: Incoming) -> tuple[str, Fault | None]:
        with self.world.lock:
            operation = operation_of(self.world, incoming)
            striking = [fault for fault in self.faults if fault.strikes(operation)]
        return operation, striking[0] if striking else None

    def _respond(self, incoming: Incoming) -> Response:
        for page in self.pages:  # not under the lock: a page may send deliveries, and the receiver may ask back
            answer = page(self.world, incoming)
            if answer is not None:
                return answer
        with self.world.lock:
            try:
                return respond(self.world, incoming)
            except BaseException as error:
                self.world.violate(f"{incoming.method} {incoming.path}", f"the fake failed: {error!r}")
                raise


def _encoded(answer: Response | None) -> Response | None:
    if answer is None or answer.text is not None:
        return answer
    return replace(answer, text=json.dumps(answer.body).encode())


async def _read(scope: Any, receive: Receive) -> Incoming | None:
    """Read a request; None if whoever sent it was gone before its end, so that it never came to pass."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    path = scope["path"].removeprefix(ENTERPRISE_PREFIX)
    return Incoming(scope["method"], path, query, headers, body)


async def _start(send: Send, response: Response) -> None:
    headers = {"content-type": response.content_type, "content-length": str(len(response.text or b""))}
    if response.status in (204, 304):
        headers = {}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in {**headers, **response.headers}.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": raw})


class OpenProtocol(H11Protocol):
    """uvicorn's protocol, which lets the application see the connection so that a fault can break it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # narrower than uvicorn's
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


async def _reset(scope: Any, receive: Receive) -> None:
    """Break the connection so that the client sees a reset, and wait until it is gone."""
    transport = scope["state"]["transport"]
    at_once = struct.pack("ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    transport.abort()
    await receive()


class Server:
    """uvicorn in a thread of its own, on a free port of this machine (or the one that is named)."""

    def __init__(self, application: Application, port: int = 0) -> None:
        # without the protocol asyncio leaves Nagle's algorithm on: 46 ms instead of 2 ms per request
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            application, log_level="error", lifespan="off", access_log=False, ws="none", http=OpenProtocol
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="fake-github", daemon=True)

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def start(self) -> None:
        self._thread.start()
        waited = threading.Event()
        while not self._server.started and self._thread.is_alive():
            waited.wait(0.005)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(START_SECONDS)
        self._socket.close()
