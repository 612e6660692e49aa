"""A private PostgreSQL cluster from the packages of the system, for the time of the tests."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

HOW_TO_GET_IT = "PostgreSQL is not installed: run tools/install-services, or install the package postgresql."
PROGRAMS = Path("/usr/lib/postgresql")


def find_programs() -> Path | None:
    """Return the folder of the newest server's programs."""
    found = [path.parent for path in PROGRAMS.glob("*/bin/initdb")]
    in_path = shutil.which("initdb")
    return max(found, key=lambda path: int(path.parent.name), default=Path(in_path).parent if in_path else None)


@contextmanager
def running_cluster(programs: Path, parent: Path) -> Iterator[str]:
    """Start a server that listens only on a socket in a new folder, and yield the URL of its database."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=parent))  # short: the path of a socket has at most 107 characters
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]

    def control(*arguments: str) -> None:
        command = [*as_user, str(programs / "pg_ctl"), "--pgdata", str(folder / "data"), "--silent", *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, timeout=60)

    control("initdb", "--options", "--auth=trust --username=postgres --no-sync --encoding=UTF8 --locale=C.UTF-8")
    # These tests cut no power: without syncing they are many times as fast.
    settings = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c full_page_writes=off"
    control("start", "--wait", "--log", str(folder / "log"), "--options", settings)
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        control("stop", "--wait", "--mode", "immediate")
        shutil.rmtree(folder)


def empty(url: str) -> None:
    """Drop all tables of the database."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
