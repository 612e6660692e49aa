import pytest

from reviewbot.change import SourceFile
from reviewbot.context import CONTEXT_CHARACTERS, DEFINITION_CHARACTERS, MAX_OTHERS, excerpt
from reviewbot.syntax.outline import Part, function_around, outline

PADDING = "".join(f"x{n} = {n}  # {'.' * 80}\n" for n in range(300))


def test_a_short_file_is_shown_whole_wherever_the_lines_are() -> None:
    file = SourceFile("a.py", "import os\n\n\ndef f():\n    g()\n")
    assert excerpt(file, 1, 1) == excerpt(file, 5, 5)
    assert excerpt(file, 5, 5).code.startswith("    1| import os\n    2| \n")


@pytest.mark.parametrize(
    ("path", "function", "start", "shown"),
    [
        ("a.py", "@app.get('/')\ndef f(x):\n    return g(x)\n\n\n", 3, "import os"),
        ("a.js", "app.get('/', (req) => {\n  g(req);\n});\n\n", 2, "const fs = require('fs')"),
        ("a.go", "func f(x int) {\n\tg(x)\n}\n\n", 2, 'import "os"'),
        ("a.java", "class A {\n  void f() {\n    g();\n  }\n}\n", 3, "import os.A;"),
        ("a.rb", "def f(x)\n  g(x)\nend\n\n", 2, "require 'os'"),
        ("a.php", "function f($x) {\n  g($x);\n}\n\n", 2, "use os\\A;"),
        ("a.cs", "class A {\n  void F() {\n    G();\n  }\n}\n", 3, "using os;"),
        ("a.ts", "export class A {\n  f(): void {\n    g();\n  }\n}\n", 3, "import os from 'os'"),
    ],
)
def test_of_a_long_file_the_function_is_shown_and_the_imports(path: str, function: str, start: int, shown: str) -> None:
    tag = "<?php\n" if path.endswith("php") else ""
    head = f"{tag}{shown}\n"
    filler = "".join(f"{'#' if path[-2:] in {'py', 'rb'} else '//'} filler {n} {'.' * 80}\n" for n in range(200))
    file = SourceFile(path, head + filler + function + filler)
    at = len(head.splitlines()) + 200 + start
    code = excerpt(file, at, at).code
    assert f"| {shown}\n" in code
    first = max(0, start - 2)
    assert function.splitlines()[first] in code
    assert "filler" not in code


def test_without_a_function_the_lines_around_are_shown_within_the_budget() -> None:
    file = SourceFile("a.py", PADDING)
    code = excerpt(file, 150, 150).code
    assert "  150| x149 = 149" in code
    assert " 110| " in code
    assert " 109| " not in code
    assert len(code) < CONTEXT_CHARACTERS + 1_000


def test_what_the_code_uses_from_other_files_is_shown_and_nothing_else_of_them() -> None:
    file = SourceFile(
        "app/views.py", "from app.db import find\n\n\ndef view(request):\n    return find(request.user)\n"
    )
    other = SourceFile(
        "app/db.py",
        "import sqlite3\n\n\n@cached\ndef find(user):\n    return user\n\n\n"
        "def gone():\n    pass\n\n\ndef view(x):\n    pass\n",
    )
    assert excerpt(file, 5, 5, [other]).definitions == "@cached\ndef find(user):\n    return user\n"
    assert excerpt(file, 5, 5, [file, SourceFile("app/db.js", "function find(user) {}\n")]).definitions == ""


def test_methods_and_inner_functions_are_no_definitions_of_their_own() -> None:
    file = SourceFile("a.py", "x = run(Shell)\n")
    other = SourceFile(
        "b.py", "class Tool:\n    def run(self):\n        pass\n\n\nclass Shell:\n    def run(self):\n        pass\n"
    )
    assert excerpt(file, 1, 1, [other]).definitions == "class Shell:\n    def run(self):\n        pass\n"


def test_definitions_keep_to_their_budget_and_show_where_they_were_cut() -> None:
    body = "".join(f"    y = '{'.' * 100}'  # {n}\n" for n in range(30))
    others = [SourceFile(f"b{n}.py", f"def f{n}():\n{body}") for n in range(3)]
    file = SourceFile("a.py", "f0()\nf1()\nf2()\n")
    definitions = excerpt(file, 1, 1, others).definitions
    assert definitions.startswith("def f0():\n    y")
    assert definitions.endswith("...\n")
    assert len(definitions) <= DEFINITION_CHARACTERS + 4
    assert "def f1():\n    y" in definitions
    assert "f2" not in definitions


def test_only_so_many_files_are_searched_and_those_that_the_file_names_first() -> None:
    file = SourceFile("a.py", "from lib.zz import wanted\nwanted()\n")
    others = [SourceFile(f"b{n}.py", f"def g{n}():\n    pass\n") for n in range(MAX_OTHERS)]
    assert excerpt(file, 2, 2, [*others, SourceFile("lib/zz.py", "def wanted():\n    pass\n")]).definitions
    assert not excerpt(file, 2, 2, [*others, SourceFile("etc/yy.py", "def wanted():\n    pass\n")]).definitions


def test_a_part_has_its_decorators_and_knows_what_holds_it() -> None:
    text = "class A:\n    @auth\n    def f(self):\n        def g():\n            pass\n"
    assert outline("a.py", text) == (
        Part(1, 5, "A", function=False, top=True),
        Part(2, 5, "f", function=True, top=False),
        Part(4, 5, "g", function=True, top=False),
    )
    around = function_around("a.py", text, 3, 3)
    assert around is not None
    assert around.name == "f"


@pytest.mark.parametrize("text", ["def f(:\n", "(" * 20_000, "\0", "x = 1\n" * 60_000])
def test_what_cannot_be_read_has_no_parts(text: str) -> None:
    assert outline("a.py", text) == ()
    assert outline("a.tf", text) == ()
    assert isinstance(outline("a.js", text), tuple)
