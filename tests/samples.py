"""Reviews to write reports of: a realistic one, and one in which every text is hostile."""

import hashlib
from dataclasses import replace
from difflib import SequenceMatcher

from reviewbot.change import Change, ChangedFile, Excluded, Hunk, Line, Skipped, split_lines
from reviewbot.conversation import Tally
from reviewbot.finding import Finding, Region, Scan, Tool
from reviewbot.opinion import Opinion
from reviewbot.policy import Policy, Severity
from reviewbot.prompt import Passage
from reviewbot.review import Evidence, Review, compose
from reviewbot.suggestion import Edit, Origin, Suggestion
from reviewbot.verdict import Reason, Refusal, Verdict

BANDIT, SEMGREP = Tool("Bandit", "1.9.4"), Tool("Semgrep", "1.182.0")

APP_OLD = """\
import hashlib
import subprocess

from flask import Flask, request

app = Flask(__name__)


def token(name):
    return hashlib.md5(name.encode()).hexdigest()


@app.post("/thumbnails")
def thumbnail():
    return "later"
"""
APP_NEW = APP_OLD.replace(
    '    return "later"\n',
    """\
    name = request.form["name"]
    size = request.form.get("size", "200x200")
    subprocess.run(f"convert {name} -resize {size} out.png", shell=True)  # nosec
    return {"thumbnail": "out.png"}
""",
)
SEARCH = """\
const { pool } = require("./database");

exports.search = async (req, res) => {
  const term = req.query.term;
  const rows = await pool.query(`SELECT * FROM books WHERE title LIKE '%${term}%'`);
  res.json(rows);
};
"""
LOADER = """\
import yaml


def load(path):
    with open(path) as source:
        return yaml.load(source, Loader=yaml.Loader)
"""


def changed(path: str, old: str | None, new: str) -> ChangedFile:
    """Build a changed file with the hunks that git would show: three lines of context."""
    before, after = split_lines(old or ""), split_lines(new)
    groups = SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(3)
    return ChangedFile(path, old, new, tuple(_hunk(group, before, after) for group in groups))


def _hunk(group: list[tuple[str, int, int, int, int]], before: list[str], after: list[str]) -> Hunk:
    lines: list[Line] = []
    for kind, old_start, old_end, new_start, new_end in group:
        if kind == "equal":
            pairs = zip(range(old_start, old_end), range(new_start, new_end), strict=True)
            lines += [Line(before[old].rstrip("\n"), old + 1, new + 1) for old, new in pairs]
        else:
            lines += [Line(before[old].rstrip("\n"), old + 1, None) for old in range(old_start, old_end)]
            lines += [Line(after[new].rstrip("\n"), None, new + 1) for new in range(new_start, new_end)]
    return Hunk(tuple(lines))


def finding_on(file: ChangedFile, code: str, **said: object) -> Finding:
    """Build a finding on the first place where `code` stands in `file`."""
    start = file.new.index(code)
    first = file.new.count("\n", 0, start) + 1
    last = first + code.count("\n")
    column = start - (file.new.rfind("\n", 0, start) + 1) + 1
    end = len(code.rpartition("\n")[2]) + (column if first == last else 1)
    known: dict[str, object] = {
        "confidence": Severity.HIGH,
        "path": file.path,
        "region": Region(first, last, column, end),
        "snippet": "".join(split_lines(file.new)[first - 1 : last]).rstrip("\n"),
        "fingerprint": f"{hashlib.sha256(f'{file.path} {first}'.encode()).hexdigest()[:32]}:0",
    }
    return Finding(**{**known, **said})  # type: ignore[arg-type]  # a builder for tests: the tests name real fields


def line_edit(file: ChangedFile, number: int, replacement: str) -> Edit:
    """Replace one line."""
    return Edit(file.path, number, number, split_lines(file.new)[number - 1], replacement)


def verdict(finding: Finding, edits: tuple[Edit, ...], *reasons: Reason, rationale: str, model: str = "") -> Verdict:
    """Judge by hand: accepted without `reasons`, and read by the tools that read such files."""
    origin = Origin.MODEL if model else Origin.RULE
    tools = (SEMGREP, BANDIT) if finding.path.endswith(".py") else (SEMGREP,)
    covered = frozenset((tool.name, edit.path) for tool in tools for edit in edits)
    scan = Scan(covered=covered, tools=(SEMGREP, BANDIT))
    return Verdict(Suggestion(origin, finding, edits, rationale, model=model), scan, reasons)


