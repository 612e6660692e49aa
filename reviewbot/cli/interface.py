"""The commands and their options, on one page. Only click is imported here, so that `--help` is fast."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from reviewbot import __version__
from reviewbot.cli.training import tune

FORMATS = click.Choice(["terminal", "json", "sarif", "markdown"])
THRESHOLDS = click.Choice(["low", "medium", "high", "never"])

_format = click.option("--format", "form", type=FORMATS, default="terminal", show_default=True, help="How to write it.")
_ledger_format = click.option(
    "--format",
    "form",
    type=click.Choice(["terminal", "json"]),
    default="terminal",
    show_default=True,
    help="How to write it.",
)
_output = click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead of standard output."
)
_repository = click.option(
    "--repository", type=click.Path(path_type=Path), default=Path(), help="Where the repository is.  [default: .]"
)
_fail_on = click.option("--fail-on", type=THRESHOLDS, help="Smallest severity that makes the exit status 1.")


@contextmanager
def _app_extra() -> Iterator[None]:
    """Say what to install where the packages of the GitHub App are missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise click.UsageError(f"This command needs {error.name}. Install reviewbot[app].") from None


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="reviewbot")
def cli() -> None:
    """Review a change for security weaknesses.

    Semgrep and Bandit scan the change and every suggested fix; a fix that does not pass is repaired or
    withheld with its reason.

    Exit status: 0 nothing at the --fail-on severity, 1 findings (or a patch refused), 2 wrong usage or
    configuration, 3 the review is not complete, 4 a bug in reviewbot.
    """


@cli.command()
@click.option("--base", metavar="REF", help="Compare with this commit.  [default: merge base with the default branch]")
@click.option("--head", metavar="REF", help="Review this commit.  [default: the working tree]")
@click.option("--staged", is_flag=True, help="Review what is staged.")
@click.option("--worktree", is_flag=True, help="Review the working tree (the default).")
@click.option("--diff", type=click.File("rb"), metavar="FILE|-", help="Review this diff, applied to --base in memory.")
@_format
@_output
@_fail_on
@click.option("--no-suggestions", is_flag=True, help="Report findings only.")
@click.option("--model", metavar="ID|PATH", help="Have this model write suggestions.  [default: REVIEWBOT_MODEL]")
@click.option("--revision", metavar="COMMIT", help="The model's commit, for an id of the Hugging Face hub.")
@click.option("--endpoint", metavar="URL", help="Ask the model at this server.  [default: REVIEWBOT_MODEL_ENDPOINT]")
@click.option("--timings", is_flag=True, help="Say on standard error (and in JSON) where each second went.")
@_repository
def review(**options: Any) -> int:
    """Review a local change: what it introduces, and fixes that passed the gate."""
    from reviewbot.cli.review import ReviewOptions, run_review

    return run_review(ReviewOptions(**options))


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@_format
@_output
@_fail_on
@click.option("--report", type=click.Choice(["low", "medium", "high"]), help="Smallest severity that is reported.")
def scan(**options: Any) -> int:
    """Scan whole files and folders, whatever changed in them."""
    from reviewbot.cli.scan import ScanOptions, run_scan

    return run_scan(ScanOptions(**options))


@cli.command()
@click.argument("patch", type=click.File("rb"))
@click.option("--base", metavar="REF", help="Apply it to this commit.  [default: the working tree]")
@_format
@_output
@_repository
def judge(**options: Any) -> int:
    """Put a PATCH (a file, or - for standard input) through the gate, whoever wrote it.

    It is applied in memory only. Exit status: 0 accepted, 1 refused.
    """
    from reviewbot.cli.judge import JudgeOptions, run_judge

    return run_judge(JudgeOptions(**options))


@cli.command()
@click.option("--host", help="Listen on this address.  [default: REVIEWBOT_HOST, or 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Listen on this port.  [default: REVIEWBOT_PORT, or 8000]")
@click.option(
    "--workers",
    type=click.IntRange(0, 64),
    help="Run so many workers beside the receiver.  [default: REVIEWBOT_WORKERS, or 2; 0 where there is a broker]",
)
def serve(**options: Any) -> int:
    """Take GitHub's webhooks, record them durably and have them reviewed.

    Settings are environment variables: REVIEWBOT_WEBHOOK_SECRET is required.
    """
    try:
        from reviewbot.cli.serve import ServeOptions, run_serve
        from reviewbot.cli.sign_in import open_sign_in
        from reviewbot.crew import start_crew
    except ModuleNotFoundError as error:
        raise click.UsageError(f"`reviewbot serve` needs {error.name}. Install reviewbot[app].") from None
    return run_serve(ServeOptions(**options), start_crew, open_sign_in)


