"""Tests the rule pack: each rule is run over the test file beside it, and must say exactly what that file expects.

A test file is `<id>.<ext>`; a comment `ruleid: <id>` asks for a finding on the next line and `ok: <id>` for none, as
Semgrep has it (https://semgrep.dev/docs/writing-rules/testing-rules). Where the rule has a fix, `<id>.fixed.<ext>`
holds the file as the fixes leave it. One start of the engine serves the whole pack.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reviewbot.errors import ScanError
from reviewbot.language import Language, language_of
from reviewbot.scanners.batch import Failure
from reviewbot.scanners.rulepack import Rule, RulePack
from reviewbot.scanners.sandbox import Limits
from reviewbot.scanners.semgrep_engine import RULES_FILE, Direct, Match, Report, Target, installed_engines

MIN_CASES = 2
"""How many true cases, and how many false ones, each rule shows at least."""

_RUN_SECONDS = 300.0
_ANNOTATION = re.compile(r"\b(?P<kind>ruleid|ok):\s*(?P<rule>[a-z0-9-]+)")


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

    @property
    def fixed(self) -> Path:
        return self.path.with_suffix(f".fixed{self.path.suffix}")


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text of a case, read as one language: the test file itself, or what its fixes should make of it."""

    case: _Case
    target: Target
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """Code from a rule's test file, without its annotations: found, fixed by the rule (if it has a fix), left alone."""

    suffix: str
    found: str
    fixed: str
    left_alone: str


def examples(rule: Rule) -> Example:
    """Return the first true and the first false case of `rule`; empty texts where there is none."""
    case, *_ = (*_cases(rule), _Case(rule, rule.path.with_suffix(""), "", frozenset(), frozenset()))
    lines = case.text.split("\n")
    found, left_alone = _paragraph(lines, "ruleid", rule.id), _paragraph(lines, "ok", rule.id)
    fixed: list[str] = case.fixed.read_text(encoding="utf-8").split("\n") if case.fixed.is_file() else []
    same = len(fixed) == len(lines)
    return Example(
        case.path.suffix, _shown(lines, found), _shown(fixed, found) if same else "", _shown(lines, left_alone)
    )


def _paragraph(lines: Sequence[str], kind: str, rule_id: str) -> range:
    """Return the lines around the first annotation of `kind`, up to blank lines and to annotations of the other."""
    kinds = [known["kind"] if (known := _ANNOTATION.search(line)) else "" for line in lines]
    best = range(0)
    for number, line in enumerate(lines):
        if kinds[number] != kind or rule_id not in line:
            continue
        edges = [other for other, text in enumerate(lines) if not text.strip() or kinds[other] not in {"", kind}]
        start = max((edge for edge in edges if edge < number), default=-1) + 1
        end = min((edge for edge in edges if edge > number), default=len(lines))
        whole = start == 0 or not lines[start - 1].strip()
        if whole:
            return range(start, end)
        best = best or range(number, end)
    return best


def _shown(lines: Sequence[str], chosen: range) -> str:
    return "\n".join(lines[number] for number in chosen if not _ANNOTATION.search(lines[number]))


def check_rules(pack: RulePack) -> tuple[RuleResult, ...]:
    """Test every rule of `pack`: one result for each, in the order of the pack.

    Raises:
        ScanError: the engine did not run, so nothing was tested.
    """
    cases = {rule.id: _cases(rule) for rule in pack.rules}
    readings: list[_Reading] = []
    for tests in cases.values():
        for case in tests:
            readings.extend(_readings(case, len(readings)))
    said = _run(pack, [reading.target for reading in readings])
    return tuple(
        _result(rule, cases[rule.id], said, [reading for reading in readings if reading.case.rule.id == rule.id])
        for rule in pack.rules
    )


def _cases(rule: Rule) -> tuple[_Case, ...]:
    beside = sorted(path for path in rule.path.parent.glob(f"{rule.id}.*") if path.suffix != ".yaml")
    return tuple(_case(rule, path) for path in beside if path.suffixes[0] != ".fixed")


def _case(rule: Rule, path: Path) -> _Case:
    text = path.read_bytes().decode("utf-8")
    lines: dict[str, set[int]] = {"ruleid": set(), "ok": set()}
    for number, line in enumerate(text.split("\n"), start=1):
        annotation = _ANNOTATION.search(line)
        if annotation and annotation["rule"] == rule.id:
            lines[annotation["kind"]].add(number + 1)
    return _Case(rule, path, text, frozenset(lines["ruleid"]), frozenset(lines["ok"]))


