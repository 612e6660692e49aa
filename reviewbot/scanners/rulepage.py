"""The page of a rule: what it finds, why that matters, how to fix it, and when it is wrong, as Markdown.

All of it comes from the rule's own file, from the code it is tested with, and from what is known of its weakness
(`weaknesses.toml` beside the rules). `reviewbot rules docs` writes the pages, `reviewbot rules show` prints one.
"""

import textwrap
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from reviewbot.cwe import weakness
from reviewbot.errors import ConfigError
from reviewbot.markdown import cell, fence
from reviewbot.scanners.rulepack import TEXT, Rule, RulePack, bundled_rules
from reviewbot.scanners.ruletest import Example, examples

MAX_EXAMPLE_LINES = 25
SECRETS = "secrets"
"""The folder of the rules that look for tokens: examples of them would trip the scanners of who keeps the pages."""

_LANGUAGES = {"csharp": "C#", "javascript": "JavaScript", "typescript": "TypeScript", "php": "PHP", TEXT: "any text"}


@dataclass(frozen=True, slots=True)
class Background:
    """What is known of a weakness: why it matters, when a finding may be set aside, and OWASP's links on it."""

    why: str
    false_alarm: str
    links: tuple[tuple[str, str], ...]


def backgrounds(directory: Path | None = None) -> Mapping[int, Background]:
    """Read what is known of each weakness, by its CWE number.

    Raises:
        ConfigError: the table is not there, or not as it should be.
    """
    path = (directory or bundled_rules()) / "weaknesses.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        categories = table.pop("owasp")
        return {int(name.removeprefix("CWE-")): _background(entry, categories) for name, entry in table.items()}
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(f"{path} cannot be used: {error}. Install reviewbot again.") from None


def _background(entry: Mapping[str, str], categories: Mapping[str, Sequence[str]]) -> Background:
    links = [("OWASP on this", entry["guide"])]
    if "owasp" in entry:
        name, address = categories[entry["owasp"]]
        links.insert(0, (f"OWASP Top 10 of 2021, {entry['owasp']}: {name}", address))
    return Background(entry["why"], entry["false_alarm"], tuple(links))


def page(rule: Rule, known: Mapping[int, Background]) -> str:
    """Write the page of `rule`. `known` is what `backgrounds` gives."""
    found, attack, remedy = (part.strip() for part in rule.message.split("\n\n") if part.strip())
    background = known.get(rule.cwe[0], Background(weakness(rule.cwe[0]).harm, "", ()))
    sections = (
        ("What it finds", _facts(rule) + found),
        ("Why it matters", background.why),
        ("How an attacker uses it", attack),
        ("How to fix it", f"{remedy}\n\n{_fix(rule)}"),
        ("When it is a false alarm", rule.false_alarm or background.false_alarm),
        ("Examples", _examples(rule)),
        ("Links", _links(rule, background)),
    )
    written = "".join(f"## {name}\n\n{text.strip()}\n\n" for name, text in sections if text.strip())
    return f"# {rule.id}\n\n{written}".rstrip() + "\n"


def index(pack: RulePack) -> str:
    """Write the page that lists all pages."""
    rows = [f"| [{rule.id}]({rule.id}.md) | {_kind(rule)} |" for rule in pack.rules]
    head = "# All rules\n\nWritten by `reviewbot rules docs` from the rules themselves; not edited by hand.\n\n"
    return "\n".join((f"{head}| rule | severity | weakness | fix |", "|---|---|---|---|", *rows)) + "\n"


def write_pages(pack: RulePack, directory: Path) -> int:
    """Write a page for each rule into `directory`, and remove those of rules that are gone. Return how many."""
    known = backgrounds()
    pages = {f"{rule.id}.md": page(rule, known) for rule in pack.rules} | {"README.md": index(pack)}
    directory.mkdir(parents=True, exist_ok=True)
    for old in directory.glob("*.md"):
        if old.name not in pages:
            old.unlink()
    for name, text in pages.items():
        (directory / name).write_text(text, encoding="utf-8")
    return len(pack.rules)


def page_address() -> str:
    """Return where the pages can be read, with `{rule}` for the id; empty if this installation does not know.

    It follows from the address of the source in the metadata of the package: a page is a file in docs/rules.
    """
    try:
        addresses = metadata("reviewbot").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    named = dict(entry.split(", ", 1) for entry in addresses)
    source = named.get("Source", "").rstrip("/")
    return f"{source}/blob/main/docs/rules/{{rule}}.md" if source else ""


def with_pages(pack: RulePack, address: str) -> RulePack:
    """Let findings of `pack` link to the pages at `address`, which holds `{rule}` for the id; empty: no links."""
    if not address:
        return pack
    rules = tuple(replace(rule, page=address.replace("{rule}", rule.id)) for rule in pack.rules)
    return replace(pack, rules=rules)


def _facts(rule: Rule) -> str:
    spoken = ", ".join(_LANGUAGES.get(name, name.capitalize()) for name in rule.languages)
    files = f" in files named {' or '.join(f'`{name}`' for name in rule.include)}" if rule.include else ""
    known = weakness(rule.cwe[0])
    return (
        f"**{known.name}** ({known.label}) in {spoken}{files}. Severity {rule.severity.label}, "
        f"confidence {rule.confidence.label}.\n\n"
    )


def _fix(rule: Rule) -> str:
    if rule.fix is None:
        return f"No fix is suggested by this rule: {rule.no_fix.strip()}"
    needed = f" It brings {' and '.join(f'`{line}`' for line in rule.fix_imports)}." if rule.fix_imports else ""
    what = fence(rule.fix) if rule.fix.strip() else "The code is left out."
    return f"The rule suggests this in place of what it found, where `$` names stand for parts of it.{needed}\n\n{what}"


def _examples(rule: Rule) -> str:
    if rule.path.parent.name == SECRETS and rule.languages == (TEXT,):
        return "They are left out here, as they look like the secrets of somebody."
    shown = examples(rule)
    parts = (("Found:", shown.found), ("With the rule's fix:", shown.fixed), ("Not found:", shown.left_alone))
    return "\n\n".join(f"{name}\n\n{_code(shown, text)}" for name, text in parts if text)


def _code(shown: Example, text: str) -> str:
    lines = textwrap.dedent(text).strip("\n").split("\n")
    return fence("\n".join(lines[:MAX_EXAMPLE_LINES]), shown.suffix.removeprefix("."))


def _links(rule: Rule, background: Background) -> str:
    entries = [(f"{known.label}: {known.name}", known.link) for known in map(weakness, rule.cwe)]
    known = {address for _, address in background.links}
    entries += [*background.links, *((address, address) for address in rule.references if address not in known)]
    return "\n".join(f"- [{name}]({address})" for name, address in entries)


def _kind(rule: Rule) -> str:
    known = weakness(rule.cwe[0])
    return f"{rule.severity.label} | {cell(known.name)} ({known.label}) | {'yes' if rule.fix is not None else ''}"