@cli.command()
@click.argument("receiver_url", metavar="URL")
@click.option("--name", help="Name of the App.  [default: reviewbot-, and six letters that nobody else has]")
@click.option("--organization", metavar="NAME", help="Register it for this organization.  [default: your account]")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reviewbot-app"),
    show_default=True,
    help="Where its keys go.",
)
@click.option("--github-url", default="https://github.com", show_default=True, help="Your GitHub, if it is another.")
@click.option("--page-url", help="Where the browser finds the page, if a proxy stands before it.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Serve the page on this address.")
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Serve it on this port.")
def setup(**options: Any) -> int:
    """Register a GitHub App of your own, whose webhooks go to URL, in a browser.

    URL is where GitHub reaches `reviewbot serve`, such as https://reviewbot.example.org. A page opens at a link
    that works once; the App's keys are written to files, and no secret is copied by hand.
    """
    try:
        from reviewbot.cli.setup import SetupOptions, run_setup
    except ModuleNotFoundError as error:
        raise click.UsageError(f"`reviewbot setup` needs {error.name}. Install reviewbot[app].") from None
    return run_setup(SetupOptions(**options))


@cli.command()
def action() -> int:
    """Do what the event of a GitHub Actions job asks for; action.yml runs this."""
    try:
        from reviewbot.action.door import run_action
    except ModuleNotFoundError as error:
        raise click.UsageError(f"`reviewbot action` needs {error.name}. Install reviewbot[action].") from None
    return run_action()


@cli.group()
def audit() -> None:
    """Check and read the ledger's record of what was decided, by what, and why."""


@audit.command("verify")
@click.option("--noted", metavar="NUMBER:HASH", help="Also check that the log still holds this entry, noted before.")
def audit_verify(noted: str | None) -> int:
    """Check the hash chain: a changed byte is found, and the entry it is in is named.

    Exit status: 0 the log is whole, 1 it is not.
    """
    with _app_extra():
        from reviewbot.cli.audit import verify_audit

    return verify_audit(noted)


@audit.command("show")
@click.argument("pull", metavar="OWNER/REPO#N")
@_ledger_format
def audit_show(pull: str, form: str) -> int:
    """Replay what was decided on a pull request: delivery, head, versions, and each suggestion with its verdict."""
    with _app_extra():
        from reviewbot.cli.audit import show_audit

    return show_audit(pull, form)


@cli.command()
@click.option("--since", metavar="DATE|AGE", help="Only reviews since this day (2026-11-01) or age (30d, 12w).")
@_ledger_format
def stats(since: str | None, form: str) -> int:
    """Say how much of what was suggested was flagged, repaired, withheld, applied and dismissed."""
    with _app_extra():
        from reviewbot.cli.stats import show_stats

    return show_stats(since, form)


@cli.group()
def rules() -> None:
    """List, show and test the rules."""


@rules.command("list")
@click.option("--language", help="Only rules for this language.")
def rules_list(language: str | None) -> int:
    """List the rules with severity, CWE and whether they come with a fix."""
    from reviewbot.cli.rules import list_rules

    return list_rules(language)


@rules.command("show")
@click.argument("rule_id", metavar="ID")
@click.option("--source", is_flag=True, help="Print the rule's file instead of its page.")
def rules_show(rule_id: str, source: bool) -> int:  # noqa: FBT001  click passes flags by name
    """Show one rule: what it finds, why that matters, how to fix it, when it is wrong."""
    from reviewbot.cli.rules import show_rule

    return show_rule(rule_id, source=source)


@rules.command("docs")
@click.argument("output", type=click.Path(file_okay=False, path_type=Path))
@click.argument("directories", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
def rules_docs(output: Path, directories: tuple[Path, ...]) -> int:
    """Write a page for each rule into OUTPUT. Without DIRECTORIES: the rules that come with reviewbot."""
    from reviewbot.cli.rules import write_docs

    return write_docs(output, directories)


@rules.command("test")
@click.argument("directories", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
def rules_test(directories: tuple[Path, ...]) -> int:
    """Run each rule on its own test file. Without DIRECTORIES: the rules that come with reviewbot."""
    from reviewbot.cli.rules import test_rules

    return test_rules(directories)


@cli.command()
def doctor() -> int:
    """Say which tools are there, in which versions, and what to do about what is missing."""
    from reviewbot.cli.doctor import run_doctor

    return run_doctor()


@cli.command()
def schema() -> None:
    """Print the JSON Schema of .github/reviewbot.toml."""
    import json

    from reviewbot.policy import policy_schema

    click.echo(json.dumps(policy_schema(), indent=2))


@cli.command()
@click.option("--keep", is_flag=True, help="Keep the demo's repository and say where it is.")
def demo(keep: bool) -> int:  # noqa: FBT001  click passes a flag by position or name
    """Review a small vulnerable change made up for the purpose, then judge two patches to it."""
    from reviewbot.cli.demo import run_demo

    return run_demo(keep=keep)


_beside = click.option("--beside", type=int, hidden=True, help="End when this process is not our parent.")


@cli.command()
@click.option("--threads", type=click.IntRange(1, 64), default=1, show_default=True, help="Reviews at once.")
@_beside
def work(threads: int, beside: int | None) -> None:
    """Do the work that waits in the ledger, until told to stop. `reviewbot serve` starts its own."""
    from reviewbot.processes import run_worker

    run_worker(threads, beside)


@cli.command()
@_beside
def sweep(beside: int | None) -> None:
    """Look for lost hints, lost deliveries and missed reviews, until told to stop. `reviewbot serve` starts its own."""
    from reviewbot.processes import run_sweeper

    run_sweeper(beside)


cli.add_command(tune)
