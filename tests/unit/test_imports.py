"""What a file imports, and which files of the repository that means."""

from posixpath import dirname

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.resolution import MAX_TARGETS, Index, neighbours, targets
from reviewbot.syntax.imports import MAX_IMPORTS, Import, imports

SCRIPT = """\
import a, {b as c} from './x';
export * from '../y';
const {z} = require('./z');
import('w');
require(q);
import './s';
require(`t${1}`);
import `broken
"""


@pytest.mark.parametrize(
    ("path", "text", "modules"),
    [
        ("a.js", SCRIPT, ["./x", "../y", "./z", "w", "", "./s", ""]),
        ("a.ts", "import x = require('./m');\nimport type {T} from './t';\n", ["./m", "./t"]),
        ("A.java", "import a.b.C;\nimport static a.b.C.m;\nclass A {}\n", ["a.b.C", "a.b.C.m"]),
        ("a.go", 'package a\nimport "os"\nimport (\n b "x.com/y/b"\n `z`\n)\n', ["os", "x.com/y/b", "z"]),
        ("a.rb", "require 'a/b'\nrequire_relative '../c'\nrequire x\n", ["a/b", "./../c", ""]),
        ("a.php", "<?php\nuse App\\Db\\Query;\nrequire __DIR__ . '/x.php';\n", ["App\\Db\\Query", "./x.php"]),
        ("a.py", "import os, evil.x as y\nfrom . import a\nfrom ..b import c\n", ["os", "evil.x", ".", "..b"]),
        ("a.py", "__import__('e')\nimportlib.import_module(n)\nimport_module()\n", ["e", "", ""]),
        ("a.py", "import (\n", []),
        ("a.md", "import x\n", []),
    ],
)
def test_imports_are_listed_as_they_are_written(path: str, text: str, modules: list[str]) -> None:
    assert [one.module for one in imports(path, text)] == modules


def test_a_file_that_is_made_of_imports_has_no_more_than_people_write() -> None:
    assert len(imports("a.py", "import x\n" * 5_000)) == MAX_IMPORTS
    assert imports("a.py", "import x\n" * 50_000) == ()


@pytest.mark.parametrize(
    ("path", "module", "names", "files", "means"),
    [
        ("app/views.py", "app.db", ("find",), ["app/db.py", "db.py"], ["app/db.py"]),
        ("app/views.py", "app", ("db",), ["app/__init__.py", "app/db.py"], ["app/__init__.py", "app/db.py"]),
        ("app/views.py", ".db", (), ["app/db.py"], ["app/db.py"]),
        ("app/web/views.py", "..db", (), ["app/db.py", "db.py"], ["app/db.py"]),
        ("app/web/views.py", "..", ("db",), ["app/db.py"], ["app/db.py"]),
        ("views.py", "...secret", (), ["secret.py"], []),
        (
            "services/a/src/app/x.py",
            "app.y",
            (),
            ["services/b/src/app/y.py", "services/a/src/app/y.py"],
            ["services/a/src/app/y.py"],
        ),
        ("tests/test_a.py", "app.y", (), ["src/app/y.py"], ["src/app/y.py"]),
        ("a.py", "a", (), ["a.py"], []),
        ("web/a.ts", "./db", (), ["web/db.ts", "web/db.js"], ["web/db.ts"]),
        ("web/a.ts", "./db.js", (), ["web/db.ts"], ["web/db.ts"]),
        ("web/a.js", "../lib", (), ["lib/index.mjs"], ["lib/index.mjs"]),
        ("web/a.js", "..", (), ["index.js"], ["index.js"]),
        ("web/a.js", "../../../etc/passwd", (), ["etc/passwd", "etc/passwd.js"], []),
        ("web/a.js", "/etc/passwd", (), ["etc/passwd"], []),
        ("web/a.js", "express", (), ["express.js", "web/express.js"], []),
        (
            "m/src/main/java/a/X.java",
            "a.b.C",
            (),
            ["m/src/main/java/a/b/C.java", "n/a/b/C.java"],
            ["m/src/main/java/a/b/C.java"],
        ),
        ("a/X.java", "a.b.C.run", (), ["a/b/C.java"], ["a/b/C.java"]),
        ("cmd/main.go", "x.org/m/db", (), ["db/db.go", "db/db_test.go", "db/in/y.go"], ["db/db.go"]),
        ("cmd/main.go", "x.org/mm/db", (), ["db/db.go"], []),
        ("cmd/main.go", "x.org/m/../../etc", (), ["etc/x.go"], []),
        ("bin/a.rb", "./../lib/b", (), ["lib/b.rb"], ["lib/b.rb"]),
        ("bin/a.rb", "app/b", (), ["lib/app/b.rb"], ["lib/app/b.rb"]),
        ("src/A.php", "App\\Db\\Query", (), ["src/Db/Query.php"], ["src/Db/Query.php"]),
        ("src/A.php", "./b.php", (), ["src/b.php"], ["src/b.php"]),
        ("a.cs", "System", (), ["System.cs"], []),
    ],
)
def test_an_import_means_files_of_the_repository(
    path: str, module: str, names: tuple[str, ...], files: list[str], means: list[str]
) -> None:
    index = Index([path, *files], [("", "x.org/m")])
    assert list(targets(Import(module, 1, names), path, index)) == means


