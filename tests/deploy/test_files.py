"""The files that deploy the service, judged by the tools that know their formats."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from reviewbot.settings import ReceiverSettings, WorkerSettings
from tests.deploy.compose import ROOT, compose, service

PROGRAMS = Path(sys.executable).parent
MANIFESTS = sorted(path for path in (ROOT / "deploy" / "kubernetes").glob("*.yaml") if path.stem != "kustomization")
OURS = ("receiver", "sweeper", "worker", "worker-gpu")


def passes(*command: str | Path, cwd: Path = ROOT) -> None:
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dockerfile_passes_hadolint() -> None:
    passes(PROGRAMS / "hadolint", "--failure-threshold", "info", "Dockerfile")


def test_no_stage_takes_programs_off_the_path_before_it_runs_them() -> None:
    for stage in (ROOT / "Dockerfile").read_text("utf-8").split("\nFROM ")[1:]:
        _, set_path, after = stage.partition("\nENV PATH=")
        assert not set_path or "\nRUN " not in after, stage.splitlines()[0]


def test_the_compose_file_is_one() -> None:
    passes(PROGRAMS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_the_manifests_are_what_kubernetes_takes(path: Path) -> None:
    passes(PROGRAMS / "kubernetes-validate", "--strict", path)


def test_the_kustomization_names_every_manifest() -> None:
    said = yaml.safe_load((ROOT / "deploy" / "kubernetes" / "kustomization.yaml").read_text("utf-8"))
    assert sorted(said["resources"]) == [path.name for path in MANIFESTS]


def test_the_units_are_what_systemd_takes(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("The systemd units are not checked: there is no systemd-analyze here.")
    for unit in (ROOT / "deploy" / "systemd").glob("*.service"):
        text = unit.read_text("utf-8").replace("/opt/reviewbot/bin/reviewbot", "/bin/true")
        (tmp_path / unit.name).write_text(text.replace("/opt/reviewbot/bin/celery", "/bin/true"), "utf-8")
        passes("systemd-analyze", "verify", tmp_path / unit.name)


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_ours_has_no_rights_and_no_root_to_write_to(name: str) -> None:
    said = compose()["services"][name]
    assert said["read_only"] is True
    assert said["cap_drop"] == ["ALL"]
    assert said["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", ["sweeper", "worker", "worker-gpu", "vllm", "redis", "postgres"])
def test_what_holds_code_or_a_model_is_only_on_the_network_without_a_way_out(name: str) -> None:
    said = compose()
    assert said["services"][name]["networks"] == ["inside"]
    assert said["networks"]["inside"] == {"internal": True}


def test_the_receiver_is_not_given_the_private_key() -> None:
    receiver = compose()["services"]["receiver"]
    assert "private_key" not in receiver["secrets"]
    assert "REVIEWBOT_PRIVATE_KEY_FILE" not in receiver["environment"]


def test_no_secret_stands_in_the_files() -> None:
    for name in OURS:
        for variable, text in service(name).environment.items():
            if any(word in variable for word in ("SECRET", "KEY", "URL")):
                assert text.startswith("/run/secrets/"), variable


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting_that_there_is(name: str) -> None:
    known = {f"REVIEWBOT_{field.upper()}" for one in (ReceiverSettings, WorkerSettings) for field in one.model_fields}
    set_here = {variable for variable in service(name).environment if variable.startswith("REVIEWBOT_")}
    assert {variable.removesuffix("_FILE") for variable in set_here} <= known
