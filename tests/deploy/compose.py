"""docker-compose.yml and the Dockerfile as what would run: commands, environments and health checks of processes.

There is no container here. Each service's command is started as a process, with the paths of the image replaced by
those of a temporary folder and the names of other services by this machine.
"""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
_INSTRUCTION = re.compile(r"^(?:  )?(FROM|ENV|ENTRYPOINT|CMD|HEALTHCHECK)\b(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Image:
    """What an image of ours runs where compose does not say otherwise."""

    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    environment: Mapping[str, str]
    health: tuple[str, ...]


@dataclass(frozen=True)
class Service:
    command: tuple[str, ...]
    environment: Mapping[str, str]
    health: tuple[str, ...]


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return found


def image(target: str) -> Image:
    """Read the Dockerfile's stage `target`."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    environment: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {"ENTRYPOINT": (), "CMD": (), "HEALTHCHECK": ()}
    stages = {"base", target}
    stage = ""
    for word, rest in _INSTRUCTION.findall(text):
        if word == "FROM":
            stage = rest.rpartition(" AS ")[2].strip()
        elif stage in stages and word == "ENV":
            environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))
        elif stage in stages:
            lists[word] = tuple(json.loads(rest[rest.index("[") :]))
    return Image(lists["ENTRYPOINT"], lists["CMD"], environment, lists["HEALTHCHECK"])


def service(name: str) -> Service:
    """Read a service of compose that runs an image of ours."""
    said = compose()["services"][name]
    ours = image(said["build"]["target"])
    entrypoint: Sequence[str] = said.get("entrypoint", ours.entrypoint)
    environment = {**ours.environment, **said.get("environment", {})}
    return Service((*entrypoint, *said["command"]), environment, ours.health)
