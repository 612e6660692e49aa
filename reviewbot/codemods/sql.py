"""Values inside the text of an SQL statement become parameters, where the file shows which driver runs it."""

import re

import libcst as cst

from reviewbot.codemods.arguments import appended, positional, replaced
from reviewbot.codemods.flagged import Flagged, Rewritten
from reviewbot.codemods.names import Names
from reviewbot.codemods.template import Slot, Template, read_template

_DRIVERS = {
    "?": ("sqlite3",),
    "%s": ("psycopg", "psycopg2", "pymysql", "MySQLdb", "mysql.connector", "django.db"),
}
"""The mark for a parameter, by PEP 249's `paramstyle`: qmark for sqlite3, format for the others."""

_VALUE_FOLLOWS = re.compile(r"(=|<|>|<=|>=|<>|!=|\bLIKE|\bVALUES\s*\()\s*$", re.IGNORECASE)
_NEXT_VALUE = re.compile(r"\s*,\s*$")
_VALUE_ENDS = re.compile(r"\s*($|[\s,;)])")
"""Where a value may stand: after an operator, `LIKE` or `VALUES (`, or after another value and a comma.

A table or column name cannot be a parameter, so any other place is left alone.
"""


def parameters(flagged: Flagged) -> Rewritten | None:
    """`execute(f"… WHERE id = {id}")` → `execute("… WHERE id = ?", (id,))`."""
    call, mark = flagged.call, _paramstyle(flagged.names)
    if mark is None or len(call.args) != 1 or len(positional(call)) != 1:
        return None
    template = read_template(call.args[0].value)
    if template is None or not template.slots:
        return None
    text = _marked(template, mark)
    if text is None:
        return None
    elements = [cst.Element(slot.value) for slot in template.slots]
    values = cst.Tuple(elements) if len(elements) > 1 else cst.Tuple([elements[0].with_changes(comma=cst.Comma())])
    statement = cst.parse_expression(f"({template.opening}{text}{template.closing})").with_changes(lpar=[], rpar=[])
    return Rewritten(appended(replaced(call, call.args[0], statement), values))


def _paramstyle(names: Names) -> str | None:
    found = [mark for mark, drivers in _DRIVERS.items() if names.imports(*drivers)]
    return found[0] if len(found) == 1 else None


def _marked(template: Template, mark: str) -> str | None:
    """Return the statement with a mark for each value, its quotes taken away. None if one is no plain value."""
    if mark in template.constant or "%" in template.constant:
        return None
    texts: list[str] = [""]
    for part in template.parts:
        if isinstance(part, Slot):
            texts.append("")
        else:
            texts[-1] += part
    for i in range(len(texts) - 1):
        if texts[i].endswith("'") and texts[i + 1].startswith("'"):
            texts[i], texts[i + 1] = texts[i][:-1], texts[i + 1][1:]
        follows = _VALUE_FOLLOWS.search(texts[i]) or (i > 0 and _NEXT_VALUE.fullmatch(texts[i]))
        if not follows or not _VALUE_ENDS.match(texts[i + 1]):
            return None
    if any(text.count("'") % 2 for text in texts):
        return None  # a value stands inside a longer text, such as '%{name}%'
    return mark.join(texts)
