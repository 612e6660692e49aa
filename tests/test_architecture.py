"""What the house plan promises about the shape of the code. Imports are checked by import-linter in `make lint`."""

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PRODUCT = sorted(path for folder in ("reviewbot", "workers") for path in (ROOT / folder).rglob("*.py"))
TESTS = sorted(path for path in (ROOT / "tests").rglob("*.py") if "hostile" not in path.parts)
MAX_LINES = 300


def test_no_module_outgrows_what_can_be_read_in_one_go() -> None:
    assert {path.name: lines for path in PRODUCT if (lines := len(path.read_text().splitlines())) > MAX_LINES} == {}


def test_every_module_is_named_for_a_subject() -> None:
    vague = re.compile(r"^(utils?|helpers?|common|core|base|managers?|service|handlers?|misc)$")
    assert [path for path in PRODUCT if vague.match(path.stem) or vague.match(path.parent.name)] == []


def test_only_the_outermost_doors_catch_every_exception() -> None:
    catching = [
        path.relative_to(ROOT).as_posix()
        for path in PRODUCT
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler) and (node.type is None or ast.unparse(node.type) in _BROAD)
    ]
    assert catching == ["reviewbot/cli/__init__.py", "workers/tasks.py"]


_BROAD = {"Exception", "BaseException"}


def test_nothing_of_ours_is_patched_in_tests() -> None:
    patching = re.compile(r"mock\.patch|MagicMock|setattr\(\W*reviewbot")
    offenders = [path.name for path in TESTS if patching.search(path.read_text()) and path.name != Path(__file__).name]
    assert offenders == []


def test_the_lock_files_name_hashes_and_no_address() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        text = lock.read_text()
        assert "://" not in text
        assert "@ " not in text
        pinned = re.findall(
            r"^[a-z0-9][^\n]*==[^\n]*\\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", text, re.MULTILINE
        )
        assert len(pinned) == len(re.findall(r"^[a-zA-Z0-9]", text, re.MULTILINE)) > 0


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys; from reviewbot.cli import run; status = run(['--help'])\n"
        "heavy = {'pydantic', 'libcst', 'tree_sitter', 'rich', 'yaml', 'bandit', 'httpx'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy or status else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Review a change for security weaknesses" in done.stdout
