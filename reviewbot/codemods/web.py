"""Requests, servers and templates: one keyword argument decides."""

import libcst as cst

from reviewbot.codemods.arguments import argument, is_word, with_keyword, without
from reviewbot.codemods.flagged import Flagged, Rewritten

TIMEOUT_SECONDS = 10
"""Longer than a healthy server takes, short enough to free the worker that waits."""

_VERBS = ("get", "options", "head", "post", "put", "patch", "delete")
REQUESTS = (
    *(f"requests.{name}" for name in _VERBS),
    *(f"httpx.{name}" for name in (*_VERBS, "request", "stream", "Client", "AsyncClient")),
)


def verify_certificates(flagged: Flagged) -> Rewritten | None:
    """`get(url, verify=False)` → `get(url)`: both libraries check certificates unless told not to."""
    verify = argument(flagged.call, "verify")
    if verify is None or not is_word(verify, "False"):
        return None
    call = without(flagged.call, verify)
    return Rewritten(call) if call else None


def timeout(flagged: Flagged) -> Rewritten | None:
    """`requests.get(url)` → `requests.get(url, timeout=10)`."""
    present = argument(flagged.call, "timeout")
    if present is not None and not is_word(present, "None"):
        return None
    call = with_keyword(flagged.call, "timeout", cst.Integer(str(TIMEOUT_SECONDS)))
    return Rewritten(call) if call else None


def no_debugger(flagged: Flagged) -> Rewritten | None:
    """`app.run(debug=True)` → `app.run(debug=False)`."""
    debug = argument(flagged.call, "debug")
    if debug is None or not is_word(debug, "True"):
        return None
    call = with_keyword(flagged.call, "debug", cst.Name("False"))
    return Rewritten(call) if call else None


def select_autoescape(flagged: Flagged) -> Rewritten | None:
    """`jinja2.Environment()` → `jinja2.Environment(autoescape=jinja2.select_autoescape())`.

    Templates for HTML and XML are escaped then; those for plain text stay as they are.
    """
    name = flagged.names.spell("jinja2", "select_autoescape")
    present = argument(flagged.call, "autoescape")
    if name is None or (present is not None and not is_word(present, "False")):
        return None
    call = with_keyword(flagged.call, "autoescape", cst.parse_expression(f"{name.text}()"))
    return Rewritten(call, name.imports) if call else None
