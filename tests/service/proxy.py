"""A TCP proxy whose connections can go dead without being closed, as behind a firewall that forgot them."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Proxy:
    """Passes bytes on between whoever connects and a port of this machine."""

    target: int
    listening: socket.socket
    dead: set[socket.socket] = field(default_factory=set)
    live: set[socket.socket] = field(default_factory=set)

    @property
    def port(self) -> int:
        return int(self.listening.getsockname()[1])

    def go_dead(self) -> None:
        """Let no more bytes through on the connections there are; new ones are alive."""
        self.dead |= self.live

    def run(self) -> None:
        with suppress(OSError):  # closed: the end
            while True:
                client, _ = self.listening.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                self.live |= {client, server}
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while chunk := source.recv(65_536):
                if source not in self.dead:
                    sink.sendall(chunk)
        if source not in self.dead:
            with suppress(OSError):
                sink.shutdown(socket.SHUT_WR)


@contextmanager
def proxy_to(target: int) -> Iterator[Proxy]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        proxy = Proxy(target, listening)
        threading.Thread(target=proxy.run, daemon=True).start()
        yield proxy
        listening.shutdown(socket.SHUT_RDWR)
    for each in proxy.live:
        each.close()
