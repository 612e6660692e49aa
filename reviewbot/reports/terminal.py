"""An Outcome, or verdicts on somebody's patch, for a person at a terminal.

These functions print nothing. What they return is drawn by `rich.console.Console.print`, which knows the
width and whether colour is wanted. Text of others goes in as `Text`, never as markup, and with its control
characters made visible, so that no file name can steer the terminal.
"""

from collections import Counter
from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.text import Text

from reviewbot.change import split_lines
from reviewbot.cwe import weakness
from reviewbot.finding import Finding
from reviewbot.opinion import Opinion
from reviewbot.outcome import (
    Conclusion,
    Outcome,
    checks,
    count,
    explanation,
    generated,
    headline,
    listed,
    ranked,
    shown_snippet,
    silence,
    title,
)
from reviewbot.policy import Severity
from reviewbot.suggestion import Edit
from reviewbot.verdict import Verdict
from reviewbot.visible import shortened, visible

MAX_SNIPPET_LINES = 6
MAX_LINE_CHARACTERS = 400
MAX_LEAD_CHARACTERS = 60
"""How much of a line is shown before the place that matters."""
MAX_LISTED = 20

_BADGE = {
    Severity.HIGH: "bold white on red",
    Severity.MEDIUM: "bold black on yellow",
    Severity.LOW: "bold black on cyan",
}
_INK = {Severity.HIGH: "red", Severity.MEDIUM: "yellow", Severity.LOW: "cyan"}
_ENDING = {Conclusion.SUCCESS: "green", Conclusion.NEUTRAL: "yellow", Conclusion.FAILURE: "red"}


def report(outcome: Outcome) -> RenderableType:
    """Draw a whole review or scan, the most severe finding first."""
    parts: list[RenderableType] = [
        Text.assemble(("reviewbot", "bold"), "  ", (visible(outcome.subject), "dim")),
        Text(),
    ]
    for finding in ranked(outcome.findings):
        parts += [_finding(finding, outcome), Text()]
    for opinion in outcome.opinions:
        if opinion.verdict.accepted:
            parts += [_opinion(opinion, outcome.threshold), Text()]
    parts += [Rule(style="dim"), *_coverage(outcome), Text(), _ending(outcome)]
    return Group(*parts)


def verdicts(judged: Sequence[Verdict], threshold: Severity) -> RenderableType:
    """Draw what the gate says of each part of somebody's patch, the answer last."""
    if not judged:
        return Text("refused: there is no change to judge.", "bold red")
    refused = sum(not verdict.accepted for verdict in judged)
    word, style = ("refused", "bold red") if refused else ("accepted", "bold green")
    passed = f"{len(judged) - refused} of {count(len(judged), 'change')} passed the checks."
    return Group(*(_verdict(verdict, threshold) for verdict in judged), Text.assemble((word, style), f"  {passed}"))


def _verdict(verdict: Verdict, threshold: Severity) -> RenderableType:
    edits = verdict.suggestion.edits
    rows = [Text(f"{visible(edit.path)}:{edit.start_line}", "cyan") for edit in edits[:MAX_LISTED]]
    rows += [Text(f"and {count(len(edits) - MAX_LISTED, 'other edit')}")] if len(edits) > MAX_LISTED else []
    if verdict.accepted:
        return Group(*rows, Text(checks(verdict, threshold), "green"), Text())
    return Group(*rows, *_reasons(verdict), Text())


def _reasons(verdict: Verdict) -> list[Text]:
    rows = []
    for reason in verdict.reasons:
        line = "" if reason.line is None else f":{reason.line}"
        text = visible(" ".join(reason.text.split()))
        rows.append(Text.assemble("- ", (reason.refusal, "bold red"), f" {visible(reason.path)}{line}  {text}"))
    return rows


def _finding(finding: Finding, outcome: Outcome) -> RenderableType:
    known = [weakness(number) for number in finding.cwe]
    badge = Text(f" {finding.severity.label.upper()} ", style=_BADGE[finding.severity])
    cwes = [(f"  {entry.label}", f"dim link {entry.link}") for entry in known]
    head = Text.assemble(badge, " ", (visible(title(finding)), "bold"), *cwes)
    where = f"{visible(finding.path)}:{finding.region.start_line}:{finding.region.start_column}"
    parts: list[RenderableType] = [head, Text(where, style="cyan")]
    parts += [*_snippet(finding), Text(visible(shortened(explanation(finding), 1_000)))]
    if finding.suppression:
        parts.append(Text(f"{visible(finding.suppression)} is in the code; it does not hide this.", style="italic"))
    rules = ", ".join(visible(name) for name in (f"{finding.tool} {finding.rule_id}", *finding.also))
    parts.append(Text(f"Found by {rules}", style="dim"))
    for verdict in outcome.verdicts_on(finding):
        parts += [Text(), _suggestion(verdict, outcome.threshold)]
    return Group(*parts)


