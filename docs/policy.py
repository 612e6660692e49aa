"""Writes the table of the policy's keys into docs/configuration.md, from the schema. `make docs` runs it."""

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from reviewbot.policy import policy_schema

PAGE = Path(__file__).parent / "configuration.md"
START, END = "<!-- keys: made by python -m docs.policy -->\n\n", "\n<!-- end of keys -->\n"


def main() -> None:
    """Renew the page."""
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")


def renewed(page: str) -> str:
    """Return `page` with the table as the schema has it now."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    schema = policy_schema()
    rows = [*_rows("", schema["properties"]), *_rows("rules.", schema["$defs"]["_Rules"]["properties"])]
    table = "| key | values | default | says |\n|---|---|---|---|\n" + "".join(rows)
    return f"{before}{START}{table}{END}{after}"


def _rows(prefix: str, properties: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, said in properties.items():
        if "$ref" not in said:
            says = escape(said["description"], quote=False)
            yield f"| `{prefix}{name}` | {_values(said)} | `{_toml(said['default'])}` | {says} |\n"


def _values(said: Mapping[str, Any]) -> str:
    if "enum" in said:
        return ", ".join(f"`{value}`" for value in said["enum"])
    if said["type"] == "integer":
        return f"{said['minimum']:,} to {said['maximum']:,}"
    return {"boolean": "`true`, `false`", "array": "list of text", "string": "text"}[said["type"]]


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


if __name__ == "__main__":
    main()
