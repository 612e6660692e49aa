"""How we judge Bandit's checks: by test id, not by its levels.

Bandit's LOW is mostly noise but holds passwords in the code, which generated code is full of; its HIGH holds
imports that do no harm yet. A check that is not listed keeps Bandit's own level. Where one of our rules follows
the value, Bandit's guess at the same place steps back; both are then merged into one finding anyway.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reviewbot.policy import Severity

LOW, MEDIUM, HIGH = Severity.LOW, Severity.MEDIUM, Severity.HIGH


@dataclass(frozen=True, slots=True)
class Judgement:
    """Our view of one check: its severity or CWE where they differ from Bandit's (None: as Bandit says), and why.

    With `at_most`, what Bandit itself takes for less stays so: a command that is fixed, for one.
    """

    severity: Severity | None
    cwe: int | None
    why: str
    at_most: bool = False


_IMPORT = "an import does nothing yet; the call is what is reported"
_XML = "Bandit names it input validation; it is the expansion of external entities"

JUDGEMENTS: Mapping[str, Judgement] = {
    "B101": Judgement(LOW, None, "an assert is wrong only where it guards something, which Bandit does not see"),
    "B102": Judgement(MEDIUM, 95, "code from text, not a command; nothing like it goes into a suggestion unseen"),
    "B103": Judgement(
        MEDIUM, None, "3 of 4 right; what the file holds decides, and Bandit does not know it", at_most=True
    ),
    "B104": Judgement(MEDIUM, None, "right for a server that is not behind a proxy"),
    "B105": Judgement(MEDIUM, 798, "a password in the code: the commonest weakness of generated code"),
    "B106": Judgement(MEDIUM, 798, "as B105, in a call"),
    "B107": Judgement(MEDIUM, 798, "as B105, as a default"),
    "B108": Judgement(LOW, None, "a path below /tmp says nothing of how the file is opened"),
    "B110": Judgement(LOW, None, "a swallowed exception is a matter of style"),
    "B112": Judgement(LOW, None, "as B110"),
    "B113": Judgement(LOW, None, "a request without a time-out hangs; nobody gains anything by it"),
    "B201": Judgement(MEDIUM, 489, "the debugger runs code for whoever reaches it, on a development server"),
    "B310": Judgement(LOW, 918, "every urlopen is reported, whatever is opened"),
    "B311": Judgement(LOW, None, "right for tokens only; our rule python-weak-random-secret looks at what it is for"),
    "B307": Judgement(MEDIUM, 95, "as B102, for eval"),
    "B308": Judgement(LOW, None, "every mark_safe is reported; our rules follow what is marked"),
    "B313": Judgement(None, 611, _XML),
    "B314": Judgement(None, 611, _XML),
    "B315": Judgement(None, 611, _XML),
    "B316": Judgement(None, 611, _XML),
    "B317": Judgement(None, 611, _XML),
    "B318": Judgement(None, 611, _XML),
    "B319": Judgement(None, 611, _XML),
    "B324": Judgement(
        MEDIUM, None, "right by the letter, but most uses in well-kept packages are protocols or names of cache entries"
    ),
    "B401": Judgement(LOW, None, _IMPORT),
    "B402": Judgement(LOW, None, _IMPORT),
    "B403": Judgement(LOW, None, _IMPORT),
    "B404": Judgement(LOW, None, _IMPORT),
    "B405": Judgement(LOW, 611, _IMPORT),
    "B406": Judgement(LOW, 611, _IMPORT),
    "B407": Judgement(LOW, 611, _IMPORT),
    "B408": Judgement(LOW, 611, _IMPORT),
    "B409": Judgement(LOW, 611, _IMPORT),
    "B411": Judgement(LOW, 611, _IMPORT),
    "B412": Judgement(LOW, None, _IMPORT),
    "B413": Judgement(LOW, None, "pycryptodome, which is maintained, has the module name of the abandoned pycrypto"),
    "B415": Judgement(LOW, None, _IMPORT),
    "B502": Judgement(MEDIUM, None, "1 of 2 right, too few to let it block", at_most=True),
    "B506": Judgement(HIGH, 502, "Bandit names it input validation; it creates objects that the text asks for"),
    "B602": Judgement(
        MEDIUM, None, "6 of 9 right: quoted text counts too; python-command-injection follows the value", at_most=True
    ),
    "B603": Judgement(LOW, None, "the textbook fix of B602, an argument list, is reported as this"),
    "B605": Judgement(MEDIUM, None, "14 of 16 right, as B602", at_most=True),
    "B606": Judgement(LOW, None, "as B603"),
    "B607": Judgement(LOW, None, "as B603: a program found through PATH"),
    "B610": Judgement(None, 89, "SQL by way of Django's extra()"),
    "B611": Judgement(None, 89, "SQL by way of Django's RawSQL"),
    "B613": Judgement(LOW, 1007, "our own check looks at every file, and knows the marks of other writing"),
    "B701": Judgement(MEDIUM, 79, "Bandit names it code injection; it is the page that is injected into"),
    "B702": Judgement(None, 79, "as B701, for Mako"),
    "B703": Judgement(LOW, 79, "as B308, a second time"),
    "B704": Judgement(LOW, None, "as B308, for Markup"),
}

PASSWORDS = frozenset({"B105", "B106", "B107"})
_QUOTED = re.compile(r"'(.*)'$", re.DOTALL)
_PLACEHOLDER = re.compile(
    r"<.*>|\{.*\}|\$.*|%.*%|\*+|x+|\.+|.*(?:your|changeme|change_me|change-me|placeholder|example|dummy|redacted|"
    r"insert|replace|_here$|-here$).*|secret[_-]?key|api[_-]?key|[\W_]+|.*%\(\w+\)s.*|"
    r"_[a-z]+(?:_[a-z]+)+|(?:set|reset|change|forgot|confirm|verify)[-_/](?:password|token|secret)",
    re.IGNORECASE | re.DOTALL,
)


_NO_PASSWORD = re.compile(
    r"""\w*token\w*["'\])]*\s*[!=]=                                # a word that a parser compares with
    | \w*token\w*\s*=\s*["'][a-z]+[ ][a-z]+["']                    # words that a parser puts together
    | \bpass_(?:arg|args|through)\b                                # handing something on
    | \w*_(?:field|prefix|suffix|name|header|param|type|source|url|missing|message|label)\s*=  # said of one
    """,
    re.IGNORECASE | re.VERBOSE,
)


def judgement(test_id: str, text: str, code: str = "") -> Judgement:
    """Return how we judge an issue of the check `test_id` of which Bandit says `text`. `code` is what it found."""
    known = JUDGEMENTS.get(test_id, Judgement(None, None, ""))
    if test_id in PASSWORDS and _is_placeholder(text):
        return Judgement(LOW, known.cwe, "an empty text or a place to fill in is no password")
    if test_id == "B105" and _NO_PASSWORD.search(code):
        return Judgement(LOW, known.cwe, "a word that a parser knows, or the name of a field")
    return known


def without_value(test_id: str, text: str) -> str:
    """Return what Bandit says without the password that it found: a report is read by more people than the code."""
    return text.partition(":")[0] + " in the code." if test_id in PASSWORDS else text


def _is_placeholder(text: str) -> bool:
    quoted = _QUOTED.search(text)
    return quoted is not None and (not quoted[1] or _PLACEHOLDER.fullmatch(quoted[1]) is not None)
