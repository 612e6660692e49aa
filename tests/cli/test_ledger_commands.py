"""`reviewbot audit` and `reviewbot stats` over a ledger on disk."""

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from reviewbot.cli import run
from reviewbot.cli.stats import parse_since
from reviewbot.errors import ConfigError
from reviewbot.ledger import open_ledger
from reviewbot.ledger.record import PullKey
from tests.dashboard.sample import MadeUpClock, Story


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = tmp_path / "ledger.sqlite"
    monkeypatch.setenv("REVIEWBOT_DATABASE_URL", f"sqlite:///{found}")
    monkeypatch.setenv("COLUMNS", "240")
    return found


@pytest.fixture
def filled(path: Path) -> Path:
    clock = MadeUpClock(time.time())
    with closing(open_ledger(f"sqlite:///{path}", clock)) as ledger:
        Story(ledger, clock).half_a_year(weeks=2, each=3)
        for number, reason in ((41, "only in \x1b[31mtests"), (42, "known"), (43, "later")):
            ledger.dismiss(PullKey(11, "acme/shop", 500, number), "abc:0", "user:4711", reason)
    return path


def out(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_a_log_that_is_whole_says_so_and_names_its_head(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "verify"]) == 0
    said = out(capsys)
    assert "whole: 3 entries" in said
    head = said.split()[-1]
    assert run(["audit", "verify", "--noted", head]) == 0
    assert run(["audit", "verify", "--noted", f"3:{'0' * 64}"]) == 1
    assert "made anew" in out(capsys)
    assert filled.is_file()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_one_changed_byte_is_found_and_where(filled: Path, capsys: pytest.CaptureFixture[str], number: int) -> None:
    with closing(sqlite3.connect(filled)) as tampering:
        ((detail,),) = tampering.execute("SELECT detail FROM audit WHERE id = ?", (number,)).fetchall()
        changed = detail[:-1] + chr(ord(detail[-1]) ^ 1)
        tampering.execute("UPDATE audit SET detail = ? WHERE id = ?", (changed, number))
        tampering.commit()
    assert run(["audit", "verify"]) == 1
    assert f"entry {number} is missing or not as it was written" in out(capsys)


def a_pull(path: Path) -> str:
    with closing(sqlite3.connect(path)) as reading:
        ((name, number),) = reading.execute("SELECT repository, number FROM work WHERE state = 'done' LIMIT 1")
        return f"{name}#{number}"


def test_what_was_decided_is_replayed_with_its_versions_and_hashes(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", "show", a_pull(filled).upper(), "--format", "json"]) == 0
    shown = json.loads(out(capsys))
    (review, *_) = shown["reviews"]
    assert shown["schema"] == "reviewbot/audit/1"
    assert {"name": "Semgrep", "version": "1.182.0"} in review["tools"]
    assert len(review["delivery"]) == 32
    assert len(review["rules"]) == len(review["suggestions"][0]["edits_sha256"]) == 64
    assert {"accepted", "refusals", "model", "prompt_sha256", "flagged", "posted"} <= set(review["suggestions"][0])

    assert run(["audit", "show", a_pull(filled)]) == 0
    said = out(capsys)
    for expected in (review["delivery"], review["head"], "Semgrep 1.182.0", "verdict", "posted as 16000000"):
        assert expected in said
    assert "\x1b" not in said


def test_the_figures_are_told_for_people_and_machines(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["stats", "--format", "json"]) == 0
    told = json.loads(out(capsys))
    models = told["models"]
    assert 0 < models["flagged"] <= models["withheld"]
    assert models["repair_rate"] == pytest.approx(models["repaired"] / (models["repaired"] + models["abandoned"]))
    assert models["share_flagged"] == pytest.approx(models["flagged"] / models["generated"])
    assert sum(week["generated"] for week in told["weeks"]) == models["generated"] > 0
    assert told["dismissed"] == 3
    assert run(["stats", "--since", "1h", "--format", "json"]) == 0
    assert 0 < json.loads(out(capsys))["models"]["generated"] < models["generated"]
    assert run(["stats"]) == 0
    said = out(capsys)
    assert f"{models['flagged']} ({models['share_flagged']:.0%})" in said
    assert "Findings dismissed by people: 3" in said
    assert filled.is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["stats"], "There is no ledger at"),
        (["audit", "verify"], "There is no ledger at"),
        (["audit", "verify", "--noted", "x"], "is not NUMBER:HASH"),
        (["audit", "show", "shop"], "is not a pull request"),
        (["stats", "--since", "soon"], "is no time"),
    ],
)
def test_a_mistake_is_answered_in_one_line_and_makes_no_ledger(
    path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert run(arguments) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
    assert not path.exists()


def test_a_pull_request_that_nobody_knows_is_said_to_be_unknown(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", "show", "acme/shop#9999"]) == 2
    assert "knows no pull request acme/shop#9999" in capsys.readouterr().err
    assert filled.is_file()


def test_days_and_ages_are_times() -> None:
    assert parse_since("1970-01-02", 0) == 86_400
    assert parse_since("2w", 3_000_000) == 3_000_000 - 14 * 86_400
    for text in ("", "2d ", "-2d", "2026-13-01", "yesterday"):
        with pytest.raises(ConfigError):
            parse_since(text, 0)
