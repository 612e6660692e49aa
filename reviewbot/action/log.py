"""The log of a step, which GitHub's runner reads for commands: nothing but ours may be one.

Between commands of ours the runner is told to obey nothing until it sees a word that cannot be guessed.
https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

import secrets
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import TracebackType
from typing import Self

from reviewbot.redaction import Redactor
from reviewbot.visible import visible


class Level(StrEnum):
    """How an annotation is shown."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Log:
    """Writes lines that are no commands, and commands.

    `write` takes one or more whole lines and must bring them out at once. Standard error has to be the same pipe:
    the runner reads both, and a line of the one could come between two of the other. After an error that nobody
    caught the runner goes on obeying nothing, for a traceback follows.
    """

    def __init__(self, write: Callable[[str], object], redact: Redactor) -> None:
        self._write = write
        self._redact = redact
        self._word = ""

    def __enter__(self) -> Self:
        self._write(self._stop())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            self._write(f"::{self._word}::\n")

    def say(self, text: str) -> None:
        """Write a line for people."""
        self._write(f"{visible(self._redact(text))}\n")

    def mask(self, secret: str) -> None:
        """Have the runner cover `secret` in all that is logged from now on."""
        self._command("add-mask", {}, secret)

    def annotate(self, level: Level, text: str, properties: Mapping[str, str | int]) -> None:
        """Put `text` on the run, and with the property `file` on a line of the change."""
        self._command(level, properties, self._redact(text))

    def _command(self, name: str, properties: Mapping[str, str | int], value: str) -> None:
        given = ",".join(f"{key}={_property(str(each))}" for key, each in properties.items())
        command = f"::{name}{' ' * bool(given)}{given}::{_value(value)}\n"
        self._write(f"::{self._word}::\n{command}{self._stop()}")

    def _stop(self) -> str:
        self._word = secrets.token_hex(16)
        return f"::stop-commands::{self._word}\n"


def _value(text: str) -> str:
    """Escape what the runner unescapes; a lone surrogate, which no log can hold, becomes its escape."""
    shown = text.encode("utf-8", "backslashreplace").decode()
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _value(text).replace(":", "%3A").replace(",", "%2C")