def evidence() -> Evidence:
    """A pull request with four findings, four suggestions, one file that nobody could read, and two left out."""
    app, search = changed("src/thumbnails/app.py", APP_OLD, APP_NEW), changed("web/search.js", None, SEARCH)
    loader = changed("src/thumbnails/loader.py", None, LOADER)
    shell = finding_on(
        app,
        'subprocess.run(f"convert {name} -resize {size} out.png", shell=True)',
        tool="Bandit",
        rule_id="B602",
        message="subprocess call with shell=True identified, security issue.",
        severity=Severity.HIGH,
        cwe=(78,),
        suppression="# nosec",
        also=("Semgrep python.command-injection.shell-true",),
    )
    md5 = finding_on(
        app,
        "hashlib.md5(name.encode())",
        tool="Bandit",
        rule_id="B324",
        message="Use of weak MD5 hash for security. Consider usedforsecurity=False",
        severity=Severity.HIGH,
        cwe=(327,),
    )
    sql = finding_on(
        search,
        "pool.query(`SELECT * FROM books WHERE title LIKE '%${term}%'`)",
        tool="Semgrep",
        rule_id="javascript.sql-injection.template-in-query",
        message="The value of `term` becomes part of the SQL text, so a request can change the query. "
        "Pass it as a parameter: `query(text, [value])`.",
        severity=Severity.HIGH,
        cwe=(89,),
    )
    load = finding_on(
        loader,
        "yaml.load(source, Loader=yaml.Loader)",
        tool="Bandit",
        rule_id="B506",
        message="Use of unsafe yaml load. Allows instantiation of arbitrary objects. Consider yaml.safe_load().",
        severity=Severity.MEDIUM,
        cwe=(20,),
    )
    argv = '    subprocess.run(["convert", name, "-resize", size, "out.png"], check=True)\n'
    new_rule = Reason(
        Refusal.NEW_FINDING, "Semgrep finds something new: `javascript.eval.direct` in line 5.", search.path, 5
    )
    verdicts = (
        verdict(
            shell, (line_edit(app, 17, argv),), rationale="Give the program its arguments as a list, without a shell."
        ),
        verdict(
            sql,
            (line_edit(search, 5, "  const rows = await eval(`pool.query('${term}')`);\n"),),
            new_rule,
            rationale="Build the query elsewhere.",
            model="deepseek-coder-v2-lite",
        ),
        verdict(
            load,
            (line_edit(loader, 6, "        return yaml.safe_load(source)\n"),),
            rationale="Load plain data only.",
        ),
        verdict(
            md5,
            (
                Edit(app.path, 2, 1, "", "import secrets\n"),
                line_edit(app, 10, "    return secrets.token_hex(16)\n"),
            ),
            rationale="Take the token from the system's random source.",
        ),
    )
    change = Change(
        "4b825dc6",
        "9f2c1e07",
        (app, search, loader, changed("docs/notes.md", None, "Notes\n")),
        skipped=(Skipped("web/bundle.js", "it has 3,145,728 characters; the limit is 1,000,000"),),
        excluded=(Excluded("web/logo.png", "binary"),),
    )
    python = [(tool.name, file.path) for tool in (SEMGREP, BANDIT) for file in (app, loader)]
    after = Scan(covered=frozenset([*python, ("Semgrep", search.path)]), tools=(SEMGREP, BANDIT))
    return Evidence(change, after, (md5, shell, load, sql), verdicts)


def review(policy: Policy | None = None) -> Review:
    """The review of `evidence`."""
    return compose(evidence(), policy or Policy())


HOSTILE_NAME = "a`b\n@org/all](http://evil.example)<img src=x>|\x1b[31m\u202e #1 </details>.py"
HOSTILE_TEXT = (
    "</details> ![p](http://evil.example/p.png) [x](http://evil.example) @org/all #1 GH-1 https://evil.example\n"
    "/deploy prod\n```\n<script>alert(1)</script> | \x1b]8;;http://evil.example\x07 \u202e ` [bold red]x[/] \x9b31m"
)


def hostile_review() -> Review:
    """A review in which every name, message, reason and line of code tries to break out."""
    code = f"DANGER = 1 # {HOSTILE_TEXT}\n"
    file = changed(HOSTILE_NAME, None, code)
    far = changed("far" + HOSTILE_NAME, code, code)
    said = {"tool": "Semgrep", "rule_id": HOSTILE_TEXT, "message": HOSTILE_TEXT, "severity": Severity.HIGH}
    finding = finding_on(file, code.rstrip("\n"), cwe=(79,), suppression=f"# nosec {HOSTILE_TEXT}", **said)
    outside = finding_on(far, code.rstrip("\n"), also=(f"Bandit {HOSTILE_TEXT}",), **said)
    beyond = replace(outside, tool="Bandit")
    reason = Reason(Refusal.NEW_FINDING, HOSTILE_TEXT, HOSTILE_NAME, 1)
    edits = (Edit(HOSTILE_NAME, 1, 1, code.partition("\n")[0] + "\n", f"SAFE = 1 # {HOSTILE_TEXT}\n"),)
    verdicts = (
        verdict(finding, edits, rationale=HOSTILE_TEXT, model=HOSTILE_TEXT),
        verdict(finding, edits, reason, rationale=HOSTILE_TEXT),
        verdict(outside, edits, rationale=HOSTILE_TEXT),
        verdict(beyond, edits, reason, rationale=HOSTILE_TEXT),
    )
    thought = replace(verdicts[0], suggestion=replace(verdicts[0].suggestion, finding=None))
    opinions = (Opinion(HOSTILE_NAME, Passage(1, 1), 862, thought),)
    tally = Tally(asked=9, unanswered=1, generated=4, flagged=2, withheld=2, missing=(HOSTILE_TEXT,))
    change = Change(
        HOSTILE_TEXT,
        HOSTILE_TEXT,
        (file, far),
        skipped=(Skipped(HOSTILE_NAME, HOSTILE_TEXT),),
        excluded=(Excluded(HOSTILE_NAME, HOSTILE_TEXT),),
    )
    after = Scan(covered=frozenset({("Semgrep", HOSTILE_NAME)}), tools=(SEMGREP,))
    findings = (finding, outside, beyond)
    return compose(Evidence(change, after, findings, verdicts, HOSTILE_TEXT, opinions, tally), Policy())
