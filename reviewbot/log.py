"""Logging, set up once by a door: JSON lines in a pipe, readable lines on a terminal, no secret in either."""

import logging
from collections.abc import Iterable
from typing import IO, Any

import structlog

from reviewbot.redaction import Redactor
from reviewbot.sink import Sink

_QUIET = ("httpx", "httpcore", "urllib3", "github", "sqlalchemy", "alembic", "uvicorn")
"""Libraries that log requests or statements in detail: only their warnings are wanted."""


def set_up_logging(stream: IO[str], secrets: Iterable[str] = (), level: int = logging.INFO) -> None:
    """Send every log line of the process to `stream`, whoever writes it, with `secrets` taken out.

    Call it once, in a door. A stream that is closed, or that nobody reads, stops no work: lines are then lost.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    redact = Redactor(secrets)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            lambda _logger, _name, event: {key: _told(value, redact) for key, value in event.items()},
            structlog.dev.ConsoleRenderer(colors=False) if stream.isatty() else structlog.processors.JSONRenderer(),
        ],
    )
    handler = _handler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        # A server that was started earlier in this process has set these up for itself.
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate, logger.disabled = [], True, False
    for name in ("uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _handler(stream: IO[str]) -> logging.Handler:
    try:
        return Sink(stream.fileno())
    except OSError:  # it is in memory
        return logging.StreamHandler(stream)


def _told(value: Any, redact: Redactor) -> Any:
    """Return what the log says of a value: in words that JSON has, and without secrets."""
    match value:
        case None | bool() | int() | float():
            return value
        case dict():
            return {str(key): _told(inner, redact) for key, inner in value.items()}
        case list() | tuple():
            return [_told(inner, redact) for inner in value]
        case bytes():
            return redact(value.decode(errors="backslashreplace"))
        case _:
            return redact(str(value))
