"""`reviewbot serve`: take deliveries, and run workers beside the receiver where there is no broker."""

import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

import structlog

from reviewbot.cli.exits import Exit
from reviewbot.dashboard import dashboard_routes
from reviewbot.dashboard.github_door import SignIn
from reviewbot.ledger import Ledger, open_ledger
from reviewbot.log import set_up_logging
from reviewbot.metrics import Metrics
from reviewbot.settings import ReceiverSettings
from reviewbot.tracing import open_tracer
from reviewbot.webhook import create_app
from reviewbot.webhook.server import listen, make_server


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What was asked on the command line. None: as the settings say."""

    host: str | None = None
    port: int | None = None
    workers: int | None = None


class Workers(Protocol):
    """Workers that run as long as the receiver does."""

    def wake(self, row_ids: Sequence[int]) -> None:
        """Hear that rows wait. Returns at once and raises nothing."""

    def stop(self) -> None:
        """Let them end what can be ended soon, and give back the rest."""


type StartWorkers = Callable[[int], Workers]
"""Starts workers for a receiver; the number may be 0, where hints go to a broker."""


type FindSignIn = Callable[[ReceiverSettings], SignIn | None]
"""Returns the way to sign in with GitHub, if one is set."""


class NoWorkers:
    """Workers elsewhere: they find waiting rows in the ledger by themselves."""

    def wake(self, row_ids: Sequence[int]) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""


def run_serve(
    options: ServeOptions,
    start_workers: StartWorkers,
    sign_in: FindSignIn = lambda _settings: None,
    environment: Mapping[str, str] = os.environ,
) -> int:
    """Serve until SIGTERM or SIGINT. The status is 3 if deliveries could no longer be recorded.

    Raises:
        ConfigError: a setting is wrong, the address is taken, or the ledger cannot be used.
    """
    settings = _settings(options, environment)
    set_up_logging(sys.stderr, settings.secrets())
    with (
        closing(listen(settings.host, settings.port)) as listening,
        closing(open_ledger(settings.database_url.get_secret_value())) as ledger,
    ):
        for number in (signal.SIGTERM, signal.SIGINT):
            # uvicorn repeats the signal that ended it. It has been obeyed by then; workers are still to be stopped.
            signal.signal(number, lambda *_: None)
        # uvicorn knows no SIGQUIT, which a shell may have had us ignore.
        signal.signal(signal.SIGQUIT, lambda *_: signal.raise_signal(signal.SIGTERM))
        workers = start_workers(settings.embedded_workers)
        try:
            structlog.get_logger(__name__).info("listening", address=list(listening.getsockname()[:2]))
            return _serve(settings, ledger, workers, listening, sign_in(settings))
        finally:
            workers.stop()


def _serve(
    settings: ReceiverSettings, ledger: Ledger, workers: Workers, listening: socket.socket, github: SignIn | None
) -> int:
    status = Exit.CLEAN

    def stop() -> None:
        nonlocal status
        status = Exit.INCOMPLETE
        server.should_exit = True

    app = create_app(
        settings,
        ledger,
        wake=workers.wake,
        stop=stop,
        broker_alive=_pulse(settings),
        routes=dashboard_routes(settings, ledger, github),
        metrics=Metrics(ledger),
        tracer=open_tracer(settings.trace_endpoint, "receiver"),
    )
    server = make_server(app, settings)
    server.run([listening])
    return status


def _pulse(settings: ReceiverSettings) -> Callable[[], bool] | None:
    if settings.broker_url is None:
        return None
    from reviewbot.queue import Pulse  # noqa: PLC0415  Celery is large, and most have no broker

    return Pulse(settings.broker_url)


def _settings(options: ServeOptions, environment: Mapping[str, str]) -> ReceiverSettings:
    asked = {"REVIEWBOT_HOST": options.host, "REVIEWBOT_PORT": options.port, "REVIEWBOT_WORKERS": options.workers}
    return ReceiverSettings.read(
        {**environment, **{name: str(value) for name, value in asked.items() if value is not None}}
    )
