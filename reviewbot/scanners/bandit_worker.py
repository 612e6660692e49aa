"""Bandit, in a process of its own: `python -I bandit_worker.py`, started in an empty folder of ours.

It reads one request per line and answers each with one line, both JSON, until its input ends:
`{"files": [<base64>, …]}` gives `{"files": [{"issues": […], "problem": "…"}, …]}`, in the same order.
Only Bandit's defaults apply. It never sees a repository, and Bandit parses what it is given without importing it.
"""

import base64
import json
import logging
import sys
from pathlib import Path
from typing import Any

from bandit.core.config import BanditConfig  # type: ignore[import-untyped]  # Bandit ships no types
from bandit.core.manager import BanditManager  # type: ignore[import-untyped]  # Bandit ships no types


def _scan(contents: list[bytes]) -> list[dict[str, Any]]:
    names = [f"f{number:04d}.py" for number in range(len(contents))]
    for name, content in zip(names, contents, strict=True):
        Path(name).write_bytes(content)
    manager = BanditManager(BanditConfig(), "file", quiet=True, ignore_nosec=True)
    manager.discover_files(names)
    manager.run_tests()
    problems = {Path(name).name: reason for name, reason in manager.get_skipped()}
    read = {Path(name).name for name in manager.files_list}
    issues: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for issue in manager.results:
        issues[Path(issue.fname).name].append(issue.as_dict(with_code=False))
    for name in names:
        Path(name).unlink()
    return [
        {"issues": issues[name], "problem": problems.get(name, "" if name in read else "not confirmed as read")}
        for name in names
    ]


def main() -> None:
    """Answer requests until there are no more."""
    logging.disable(logging.CRITICAL)
    for line in sys.stdin.buffer:
        contents = [base64.b64decode(text) for text in json.loads(line)["files"]]
        json.dump({"files": _scan(contents)}, sys.stdout)
        sys.stdout.write("\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
