"""Tests the rule pack: each rule is run over the test file beside it, and must say exactly what that file expects.

A test file is `<id>.<ext>`; a comment `ruleid: <id>` asks for a finding on the next line and `ok: <id>` for none, as
Semgrep has it (https://semgrep.dev/docs/writing-rules/testing-rules). Where the rule has a fix, `<id>.fixed.<ext>`
holds the file as the fixes leave it. One start of the engine serves the whole pack.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from reviewbot.language import Language, language_of
from reviewbot.scanners.ruleengine import Match, Report, Target, run_rules
from reviewbot.scanners.rulepack import Rule, RulePack

MIN_CASES = 2
"""How many true cases, and how many false ones, each rule shows at least."""

_ANNOTATION = re.compile(r"\b(?P<kind>ruleid|ok):\s*(?P<rule>[a-z0-9-]+)")
_ALSO_READ_AS = {Language.JAVASCRIPT: (Language.TYPESCRIPT, ".tsx")}


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What the test of one rule gave. `problems` are sentences for the rule's author; none means that it passed."""

    rule_id: str
    true_cases: int
    false_cases: int
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Say whether the rule does what its test file expects."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class _Case:
    """One test file of one rule, and the line numbers on which a finding must or must not start."""

    rule: Rule
    path: Path
    text: str
    wanted: frozenset[int]
    unwanted: frozenset[int]


def check_rules(pack: RulePack) -> tuple[RuleResult, ...]:
    """Test every rule of `pack`: one result for each, in the order of the pack.

    Raises:
        ScanError: the engine did not run, so nothing was tested.
    """
    cases = {rule.id: _cases(rule) for rule in pack.rules}
    targets = [target for tests in cases.values() for case in tests for target in _targets(case)]
    report = run_rules(pack, targets)
    found: dict[Target, list[Match]] = defaultdict(list)
    for target, match in report.matches:
        found[target].append(match)
    return tuple(_result(rule, cases[rule.id], report, found) for rule in pack.rules)


def _cases(rule: Rule) -> tuple[_Case, ...]:
    beside = sorted(path for path in rule.path.parent.glob(f"{rule.id}.*") if path.suffix != ".yaml")
    return tuple(_case(rule, path) for path in beside if not _is_fixed(path))


def _is_fixed(path: Path) -> bool:
    return path.suffixes[:-1] == [".fixed"]


def _fixed(case: _Case) -> Path:
    return case.path.with_suffix(f".fixed{case.path.suffix}")


def _case(rule: Rule, path: Path) -> _Case:
    text = path.read_bytes().decode("utf-8")
    lines: dict[str, set[int]] = {"ruleid": set(), "ok": set()}
    for number, line in enumerate(text.split("\n"), start=1):
        annotation = _ANNOTATION.search(line)
        if annotation and annotation["rule"] == rule.id:
            lines[annotation["kind"]].add(number + 1)
    return _Case(rule, path, text, frozenset(lines["ruleid"]), frozenset(lines["ok"]))


def _targets(case: _Case) -> list[Target]:
    """Return the readings of a test file: in its own language, and in each that the rule names besides."""
    own = language_of(case.path.name)
    analyzer = own.value if own in case.rule.languages else case.rule.languages[0]
    targets = [Target(case.rule.id, case.text, case.path.suffix, analyzer)]
    other, suffix = _ALSO_READ_AS.get(own, (None, "")) if own else (None, "")
    if other in case.rule.languages:
        targets.append(Target(case.rule.id, case.text, suffix, str(other)))
    if _fixed(case).is_file():
        targets.append(Target(case.rule.id, _fixed(case).read_bytes().decode("utf-8"), case.path.suffix, analyzer))
    return targets


def _result(rule: Rule, cases: tuple[_Case, ...], report: Report, found: Mapping[Target, list[Match]]) -> RuleResult:
    true_cases = sum(len(case.wanted) for case in cases)
    false_cases = sum(len(case.unwanted) for case in cases)
    problems = [f"It is not a rule that Semgrep reads: {why}" for why in report.broken_rules.get(rule.id, ())]
    if not cases:
        problems.append(f"There is no test file {rule.path.with_suffix('')}.<ext>.")
    else:
        for kind, count in (("ruleid", true_cases), ("ok", false_cases)):
            if count < MIN_CASES:
                problems.append(f'It has {count} "{kind}: {rule.id}" cases; {MIN_CASES} are needed.')
    for case in cases:
        problems.extend(_differences(case, report, found))
    return RuleResult(rule.id, true_cases, false_cases, tuple(problems))


def _differences(case: _Case, report: Report, found: Mapping[Target, list[Match]]) -> Iterable[str]:
    own, *others = _targets(case)
    for target in (own, *others):
        for why in report.unread.get(target, ()):
            yield f"{case.path.name}, read as {target.analyzer}: {why}"
    readings = [target for target in (own, *others) if target.text == case.text]
    for target in readings:
        lines = {match.start_line for match in found[target]}
        for line in sorted(case.wanted - lines):
            yield f"{case.path.name}:{line}, read as {target.analyzer}: nothing is found, and it should be."
        for line in sorted(lines - case.wanted):
            yield f"{case.path.name}:{line}, read as {target.analyzer}: a finding that no comment asks for."
    yield from _fix_differences(
        case, found[own], [match for target in others[len(readings) - 1 :] for match in found[target]]
    )


def _fix_differences(case: _Case, matches: list[Match], left: list[Match]) -> Iterable[str]:
    fixed = _fixed(case)
    if case.rule.fix is None:
        if fixed.is_file():
            yield f"{fixed.name} is there, but the rule has no fix."
        return
    if not fixed.is_file():
        yield f"The rule has a fix, and there is no {fixed.name} to show what it does."
        return
    expected, actual = fixed.read_bytes().decode("utf-8").split("\n"), _apply(case.text, matches).split("\n")
    for line, (want, have) in enumerate(zip(expected, actual, strict=False), start=1):
        if want != have:
            yield f"{fixed.name}:{line}: the fix gives {have.strip()!r}, not {want.strip()!r}."
            break
    else:
        if len(expected) != len(actual):
            yield f"{fixed.name} has {len(expected)} lines, and the fixed file {len(actual)}."
    for match in left:
        yield f"{fixed.name}:{match.start_line}: the fixed code is found again."


def _apply(text: str, matches: list[Match]) -> str:
    """Put every fix in its place, the last one first. Offsets count bytes of UTF-8, as Semgrep does."""
    raw = text.encode()
    for match in sorted(set(matches), key=lambda match: match.start, reverse=True):
        if match.fix is not None:
            raw = raw[: match.start] + match.fix.encode() + raw[match.end :]
    return raw.decode("utf-8", "replace")
