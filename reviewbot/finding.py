"""A Finding: one weakness that a scanner reports at one place in the code."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Protocol

from reviewbot.change import Change, Skipped, SourceFile
from reviewbot.errors import ScanError
from reviewbot.language import is_test
from reviewbot.policy import Policy, Severity

OWN_CHECKS = "reviewbot"
"""The tool name of our own checks of the text. They read every file, so they vouch for none."""


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """A stretch of code. Lines and columns count characters from 1; `end_column` is the first one outside."""

    start_line: int
    end_line: int
    start_column: int
    end_column: int

    def overlaps(self, other: "Region") -> bool:
        """Say whether the two share a line."""
        return self.start_line <= other.end_line and other.start_line <= self.end_line

    def meets(self, other: "Region") -> bool:
        """Say whether the two share a character."""
        return (self.start_line, self.start_column) < (other.end_line, other.end_column) and (
            other.start_line,
            other.start_column,
        ) < (self.end_line, self.end_column)


@dataclass(frozen=True, slots=True)
class Tool:
    """A scanner that took part, by name and exact version.

    `way` is how it was run: its findings are the same whichever way, so it is a record and no part of what the tool is.
    """

    name: str
    version: str
    way: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One weakness at one place.

    `snippet` holds the whole lines of `region`. `fix` is what the rule would put in place of `region`, and
    `fix_imports` the import statements which that needs. `suppression` is the comment by which the author
    asked the scanner to look away; it never hides the finding. `also` names what else reports the same
    weakness here, such as "Bandit B602". `page` is the address of a page on the rule, where one is known.
    `fingerprint` stays the same across commits: see `fingerprinted`.
    """

    tool: str
    rule_id: str
    message: str
    severity: Severity
    confidence: Severity
    path: str
    region: Region
    snippet: str
    cwe: tuple[int, ...] = ()
    fix: str | None = None
    fix_imports: tuple[str, ...] = ()
    suppression: str | None = None
    also: tuple[str, ...] = ()
    page: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    """What scanners say of one tree of files.

    `covered` holds (tool, path) for each file that the tool itself says it read whole. What a tool was
    given and did not confirm is `skipped`. A file in neither holds nothing that the tool has rules for.
    """

    findings: tuple[Finding, ...] = ()
    covered: frozenset[tuple[str, str]] = frozenset()
    skipped: tuple[Skipped, ...] = ()
    tools: tuple[Tool, ...] = ()

    def vouched(self, path: str) -> frozenset[str]:
        """Return the tools that read `path` whole, without our own checks of the text."""
        return frozenset(tool for tool, covered in self.covered if covered == path and tool != OWN_CHECKS)


class Scanner(Protocol):
    """Reads code and reports weaknesses. It never executes or imports what it reads."""

    @property
    def name(self) -> str:
        """The tool's name, as in `Finding.tool`."""

    def scan(self, trees: Sequence[Sequence[SourceFile]]) -> Sequence[Scan]:
        """Scan several trees in one go: one `Scan` for each, in the same order.

        Paths are unique within a tree; the same path may stand in several, with other text. Fingerprints
        are left empty.

        Raises:
            ScanError: rather than report too little.
        """


def scan(trees: Sequence[Sequence[SourceFile]], scanners: Sequence[Scanner]) -> tuple[Scan, ...]:
    """Run every scanner over every tree, all at the same time, and join what they say of each.

    Raises:
        ScanError: there is no scanner, or one of them failed.
    """
    if not scanners:
        raise ScanError("No scanner is set up, so nothing can be reviewed. Run `reviewbot doctor`.")
    with ThreadPoolExecutor(max_workers=len(scanners)) as threads:
        reports = list(threads.map(lambda scanner: scanner.scan(trees), scanners))
    for scanner, report in zip(scanners, reports, strict=True):
        if len(report) != len(trees):
            raise ScanError(f"{scanner.name} answered for {len(report)} trees of {len(trees)}.")
    return tuple(_joined(parts) for parts in zip(*reports, strict=True))


def _joined(parts: Sequence[Scan]) -> Scan:
    return Scan(
        findings=fingerprinted(finding for part in parts for finding in part.findings),
        covered=frozenset().union(*(part.covered for part in parts)),
        skipped=tuple(dict.fromkeys(skipped for part in parts for skipped in part.skipped)),
        tools=tuple(dict.fromkeys(tool for part in parts for tool in part.tools)),
    )


