"""Official schemas that our reports are checked against. Their origin stands in README.md."""

import json
from pathlib import Path
from typing import Any


def sarif_schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((Path(__file__).parent / "sarif-schema-2.1.0.json").read_text("utf-8"))
    return schema
