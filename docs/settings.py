"""Writes the table of all settings into docs/configuration.md, from the settings themselves. `make docs` runs it."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from reviewbot.settings import PREFIX, ModelSettings, ReceiverSettings, StoreSettings, TuneSettings, WorkerSettings

PAGE = Path(__file__).parent / "configuration.md"
START, END = "<!-- settings: made by python -m docs.settings -->\n\n", "\n<!-- end of settings -->\n"
GROUPS = (
    ("Receiver, workers and `reviewbot tune`", StoreSettings),
    ("Receiver", ReceiverSettings),
    ("Workers", WorkerSettings),
    ("The model, for workers", ModelSettings),
    ("`reviewbot tune`", TuneSettings),
)


def main() -> None:
    """Renew the page."""
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")


def renewed(page: str) -> str:
    """Return `page` with the tables as the settings are now."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    tables = [
        f"### {title}\n\n| variable | default | says |\n|---|---|---|\n{''.join(_rows(door))}" for title, door in GROUPS
    ]
    return f"{before}{START}{'\n'.join(tables)}{END}{after}"


def _rows(door: type[StoreSettings | ModelSettings]) -> Iterator[str]:
    inherited = {name for base in door.__bases__ for name in getattr(base, "model_fields", {})}
    for name, field in door.model_fields.items():
        if name not in inherited:
            says = " ".join((field.description or "").split())
            yield f"| `{PREFIX}{name.upper()}` | {_default(field)} | {escape(says, quote=False)} |\n"


def _default(field: FieldInfo) -> str:
    value = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    if value is PydanticUndefined:
        return "**required**"
    if value is None or value == "":
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    main()
