"""OpenAPI 3.0 schema objects as JSON Schema 2020-12, and objects filled up to what a schema requires.

The dialects differ: https://spec.openapis.org/oas/v3.0.3#schema-object says `nullable` where JSON Schema has a type.
"""

from collections.abc import Iterator, Mapping
from typing import Any

type Schema = dict[str, Any]

DESCRIBING = frozenset(
    {"discriminator", "xml", "externalDocs", "example", "examples", "deprecated", "readOnly", "writeOnly"}
    | {"description", "summary", "title", "nullable"}
)
VERBATIM = frozenset({"enum", "const", "default", "required"})
COMBINING = ("allOf", "anyOf", "oneOf")
FILLED = {"uri": "https://github.invalid/filled", "date-time": "2026-01-01T00:00:00Z", "date": "2026-01-01"}


def json_schema(schema: Any, *, strict: bool = False) -> Any:
    """Convert one schema; `strict` refuses the keys that it does not name (for requests: GitHub ignores those)."""
    if isinstance(schema, list):
        return [json_schema(each, strict=strict) for each in schema]
    if not isinstance(schema, dict):
        return schema
    out: Schema = {}
    for key, value in schema.items():
        if key in DESCRIBING or key.startswith("x-"):
            continue
        if key == "properties":
            out[key] = {name: json_schema(each, strict=strict) for name, each in value.items()}
        elif key == "$ref":
            out[key] = value.replace("#/components/schemas/", "#/$defs/")
        else:
            out[key] = value if key in VERBATIM else json_schema(value, strict=strict)
    if strict and "properties" in out and "additionalProperties" not in out and not _adds_properties(out):
        out["additionalProperties"] = False
    return _or_null(out) if schema.get("nullable") is True else out


def _adds_properties(schema: Schema) -> bool:
    branches = [branch for word in COMBINING for branch in schema.get(word, [])]
    return any("$ref" in branch or set(branch.get("properties", {})) - set(schema["properties"]) for branch in branches)


def _or_null(schema: Schema) -> Schema:
    if not isinstance(schema.get("type"), str) or any(word in schema for word in (*COMBINING, "$ref")):
        return {"anyOf": [schema, {"type": "null"}]}
    if "enum" in schema and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    return schema | {"type": [schema["type"], "null"]}


def closure(schema: Schema, definitions: Mapping[str, Schema], at: str = "$defs") -> Schema:
    """Return the schema with every definition that it reaches, so that it stands alone."""
    reached: dict[str, Schema] = {}
    waiting = list(references(schema))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached[name] = definitions[name]
            waiting += references(definitions[name])
    return schema | {at: reached}


def references(schema: Any) -> Iterator[str]:
    """Yield the name of each definition that the schema refers to."""
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].rpartition("/")[2]
        for each in schema.values():
            yield from references(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from references(each)


def fill(schema: Schema, known: Any, definitions: Mapping[str, Schema]) -> Any:
    """Complete `known` with a value for each property that the schema requires: null, empty or zero where it may be.

    What the fake says on purpose stands in `known`; a client that builds on a filled value finds nothing in it.
    """
    if "$ref" in schema:
        return fill(definitions[schema["$ref"].rpartition("/")[2]], known, definitions)
    if isinstance(known, list):
        items = schema.get("items", {})
        return [fill(items, each, definitions) for each in known]
    if not isinstance(known, dict):
        return known
    out = dict(known)
    for branch in schema.get("allOf", []):
        out = fill(branch, out, definitions)
    for word in ("anyOf", "oneOf"):
        fitting = [branch for branch in schema.get(word, []) if branch.get("type") != "null"]
        if fitting:
            out = fill(fitting[0], out, definitions)
    properties = schema.get("properties", {})
    for name in schema.get("required", []):
        if name not in out:
            out[name] = _filler(properties.get(name, {}), definitions)
    return {name: fill(properties.get(name, {}), value, definitions) for name, value in out.items()}


def _filler(schema: Schema, definitions: Mapping[str, Schema]) -> Any:  # noqa: PLR0911  one return per kind of schema
    if "$ref" in schema:
        return _filler(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return None if {"type": "null"} in schema[word] else _filler(schema[word][0], definitions)
    if "enum" in schema:
        return None if None in schema["enum"] else schema["enum"][0]
    kinds = schema.get("type", "object")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if "null" in kinds:
        return None
    match kinds[0]:
        case "string":
            return FILLED.get(schema.get("format", ""), "")
        case "integer" | "number":
            return schema.get("minimum", 0)
        case "boolean":
            return False
        case "array":
            return []
        case _:
            return fill(schema, {}, definitions)