def _readings(case: _Case, first: int) -> list[_Reading]:
    """Read a test file in its own language and, if it is JavaScript, as TypeScript too where the rule names both."""
    own = language_of(case.path.name)
    language = own.value if own in case.rule.languages else case.rule.languages[0]
    suffix, data = case.path.suffix, case.text.encode()
    readings = [_Reading(case, Target(f"t{first}{suffix}", language, data))]
    if own is Language.JAVASCRIPT and Language.TYPESCRIPT in case.rule.languages:
        readings.append(_Reading(case, Target(f"t{first + 1}.tsx", Language.TYPESCRIPT, data)))
    if case.fixed.is_file():
        target = Target(f"t{first + 2}{suffix}", language, case.fixed.read_bytes())
        readings.append(_Reading(case, target, is_fixed=True))
    return readings


def _run(pack: RulePack, targets: Sequence[Target]) -> Report:
    core, *_ = installed_engines()
    said = Direct(core).report(targets, pack.json(), Limits(_RUN_SECONDS))
    if isinstance(said, Failure):
        raise ScanError(f"The rules were not tested, because Semgrep {said.reason}. Run `reviewbot doctor`.")
    return said


def _result(rule: Rule, cases: Sequence[_Case], said: Report, readings: Sequence[_Reading]) -> RuleResult:
    true_cases = sum(len(case.wanted) for case in cases)
    false_cases = sum(len(case.unwanted) for case in cases)
    refused = [error for error in said.errors if error.where == RULES_FILE and error.rule_id == rule.id]
    problems = [f"Semgrep does not accept the rule: {' '.join(error.message.split())}" for error in refused]
    if not cases:
        problems.append(f"There is no test file {rule.id}.<ext> beside the rule.")
    for kind, count in (("ruleid", true_cases), ("ok", false_cases)):
        if cases and count < MIN_CASES:
            problems.append(f'It has {count} "{kind}: {rule.id}" cases; {MIN_CASES} are needed.')
    problems.extend(
        f"{case.fixed.name} belongs to a rule with a fix, and only to one."
        for case in cases
        if (rule.fix is not None) != case.fixed.is_file()
    )
    for reading in readings:
        problems.extend(_problems(reading, said))
    return RuleResult(rule.id, true_cases, false_cases, tuple(problems))


def _problems(reading: _Reading, said: Report) -> Iterator[str]:
    case, target = reading.case, reading.target
    read_as = f"{(case.fixed if reading.is_fixed else case.path).name}, read as {target.language}"
    if target.name not in said.paths.scanned or any(error.where == target.name for error in said.errors):
        yield f"{read_as}: Semgrep does not read it whole."
    matches = [match for match in said.results if match.path == target.name and match.check_id == case.rule.id]
    lines = {1 + target.data.count(b"\n", 0, match.start.offset) for match in matches}
    if reading.is_fixed:
        yield from (f"{read_as}, line {line}: the fixed code is found again." for line in sorted(lines))
        return
    for line in sorted(case.wanted - lines):
        yield f"{read_as}, line {line}: nothing is found, and something should be."
    for line in sorted(lines - case.wanted):
        yield f"{read_as}, line {line}: something is found that no comment asks for."
    if case.fixed.is_file():
        yield from _fix_problems(case, matches)


def _fix_problems(case: _Case, matches: Sequence[Match]) -> Iterator[str]:
    expected, actual = case.fixed.read_bytes(), _fixed(case.text.encode(), matches)
    pairs = zip(expected.split(b"\n"), actual.split(b"\n"), strict=False)
    for line, (want, have) in enumerate(pairs, start=1):
        if want != have:
            yield f"{case.fixed.name}, line {line}: the fix gives {have.decode()!r}, not {want.decode()!r}."
            return
    if expected != actual:
        yield f"{case.fixed.name}: the fixed code has another number of lines."


def _fixed(code: bytes, matches: Sequence[Match]) -> bytes:
    """Put every fix in its place, the last one first. Offsets count bytes."""
    fixes = {
        (match.start.offset, match.end.offset, match.extra.fix) for match in matches if match.extra.fix is not None
    }
    for start, end, fix in sorted(fixes, reverse=True):
        code = code[:start] + fix.encode() + code[end:]
    return code
