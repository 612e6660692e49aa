"""A receiver that is killed while it records: `python -m tests.webhook.dying before|after URL`. Prints its port."""

import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.ledger import Ledger, open_ledger
from reviewbot.ledger.record import Delivery, Recorded
from reviewbot.webhook import create_app
from reviewbot.webhook.server import listen, make_server
from tests.webhook.conftest import settings


@dataclass
class Doomed:
    """The real ledger, in a process that dies on either side of the commit."""

    ledger: Ledger
    moment: str

    def record_deliveries(self, received: Sequence[Delivery]) -> tuple[Recorded, ...]:
        if self.moment == "after":
            self.ledger.record_deliveries(received)
        os.kill(os.getpid(), signal.SIGKILL)
        return ()

    def oldest_waiting_age(self) -> float | None:
        return None


def main(moment: str, url: str) -> None:
    listening = listen("127.0.0.1", 0)
    print(listening.getsockname()[1], flush=True)  # noqa: T201  the test reads it
    book = Doomed(open_ledger(url), moment)
    make_server(create_app(settings(), book, wake=lambda _rows: None, stop=lambda: None), settings()).run([listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
