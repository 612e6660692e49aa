"""The commands that people write in comments on pull requests. No I/O, and no regular expression.

Only these words are understood. No option exists, so none can reach a setting, a prompt or a model.
"""

import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

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
            return bare[:MAX_COMMAND_CHARACTERS].replace("\0", "\ufffd")  # PostgreSQL keeps no NUL
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


class Verb(StrEnum):
    """What can be asked of the bot."""

    REVIEW = "review"
    FIX = "fix"
    EXPLAIN = "explain"
    DISMISS = "dismiss"
    STATUS = "status"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody asks. `reason` is there for `dismiss` and empty for all others."""

    verb: Verb
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A command that we do not understand. The sentence says what to write, and repeats nothing of the comment."""

    sentence: str


def parse_command(text: str, *, alias: bool) -> Command | Mistake | None:
    """Read a command line; None if it is none.

    `/reviewbot` alone asks for help. With `alias`, `/review` stands for `/reviewbot`, and alone for
    `/reviewbot review`. The time is linear in the length of `text`.
    """
    if not _is_command(text, alias=alias):
        return None
    if len(text) >= MAX_COMMAND_CHARACTERS:
        return Mistake(f"A command has less than {MAX_COMMAND_CHARACTERS} characters.")
    name, verb, rest = [*text.split(maxsplit=2), "", ""][:3]
    if not verb:
        return Command(Verb.REVIEW if name.lower() == _ALIAS else Verb.HELP)
    if _is_option(verb):
        return Mistake(f"Commands take no options. {_USAGE}")
    if verb.lower() not in list(Verb):
        return Mistake(f"{_meant(verb)} {_USAGE}")
    return _with_reason(rest.strip()) if verb.lower() == Verb.DISMISS else _alone(Verb(verb.lower()), rest)


_USAGE = f"The commands are: {', '.join(Verb)}."
_MINUS = "\N{MINUS SIGN}"


def _alone(verb: Verb, rest: str) -> Command | Mistake:
    if not rest:
        return Command(verb)
    surplus = "no options" if _is_option(rest) else "nothing after it"
    return Mistake(f"`{_NAME} {verb}` takes {surplus}.")


def _with_reason(reason: str) -> Command | Mistake:
    if _is_option(reason):
        return Mistake(f"`{_NAME} {Verb.DISMISS}` takes no options, only the reason in words.")
    if not any(character.isalnum() for character in reason) or not reason.isprintable():
        return Mistake(f"Say why, in words on the same line: `{_NAME} {Verb.DISMISS} tests only`.")
    return Command(Verb.DISMISS, reason)


def _is_option(word: str) -> bool:
    """Say whether it starts like an option, with whatever character passes for a dash."""
    return bool(word) and (unicodedata.category(word[0]) == "Pd" or word[0] == _MINUS)


def _meant(verb: str) -> str:
    nearest = get_close_matches(verb[:20].lower(), list(Verb), n=1)
    return f"There is no such command. Did you mean `{_NAME} {nearest[0]}`?" if nearest else "There is no such command."
