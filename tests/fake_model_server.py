"""A model server over real sockets that answers as it is told to: well, badly, or never."""

import json
import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any

    @property
    def user(self) -> str:
        """What the user's message says."""
        return str(self.body["messages"][-1]["content"])


type Behaviour = Callable[[Asked], Iterable[bytes]]
"""Yields the bytes of an answer; none are a short pause. `ConnectionAbortedError` resets the connection."""


@dataclass
class FakeModelServer:
    """Listens on a port of its own while in a `with` statement."""

    behave: Behaviour
    greeting: bytes = b""
    asked: list[Asked] = field(default_factory=list)
    probes: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    cut_off: threading.Event = field(default_factory=threading.Event)
    """Set once a client goes away in the middle of an answer."""
    at_once: int = 0
    most_at_once: int = 0

    def __enter__(self) -> Self:
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.fake = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, asked: Asked) -> Iterator[bytes]:
        if asked.method == "GET":
            self.probes.append(asked)
            status = "200 OK" if self.greeting else "404 Not Found"
            yield reply(self.greeting or b"not here", status=status, server=self.greeting.decode())
            return
        with self._lock:
            self.asked.append(asked)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            yield from self.behave(asked)
        finally:
            with self._lock:
                self.at_once -= 1


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128
    fake: FakeModelServer


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        with suppress(ConnectionError):
            while self._one():
                pass

    def _one(self) -> bool:
        line = self.rfile.readline().decode().split()
        if not line:
            return False
        headers: dict[str, str] = {}
        while (read := self.rfile.readline().decode().strip()) != "":
            name, _, value = read.partition(":")
            headers[name.lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length", "0")))
        assert isinstance(self.server, _Server)
        fake = self.server.fake
        kept = False
        try:
            for data in fake.answer(Asked(line[0], line[1], headers, json.loads(body) if body else None)):
                if fake.over.is_set():
                    return False
                kept = kept or (b"content-length:" in data.lower() and b"connection: close" not in data)
                self.wfile.write(data)
                fake.over.wait(0 if data else 0.02)
        except ConnectionAbortedError:
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        except ConnectionError:
            fake.cut_off.set()
            raise
        return kept


def reply(body: bytes, *, status: str = "200 OK", **headers: str) -> bytes:
    """Return a whole answer, after which the connection is kept."""
    fields = {"content-type": "application/json", "content-length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    return _head(status, fields) + body


def stream(**headers: str) -> bytes:
    """Return the head of an answer that ends with its connection."""
    fields = {"content-type": "text/event-stream", "connection": "close"}
    return _head("200 OK", fields | {name.replace("_", "-"): value for name, value in headers.items()})


def _head(status: str, fields: dict[str, str]) -> bytes:
    return "".join([f"HTTP/1.1 {status}\r\n", *(f"{k}: {v}\r\n" for k, v in fields.items()), "\r\n"]).encode()


def chat_json(text: str, finish: str | None = "stop", **more: Any) -> bytes:
    """Return an answer in one document."""
    return json.dumps({"choices": [{"message": {"content": text}, "finish_reason": finish}], **more}).encode()


def event(text: str, finish: str | None = None, **more: Any) -> bytes:
    """Return one event of a streamed chat."""
    said = {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}], **more}
    return f"data: {json.dumps(said)}\n\n".encode()


def events(text: str, finish: str | None = "stop", **more: Any) -> Iterator[bytes]:
    """Stream a chat, some characters at a time."""
    yield stream()
    for at in range(0, len(text), 7):
        yield event(text[at : at + 7], **more)
    if finish:
        yield event("", finish, **more)
        yield b"data: [DONE]\n\n"


def says(text: str) -> Behaviour:
    """Return a server that always says so."""
    return lambda _asked: events(text)


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Return a server that does one after the other, and the last one for ever."""
    turns = iter(behaviours[:-1])

    def behave(asked: Asked) -> Iterable[bytes]:
        return next(turns, behaviours[-1])(asked)

    return behave
