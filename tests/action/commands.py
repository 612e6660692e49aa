"""The log of a step as GitHub's runner reads it, written after its published source (MIT).

https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs and
https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs
"""

import re
from dataclasses import dataclass

KNOWN = frozenset(
    {"add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "internal-set-repo-path"}
    | {"notice", "remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning"}
)
_ESCAPES = {"%0D": "\r", "%0A": "\n", "%25": "%"}
_PROPERTY_ESCAPES = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    properties: dict[str, str]
    value: str


@dataclass(frozen=True, slots=True)
class Replay:
    """What the runner obeyed, and the lines that it only showed, with what it was told to mask covered."""

    commands: tuple[Command, ...]
    shown: tuple[str, ...]
    stopped: bool


def replay(log: str) -> Replay:
    """Read a log line by line, whichever of the usual characters ends a line."""
    commands: list[Command] = []
    shown: list[str] = []
    masked: list[str] = []
    word: str | None = None
    for line in re.split(r"\r\n|\n|\r", log):
        if word is not None and line.strip() == f"::{word}::":
            word = None
            continue
        found = None if word is not None else _newer(line) or _older(line)
        if found is None:
            for secret in masked:
                line = line.replace(secret, "***")  # noqa: PLW2901  what is shown of the line
            shown.append(line)
        elif found.name == "stop-commands":
            word = found.value
        else:
            commands.append(found)
            if found.name == "add-mask":
                masked.append(found.value)
    return Replay(tuple(commands), tuple(shown), word is not None)


def _newer(line: str) -> Command | None:
    """Read `::name key=value,key=value::text`, which may be indented."""
    text = line.lstrip()
    if not text.startswith("::") or "::" not in text[2:]:
        return None
    head, _, value = text[2:].partition("::")
    name, _, rest = head.partition(" ")
    if name.lower() not in KNOWN:
        return None
    return Command(name.lower(), _properties(rest, ",", _PROPERTY_ESCAPES), _unescaped(value, _ESCAPES))


def _older(line: str) -> Command | None:
    """Read `##[name key=value;key=value]text`, anywhere in the line."""
    _, found, rest = line.partition("##[")
    head, closed, value = rest.partition("]")
    name, _, properties = head.partition(" ")
    if not found or not closed or name.lower() not in KNOWN:
        return None
    return Command(name.lower(), _properties(properties, ";", {}), value)


def _properties(text: str, separator: str, escapes: dict[str, str]) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.strip().split(separator) if "=" in part)
    return {key: _unescaped(value, escapes) for key, _, value in pairs}


def _unescaped(text: str, escapes: dict[str, str]) -> str:
    for written, meant in escapes.items():
        text = text.replace(written, meant)
    return text
