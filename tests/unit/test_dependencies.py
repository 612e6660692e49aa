"""A model's suggestion brings in no package that nobody has chosen."""

from dataclasses import replace

import pytest

from reviewbot.change import SourceFile, split_lines
from reviewbot.finding import scan
from reviewbot.gate.manifests import MAX_MANIFESTS, declared
from reviewbot.language import Language
from reviewbot.policy import Policy
from reviewbot.snapshot import UNKNOWN, Repository
from reviewbot.suggestion import Origin, Suggestion, edits_between
from reviewbot.verdict import Gate, Refusal, judge
from tests.fakes import MarkerScanner, MemorySnapshot, finding_at

PYTHON = SourceFile("app/views.py", "import os\nimport flask\n\n\ndef run(x):\n    DANGER(x)\n    return flask.g(x)\n")
SCRIPT = SourceFile(
    "web/a.js", "import express from 'express';\n\nexport function run(x) {\n  DANGER(x);\n  return x;\n}\n"
)


def refusals(file: SourceFile, new: str, repository: Repository = UNKNOWN, origin: Origin = Origin.MODEL) -> list[str]:
    """Return what the gate says of imports when `new` takes the place of the line with DANGER."""
    number = next(n for n, line in enumerate(split_lines(file.text), start=1) if "DANGER" in line)
    line = split_lines(file.text)[number - 1]
    scanner = MarkerScanner()
    gate = Gate((file,), scan([[file]], [scanner])[0], (scanner,), Policy(), repository)
    edits = edits_between(file.path, file.text, file.text.replace(line, new))
    (verdict,) = judge([Suggestion(origin, finding_at(file, number), edits, "")], gate)
    assert verdict.accepted == (not verdict.reasons)
    return [reason.text for reason in verdict.reasons if reason.refusal is Refusal.UNKNOWN_IMPORT]


@pytest.mark.parametrize(
    "new",
    [
        "    import os, evilpkg\n    evilpkg.run(x)\n",
        "    import evilpkg.sub as os\n    os.run(x)\n",
        "    from evilpkg.sub import run\n    run(x)\n",
        "    __import__('evilpkg').run(x)\n",
        "    import importlib\n    importlib.import_module('evilpkg').run(x)\n",
        "    from importlib import import_module\n    import_module('evilpkg.sub').run(x)\n",
        "    try:\n        import evilpkg\n    except ImportError:\n        evilpkg = None\n    run(x)\n",
    ],
)
def test_a_package_that_nobody_has_chosen_is_refused(new: str) -> None:
    (said,) = refusals(PYTHON, new)
    assert said.startswith("It imports evilpkg")
    assert "neither the repository nor its manifests at the base name" in said


@pytest.mark.parametrize(
    "new",
    [
        "    __import__(x).run(x)\n",
        "    __import__('evil' + 'pkg').run(x)\n",
        "    import importlib as il\n    il.import_module(x).run(x)\n",
        "    from importlib import import_module as load\n    load('evilpkg').run(x)\n",
        "    load = __import__\n    load('evilpkg').run(x)\n",
    ],
)
def test_what_is_worked_out_when_the_code_runs_is_refused(new: str) -> None:
    assert "worked out when the code runs" in refusals(PYTHON, new)[0]


@pytest.mark.parametrize(
    "new",
    [
        "  const e = require('evilpkg/sub');\n  e(x);\n",
        "  require('evilpkg').run(x);\n",
        "  import('evilpkg').then((e) => e(x));\n",
        "  module.require('evilpkg')(x);\n",
        "  require('@evil/pkg/sub')(x);\n",
    ],
)
def test_scripts_are_held_to_the_same(new: str) -> None:
    (said,) = refusals(SCRIPT, new)
    assert "It imports evilpkg" in said or "It imports @evil/pkg" in said


@pytest.mark.parametrize(
    "new",
    [
        "  require(x).run(x);\n",
        "  import(`${x}`);\n",
        "  const r = require;\n  r('evilpkg');\n",
        "  const m = module.require;\n  m('evilpkg');\n",
    ],
)
def test_scripts_that_work_out_what_they_import_are_refused(new: str) -> None:
    assert "worked out when the code runs" in refusals(SCRIPT, new)[0]


def test_an_import_at_the_top_of_a_script_counts_like_any_other() -> None:
    file = SourceFile("a.mjs", "DANGER(1);\nexport const x = 1;\n")
    assert "It imports evilpkg " in refusals(file, "import e from 'evilpkg';\ne(1);\n")[0]
    assert "It imports evilpkg " in refusals(file, "export * from 'evilpkg';\n")[0]


