"""`reviewbot rules`: list, show and test the rules."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from reviewbot.cli.exits import Exit
from reviewbot.errors import ConfigError
from reviewbot.scanners.rulepack import Rule, bundled_rules, load_pack
from reviewbot.scanners.rulepage import backgrounds, page, write_pages
from reviewbot.scanners.ruletest import check_rules


def list_rules(language: str | None) -> int:
    """Print a table of the rules; in a pipe, tab-separated columns."""
    rules = [rule for rule in load_pack(bundled_rules()).rules if language is None or language in rule.languages]
    if not rules:
        raise ConfigError(f'There is no rule for "{language}". `reviewbot rules list` shows all of them.')
    console = Console()
    if not console.is_terminal:
        for rule in rules:
            click.echo("\t".join(_columns(rule)))
        return Exit.CLEAN
    table = Table(box=None, pad_edge=False)
    for title in ("rule", "severity", "confidence", "weakness", "languages", "fix"):
        table.add_column(title, overflow="fold")
    for rule in rules:
        table.add_row(*_columns(rule))
    console.print(table)
    console.print(f"\n{len(rules)} rules", style="dim")
    return Exit.CLEAN


def _columns(rule: Rule) -> tuple[str, ...]:
    cwe = " ".join(f"CWE-{number}" for number in rule.cwe)
    fix = "fix" if rule.fix else "-"
    return (rule.id, rule.severity.label, rule.confidence.label, cwe, ",".join(rule.languages), fix)


def show_rule(rule_id: str, *, source: bool = False) -> int:
    """Print the page of a rule, or with `source` its file."""
    rule = load_pack(bundled_rules()).by_id().get(rule_id)
    if rule is None:
        raise ConfigError(f'There is no rule "{rule_id}". `reviewbot rules list` shows all of them.')
    click.echo(rule.path.read_text(encoding="utf-8") if source else page(rule, backgrounds()), nl=False)
    return Exit.CLEAN


def write_docs(output: Path, directories: tuple[Path, ...]) -> int:
    """Write the pages of the rules."""
    number = write_pages(load_pack(*(directories or (bundled_rules(),))), output)
    click.echo(f"{number} pages in {output}")
    return Exit.CLEAN


def test_rules(directories: tuple[Path, ...]) -> int:
    """Run the rules over their test files, and name those that fail."""
    results = check_rules(load_pack(*(directories or (bundled_rules(),))))
    failed = [result for result in results if result.problems]
    for result in failed:
        for problem in result.problems:
            click.echo(f"{result.rule_id}: {problem}")
    click.echo(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    return Exit.FINDINGS if failed else Exit.CLEAN
