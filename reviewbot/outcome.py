"""The Outcome of looking at some code: what was found, what was read of it, and how that is concluded."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reviewbot.change import Change, Excluded, Skipped
from reviewbot.conversation import NO_TALLY, Tally
from reviewbot.cwe import weakness
from reviewbot.finding import OWN_CHECKS, Finding, Scan, Tool
from reviewbot.language import language_of
from reviewbot.opinion import Opinion
from reviewbot.policy import Policy, Severity
from reviewbot.verdict import Verdict

CREDENTIALS = frozenset({259, 321, 798})
"""Weaknesses of which the code itself is the secret."""

_QUOTED = re.compile(r"""(["'`])([^"'`\n]{3,})\1""")


class Conclusion(StrEnum):
    """GitHub's word for the outcome of a check run."""

    SUCCESS = "success"
    NEUTRAL = "neutral"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was read, by the scanners' own word.

    `scanned` maps each file to the tools that vouch for having read it whole. `skipped` should have been read
    and was not; a file that one tool read and another did not stands in both. `excluded` holds nothing to read.
    """

    scanned: tuple[tuple[str, tuple[str, ...]], ...]
    skipped: tuple[Skipped, ...]
    excluded: tuple[Excluded, ...]
    tools: tuple[Tool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a review or a scan comes to, without words for it.

    `subject` says in the user's terms what was looked at. `threshold` is the smallest severity that counts:
    findings below it are neither in `findings` nor held against a suggestion. `verdicts` holds one on each
    candidate, those that were repaired later too; `tally` counts what a model wrote.
    """

    subject: str
    conclusion: Conclusion
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    coverage: Coverage
    threshold: Severity
    generation_error: str | None = None
    opinions: tuple[Opinion, ...] = ()
    tally: Tally = NO_TALLY

    @property
    def complete(self) -> bool:
        """Every file that should have been scanned was."""
        return not self.coverage.skipped

    def verdicts_on(self, finding: Finding) -> tuple[Verdict, ...]:
        """Return what is to be said of the suggestions for `finding`: the accepted one, else all that was refused."""
        every = tuple(verdict for verdict in self.verdicts if verdict.suggestion.finding == finding)
        return tuple(verdict for verdict in every if verdict.accepted) or every


def conclude(
    findings: Sequence[Finding], skipped: Sequence[Skipped], generation_error: str | None, policy: Policy
) -> Conclusion:
    """Decide the outcome. A pure function; its truth table stands in tests/unit/test_outcome.py."""
    grave = any(policy.fail_on is not None and finding.severity >= policy.fail_on for finding in findings)
    if grave or (skipped and policy.incomplete_fails):
        return Conclusion.FAILURE
    if findings or skipped or generation_error is not None:
        return Conclusion.NEUTRAL
    return Conclusion.SUCCESS


def coverage(change: Change, after: Scan) -> Coverage:
    """Work out what of `change` was read. A file with rules for its language that nobody vouches for is skipped."""
    scanned = [(file.path, tuple(sorted(after.vouched(file.path)))) for file in change.files]
    skipped = (*change.skipped, *after.skipped)
    settled = {entry.path for entry in skipped} | {path for path, tools in scanned if tools}
    open_ones = [path for path, _ in scanned if path not in settled]
    unread = tuple(Skipped(path, "no scanner says that it read this file") for path in open_ones if language_of(path))
    no_rules = tuple(Excluded(path, "no rules for this kind of file") for path in open_ones if not language_of(path))
    return Coverage(
        scanned=tuple((path, tools) for path, tools in scanned if tools),
        skipped=tuple(dict.fromkeys((*skipped, *unread))),
        excluded=(*change.excluded, *no_rules),
        tools=after.tools,
    )


def ranked(findings: Sequence[Finding]) -> list[Finding]:
    """Put the most severe and most certain findings first, then in the order of the code."""
    return sorted(findings, key=lambda f: (-f.severity, -f.confidence, f.path, f.region))


def title(finding: Finding) -> str:
    """Name the weakness: by its CWE, else by the rule."""
    return weakness(finding.cwe[0]).name if finding.cwe else finding.rule_id


def shown_snippet(finding: Finding) -> str:
    """Return the lines of `finding` as a report may show them: of a credential, without its value."""
    if not CREDENTIALS.intersection(finding.cwe):
        return finding.snippet
    masked = _QUOTED.sub(lambda quoted: f"{quoted[1]}{'•' * len(quoted[2])}{quoted[1]}", finding.snippet)
    if masked != finding.snippet or finding.region.start_line != finding.region.end_line:
        return masked
    start, end = finding.region.start_column - 1, finding.region.end_column - 1
    return finding.snippet[:start] + "•" * (end - start) + finding.snippet[end:]


def explanation(finding: Finding) -> str:
    """Say in running text what was found and what it leads to."""
    # A rule of ours has a paragraph on what a weakness leads to; Bandit only names it.
    bare = finding.tool == "Bandit" and "\n\n" not in finding.message.strip()
    harm = weakness(finding.cwe[0]).harm if finding.cwe and bare else ""
    message = " ".join(finding.message.split())
    ended = message if not harm or message.endswith((".", "!", "?")) else f"{message}."
    return f"{ended} {harm}".strip()


def headline(outcome: Outcome) -> str:
    """Say in a few sentences how it went. It claims only what was checked, by which version of what."""
    covered = outcome.coverage
    skipped = {entry.path for entry in covered.skipped}
    whole = [path for path, _ in covered.scanned if path not in skipped]
    if outcome.findings:
        parts = [f"{count(len(outcome.findings), 'finding')}: {_by_severity(outcome.findings)}."]
    elif whole:
        names = {tool for path, tools in covered.scanned if path in whole for tool in tools}
        parts = [f"{nothing_reported(covered.tools, names, outcome.threshold)} in {count(len(whole), 'file')}."]
    else:
        parts = ["Nothing was scanned." if skipped else "There was nothing to scan."]
    if skipped:
        parts.append(f"{count(len(skipped), 'file')} could not be reviewed.")
    if covered.excluded:
        parts.append(f"{count(len(covered.excluded), 'file')} left out.")
    return " ".join(parts)


def generated(outcome: Outcome) -> str:
    """Say what a model was asked and what came of it, and what it was not asked. Empty if there was none."""
    tally = outcome.tally
    if not tally.asked:
        return " ".join(tally.left_out)
    parts = [f"A model was asked {count(tally.asked, 'time')} and wrote {count(tally.generated, 'suggestion')}."]
    if tally.generated:
        share = round(100 * tally.flagged / tally.generated)
        repaired = f"; {count(tally.repaired, 'finding')} repaired" if tally.repaired else ""
        new = f"In {tally.flagged:,} of them ({share} %) the scanners found something new"
        parts.append(f"{new}; {tally.withheld:,} withheld{repaired}.")
    kinds = {
        "not answered": tally.unanswered,
        "answered with nothing to offer": tally.declined,
        "not in a form that can be used": tally.unreadable,
        "the same as before": tally.repeated,
    }
    said = ", ".join(f"{number:,} {kind}" for kind, number in kinds.items() if number)
    return " ".join((*parts, *([f"Requests: {said}."] if said else []), *tally.left_out, *tally.missing))


def silence(outcome: Outcome) -> str:
    """Say why the model gave no answer, or none any more. Empty if it did all that it was asked."""
    if outcome.generation_error is None:
        return ""
    what = "stopped answering" if outcome.tally.generated else "gave no suggestions"
    return f"The model {what}: {outcome.generation_error}"


def checks(verdict: Verdict, threshold: Severity) -> str:
    """Say what an accepted suggestion was put through. Only tools that read all of its files are named."""
    names = frozenset.intersection(*(verdict.scan.vouched(path) for path in verdict.suggestion.paths))
    nothing_new = f"{nothing_reported(verdict.scan.tools, names, threshold, new=True)} in it"
    gone = "" if verdict.suggestion.finding is None else ", the finding is gone"
    return f"Checked: parses, same public names{gone}; {nothing_new if names else 'no scanner read it'}."


def nothing_reported(tools: Sequence[Tool], names: Collection[str], threshold: Severity, *, new: bool = False) -> str:
    """Say that those of `tools` that are among `names` report nothing from `threshold` upwards."""
    chosen = [f"{tool.name} {tool.version}" for tool in tools if tool.name in names and tool.name != OWN_CHECKS]
    what = "nothing new" if new else "nothing"
    level = "" if threshold == Severity.LOW else f" of {threshold.label} severity or above"
    return f"{listed(chosen)} {'reports' if len(chosen) == 1 else 'report'} {what}{level}"


def _by_severity(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    return ", ".join(f"{counts[severity]} {severity.label}" for severity in sorted(counts, reverse=True))


def count(number: int, noun: str) -> str:
    """Return `1 file`, `2 files`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(words: Sequence[str]) -> str:
    """Return `a, b and c`."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
