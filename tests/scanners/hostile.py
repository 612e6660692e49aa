"""The hostile corpus, tests/hostile: a folder per case, with the files of a change and what is expected of it.

`files.json` holds the files as text, because many cannot lie in a repository: their names are impossible on some
systems, they would act on our own tools (`conftest.py`, `pyproject.toml`), or they are huge; a list of [text, times] is
joined. `CANARY` in a text stands for the path, in hexadecimal, at which nothing must ever appear.
`expected.json` is the whole answer: `python -m tests.scanners.hostile CASE…` prints it, to be read before it is kept.
What a faster machine or another Python may read and this one not stands under `unsure`, as "<tool>: <path>".
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reviewbot.change import SourceFile
from reviewbot.finding import Finding, Scan, Scanner, scan
from reviewbot.scanners.bandit import Bandit
from reviewbot.scanners.semgrep import Semgrep
from reviewbot.scanners.tampering import Tampering
from tests.scanners.packs import pack, rule

CORPUS = Path(__file__).resolve().parents[1] / "hostile"
CASES = tuple(sorted(folder.name for folder in CORPUS.iterdir() if folder.is_dir()))
PACK = pack(
    rule("all-eval", "eval(...)", "python", "go", "ruby"),
    rule("js-eval", "eval(...)", "javascript", "typescript"),  # a pattern is parsed in the first language of its rule
)
SCANNERS: tuple[Scanner, ...] = (Semgrep(PACK), Bandit(), Tampering())


def files_of(case: str, canary: Path = Path("CANARY")) -> tuple[SourceFile, ...]:
    """Return the files of a case, with the canary's path in them."""
    files = json.loads((CORPUS / case / "files.json").read_text(encoding="utf-8"))["files"]
    return tuple(
        SourceFile(path, _text(content).replace("CANARY", bytes(canary).hex())) for path, content in files.items()
    )


def expected_of(case: str) -> Any:
    """Return the answer that is expected."""
    return json.loads((CORPUS / case / "expected.json").read_text(encoding="utf-8"))


def answer_of(joined: Scan) -> Mapping[str, list[str]]:
    """Return all that the scanners say of a tree, in a form for people."""
    return {
        "findings": [_finding(finding) for finding in joined.findings],
        "covered": sorted(f"{tool}: {path}" for tool, path in joined.covered),
        "skipped": sorted(f"{skipped.path}: {skipped.reason}" for skipped in joined.skipped),
    }


def _finding(finding: Finding) -> str:
    suppressed = f", suppressed by {finding.suppression}" if finding.suppression else ""
    where = f"{finding.path}:{finding.region.start_line}"
    return f"{where} {finding.tool} {finding.rule_id} {finding.severity.label}{suppressed}"


def _text(content: str | list[tuple[str, int]]) -> str:
    return content if isinstance(content, str) else "".join(text * times for text, times in content)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        sys.stdout.write(json.dumps(answer_of(scan([files_of(name)], SCANNERS)[0]), indent=2) + "\n")