def test_files_beside_one_are_used_without_an_import_where_the_language_has_it_so() -> None:
    index = Index(["p/A.java", "p/B.java", "p/C.java", "p/a.go", "p/b.go", "p/b_test.go", "q/c.go", "p/a.py", "p/b.py"])
    assert neighbours("p/A.java", {"B", "x"}, index) == ("p/B.java",)
    assert neighbours("p/a.go", set(), index) == ("p/b.go",)
    assert neighbours("p/a.py", {"b"}, index) == ()


SEGMENTS = st.sampled_from(["a", "b", "lib", "src", "..", ".", "", "__init__", "index", "etc", "\0", "é", "x" * 300])
MODULES = st.one_of(
    st.lists(SEGMENTS, max_size=6).map("/".join), st.lists(SEGMENTS, max_size=6).map(".".join), st.text(max_size=30)
)
PATHS = st.builds(
    lambda parts, end: "/".join(parts) + end,
    st.lists(st.sampled_from(["a", "b", "lib", "src", "index", "__init__"]), min_size=1, max_size=4),
    st.sampled_from([".py", ".js", ".ts", ".java", ".go", ".rb", ".php"]),
)


@settings(max_examples=300, deadline=None)
@given(PATHS, MODULES, st.lists(SEGMENTS, max_size=3), st.lists(PATHS, max_size=12))
def test_no_import_leads_out_of_the_repository(path: str, module: str, names: list[str], files: list[str]) -> None:
    index = Index([path, *files], [("", "a"), ("lib", "b")])
    means = targets(Import(module, 1, tuple(names)), path, index)
    assert set(means) <= index.paths - {path}
    assert len(means) == len(set(means)) <= MAX_TARGETS
    assert {dirname(one) for one in neighbours(path, set(names), index)} <= {dirname(path)}


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["a.py", "a.js", "a.ts", "a.java", "a.go", "a.rb", "a.php", "a.cs"]),
    st.lists(
        st.sampled_from(
            [
                "import ",
                "from ",
                "require(",
                "'",
                '"',
                "`",
                "./x",
                "{",
                "}",
                ";",
                "\n",
                "(",
                ")",
                "\0",
                "a",
                ".",
                "use ",
            ]
        ),
        max_size=25,
    ).map("".join),
)
def test_no_text_makes_the_list_of_imports_fail(path: str, text: str) -> None:
    assert all(one.line >= 1 for one in imports(path, text))
