"""The ledger of a service, opened by a command that only looks into it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from reviewbot.errors import ConfigError
from reviewbot.ledger import Ledger, open_ledger
from reviewbot.settings import StoreSettings


@contextmanager
def existing_ledger() -> Iterator[Ledger]:
    """Open the ledger that REVIEWBOT_DATABASE_URL names.

    Raises:
        ConfigError: there is none: a new one would only be empty, and say so of everything.
    """
    url = StoreSettings.read().database_url.get_secret_value()
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None  # said better by the ledger
    if parsed is not None and parsed.get_backend_name() == "sqlite" and "uri" not in parsed.query:
        path = Path(parsed.database or "")
        if not path.is_file():
            raise ConfigError(f"There is no ledger at {path}. Set REVIEWBOT_DATABASE_URL as the service has it.")
    with closing(open_ledger(url)) as ledger:
        yield ledger
