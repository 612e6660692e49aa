"""How diffs write the names of files."""

import re

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_QUOTED_PAIR = re.compile(f"({_QUOTED}) ({_QUOTED})", re.DOTALL)
_QUOTED_NAME = re.compile(rb'"((?:[^"\\]|\\[0-3][0-7]{2}|\\[abtnvfr"\\])*)"', re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_ESCAPED = dict(zip((b"a", b"b", b"t", b"n", b"v", b"f", b"r"), (b"%c" % c for c in b"\a\b\t\n\v\f\r"), strict=True))


def is_plain_path(path: str) -> bool:
    """Say whether `path` is one that git would check out: relative, inside the tree, and not within `.git`."""
    return "\0" not in path and all(part.lower() not in {"", ".", "..", ".git"} for part in path.split("/"))


def unquoted(name: str) -> str | None:
    """Undo C-style quoting (git-config, `core.quotePath`). None if `name` is in quotes and they are damaged."""
    if not name.startswith('"'):
        return name
    quoted = _QUOTED_NAME.fullmatch(name.encode("utf-8", "surrogateescape"))
    return None if quoted is None else _ESCAPE.sub(_unescaped, quoted[1]).decode("utf-8", "surrogateescape")


def _unescaped(escape: re.Match[bytes]) -> bytes:
    code = escape[1]
    return bytes([int(code, 8)]) if code.isdigit() else _ESCAPED.get(code, code)


def same_name(pair: str) -> str | None:
    """Return the one name in `a/NAME b/NAME`, or None if there are two: then other lines tell them."""
    if quoted := _QUOTED_PAIR.fullmatch(pair):
        one, other = unquoted(quoted[1]), unquoted(quoted[2])
    else:
        half = len(pair) // 2
        one, other = (pair[:half], pair[half + 1 :]) if pair[half : half + 1] == " " else (None, None)
    if one is None or other is None:
        return None
    if one == other:
        return one  # `diff.noprefix` is set: a prefix differs between the two sides
    one, other = _rest(one), _rest(other)
    return one if one == other and one else None


def agreed(name: str | None, mark: str | None) -> str | None:
    """Return the path that a line `---` or `+++` names as `mark`: `name`, if that is known from the lines before.

    Raises:
        ValueError: they are names of different files.
    """
    if name is None or mark is None:
        return mark and _rest(mark)
    if name not in {mark, _rest(mark)}:
        raise ValueError(mark)
    return name


def without_prefixes(old: str | None, new: str | None) -> tuple[str | None, str | None]:
    """Find the path in a diff that git did not write: `a/x b/x`, `x x`, `old/x new/x` or `x.orig x`."""
    if (old or "a/").startswith("a/") and (new or "b/").startswith("b/"):
        old, new = old and old[2:], new and new[2:]
    elif old and new and old != new:
        old = new = _rest(new) if _rest(old) == _rest(new) != "" else new
    return old and old.removeprefix("./"), new and new.removeprefix("./")


def _rest(path: str) -> str:
    return path.partition("/")[2]
