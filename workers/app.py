"""The Celery application: `celery -A workers.app worker`."""

import logging
import sys

from celery.signals import setup_logging

from reviewbot.errors import ConfigError
from reviewbot.log import set_up_logging
from reviewbot.settings import WorkerSettings
from workers.alive import touch_with_each_heartbeat
from workers.configuration import make_app


def broker(settings: WorkerSettings) -> str:
    """Return the broker's address, password and all.

    Raises:
        ConfigError: none is set.
    """
    if settings.broker_url is None:
        raise ConfigError("REVIEWBOT_BROKER_URL is not set. Celery workers need Redis; `reviewbot serve` does not.")
    return settings.broker_url.get_secret_value()


def log_as_everywhere(settings: WorkerSettings) -> None:
    """Have this worker and its children write the log that other doors write: JSON lines, without secrets."""

    def set_up(loglevel: int = logging.INFO, **_: object) -> None:
        set_up_logging(sys.stderr, settings.secrets(), loglevel)

    # Whoever hears this signal sets up logging in Celery's place. It refers to its receivers weakly.
    setup_logging.connect(set_up, weak=False)


try:
    _settings = WorkerSettings.read()
    app = make_app(broker(_settings))
except ConfigError as error:
    sys.exit(f"reviewbot: {error}")  # a mistake in the settings: its sentence, not where in our code it was noticed
log_as_everywhere(_settings)
touch_with_each_heartbeat()