@pytest.mark.parametrize(
    ("file", "new"),
    [
        (PYTHON, "    import subprocess, xml.sax\n    subprocess.run([x])\n"),
        (PYTHON, "    from flask.helpers import safe\n    safe(x)\n"),
        (PYTHON, "    import defusedxml.sax\n    defusedxml.sax.parse(x)\n"),
        (PYTHON, "    from . import db\n    db.run(x)\n"),
        (PYTHON, "    from app.db import run\n    run(x)\n"),
        (PYTHON, "    import plain.deep.mod\n    plain.deep.mod(x)\n"),
        (PYTHON, "    import yaml, dateutil, rest_framework, google.cloud.storage\n    yaml.run(x)\n"),
        (PYTHON, "    import Listed_One\n    Listed_One(x)\n"),
        (SCRIPT, "  require('node:crypto').run(require('fs/promises'), x);\n"),
        (SCRIPT, "  require('./db')(require('express/lib/x'), require('@scope/known/x'), require('known'));\n"),
    ],
)  # fmt: skip
def test_what_is_known_may_be_imported(file: SourceFile, new: str) -> None:
    base = {
        "pyproject.toml": '[project]\ndependencies = ["PyYAML>=6", "listed.one[x] ; python_version > \'3\'", 5]\n',
        "requirements/base.txt": "# djangorestframework is not this\ndjangorestframework==3\n-r other.txt\n",
        "requirements-dev.txt": "python-dateutil\ngoogle-cloud-storage\n",
        "web/package.json": '{"dependencies": {"known": "1"}, "devDependencies": {"@scope/known": "2"}, "x": []}',
    }
    head = {"app/db.py": "", "plain/deep/mod.py": "", "web/db.js": ""}
    assert refusals(file, new, Repository(MemorySnapshot(base), MemorySnapshot(head))) == []


def test_the_manifest_is_that_of_the_base_and_of_the_folders_above_the_file() -> None:
    evil = {"requirements.txt": "evilpkg\n", "other/requirements.txt": "evilpkg\n", "package.json": '{"evilpkg": "1"}'}
    new = "    import evilpkg\n    evilpkg.run(x)\n"
    assert refusals(PYTHON, new, Repository(MemorySnapshot({}), MemorySnapshot(evil)))
    elsewhere = {path: text for path, text in evil.items() if path != "requirements.txt"}
    assert refusals(PYTHON, new, Repository(MemorySnapshot(elsewhere), MemorySnapshot({})))
    assert not refusals(PYTHON, new, Repository(MemorySnapshot(evil), MemorySnapshot({})))


def test_only_what_a_model_wrote_is_looked_at_and_only_what_is_new() -> None:
    new = "    import evilpkg\n    evilpkg.run(x)\n"
    for origin in (Origin.RULE, Origin.PATCH):
        assert refusals(PYTHON, new, origin=origin) == []
    known = replace(
        PYTHON, text="import evilpkg\nimport importlib\n\nm = importlib.import_module(name)\n\n" + PYTHON.text
    )
    assert refusals(known, "    from evilpkg import run\n    run(importlib)\n") == []
    other = SourceFile("A.java", "class A {\n  void run() {\n    DANGER();\n  }\n}\n")
    assert refusals(other, "    run();\n") == []


def test_nothing_of_the_repository_is_read_while_no_package_is_in_doubt() -> None:
    snapshot = MemorySnapshot({"requirements.txt": "evilpkg\n"})
    repository = Repository(snapshot, snapshot)
    assert refusals(PYTHON, "    import json\n    json.dumps(flask, os, x)\n", repository) == []
    assert (snapshot.listed, snapshot.asked) == (0, [])


def test_a_name_that_is_no_name_is_not_repeated() -> None:
    (said,) = refusals(SCRIPT, "  require('![x](http://e.example/)')(x);\n")
    assert said.startswith("It imports a package on line 4,")
    assert "example" not in said


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[project"),
        ("pyproject.toml", "project = 1\ntool = 2\n"),
        ("pyproject.toml", "[project]\ndependencies = 1\noptional-dependencies = []\n[tool.poetry]\ngroup = [1]\n"),
        ("pyproject.toml", "a = " + "[" * 5_000),
        ("Pipfile", "packages = 1\n"),
        ("requirements.txt", "\0\n--index-url x\n;;;\n-e .\n@@@\n"),
    ],
)
def test_a_manifest_that_cannot_be_read_names_nothing(name: str, text: str) -> None:
    assert declared("a.py", Language.PYTHON, MemorySnapshot({name: text})) == frozenset()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"dependencies": ["x"]}', "[" * 50_000, "NaN"])
def test_a_package_json_that_cannot_be_read_names_nothing(text: str) -> None:
    assert declared("a.js", Language.JAVASCRIPT, MemorySnapshot({"package.json": text})) == frozenset()


def test_of_many_manifests_the_nearest_are_read() -> None:
    files = {f"requirements-{n}.txt": f"top{n}\n" for n in range(30)} | {"a/b/requirements.txt": "near\n"}
    snapshot = MemorySnapshot(files)
    assert "near" in declared("a/b/c.py", Language.PYTHON, snapshot)
    assert [len(paths) for paths in snapshot.asked] == [MAX_MANIFESTS]
