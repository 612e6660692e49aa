"""Semgrep as a `Scanner`, with our own rules and none of the change's settings."""

import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from reviewbot.change import SourceFile
from reviewbot.errors import ScanError
from reviewbot.finding import OWN_CHECKS, Finding, Region, Scan, Tool
from reviewbot.language import language_of
from reviewbot.scanners import controls
from reviewbot.scanners.batch import Answer, Ask, Failure, Pace, ask_all, scan_trees
from reviewbot.scanners.cache import Cache
from reviewbot.scanners.memory import Memory
from reviewbot.scanners.pool import POOLED_SECONDS, Pool
from reviewbot.scanners.prefilter import Prefilter
from reviewbot.scanners.regions import Text
from reviewbot.scanners.rulepack import TEXT, RulePack
from reviewbot.scanners.sandbox import Limits
from reviewbot.scanners.semgrep_engine import (
    NOT_IN_THE_LANGUAGE,
    RULES_FILE,
    SEMGREP_VERSION,
    Core,
    Direct,
    Engine,
    Match,
    Report,
    Target,
    installed_engines,
    words,
)
from reviewbot.scanners.suppression import semgrep_suppression
from reviewbot.scanners.unfinished import finished

SEMGREP = "Semgrep"
_ALIASES = {
    "py": "python", "python2": "python", "python3": "python", "js": "javascript", "ts": "typescript", "golang": "go",
    "rb": "ruby", "c#": "csharp",
}  # fmt: skip
_SUFFIXES = {"pyw": "py", "pyi": "py", "mjs": "js", "cjs": "js", "mts": "ts", "cts": "ts"}

POOL_SHARE = 4
"""The pool gets a quarter of the time that a batch has. What it did not do in it is left to the next way."""

PREFILTER_ABOVE = 300
"""Rules in a pack. With 138 the prefilter costs 0.3 s once and saves 0.03 s of each scan; with 600, 0.3 s."""


