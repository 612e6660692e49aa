"""`reviewbot judge` with patches as people and assistants write them."""

import json
from collections.abc import Callable, Sequence

import pytest

from reviewbot.cli import run
from tests.conftest import Checkout

APP = '''"""Pings machines."""

import os
import subprocess


def ping(name):
    """Ping one machine."""
    os.system("ping -c 1 " + name)
    return True


# The hunks of a patch
# stand apart where
# seven lines
# or more
# lie between.
def check(name):
    return subprocess.run(["true", name], check=False).returncode == 0
'''
LINE = '    os.system("ping -c 1 " + name)\n'

Output = pytest.CaptureFixture[str]


@pytest.fixture
def repository(new_checkout: Callable[[str], Checkout]) -> Checkout:
    checkout = new_checkout("repository")
    checkout.write("app.py", APP)
    checkout.commit()
    return checkout


def _patch(repository: Checkout, *replacements: tuple[str, str]) -> str:
    text = APP
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    repository.write("app.py", text)
    patch = repository.root.parent / "a.patch"
    patch.write_text(repository.git("diff"))
    repository.git("restore", "app.py")
    return str(patch)


def _judge(repository: Checkout, patch: str, *options: str) -> int:
    return run(["judge", "--repository", str(repository.root), *options, patch])


@pytest.mark.parametrize(
    ("replacement", "refusal"),
    [
        ('    subprocess.run("ping -c 1 " + name, shell=True, check=True)\n', "new-finding"),
        ("", "deletes-code"),
        ("    pass\n", "deletes-code"),
        ("    # os.system(name)\n    return None\n", "deletes-code"),
        ('    subprocess.run(["ping", "-c", "1", name], check=True\n', "does-not-parse"),
        ('    shutil.which("ping")\n    subprocess.run(["ping", name], check=True)\n', "undefined-name"),
        ('    eval("ping")(name)  # nosec\n', "new-finding"),
        ('    subprocess.run(["ping", "\u202e", name], check=True)\n', "hidden-characters"),
    ],
)
def test_a_patch_that_only_looks_like_a_fix_is_refused_with_its_reason(
    repository: Checkout, capsys: Output, replacement: str, refusal: str
) -> None:
    patch = _patch(repository, (LINE, replacement))
    assert _judge(repository, patch, "--format", "json") == 1
    reasons = [reason for hunk in json.loads(capsys.readouterr().out)["suggestions"] for reason in hunk["reasons"]]
    assert refusal in {reason["refusal"] for reason in reasons}


def test_the_fix_by_an_argument_list_is_accepted(repository: Checkout, capsys: Output) -> None:
    patch = _patch(repository, (LINE, '    subprocess.run(["ping", "-c", "1", name], check=True)\n'))
    assert _judge(repository, patch) == 0
    assert "accepted" in capsys.readouterr().out


def test_hunks_stand_or_fall_together_and_each_has_its_own_reasons(repository: Checkout, capsys: Output) -> None:
    patch = _patch(
        repository,
        (LINE, '    subprocess.run(["ping", "-c", "1", name], check=True)\n'),
        ('["true", name], check=False', '"true " + name, shell=True, check=False'),
    )
    assert _judge(repository, patch, "--format", "json") == 1
    hunks = json.loads(capsys.readouterr().out)["suggestions"]
    assert [hunk["accepted"] for hunk in hunks] == [True, False]


@pytest.mark.parametrize(
    "replacements",
    [
        [("def check(name):", "def check():")],
        [("def check(name):", "def verify(name):")],
    ],
)
def test_a_patch_may_not_drop_or_reshape_a_public_name(
    repository: Checkout, replacements: Sequence[tuple[str, str]]
) -> None:
    assert _judge(repository, _patch(repository, *replacements)) == 1


def test_deleting_the_file_is_no_fix(repository: Checkout, capsys: Output) -> None:
    repository.git("rm", "--quiet", "app.py")
    patch = repository.root.parent / "a.patch"
    patch.write_text(repository.git("diff", "--cached"))
    repository.git("restore", "--staged", "--worktree", "app.py")
    assert _judge(repository, str(patch), "--format", "json") == 1
    reasons = json.loads(capsys.readouterr().out)["suggestions"][0]["reasons"]
    assert {"name-removed", "deletes-code"} & {reason["refusal"] for reason in reasons}


def test_an_empty_patch_is_not_accepted(repository: Checkout) -> None:
    patch = repository.root.parent / "a.patch"
    patch.write_text("")
    assert _judge(repository, str(patch)) == 1


def test_a_patch_that_does_not_apply_is_named_in_one_line(repository: Checkout, capsys: Output) -> None:
    patch = _patch(repository, (LINE, "    pass\n"))
    repository.write("app.py", "x = 1\n")
    assert _judge(repository, patch) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_patch_to_a_file_that_no_scanner_reads_is_refused(repository: Checkout, capsys: Output) -> None:
    patch = repository.root.parent / "a.patch"
    patch.write_text("--- /dev/null\n+++ b/new.zig\n@@ -0,0 +1 @@\n+const x = 1;\n")
    assert _judge(repository, str(patch)) == 1
    assert "not-scanned" in capsys.readouterr().out
