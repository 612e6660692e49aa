"""How the pages say numbers, times, states and reasons."""

from datetime import UTC, datetime
from urllib.parse import quote

from reviewbot.change import split_lines
from reviewbot.visible import visible

REFUSALS = {
    "anchor-mismatch": "The lines that it replaces are not those that it was written against.",
    "no-change": "It would leave the code as it is.",
    "does-not-parse": "The code does not parse with it.",
    "hidden-characters": "It holds characters that do not show, or that reorder text.",
    "name-removed": "It removes a public name.",
    "signature-changed": "It changes how a public function is called.",
    "undefined-name": "It uses a name that is not defined.",
    "unknown-import": "It imports a package that nobody has chosen.",
    "deletes-code": "It only deletes what the finding points at.",
    "new-finding": "The scanners find something new in it.",
    "not-fixed": "The finding is still there.",
    "not-scanned": "A scanner could not read the result.",
    "not-chosen": "Another suggestion for the same finding passed as well.",
}
STATES = {
    "waiting": "waiting",
    "running": "under way",
    "done": "done",
    "failed": "given up",
    "stopped": "closed or draft",
}
CONCLUSIONS = {"success": "passed", "neutral": "neutral", "failure": "not passed"}
TRIGGERS = {"rerun": "somebody asked for the check again", "command": "a command in a comment"}

SMALL = 0.1
NONE = "\u2013"

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def age(seconds: float | None) -> str:
    """Say how long something took or ago it is, in its largest unit."""
    if seconds is None:
        return NONE
    unit, size = next(((unit, size) for unit, size in _UNITS if seconds >= size), ("s", 1))
    return f"{seconds / size:.0f} {unit}"


def percent(share: float | None) -> str:
    """Say a share, with a digit more where it is small, or that there is none."""
    if share is None:
        return NONE
    return f"{share * 100:.1f} %" if 0 < share < SMALL else f"{share * 100:.0f} %"


def refusal(name: str) -> str:
    """Say in a sentence why the gate refuses; a name that is new here stays as it is."""
    return REFUSALS.get(name, name)


def diff_lines(text: str) -> list[tuple[str, str]]:
    """Return each line of a diff of `reviewbot.ledger.seal` with what it is, so that no character of it hides."""
    kinds = {"-": "removed", "+": "added", "@": "place", "d": "file"}
    lines = (line.removesuffix("\n") for line in split_lines(text))
    return [(kinds.get(line[:1], "note"), visible(line.expandtabs(4))) for line in lines]


def moment(seconds: float) -> str:
    """Say when, for people."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %b %Y, %H:%M UTC")


def iso(seconds: float) -> str:
    """Say when, for machines."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def pull_url(web_url: str, repository: str, number: int) -> str:
    """Return the address of a pull request, whatever the ledger holds as its repository's name."""
    return f"{web_url}/{quote(repository)}/pull/{number}"