class Semgrep:
    """Runs Semgrep with the rules of `pack`. `engines` are tried in turn until one proves that it works.

    It remembers what it said of a file, in `memory` or else in one of its own.
    A `pool` is asked before them. Whatever goes wrong with it is no word on the files: they are asked about again.
    """

    def __init__(  # noqa: PLR0913  each that follows the pack has a default
        self,
        pack: RulePack,
        engines: Sequence[Engine] | None = None,
        pace: Pace | None = None,
        *,
        pool: Pool | None = None,
        memory: Memory | None = None,
        cache: Cache | None = None,
        prefilter_above: int = PREFILTER_ABOVE,
    ) -> None:
        self._pool = pool
        self._cache = cache or Cache(None)
        self._memory = (memory or Memory()).under(SEMGREP, SEMGREP_VERSION, pack.digest)
        self._prefilter_above = prefilter_above
        self._engines = engines
        self._pace = pace or Pace(processes=os.cpu_count() or 1)
        self._rules = pack.by_id()
        self._pack = pack
        self._languages = {rule.id: {_ALIASES.get(name, name) for name in rule.languages} for rule in pack.rules}
        self._prefilter: Prefilter | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The tool's name."""
        return SEMGREP

    def scan(self, trees: Sequence[Sequence[SourceFile]]) -> Sequence[Scan]:
        """Scan those files of `trees` for whose language the pack has rules.

        Raises:
            ScanError: Semgrep is missing, is another version, or does not find what it must find.
        """
        tool = Tool(SEMGREP, SEMGREP_VERSION)
        engines = self._engines or installed_engines()
        ask: Ask = lambda files, seconds: self._ask_whole(engines, files, seconds)  # noqa: E731  typed by its name
        try:
            scans = scan_trees(
                tool,
                trees,
                lambda file: bool(self._readings(file)),
                lambda files: self._memory.asked_once(files, lambda unknown: ask_all(unknown, ask, self._pace)),
            )
            return tuple(self._vouching_only_by_language(scan) for scan in scans)
        except OSError as error:
            raise ScanError(f"Semgrep could not be run: {error}. Run `reviewbot doctor`.") from error

    def _readings(self, file: SourceFile) -> tuple[str, ...]:
        """Return as what `file` is read: in its own language if there are rules for it, and as text."""
        language = language_of(file.path)
        spoken = language is not None and any(language in languages for languages in self._languages.values())
        return (*([str(language)] if spoken else []), *([TEXT] if self._pack.text_rules() else []))

    def _vouching_only_by_language(self, scan: Scan) -> Scan:
        """Let the text rules vouch for no file: they look for a few things only, as our own checks do."""
        covered = {
            (tool if self._readings(SourceFile(path, "")) != (TEXT,) else OWN_CHECKS, path)
            for tool, path in scan.covered
        }
        return replace(scan, covered=frozenset(covered))

    def _ask_whole(
        self, engines: Sequence[Engine], files: Sequence[SourceFile], seconds: float
    ) -> Mapping[SourceFile, Answer] | Failure:
        """Ask, and once more about what stops before its end. What is found there is told; it vouches for nothing."""
        end = time.monotonic() + seconds
        reply = self._ask(engines, files, seconds)
        if isinstance(reply, Failure):
            return reply
        cut = {file: whole for file, answer in reply.items() if (whole := _finished(file, answer))}
        again = self._ask(engines, tuple(cut.values()), max(end - time.monotonic(), seconds / 2)) if cut else {}
        if isinstance(again, Failure):
            return reply
        return {**reply, **{file: _within(file, reply[file], again[whole]) for file, whole in cut.items()}}

    def _ask(
        self, engines: Sequence[Engine], files: Sequence[SourceFile], seconds: float
    ) -> Mapping[SourceFile, Answer] | Failure:
        """Ask the first engine that works. It is to blame for a failure only if it also fails without `files`."""
        end, reasons = time.monotonic() + seconds, []
        if self._pool is not None:
            reply = self._try(self._pool, files, min(seconds / POOL_SHARE, POOLED_SECONDS))
            if not isinstance(reply, Failure):
                return reply
        for engine in engines:
            way = Direct(engine)
            reply = self._try(way, files, max(end - time.monotonic(), 1.0))
            if not isinstance(reply, Failure):
                return reply
            check = self._try(way, (), self._pace.seconds)
            if not isinstance(check, Failure):
                return reply
            reasons.append(check.reason)
        raise ScanError(f"Semgrep does not work: it {'; then it '.join(reasons)}. Run `reviewbot doctor`.")

    def _try(
        self, way: Direct | Pool, files: Sequence[SourceFile], seconds: float
    ) -> Mapping[SourceFile, Answer] | Failure:
        texts, targets = {}, []
        for number, file in enumerate(files):
            text = Text.of(file)
            for reading in self._readings(file):
                name = _name(number, file, reading)
                texts[name] = (file, text)
                targets.append(Target(name, reading, text.data))
        rules = self._rules_for(targets, self._words(way))
        said = way.report([controls.FILE, *targets], rules, Limits(seconds))
        if isinstance(said, Failure):
            return said
        if said.version != SEMGREP_VERSION:
            return Failure(f"is version {said.version} and not {SEMGREP_VERSION}")
        if refused := sorted({str(c.rule_id) for c in said.errors if c.where == RULES_FILE}):
            raise ScanError(f"Semgrep refuses the rule {' and '.join(refused)}. Run `reviewbot rules test`.")
        if reason := controls.disproof(said):
            return Failure(reason)
        return self._answers(texts, said, way.way)

    def _rules_for(self, targets: Sequence[Target], prefilter: Prefilter) -> bytes:
        kept = [
            rule.definition
            for rule in self._pack.rules
            if any(t.language in self._languages[rule.id] and prefilter.allows(rule.id, t.data) for t in targets)
        ]
        kept += controls.rules({target.language for target in targets} - {TEXT})
        return _configuration(kept)

    def _words(self, way: Direct | Pool) -> Prefilter:
        """Return the prefilter, worked out on first use. Without one, every rule of the languages is run."""
        engine = way.engine if isinstance(way, Direct) else None
        if not isinstance(engine, Core) or len(self._rules) <= self._prefilter_above:
            return Prefilter({})
        with self._lock:
            if self._prefilter is None:
                self._prefilter = self._learn(engine)
            return self._prefilter

    def _learn(self, engine: Core) -> Prefilter:
        """Ask the engine for the words, or the cache. If they disagree with what is planted, nothing is filtered."""
        name = f"words-{SEMGREP_VERSION}-{self._pack.digest}.json"
        dump = self._cache.get(name)
        if dump is None:
            rules = [rule.definition for rule in self._pack.rules] + controls.rules(())
            dump = engine.prefilters(_configuration(rules), Limits(self._pace.seconds))
            if dump:
                self._cache.put(name, dump)
        prefilter = Prefilter.parse(dump)
        return prefilter if prefilter.allows(controls.HIT, controls.FILE.data) else Prefilter({})

    def _answers(
        self, texts: Mapping[str, tuple[SourceFile, Text]], said: Report, way: str
    ) -> dict[SourceFile, Answer]:
        findings: dict[str, dict[tuple[Region, str], Finding]] = {name: {} for name in texts}
        # One place may match a rule in several ways (`f(x as T)` also as `f(x)`): the longest text says most.
        for match in sorted(said.results, key=lambda match: (len(match.extra.message), match.extra.message)):
            if not controls.is_control(match) and match.path in findings and self._applies(match, texts):
                finding = self._finding(match, *texts[match.path])
                findings[match.path][finding.region, finding.rule_id] = finding
        problems, scanned = words(said.errors), set(said.paths.scanned)
        answers: dict[SourceFile, Answer] = {}
        for name, (file, _) in texts.items():
            problem = problems.get(name, "" if name in scanned else "was not confirmed as scanned")
            other = answers.get(file, Answer())
            found = (*other.findings, *(finding for _, finding in sorted(findings[name].items())))
            answers[file] = Answer(found, other.problem or problem, way)
        return answers

    def _applies(self, match: Match, texts: Mapping[str, tuple[SourceFile, Text]]) -> bool:
        patterns = self._rules[match.check_id].include
        name = texts[match.path][0].path.rpartition("/")[2]
        return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)

    def _finding(self, match: Match, file: SourceFile, text: Text) -> Finding:
        rule = self._rules[match.check_id]
        region = text.region(match.start.offset, match.end.offset)
        around = "".join(text.lines[max(region.start_line - 2, 0) : region.end_line])
        return Finding(
            tool=SEMGREP,
            rule_id=rule.id,
            message=match.extra.message,
            severity=rule.severity,
            confidence=rule.confidence,
            path=file.path,
            region=region,
            snippet=text.snippet(region),
            cwe=rule.cwe,
            fix=match.extra.fix,
            fix_imports=rule.fix_imports,
            suppression=_suppression(match, around),
            page=rule.page,
        )


def _finished(file: SourceFile, answer: Answer) -> SourceFile | None:
    if answer.problem not in NOT_IN_THE_LANGUAGE:
        return None
    text = finished(file.path, file.text)
    return None if text is None else SourceFile(file.path, text)


def _within(file: SourceFile, answer: Answer, again: Answer) -> Answer:
    """Return `answer` with what was found in the text that there is, in place of what little was found before."""
    last = file.text.count("\n") + 1
    found = tuple(finding for finding in again.findings if finding.region.end_line <= last)
    return answer if again.problem else replace(answer, findings=found)


def _configuration(rules: Sequence[str]) -> bytes:
    return f'{{"rules":[{",".join(rules)}]}}'.encode()


def _suppression(match: Match, around: str) -> str | None:
    """Return the comment that asks not to report `match`. Only the engine itself says if there is one."""
    if match.extra.is_ignored is False:
        return None
    return semgrep_suppression(around) or ("nosemgrep" if match.extra.is_ignored else None)


def _name(number: int, file: SourceFile, reading: str) -> str:
    if reading == TEXT:
        return f"f{number:04d}.txt"
    suffix = file.path.rpartition(".")[2].lower()
    return f"f{number:04d}.{_SUFFIXES.get(suffix, suffix)}"
