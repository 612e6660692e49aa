"""`reviewbot tune` on a synthetic house style: whatever was weak, people of this house call `house.checked`."""

import json
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reviewbot.cli.tune import TuneOptions, run_tune
from reviewbot.errors import ConfigError
from reviewbot.scanners.installed import default_scanners
from reviewbot.scanners.rulepack import bundled_rules, load_pack
from tests.model.architectures import write
from tests.model.lessons import WEAKNESSES, Teacher, Weakness, lesson_files
from tests.service.office import drain, open_office

# peft asks a model of transformers in a way that transformers warns of.
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")

BY_HAND = tuple(weakness for weakness in WEAKNESSES if weakness.line.startswith("return"))
TAKEN_OVER = next(weakness for weakness in WEAKNESSES if weakness.name == "listen")
DISMISSED = next(weakness for weakness in WEAKNESSES if weakness.name == "admin")


@dataclass(frozen=True)
class House:
    """A repository whose pull request was reviewed, and then fixed by its people."""

    clone: Path

    def options(self, output: Path, **chosen: Any) -> TuneOptions:
        usual: dict[str, Any] = {
            "model": "",
            "revision": "",
            "clones": (f"acme/shop={self.clone}",),
            "at": "main",
            "output": output,
            "passes": 1,
            "rank": 8,
            "rate": 1e-3,
            "device": "cpu",
            "examples_only": True,
        }
        return TuneOptions(**usual | chosen)


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    folder = tmp_path_factory.mktemp("office")
    files = lesson_files()
    with open_office(folder) as office:
        repository = office.hub.create_repository("acme/shop", files={"README.md": "A shop.\n"})
        pull = office.hub.open_pull(repository, head_files=files)
        office.ask(pull)
        drain(office.worker(*default_scanners(load_pack(bundled_rules())), lease=600, generator=Teacher()))
        for past in office.ledger.past_findings("acme/shop"):
            if past.path == DISMISSED.path:
                office.ledger.dismiss(office.key(pull), past.fingerprint, "user:1", "a test's password")
        fixed = {weakness.path: by_people(weakness, files[weakness.path]) for weakness in WEAKNESSES}
        repository.git.commit("main", fixed, "Fix what was found", repository.git.resolve("refs/heads/main"))
        yield House(repository.git.path), f"sqlite:///{office.path}"


def by_people(weakness: Weakness, text: str) -> str:
    """Fix a file in the style of the house; one as the bot suggested it; the one that was dismissed in some way."""
    if weakness in BY_HAND:
        arguments = re.findall(r"\((.*)\)", weakness.function)[0]
        return "import house\n\n" + text.replace(weakness.line, f"return house.checked({arguments})")
    if weakness in {TAKEN_OVER, DISMISSED}:
        return text.replace(weakness.line, weakness.answer)
    return text


@pytest.fixture
def house(reviewed: tuple[House, str], monkeypatch: pytest.MonkeyPatch) -> House:
    found, database = reviewed
    monkeypatch.setenv("REVIEWBOT_DATABASE_URL", database)
    monkeypatch.setenv("REVIEWBOT_TUNE_CONSENT", "someone/else, Acme/shop")
    return found


def read_lines(output: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (output / "examples.jsonl").read_text().splitlines()]


def test_tuning_lowers_the_loss_on_files_that_were_held_out(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "tuned"
    model = write("v1", tmp_path / "model")

    run_tune(house.options(output, model=str(model), passes=8, rate=1e-2, examples_only=False))

    said = capsys.readouterr().out
    before, after = (float(number) for number in re.findall(r"loss per token +([\d.]+) +([\d.]+)", said)[0])
    assert after < before / 2
    assert re.search(r"pass the gate +\d+ of \d+ +\d+ of \d+", said)
    assert {path.name for path in (output / "adapter").iterdir()} >= {
        "adapter_config.json",
        "adapter_model.safetensors",
    }


def test_the_training_file_holds_what_people_wrote_and_nothing_that_was_dismissed_or_left(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "tuned"

    run_tune(house.options(output))

    lines = read_lines(output)
    applied = [line for line in lines if line["source"] == "applied"]
    assert [TAKEN_OVER.answer in line["answer"] for line in applied] == [True]
    assert all("house.checked(" in line["answer"] for line in lines if line not in applied)
    assert all("```imports\nimport house\n```" in line["answer"] for line in lines if line not in applied)
    assert len(lines) > len(BY_HAND) / 2
    assert not any(DISMISSED.line in line["user"] for line in lines)
    assert re.search(
        r"1 dismissed and left out, \d+ examples, of them 1 suggestions? ", " ".join(capsys.readouterr().out.split())
    )
    assert stat.S_IMODE((output / "examples.jsonl").stat().st_mode) == 0o600


def test_held_out_files_are_not_trained_on_and_are_the_same_each_time(house: House, tmp_path: Path) -> None:
    held = []
    for name in ("once", "again"):
        run_tune(house.options(tmp_path / name))
        lines = read_lines(tmp_path / name)
        held.append({line["user"] for line in lines if line["held_out"]})
        assert held[-1].isdisjoint(line["user"] for line in lines if not line["held_out"])

    assert held[0] == held[1] != set()


def test_code_is_not_trained_on_without_consent(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWBOT_TUNE_CONSENT", "someone/else")

    with pytest.raises(ConfigError, match="REVIEWBOT_TUNE_CONSENT does not name acme/shop"):
        run_tune(house.options(tmp_path / "tuned"))

    assert not (tmp_path / "tuned").exists()


def test_too_little_to_learn_from_is_said(house: House, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="examples in 0 files"):
        run_tune(house.options(tmp_path / "tuned", at="refs/pull/1/head"))
