"""`reviewbot judge`: the gate for anybody's patch."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from reviewbot.change import Change, ChangedFile, SourceFile, split_lines
from reviewbot.cli import output
from reviewbot.cli.exits import Exit
from reviewbot.cli.review import base_policy, chosen_rules, read_diff
from reviewbot.diff import parse_diff
from reviewbot.finding import Scanner, scan
from reviewbot.git import LocalRepository
from reviewbot.outcome import Conclusion, Outcome, coverage
from reviewbot.policy import Policy
from reviewbot.reports import terminal
from reviewbot.scanners.installed import default_scanners
from reviewbot.suggestion import Edit, Origin, Suggestion
from reviewbot.verdict import Gate, Reason, Verdict, judge

STEPS = 3


@dataclass(frozen=True, slots=True)
class JudgeOptions:
    """The options of `reviewbot judge`, as click gives them."""

    repository: Path
    patch: BinaryIO
    base: str | None
    form: str
    output: Path | None


def run_judge(options: JudgeOptions) -> int:
    """Judge, write the verdict, and return the exit status."""
    repository = LocalRepository(options.repository)
    base = options.base or "worktree"
    text = read_diff(options.patch)
    at = "HEAD" if base == "worktree" else base
    pack, policy = chosen_rules(repository, at, base_policy(repository, at))
    with output.progress(STEPS) as step:
        step("Applying the patch")
        change = repository.change_from_diff(text, base)
        deleted = tuple(_deleted(repository, base, text))
        step("Scanning and judging")
        outcome = judge_patch(change, deleted, default_scanners(pack), policy)
    if options.form == "terminal":
        output.write_rich(terminal.verdicts(outcome.verdicts, policy.report), options.output)
    else:
        output.write(outcome, options.form, options.output)
    return Exit.CLEAN if outcome.conclusion is Conclusion.SUCCESS else Exit.FINDINGS


def judge_patch(change: Change, deleted: tuple[Edit, ...], scanners: tuple[Scanner, ...], policy: Policy) -> Outcome:
    """Put a patch through the gate as one suggestion: its hunks stand or fall together.

    The outcome holds a verdict for each hunk, with the reasons that lie in it.
    """
    edits = (*(edit for file in change.files for edit in hunk_edits(file)), *deleted)
    before = (*change.before(), *(SourceFile(edit.path, edit.anchor) for edit in deleted))
    (original,) = scan((before,), scanners)
    patch = Suggestion(Origin.PATCH, None, edits, "the patch to judge")
    (verdict,) = judge((patch,), Gate(before, original, scanners, policy)) if edits else (None,)
    covered = coverage(change, verdict.scan if verdict else original)
    passed = verdict is not None and verdict.accepted and not covered.skipped
    return Outcome(
        subject=f"a patch to {change.base}",
        conclusion=Conclusion.SUCCESS if passed else Conclusion.FAILURE,
        findings=(),
        verdicts=per_hunk(verdict) if verdict else (),
        coverage=covered,
        threshold=policy.report,
    )


def hunk_edits(file: ChangedFile) -> Iterator[Edit]:
    """Return each hunk of `file` as an edit, without the context around what changes."""
    old, new = split_lines(file.old or ""), split_lines(file.new)
    for hunk in file.hunks:
        changed = [index for index, line in enumerate(hunk.lines) if line.old is None or line.new is None]
        first, last = changed[0], changed[-1]
        start, end = _span([line.old for line in hunk.lines], first, last)
        new_start, new_end = _span([line.new for line in hunk.lines], first, last)
        yield Edit(file.path, start, end, "".join(old[start - 1 : end]), "".join(new[new_start - 1 : new_end]))


def _span(numbers: list[int | None], first: int, last: int) -> tuple[int, int]:
    """Return the first and last line of one side between two places of a hunk; an empty span ends before it starts."""
    inside = [number for number in numbers[first : last + 1] if number is not None]
    if inside:
        return inside[0], inside[-1]
    before = [number for number in numbers[:first] if number is not None]
    after = [number for number in numbers[last + 1 :] if number is not None]
    start = before[-1] + 1 if before else next(iter(after), 1)
    return start, start - 1


def per_hunk(verdict: Verdict) -> tuple[Verdict, ...]:
    """Give each edit of a patch a verdict of its own: with the reasons that lie in it, or in its file if nowhere."""
    edits = verdict.suggestion.edits
    reasons: dict[int, list[Reason]] = {number: [] for number in range(len(edits))}
    shift: Counter[str] = Counter()
    spans = []
    for edit in edits:
        start = edit.start_line + shift[edit.path]
        length = len(split_lines(edit.replacement))
        spans.append(range(start, start + max(length, 1)))
        shift[edit.path] += length - (edit.end_line - edit.start_line + 1)
    for reason in verdict.reasons:
        here = [number for number, edit in enumerate(edits) if edit.path == reason.path] or [0]
        inside = [number for number in here if reason.line in spans[number]]
        reasons[(inside or here)[0]].append(reason)
    return tuple(
        replace(verdict, suggestion=replace(verdict.suggestion, edits=(edit,)), reasons=tuple(reasons[number]))
        for number, edit in enumerate(edits)
    )


def _deleted(repository: LocalRepository, base: str, text: str) -> Iterator[Edit]:
    """Return the files that a patch deletes, as edits that leave nothing of them."""
    for diff in parse_diff(text):
        if diff.new_path is None and diff.old_path is not None:
            old = repository.read(base, diff.old_path)
            yield Edit(diff.old_path, 1, len(split_lines(old or "")), old or "", "")
