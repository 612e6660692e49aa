"""One statement for many rows: they go to the database as one JSON text, and the statement is compiled once.

The receiver's time is spent here. A statement for each row would hand Python's lock to and fro between the thread
that writes and the one that takes deliveries, row by row; this way the database works while Python does.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    BindParameter,
    ClauseElement,
    Column,
    Connection,
    CursorResult,
    Double,
    Engine,
    Select,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.sql.elements import ColumnElement

type Row = Sequence[str | float | None]
"""Values for the columns that `rows_of` was given, in their order."""

NOW = bindparam("now", 0.0, Double)
"""The ledger's time at the execution."""

_ROWS: BindParameter[str] = bindparam("rows", "[]")


def rows_of(engine: Engine, *columns: Column[Any]) -> Select[Any]:
    """Return a selection of the rows that `Bulk.execute` is given, with the types of these columns."""
    on_sqlite = engine.dialect.name == "sqlite"
    unpacked = func.json_each(_ROWS) if on_sqlite else func.json_array_elements(cast(_ROWS, JSON))
    value = unpacked.table_valued("value").c.value

    def item(n: int, column: Column[Any]) -> ColumnElement[Any]:
        if on_sqlite:
            return func.json_extract(value, literal_column(f"'$[{n}]'"))
        return cast(value.op("->>")(literal_column(str(n))), column.type)

    # Without a WHERE, SQLite takes the ON of ON CONFLICT for that of a join: https://www.sqlite.org/lang_upsert.html
    return select(*(item(n, column).label(column.name) for n, column in enumerate(columns))).where(true())


class Bulk:
    """A statement over `rows_of`, compiled once."""

    def __init__(self, engine: Engine, statement: ClauseElement) -> None:
        compiled = statement.compile(engine)
        self._text = str(compiled)
        self._fixed: dict[str, Any] = dict(compiled.params)
        # SQLite's driver takes parameters by place, psycopg by name.
        self._order: Sequence[str] | None = getattr(compiled, "positiontup", None)

    def execute(self, connection: Connection, rows: Sequence[Row], now: float = 0.0) -> CursorResult[Any]:
        """Execute it for `rows`, in their order. PostgreSQL refuses to touch a row of the table twice."""
        named = self._fixed | {"rows": json.dumps(rows), "now": now}
        bound = named if self._order is None else tuple(named[name] for name in self._order)
        return connection.exec_driver_sql(self._text, bound)