def fingerprinted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Give each finding an identity that survives commits, and put them in the order of the code.

    It is a hash of tool, rule, path and the code without white space, never of a line number, so that
    code which only moved or was indented keeps it. Twins are numbered in the order of the file.
    """
    seen: Counter[str] = Counter()
    result = []
    for finding in sorted(findings, key=lambda f: (f.path, f.region, f.tool, f.rule_id)):
        parts = (finding.tool, finding.rule_id, finding.path, "".join(finding.snippet.split()))
        digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        result.append(replace(finding, fingerprint=f"{digest}:{seen[digest]}"))
        seen[digest] += 1
    return tuple(result)


def introduced(before: Scan, after: Scan, change: Change) -> tuple[Finding, ...]:
    """Return the findings of `after` that `before` does not have.

    What `before` could not read counts as new: otherwise breaking a file first would hide what is added.
    Of several twins, those on lines that the change touches are the new ones.
    """
    touched = {(file.path, line) for file in change.files for line in file.touched()}
    known = Counter(_identity(finding) for finding in before.findings)
    present = Counter(_identity(finding) for finding in after.findings)
    fresh = {identity: count - known[identity] for identity, count in present.items()}
    chosen = set()
    for finding in sorted(after.findings, key=lambda f: not _touches(f, touched)):
        if fresh[_identity(finding)] > 0:
            fresh[_identity(finding)] -= 1
            chosen.add(finding)
    return tuple(finding for finding in after.findings if finding in chosen)


def _identity(finding: Finding) -> str:
    return finding.fingerprint.partition(":")[0]


def _touches(finding: Finding, touched: set[tuple[str, int]]) -> bool:
    lines = range(finding.region.start_line, finding.region.end_line + 1)
    return any((finding.path, line) in touched for line in lines)


def reportable(findings: Iterable[Finding], policy: Policy) -> tuple[Finding, ...]:
    """Return the findings that the policy wants said. The review and the gate both ask this function.

    One weakness that several tools report on the same lines becomes one finding that names them all. In code for
    tests a weakness is of low severity: what it reads it wrote itself. Secrets and hidden text are no less so there.
    """
    merged: list[Finding] = []
    for finding in findings:
        chosen = policy.wants(finding.rule_id) or (
            # what looks for attempts to escape notice is no rule to choose among, but it can be switched off by name
            finding.tool == OWN_CHECKS and finding.rule_id not in policy.disabled_rules
        )
        if not chosen or policy.excludes(finding.path):
            continue
        twin = next((other for other in merged if _same_weakness(other, finding)), None)
        if twin is None:
            merged.append(finding)
        else:
            merged[merged.index(twin)] = _merge(twin, finding)
    weighed = merged if policy.tests else [_as_in_tests(finding) for finding in merged]
    return tuple(finding for finding in weighed if finding.severity >= policy.report)


def _as_in_tests(finding: Finding) -> Finding:
    everywhere = finding.tool == OWN_CHECKS or finding.rule_id.startswith("any-")
    return finding if everywhere or not is_test(finding.path) else replace(finding, severity=Severity.LOW)


def _same_weakness(one: Finding, other: Finding) -> bool:
    """Say whether two rules mean one thing. Two rules of one tool do if their very regions meet."""
    return (
        one.path == other.path
        and (one.tool, one.rule_id) != (other.tool, other.rule_id)
        and not set(one.cwe).isdisjoint(other.cwe)
        and (one.region.overlaps(other.region) if one.tool != other.tool else one.region.meets(other.region))
    )


def _merge(one: Finding, other: Finding) -> Finding:
    """Keep the finding that can be fixed, else the one on the whole call rather than on an argument of it.

    The other is named beside it, and the longer of the two messages is told: it explains more.
    """
    first, second = sorted((one, other), key=lambda f: (f.fix is None, f.region.start_line, f.region.start_column))
    return replace(
        first,
        message=max(one.message, other.message, key=len),
        severity=max(one.severity, other.severity),
        confidence=max(one.confidence, other.confidence),
        cwe=tuple(dict.fromkeys((*first.cwe, *second.cwe))),
        suppression=first.suppression or second.suppression,
        page=first.page or second.page,
        also=tuple(dict.fromkeys((*first.also, *second.also, f"{second.tool} {second.rule_id}"))),
    )
