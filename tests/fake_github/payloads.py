"""Webhook payloads held to both of the schema sets that exist: GitHub's `x-webhooks`, and octokit's draft-07."""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs

from tests.fake_github.description import Description
from tests.fake_github.dialect import Schema, closure, fill

type Validator = jsonschema_rs.Draft202012Validator | jsonschema_rs.Draft7Validator

OCTOKIT = "@octokit/webhooks-schemas/schema.json"


class PayloadSchemas:
    """Completes payloads made from state, and says where they are not what GitHub sends."""

    def __init__(self, description: Description, octokit: Mapping[str, Schema]) -> None:
        self._description = description
        self._octokit = octokit
        self._compiled: dict[tuple[str, str | None], tuple[Schema, tuple[Validator, ...]]] = {}

    def complete(self, event: str, action: str | None, known: Any) -> Any:
        """Fill the payload up to what both schemas require."""
        schema, _ = self._schemas(event, action)
        filled = fill(schema, known, self._description.schemas)
        older = self._octokit.get(_octokit_name(event, action))
        return fill(older, filled, self._octokit) if older else filled

    def errors(self, event: str, action: str | None, payload: Any) -> list[str]:
        """Return what either schema finds wrong with a payload."""
        _, validators = self._schemas(event, action)
        return [
            f"{'/'.join(map(str, error.instance_path))}: {error.message[:300]}"
            for validator in validators
            for error in validator.iter_errors(payload)
        ]

    def _schemas(self, event: str, action: str | None) -> tuple[Schema, tuple[Validator, ...]]:
        if (event, action) not in self._compiled:
            name = event if action is None else f"{event}-{action}"
            schema = self._description.webhook_schema(name.replace("_", "-"))
            validators: list[Validator] = [jsonschema_rs.Draft202012Validator(schema)]
            if older := self._octokit.get(_octokit_name(event, action)):
                validators.append(jsonschema_rs.Draft7Validator(closure(older, self._octokit, "definitions")))
            self._compiled[event, action] = (schema, tuple(validators))
        return self._compiled[event, action]


def _octokit_name(event: str, action: str | None) -> str:
    return f"{event}$event" if action is None else f"{event}${action}"


@functools.cache
def load_payload_schemas(packages: Path, description: Description) -> PayloadSchemas:
    """Read octokit's schemas once per process."""
    definitions = json.loads((packages / OCTOKIT).read_bytes())["definitions"]
    return PayloadSchemas(description, _open(definitions))


def _open(schema: Any) -> Any:
    """Let the older schemas take keys that they do not know: GitHub has added many since (`client_id` of an App)."""
    if isinstance(schema, dict):
        kept = {key: _open(value) for key, value in schema.items()}
        return {key: value for key, value in kept.items() if (key, value) != ("additionalProperties", False)}
    return [_open(each) for each in schema] if isinstance(schema, list) else schema
