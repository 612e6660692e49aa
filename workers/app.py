"""The Celery application: `celery -A workers.app worker`."""

import sys

from reviewbot.errors import ConfigError
from reviewbot.settings import WorkerSettings
from workers.alive import touch_with_each_heartbeat
from workers.configuration import make_app


def broker() -> str:
    """Return the broker's address, password and all.

    Raises:
        ConfigError: none is set, or a setting is wrong.
    """
    url = WorkerSettings.read().broker_url
    if url is None:
        raise ConfigError("REVIEWBOT_BROKER_URL is not set. Celery workers need Redis; `reviewbot serve` does not.")
    return url.get_secret_value()


try:
    app = make_app(broker())
except ConfigError as error:
    sys.exit(f"reviewbot: {error}")  # a mistake in the settings: its sentence, not where in our code it was noticed
touch_with_each_heartbeat()
