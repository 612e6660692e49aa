"""The commands that people write in comments on pull requests. No I/O, and no regular expression.

Only these words are understood. No option exists, so none can reach a setting, a prompt or a model.
"""

MAX_COMMAND_CHARACTERS = 500
_NAME = "/reviewbot"
_ALIAS = "/review"
_FENCES = ("```", "~~~")
_COMMENT, _COMMENT_END = "<!--", "-->"
_MAX_INDENT = 3  # four spaces make a code block: https://github.github.com/gfm/#indented-code-blocks


def command_line(comment: str, *, alias: bool) -> str | None:
    """Return the first line of a comment that starts with the command, cut to `MAX_COMMAND_CHARACTERS`.

    Lines in code blocks, quotes and HTML comments (which nobody sees) do not count. `alias` says whether
    `/review` is the command too.
    """
    closed_by = ""
    for line in comment.split("\n"):
        bare = line.strip(" \t\r")
        if closed_by:
            closed_by = "" if _closes(bare, closed_by) else closed_by
        elif opened := _opened(bare):
            closed_by = opened
        elif _is_command(bare, alias=alias) and not _is_indented_code(line):
            return bare[:MAX_COMMAND_CHARACTERS]
    return None


def _opened(bare: str) -> str:
    """Return what closes the block that this line opens; nothing if it opens none."""
    if bare.startswith(_COMMENT):
        return "" if _COMMENT_END in bare else _COMMENT_END
    if not bare.startswith(_FENCES):
        return ""
    fence = bare[: len(bare) - len(bare.lstrip(bare[0]))]
    return "" if fence[0] == "`" and "`" in bare[len(fence) :] else fence


def _closes(bare: str, closed_by: str) -> bool:
    if closed_by == _COMMENT_END:
        return _COMMENT_END in bare
    return len(bare) >= len(closed_by) and not bare.strip(closed_by[0])


def _is_indented_code(line: str) -> bool:
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    return "\t" in indent or len(indent) > _MAX_INDENT


def _is_command(bare: str, *, alias: bool) -> bool:
    first = bare[: len(_NAME) + 1].split(maxsplit=1)
    return bool(first) and first[0].lower() in ((_NAME, _ALIAS) if alias else (_NAME,))
