"""Text of any kind, made to go into a column."""

from sqlalchemy import Column, String


def fitted(column: Column[str], text: str) -> str:
    """Return `text` as `column` can hold it: cut to its length, without NUL and half characters."""
    length = column.type.length if isinstance(column.type, String) else None
    clean = text if text.isascii() else text.encode("utf-8", "replace").decode()
    return clean.replace("\0", "")[:length]
