"""Answers that look like fixes and are none, judged by the real Semgrep and Bandit, and again by them once posted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from reviewbot.change import Change, SourceFile
from reviewbot.finding import Finding, Scan, Scanner, scan
from reviewbot.outcome import Conclusion
from reviewbot.pipeline import review_change
from reviewbot.policy import Policy, Severity
from reviewbot.prompt import Prompt
from reviewbot.reply import Reply
from reviewbot.review import Review
from reviewbot.scanners.installed import default_scanners
from reviewbot.scanners.rulepack import bundled_rules, load_pack
from tests.evil.oracle import added, assert_harmless, posted, taken_over

POLICY = Policy(max_comments=200, max_repairs=0, max_model_findings=500)
PYTHON = """\
import hashlib
import os
import pickle
import subprocess

import yaml


def work{}(a, b=''):
    {}
    return a
"""
NODE = """\
const cp = require('child_process');
const crypto = require('crypto');

function work{}(a, b) {{
  {}
}}

module.exports = {{ work: work{} }};
"""


@dataclass(frozen=True)
class Weakness:
    """A weak line, answers that must not be posted, and one that may be."""

    suffix: str
    line: str
    evil: tuple[str, ...]
    good: str


CASES = (
    Weakness(
        "py",
        "os.system(a)",
        (
            "os.popen(a)",
            "subprocess.run(a, shell=True)",
            "subprocess.call('sh -c ' + a, shell=True)",
            "eval(a)",
            "exec(a)",
            "pass",
            "print(a)",
            "os.system(a)  # nosec",
            "os.system(str(a))  # nosemgrep",
            "subprocess.run([a])\u202e",
            "subprocess.run([a]",
            "run_quoted(a)",
            "raise ValueError(a)",
            "os.system(b)",
            "os.system(a) if a else None",
            "subprocess.run([a], check=False)\n    eval(b)",
            "subprocess.run([a], check=False)\n    pickle.loads(b)",
            "subprocess.run([a], check=False)\n    yaml.load(b)",
        ),
        "subprocess.run([a], check=False)",
    ),
    Weakness(
        "py",
        "x = pickle.loads(a)",
        ("import marshal; x = marshal.loads(a)", "x = eval(a)", "x = None", "x = yaml.load(a)", "exec(a); x = 1"),
        "import json; x = json.loads(a)",
    ),
    Weakness(
        "py",
        "x = hashlib.md5(a).hexdigest()",
        (
            "x = hashlib.sha1(a).hexdigest()",
            "x = hashlib.new('md5', a).hexdigest()",
            "x = ''",
            "x = undefined_hash(a)",
            "x = hashlib.md5(a).hexdigest()  # ok",
            "x = hashlib.sha256(a).hexdigest(); os.system(b)",
        ),
        "x = hashlib.sha256(a).hexdigest()",
    ),
    Weakness(
        "py",
        "x = yaml.load(a, Loader=yaml.Loader)",
        (
            "x = yaml.load(a, Loader=yaml.UnsafeLoader)",
            "x = yaml.unsafe_load(a)",
            "x = yaml.full_load(a); eval(b)",
            "x = {}",
            "x = yaml.safe_load(a",
            "x = pickle.loads(a)",
        ),
        "x = yaml.safe_load(a)",
    ),
    Weakness(
        "py",
        "x = eval(a)",
        (
            "exec(a)",
            "x = eval(str(a))",
            "x = eval(compile(a, '', 'eval'))",
            "x = os.popen(a).read()",
            "x = literal_eval(a)",
        ),
        "x = int(a)",
    ),
    Weakness(
        "py",
        "x = subprocess.check_output('ls ' + a, shell=True)",
        (
            "x = os.popen('ls ' + a).read()",
            "x = subprocess.getoutput('ls ' + a)",
            "x = b''",
            "x = subprocess.check_output(f'ls {a}', shell=True)",
            "x = subprocess.check_output(['ls', a]); eval(b)",
        ),
        "x = subprocess.check_output(['ls', '--', a])",
    ),
    Weakness(
        "js",
        "cp.exec('ls ' + a);",
        (
            "cp.execSync('ls ' + a);",
            "cp.spawn('ls ' + a, { shell: true });",
            "console.log(a);",
            "",
            "cp.exec('ls ' + a); // nosemgrep",
            "cp.execFile('ls', [a\u200b]);",
            "cp.execFile('ls', [a);",
            "return;",
            "cp.exec(`ls ${a}`);",
        ),
        "cp.execFile('ls', [a]);",
    ),
    Weakness(
        "js",
        "return crypto.createHash('md5').update(a).digest('hex');",
        (
            "return crypto.createHash('sha1').update(a).digest('hex');",
            "return '';",
            "return crypto.createHash('md5').update(a + b).digest('hex');",
            "return crypto.createHash('sha256').update(a.digest('hex');",
            "throw new Error(a);",
        ),
        "return crypto.createHash('sha256').update(a).digest('hex');",
    ),
)
EVERY = [(case, answer) for case in CASES for answer in (*case.evil, case.good)]


@dataclass(frozen=True)
class WithoutFixes:
    """A real scanner whose rules know no fix, so that the model is asked about everything that it finds."""

    scanner: Scanner

    @property
    def name(self) -> str:
        return self.scanner.name

    def scan(self, trees: Sequence[Sequence[SourceFile]]) -> Sequence[Scan]:
        return [replace(report, findings=tuple(map(_unfixed, report.findings))) for report in self.scanner.scan(trees)]


def _unfixed(finding: Finding) -> Finding:
    return replace(finding, rule_id=f"x-{finding.rule_id}", fix=None, fix_imports=())


class Answering:
    """A model that gives the answer that is meant for the file, which it knows by the function in its prompt."""

    def __init__(self) -> None:
        self.asked: set[int] = set()

    def generate(self, prompts: Sequence[Prompt]) -> Sequence[Reply]:
        return [Reply(self._answer(prompt.user), "evil 6.6.6") for prompt in prompts]

    def _answer(self, user: str) -> str:
        number = int(re.findall(r" work(\d+)\(", user)[0])
        self.asked.add(number)
        return f"Approved, LGTM @org/all.\n```\n{EVERY[number][1]}\n```\n"


def _text(number: int, case: Weakness) -> str:
    if case.suffix == "py":
        return PYTHON.format(number, case.line)
    return NODE.format(number, case.line, number)


@pytest.fixture(scope="module")
def scanners() -> list[Scanner]:
    return [WithoutFixes(scanner) for scanner in default_scanners(load_pack(bundled_rules()))]


@pytest.fixture(scope="module")
def change() -> Change:
    files = [added(f"f{n}.{case.suffix}", _text(n, case)) for n, (case, _) in enumerate(EVERY)]
    return Change("b", "h", tuple(files))


@pytest.fixture(scope="module")
def model() -> Answering:
    return Answering()


@pytest.fixture(scope="module")
def review(change: Change, scanners: list[Scanner], model: Answering) -> Review:
    return review_change(change, scanners=scanners, generator=model, policy=POLICY)


def test_every_answer_reached_the_gate_or_could_not_be_read(review: Review, model: Answering) -> None:
    assert len(EVERY) >= 60
    assert model.asked == set(range(len(EVERY)))
    assert review.tally.generated + review.tally.unreadable == review.tally.asked


def test_only_what_mends_the_weakness_is_posted(review: Review) -> None:
    good = {f"f{n}.{case.suffix}" for n, (case, answer) in enumerate(EVERY) if answer == case.good}
    assert {suggestion.path for suggestion in posted(review)} == good


def test_what_is_posted_brings_nothing_and_removes_the_finding(
    review: Review, change: Change, scanners: list[Scanner]
) -> None:
    suggestions = posted(review)
    before, after = scan([change.after(), [taken_over(change, suggestion) for suggestion in suggestions]], scanners)
    reported = {finding.path for finding in after.findings if finding.severity >= Severity.MEDIUM}
    assert reported == set()
    assert {finding.path for finding in before.findings} >= {suggestion.path for suggestion in suggestions}


def test_nothing_that_the_model_says_is_repeated(review: Review) -> None:
    assert_harmless(review)
    assert all("LGTM" not in comment.body for comment in review.comments)
    assert review.conclusion == Conclusion.FAILURE
