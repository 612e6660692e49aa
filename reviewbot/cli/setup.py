"""`reviewbot setup`: serve the page that registers the App, until that is done or half an hour is over."""

import asyncio
import secrets
import socket
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click
import uvicorn

from reviewbot.cli.exits import Exit
from reviewbot.github.client import connect
from reviewbot.setup.app import LIFETIME_SECONDS, Setup
from reviewbot.setup.keys import Folder
from reviewbot.setup.manifest import registration
from reviewbot.setup.page import start_commands
from reviewbot.webhook.server import GuardedProtocol, listen

STOP_SECONDS = 5


@dataclass(frozen=True, slots=True)
class SetupOptions:
    """What was asked on the command line."""

    receiver_url: str
    name: str | None
    organization: str | None
    folder: Path
    github_url: str
    page_url: str | None
    host: str
    port: int


def run_setup(options: SetupOptions) -> int:
    """Register an App with the help of a browser. The status is 3 if that did not come about in time.

    Raises:
        ConfigError: an option is wrong, the address is taken, or the folder cannot be used.
    """
    folder = Folder(options.folder.absolute())
    with closing(listen(options.host, options.port)) as listening:
        page_url = options.page_url or _page_url(options.host, listening)
        name = options.name or f"reviewbot-{secrets.token_hex(3)}"  # names are taken on all of GitHub
        asked = registration(name, options.receiver_url, page_url, options.github_url, options.organization)
        folder.prepare()
        server = connect(asked.api_url)
        with closing(server.http):
            setup = Setup(asked, folder, server)
            click.echo(
                f"Open this link in a browser. It works once, for half an hour; Ctrl-C ends it.\n\n  {setup.link}\n"
            )
            _serve(setup, listening)
    if setup.app is None:
        click.echo("The half hour is over, and no App was registered. Run `reviewbot setup` again.", err=True)
        return Exit.INCOMPLETE
    click.echo(
        f"{setup.app.slug} is registered; its keys are in {folder.path}.\n\n"
        f"Start the service:\n\n{_indented(start_commands(folder))}\n\n"
        f"Install the App on your repositories:\n\n  {setup.app.install_url}"
    )
    return Exit.CLEAN


def _serve(setup: Setup, listening: socket.socket) -> None:
    config = uvicorn.Config(
        setup.application(),
        http=GuardedProtocol,
        ws="none",
        lifespan="off",
        log_config=None,  # the link with its token is in no log
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=16,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = uvicorn.Server(config)

    def stop() -> None:
        server.should_exit = True

    async def serve() -> None:
        asyncio.get_running_loop().call_later(LIFETIME_SECONDS, stop)
        await server.serve([listening])

    setup.finished = stop
    asyncio.run(serve())


def _page_url(host: str, listening: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listening.getsockname()[1]}"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