def _opinion(opinion: Opinion, threshold: Severity) -> RenderableType:
    head = Text.assemble(
        (" OPINION ", "bold black on white"), " of a model; no scanner reports this, and it may be wrong"
    )
    where = f"{visible(opinion.path)}:{opinion.passage.start}"
    return Group(head, Text(where, style="cyan"), _suggestion(opinion.verdict, threshold))


def _suggestion(verdict: Verdict, threshold: Severity) -> RenderableType:
    """Draw an accepted suggestion as a diff, and of a refused one only the reasons."""
    suggestion = verdict.suggestion
    by = f"{suggestion.origin}{f' {suggestion.model}' if suggestion.model else ''}"
    if not verdict.accepted:
        return Group(Text(f"Suggestion withheld ({visible(by)})", style="bold red"), *_reasons(verdict))
    heading = Text.assemble(("Suggestion", "bold green"), f" ({visible(by)}): {visible(suggestion.rationale)}")
    edits = [row for edit in suggestion.edits for row in _diff(edit, suggestion.paths)]
    return Group(heading, *edits, Text(checks(verdict, threshold), style="green"))


def _snippet(finding: Finding) -> list[RenderableType]:
    """Return the lines of a finding with its region underlined: by colour, and by `^` where there is none."""
    region, ink = finding.region, _INK[finding.severity]
    lines = shown_snippet(finding).split("\n")
    rows: list[RenderableType] = []
    for number, line in enumerate(lines[:MAX_SNIPPET_LINES], start=region.start_line):
        start = region.start_column - 1 if number == region.start_line else len(line) - len(line.lstrip())
        end = region.end_column - 1 if number == region.end_line else len(line.rstrip())
        before, marked, after = _code(line[:start]), _code(line[start:end]), _code(line[end:])
        before = before if cell_len(before) <= MAX_LEAD_CHARACTERS else f"…{before[-MAX_LEAD_CHARACTERS:]}"
        rows.append(_row(number, Text.assemble(before, (marked, f"bold {ink}"), after)))
        rows.append(_row(None, Text.assemble(" " * cell_len(before), ("^" * max(1, cell_len(marked)), ink))))
    if len(lines) > MAX_SNIPPET_LINES:
        rows.append(_row(None, Text(f"({count(len(lines) - MAX_SNIPPET_LINES, 'more line')})", "dim")))
    return rows


def _diff(edit: Edit, paths: Sequence[str]) -> list[RenderableType]:
    """Return one edit as a small diff. The path stands there only if the suggestion edits several files."""
    rows: list[RenderableType] = [Text(visible(edit.path), "cyan")] if len(paths) > 1 else []
    for sign, code, ink in (("-", edit.anchor, "red"), ("+", edit.replacement, "green")):
        for number, line in enumerate(split_lines(code), start=edit.start_line):
            rows.append(_row(number, Text(f"{sign} {_code(line.rstrip('\r\n'))}", ink)))
    return rows


def _row(number: int | None, code: Text) -> Text:
    gutter = f"{'' if number is None else number:>5} │ "
    return Text.assemble((gutter, "dim"), code, no_wrap=True, overflow="ellipsis")


def _code(line: str) -> str:
    return visible(shortened(line, MAX_LINE_CHARACTERS).replace("\t", "    "))


def _coverage(outcome: Outcome) -> list[RenderableType]:
    covered = outcome.coverage
    rows: list[RenderableType] = []
    if covered.skipped:
        rows.append(Text("Not reviewed", "bold red"))
        rows += [Text(f"  {visible(entry.path)}: {visible(entry.reason)}") for entry in covered.skipped[:MAX_LISTED]]
        left = len(covered.skipped) - MAX_LISTED
        rows += [Text(f"  and {count(left, 'other file')}")] if left > 0 else []
    read = Counter(name for _, names in covered.scanned for name in names)
    tools = [
        f"{tool.name} {tool.version} ({count(read[tool.name], 'file')})" for tool in covered.tools if read[tool.name]
    ]
    reasons = Counter(entry.reason for entry in covered.excluded)
    left_out = [f"{visible(reason)} ({number})" for reason, number in reasons.most_common(MAX_LISTED)]
    rows += [Text(f"Scanned by {listed(tools)}", "dim")] if tools else []
    rows += [Text(f"Left out: {', '.join(left_out)}", "dim")] if left_out else []
    rows += [
        Text(visible(text), ink) for text, ink in ((generated(outcome), "dim"), (silence(outcome), "yellow")) if text
    ]
    return rows


def _ending(outcome: Outcome) -> RenderableType:
    ink = _ENDING[outcome.conclusion]
    return Text.assemble((f"{outcome.conclusion}", f"bold {ink}"), f"  {headline(outcome)}")
