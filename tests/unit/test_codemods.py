import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.codemods import CODEMODS, codemod
from reviewbot.codemods.declined import DECLINED
from reviewbot.finding import Region
from reviewbot.rule_fix import add_imports
from tests.codemod_cases import DECLINES, FIXES, Case


def named(case: Case) -> str:
    return f"{case.rule_id} {case.before}"[:60]


def fix(case: Case) -> str | None:
    mod = codemod(case.rule_id)
    assert mod is not None
    return mod(case.before, case.region)


@pytest.mark.parametrize("case", FIXES, ids=named)
def test_only_the_flagged_call_is_rewritten_and_missing_imports_added(case: Case) -> None:
    assert fix(case) == case.after


@pytest.mark.parametrize("case", FIXES, ids=named)
def test_a_fix_parses_and_keeps_every_public_name(case: Case) -> None:
    def names(text: str) -> set[str]:
        return {n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)} | {
            n.name for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.ClassDef)
        }

    assert case.after is not None
    assert names(case.after) == names(case.before)


@pytest.mark.parametrize("case", FIXES, ids=named)
def test_fixing_twice_changes_nothing(case: Case) -> None:
    assert case.after is not None
    lines = case.after.split("\n")
    mod = codemod(case.rule_id)
    assert mod is not None
    for number, line in enumerate(lines, start=1):
        assert mod(case.after, Region(number, number, 1, len(line) + 1)) is None


@pytest.mark.parametrize("case", FIXES, ids=named)
def test_windows_line_ends_and_a_byte_order_mark_are_kept(case: Case) -> None:
    assert case.after is not None
    mod = codemod(case.rule_id)
    assert mod is not None
    before = "\ufeff" + case.before.replace("\n", "\r\n")
    assert mod(before, case.region) == "\ufeff" + case.after.replace("\n", "\r\n")


@pytest.mark.parametrize("case", DECLINES, ids=named)
def test_what_is_not_certain_is_left_alone(case: Case) -> None:
    assert fix(case) is None


def test_tabs_and_comments_are_kept() -> None:
    before = "import yaml\nif x:\n\tcfg = yaml.load(\n\t\tf,  # the file\n\t)\t# read\n"
    mod = codemod("B506")
    assert mod is not None
    assert mod(before, Region(3, 3, 8, 17)) == before.replace("yaml.load", "yaml.safe_load")


def test_of_two_calls_on_one_line_the_flagged_one_is_rewritten() -> None:
    mod = codemod("B506")
    assert mod is not None
    before = "import yaml\né = yaml.load(a); b = yaml.load(b)\n"
    assert mod(before, Region(2, 2, 24, 36)) == "import yaml\né = yaml.load(a); b = yaml.safe_load(b)\n"
    assert mod(before, Region(2, 2, 1, 36)) is None
    nested = "import yaml\nyaml.load(yaml.load(b))\n"
    assert mod(nested, Region(2, 2, 1, 24)) == "import yaml\nyaml.safe_load(yaml.load(b))\n"


def test_a_file_in_which_python_counts_other_lines_is_left_alone() -> None:
    mod = codemod("B506")
    assert mod is not None
    assert mod("import yaml\r\r\ryaml.load(f)\n", Region(1, 9, 1, 9)) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("eval(x)\n", "import ast\n\nast.literal_eval(x)\n"),
        (
            "#!/usr/bin/python\n# -*- coding: utf-8 -*-\neval(x)\n",
            "#!/usr/bin/python\n# -*- coding: utf-8 -*-\n\nimport ast\n\nast.literal_eval(x)\n",
        ),
        ('"""Doc."""\n\neval(x)\n', '"""Doc."""\n\nimport ast\n\nast.literal_eval(x)\n'),
        (
            "from __future__ import annotations\n\nimport os\n\nimport flask\n\neval(x)\n",
            "from __future__ import annotations\n\nimport os\nimport ast\n\nimport flask\n\nast.literal_eval(x)\n",
        ),
        ("from ast import literal_eval\neval(x)", "from ast import literal_eval\nliteral_eval(x)"),
        (
            "def f():\n    import ast\n    eval(x)\n",
            "import ast\n\ndef f():\n    import ast\n    ast.literal_eval(x)\n",
        ),
    ],
)
def test_an_import_goes_where_imports_are(before: str, after: str) -> None:
    line = before[: before.index("eval(x)")].count("\n") + 1
    mod = codemod("B307")
    assert mod is not None
    assert mod(before, Region(line, line, 1, 100)) == after


def test_every_check_has_a_rewrite_or_a_reason_and_not_both() -> None:
    assert not CODEMODS.keys() & DECLINED.keys()
    assert codemod("B301") is None
    assert {case.rule_id for case in FIXES} | {"B313", "B316", "B317", "B319"} == CODEMODS.keys()


@pytest.mark.parametrize(
    "expression", ["(" * 9_000, "x" + ".a" * 9_000, "-" * 9_000 + "x", "x" + "+a" * 9_000, "f(" * 150 + ")" * 150]
)
def test_code_nested_beyond_reason_is_left_alone(expression: str) -> None:
    text = f"import yaml\nyaml.load({expression})\n"
    mod = codemod("B506")
    assert mod is not None
    assert mod(text, Region(2, 2, 1, 10)) is None


FRAGMENTS = [
    *(case.before for case in (*FIXES, *DECLINES)),
    *"\n\r\t\x00\ufeff\x0c'\"(){}%\\é\u2028",
    "import yaml\n",
    "yaml.load(",
    "f'{x}'",
    "\ud800",
]
numbers = st.integers(-2, 60)


@settings(max_examples=300, deadline=None)
@given(
    text=st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), max_size=8).map("".join),
    region=st.builds(Region, numbers, numbers, numbers, numbers),
    rule_id=st.sampled_from(sorted(CODEMODS)),
)
def test_no_text_and_no_region_makes_a_codemod_raise(text: str, region: Region, rule_id: str) -> None:
    result = CODEMODS[rule_id](text, region)
    if result is not None:
        ast.parse(result.removeprefix("\ufeff"))


def test_an_import_of_everything_is_not_added() -> None:
    assert add_imports("a.py", "import os\n", ("from os import *",)) is None
