"""GitHub's OpenAPI description: which operation a request is, and whether request and response keep to it."""

import functools
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs

from tests.fake_github.dialect import Schema, closure, fill, json_schema
from tests.fake_github.overlay import ANSWERS, corrected

OPENAPI = "@octokit/openapi/generated/api.github.com.json"
MULTI_SEGMENT = frozenset({"path", "ref", "basehead"})
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of GitHub's reference, e.g. `pulls/create-review`."""

    id: str
    method: str
    template: str
    pattern: re.Pattern[str]
    definition: Mapping[str, Any]


class Description:
    """What `@octokit/openapi` says, corrected by the overlay and compiled as it is asked for."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        components = document["components"]["schemas"]
        self.schemas: dict[str, Schema] = corrected({name: json_schema(each) for name, each in components.items()})
        self._strict = {name: json_schema(each, strict=True) for name, each in components.items()}
        self.operations = {operation.id: operation for operation in _operations(document)}
        # the most literal template first: `pulls/comments/{id}` before `pulls/{number}/comments`
        self._ordered = sorted(self.operations.values(), key=_literal, reverse=True)
        self.webhooks: Mapping[str, Any] = document["x-webhooks"]
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def match(self, method: str, path: str, known: Collection[str]) -> tuple[Operation, dict[str, str]] | None:
        """Return the operation that the path belongs to, and the path's parameters; None where GitHub has none.

        Some paths are described twice (`compare/{basehead}` and `compare/{base}...{head}`): `known` ones go first.
        """
        fitting = [
            (operation, found.groupdict())
            for operation in self._ordered
            if operation.method == method and (found := operation.pattern.fullmatch(path))
        ]
        return next((each for each in fitting if each[0].id in known), fitting[0] if fitting else None)

    def request_errors(
        self, operation: Operation, parameters: Mapping[str, str], query: Mapping[str, str], body: Any
    ) -> list[str]:
        """Say what of the request GitHub does not describe: parameters, query, or body, with keys it would ignore."""
        declared = {
            (each["in"], each["name"]): each for each in map(self._resolve, operation.definition.get("parameters", []))
        }
        errors = [f"unknown query parameter {name}" for name in query if ("query", name) not in declared]
        for where, given in (("path", parameters), ("query", query)):
            for name, value in given.items():
                if each := declared.get((where, name)):
                    errors += self._parameter_errors(f"{operation.id} {where} {name}", each["schema"], value)
        errors += [
            f"query parameter {name} is missing"
            for (where, name), each in declared.items()
            if where == "query" and each.get("required") and name not in query
        ]
        return errors + self._body_errors(operation, body)

    def _parameter_errors(self, key: str, schema: Schema, value: str) -> list[str]:
        validator = self._validator(key, lambda: closure(json_schema(schema), self.schemas))
        candidates: list[Any] = [value]
        if re.fullmatch(r"-?[0-9]+", value):
            candidates.append(int(value))
        if value in {"true", "false"}:
            candidates.append(value == "true")
        if any(validator.is_valid(each) for each in candidates):
            return []
        return [f"{key}: {error.message}" for error in validator.iter_errors(value)]

    def _body_errors(self, operation: Operation, body: Any) -> list[str]:
        described = operation.definition.get("requestBody")
        if described is None:
            return [] if body in (None, {}) else ["a body where GitHub takes none"]
        if body is None:
            return ["the body is missing"] if described.get("required") else []
        schema = described["content"][JSON]["schema"]
        validator = self._validator(
            f"{operation.id} body", lambda: closure(json_schema(schema, strict=True), self._strict)
        )
        return _messages(validator, body)

    def response_errors(self, operation: Operation, status: int, body: Any) -> list[str]:
        """Say where a response is not what GitHub describes; an error it does not list is a `basic-error`."""
        schema = self._response_schema(operation, status)
        if schema is None:
            return [] if body is None else [f"{status} with a body that is not described"]
        validator = self._validator(f"{operation.id} {status}", lambda: closure(json_schema(schema), self.schemas))
        return _messages(validator, body)

    def _response_schema(self, operation: Operation, status: int) -> Schema | None:
        if (operation.id, status) in ANSWERS:
            return ANSWERS[operation.id, status]
        described = operation.definition["responses"].get(str(status))
        if described is not None:
            schema: Schema | None = self._resolve(described).get("content", {}).get(JSON, {}).get("schema")
            return schema
        if status >= 300:
            return {"$ref": "#/components/schemas/basic-error", "required": ["message"]}
        return {"not": {}}

    def complete(self, component: str, known: Any) -> Any:
        """Fill `known` up to a whole object of the description, e.g. `pull-request`."""
        return fill(self.schemas[component], known, self.schemas)

    def webhook_schema(self, name: str) -> Schema:
        """Return the stand-alone schema of a webhook's payload, e.g. of `pull-request-opened`."""
        body = self.webhooks[name]["post"]["requestBody"]["content"][JSON]["schema"]
        return closure(json_schema(body), self.schemas)

    def _resolve(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" not in value:
            return value
        _, _, kind, name = value["$ref"].split("/")
        found: Mapping[str, Any] = self._document["components"][kind][name]
        return found

    def _validator(self, key: str, schema: Any) -> jsonschema_rs.Draft202012Validator:
        if key not in self._validators:
            self._validators[key] = jsonschema_rs.Draft202012Validator(schema(), validate_formats=True)
        return self._validators[key]


_TWIN = "repos/compare-commits"
"""Its path also fits each request for `repos/compare-commits-with-basehead`, which took its place."""


def _operations(document: Mapping[str, Any]) -> Sequence[Operation]:
    return [
        Operation(definition["operationId"], method.upper(), template, _pattern(template), definition)
        for template, item in document["paths"].items()
        for method, definition in item.items()
        if isinstance(definition, dict) and definition.get("operationId", _TWIN) != _TWIN
    ]


def _pattern(template: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", template)
    for index in range(1, len(pieces), 2):
        pieces[index] = f"(?P<{pieces[index]}>{'.+' if pieces[index] in MULTI_SEGMENT else '[^/]+'})"
    return re.compile("".join(re.escape(each) if index % 2 == 0 else each for index, each in enumerate(pieces)))


def _literal(operation: Operation) -> tuple[int, int]:
    return len(re.sub(r"\{\w+\}", "", operation.template)), operation.template.count("/")


def _messages(validator: jsonschema_rs.Draft202012Validator, body: Any) -> list[str]:
    return [
        f"{'/'.join(map(str, error.instance_path)) or 'body'}: {error.message[:300]}"
        for error in validator.iter_errors(body)
    ]


@functools.cache
def load_description(packages: Path) -> Description:
    """Read the description once per process: 13 MB of JSON, a quarter of a second."""
    return Description(json.loads((packages / OPENAPI).read_bytes()))
