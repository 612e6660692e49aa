"""What the benchmarks share: ways taken in turn within one run, tables, rule packs of any size, code to scan."""

import json
import math
import os
import platform
import statistics
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from reviewbot.change import SourceFile
from reviewbot.scanners.bandit import BANDIT_VERSION
from reviewbot.scanners.rulepack import RulePack, bundled_rules, load_pack
from reviewbot.scanners.semgrep_engine import SEMGREP_VERSION

SCRIPTS = Path(sysconfig.get_path("scripts"))
QUIET = ("--json", "--quiet", "--metrics=off", "--disable-version-check")


@dataclass(frozen=True, slots=True)
class Taken:
    """What one call took: on the clock, and of processors, with the processes that were started and ended in it."""

    seconds: float
    cpu_seconds: float


type Times = Mapping[str, list[Taken]]


def machine() -> str:
    """Say on what this was measured."""
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{os.cpu_count()} cores, load {load}, {platform.system()} {platform.machine()}, Python "
        f"{platform.python_version()}, Semgrep {SEMGREP_VERSION}, Bandit {BANDIT_VERSION}"
    )


def in_turn(ways: Mapping[str, Callable[[int], object]], rounds: int) -> Times:
    """Call each way once a round, so that whatever else the machine does meets all of them."""
    times: dict[str, list[Taken]] = {name: [] for name in ways}
    for number in range(rounds):
        for name, way in ways.items():
            start, cpu = time.perf_counter(), _cpu_seconds()
            way(number)
            times[name].append(Taken(time.perf_counter() - start, _cpu_seconds() - cpu))
    return times


def _cpu_seconds() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def percentile(seconds: Sequence[float], share: float) -> float:
    """Return the smallest value that is not exceeded by `share` of all."""
    return sorted(seconds)[math.ceil(share * len(seconds)) - 1]


def table(title: str, times: Times, references: Sequence[str]) -> None:
    """Print medians, 95th percentiles and how many times less each takes than the references, as Markdown."""
    print(f"\n{title}\n")
    print(f"| way | runs | median s | p95 s | {' | '.join(f'x {name}' for name in references)} | CPU s | x |")
    print(f"|---|---|---|---|{'---|' * len(references)}---|---|")
    for name, taken in times.items():
        median = _median(taken)
        ratios = " | ".join(f"{_median(times[other]) / median:.1f}" for other in references)
        p95 = percentile([one.seconds for one in taken], 0.95)
        cpu, other = (statistics.median(one.cpu_seconds for one in some) for some in (taken, times[references[-1]]))
        print(
            f"| {name} | {len(taken)} | {median:.3f} | {p95:.3f} | {ratios} | {cpu:.2f} | {other / cpu:.1f} |",
            flush=True,
        )


def _median(taken: Sequence[Taken]) -> float:
    return statistics.median(one.seconds for one in taken)


def pack_of(size: int | None) -> RulePack:
    """Return our own pack, cut or multiplied to `size` rules: copies differ in their id alone."""
    own = load_pack(bundled_rules())
    if size is None:
        return own
    if size < len(own.rules):
        step = len(own.rules) / size
        return RulePack(tuple(own.rules[int(number * step)] for number in range(size)), f"cut-{size}")
    rules = []
    for number in range(size):
        rule = own.rules[number % len(own.rules)]
        renamed = f"{rule.id}-copy-{number // len(own.rules)}"
        definition = json.dumps(json.loads(rule.definition) | {"id": renamed})
        rules.append(replace(rule, id=renamed, definition=definition))
    return RulePack(tuple(rules), f"copies-{size}")


def write_pack(pack: RulePack, folder: Path) -> tuple[Path, Path]:
    """Write the pack as YAML and as JSON."""
    in_yaml, in_json = folder / "rules.yaml", folder / "rules.json"
    in_json.write_bytes(pack.json())
    in_yaml.write_text(yaml.safe_dump(json.loads(pack.json()), sort_keys=False), encoding="utf-8")
    return in_yaml, in_json


_VIEW = '''

@app.route("/orders/<int:order_id>/{name}", methods=["GET", "POST"])
def {name}(order_id):
    """Show what is known of an order."""
    rows = db.execute("SELECT id, name, price FROM orders WHERE id = ?", (order_id,)).fetchall()
    if not rows:
        abort(404)
    total = 0
    for row in rows:
        total += row["price"] * {number}
        if row["name"] in SOLD_OUT:
            flash("sold out")
    note = request.form.get("note", "")
    return render_template("{name}.html", rows=rows, total=total, note=note)
'''
_START = """import sqlite3
import subprocess

from flask import Flask, abort, flash, render_template, request

app = Flask(__name__)
db = sqlite3.connect("orders.db")
SOLD_OUT = {"tea", "coffee"}


@app.route("/ping")
def ping():
    host = request.args.get("host")
    return subprocess.check_output("ping -c 1 " + host, shell=True)
"""


def candidate(number: int, folder: str = "src") -> SourceFile:
    """Return a Flask application of about 100 lines, with one weakness; each number gives another text."""
    views = "".join(_VIEW.format(name=f"view_{view}", number=number + view) for view in range(6))
    return SourceFile(f"{folder}/app_{number}.py", f"{_START}{views}\n# {number}\n")


def by_hand(rules: Path, files: Sequence[Path], *semgrep_options: str) -> int:
    """Run the documented commands, one after the other, and return how many findings both report."""
    names = [str(file) for file in files]
    semgrep = [str(SCRIPTS / "semgrep"), "scan", *QUIET, "--config", str(rules), *semgrep_options, *names]
    bandit = [str(SCRIPTS / "bandit"), "-f", "json", "-q", "--ignore-nosec", *names]
    environment = os.environ | {"PATH": f"{SCRIPTS}:{os.environ['PATH']}"}
    said = [
        json.loads(subprocess.run(command, capture_output=True, check=False, env=environment, cwd=folder).stdout)
        for command, folder in ((semgrep, rules.parent), (bandit, rules.parent))
    ]
    return sum(len(report["results"]) for report in said)


def resident_mib(pid: int) -> tuple[float, float]:
    """Return the memory of a process in MiB: all that is resident, and what of it is its own."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    fields = {line.partition(":")[0]: line.split()[1] for line in lines if line.startswith(("VmRSS", "RssAnon"))}
    return int(fields["VmRSS"]) / 1024, int(fields["RssAnon"]) / 1024


def children() -> list[int]:
    """Return the processes that we started and that still live."""
    listed = subprocess.run(["/bin/ps", "-A", "-o", "pid=,ppid=,comm="], capture_output=True, text=True, check=True)
    rows = [line.split() for line in listed.stdout.splitlines()]
    return [int(row[0]) for row in rows if int(row[1]) == os.getpid() and row[2] != "ps"]


def announce(what: str) -> None:
    """Print what is measured, by which command, and on what."""
    print(f"# {what}\n\n`python -m {sys.modules['__main__'].__spec__.name}` on {machine()}", flush=True)  # type: ignore[union-attr]  # run by -m, it has one
