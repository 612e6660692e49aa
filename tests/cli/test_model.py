"""A model on the command line: what it writes is judged, and what is wrong with it is one line."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from reviewbot.cli import run
from tests.conftest import Checkout
from tests.fake_model_server import FakeModelServer, says

Output = pytest.CaptureFixture[str]

KEY = "sk-canary-5ecret"
WEAK = "import tempfile\n\n\ndef name():\n    return tempfile.mktemp()\n"


@pytest.fixture
def change(checkout: Checkout) -> Checkout:
    checkout.write("app.py", "x = 1\n")
    checkout.commit()
    checkout.write("app.py", WEAK)
    return checkout


def test_what_a_model_writes_is_judged_and_its_key_is_taken_from_a_file_and_shown_nowhere(
    change: Checkout, tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    monkeypatch.setenv("REVIEWBOT_MODEL_API_KEY_FILE", str(tmp_path / "key"))
    with FakeModelServer(says("```python\n    return tempfile.mkstemp()[1]\n```\n")) as server:
        where = ["--repository", str(change.root), "--endpoint", server.url, "--model", "tiny"]
        assert run(["review", *where, "--format", "json"]) == 0
        assert {one.headers["authorization"] for one in server.asked} == {f"Bearer {KEY}"}
        written = capsys.readouterr()
        assert run(["review", *where, "--no-suggestions"]) == 0
        assert len(server.asked) == 1
    (suggestion,) = json.loads(written.out)["suggestions"]
    assert (suggestion["accepted"], suggestion["origin"], suggestion["model"]) == (True, "model", "tiny")
    assert KEY not in written.out + written.err


USES = "import tempfile\n\nfrom lib.names import suffix\n\n\ndef name():\n    return tempfile.mktemp() + suffix()\n"
SUFFIX = 'def suffix():\n    return ".txt"\n'


@pytest.mark.parametrize("head", ["worktree", "index", "commit", "diff"])
def test_a_model_is_shown_what_the_code_uses_from_files_that_are_not_changed(
    checkout: Checkout, tmp_path: Path, head: str
) -> None:
    checkout.write("app.py", "x = 1\n")
    checkout.write("lib/names.py", f"{SUFFIX}\n\ndef other():\n    pass\n")
    base = checkout.commit()
    checkout.write("app.py", USES)
    arguments = {"worktree": [], "index": ["--staged"], "commit": ["--head", "HEAD"], "diff": []}[head]
    if head == "diff":
        (tmp_path / "change.diff").write_text(checkout.git("diff"))
        checkout.write("app.py", "x = 1\n")
        arguments = ["--diff", str(tmp_path / "change.diff")]
    elif head == "index":
        checkout.git("add", ".")
    elif head == "commit":
        checkout.commit()
    with FakeModelServer(says("none")) as server:
        where = ["--repository", str(checkout.root), "--base", base, "--endpoint", server.url, "--model", "tiny"]
        run(["review", *where, *arguments])
    (asked,) = server.asked
    assert re.search(rf"BEGIN definitions (\w+)\n{re.escape(SUFFIX)}END definitions \1\n", asked.user)


def test_a_server_that_is_away_costs_only_its_suggestions(change: Checkout, capsys: Output) -> None:
    with FakeModelServer(says("")) as server:
        url = server.url
    assert run(["review", "--repository", str(change.root), "--endpoint", url, "--model", "tiny"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "Insecure Temporary File" in out
    assert "The model server cannot be reached" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--endpoint", "http://127.0.0.1:9"], "An endpoint is set and no model."),
        (["--endpoint", "http://example.org", "--model", "m"], "Use https."),
        (["--endpoint", "https://u:canary@example.org", "--model", "m"], "A key is a setting of its own."),
        (["--model", "no model at all"], ""),
    ],
)
def test_a_model_that_cannot_be_used_is_one_line(
    change: Checkout, capsys: Output, arguments: Sequence[str], said: str
) -> None:
    assert run(["review", "--repository", str(change.root), *arguments]) == 2
    line = capsys.readouterr().err
    assert said in line
    assert (line.count("\n"), "canary" in line) == (1, False)


def test_doctor_asks_the_server_that_is_set(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeModelServer(says("none")) as server:
        monkeypatch.setenv("REVIEWBOT_MODEL_ENDPOINT", server.url)
        monkeypatch.setenv("REVIEWBOT_MODEL", "tiny")
        assert run(["doctor"]) == 0
        assert "tiny answers at" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("adapters", ["acme", "acme=", "=folder", "acme=one,acme=two", "acme=one,,"])
def test_adapters_that_are_not_for_somebody_are_refused(
    capsys: Output, monkeypatch: pytest.MonkeyPatch, change: Checkout, adapters: str
) -> None:
    monkeypatch.setenv("REVIEWBOT_MODEL_ADAPTERS", adapters)
    assert run(["review", "--repository", str(change.root), "--model", str(change.root)]) == 2
    assert "REVIEWBOT_MODEL_ADAPTERS is not owner=folder" in capsys.readouterr().err
