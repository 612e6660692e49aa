import ast
import textwrap

import pytest

from reviewbot.change import SourceFile
from reviewbot.policy import Severity
from reviewbot.scanners.bandit import Bandit
from reviewbot.scanners.guards import Use, is_harmless
from reviewbot.scanners.vetted import is_vetted

CHECKED = [
    "if not re.fullmatch(r'[0-9]+', value):\n    return\nuse(value)",
    "if re.match('^[0-9]+$', value):\n    use(value)",
    "if re.match('^[0-9]+$', value) is None:\n    raise ValueError\nuse(value)",
    "digits = re.compile('^[0-9]+$')\nif not digits.match(value):\n    abort(400)\nuse(f'x {value}')",
    "if value not in ('1', '2'):\n    raise ValueError\nuse(value)",
    "kinds = {'1': 'one', '2': 'two'}\nif value in kinds:\n    use(value + ' -l')",
    "if value in ALLOWED and other:\n    use(value)",
    "if not value.isdigit() or other:\n    return\nuse('{} {}'.format(value, 1))",
    "number = int(value)\nuse(f'{number} {value}')",
    "try:\n    number = int(value)\nexcept ValueError:\n    return\nuse('x %s' % number)",
    "use({'1': 'one'}[value])",
    "KINDS = {'1': 'one'}\nuse(KINDS.get(value, 'two'))",
    "for part in value:\n    if part not in ALLOWED:\n        raise ValueError\nuse(' '.join(value))",
    "if not all(letter in '0123456789+-' for letter in value):\n    return\nuse(value)",
    "if any(letter not in '0123456789' for letter in value):\n    raise ValueError\nuse(value[0])",
    "if not set(value) <= set('0123456789'):\n    return\nuse(value)",
    "if isinstance(value, (int, float)):\n    use(f'{value}')",
    "for one in ('1', '2'):\n    use(one)",
    "while not value.isdigit():\n    value = input()\nuse(value)",
    "assert value.isdigit()\nuse(value)",
    "text = '1'\nif other:\n    text = '2'\nuse(text)",
    "text = '1'\ntext += ' 2'\nwith open('a') as file:\n    use(text)",
    "use(f'{value:d}')",
]
UNCHECKED = [
    "use(value)",
    "if not re.match('[0-9]+', value):\n    return\nuse(value)",
    "if not re.match('^[0-9]+$|x', value):\n    return\nuse(value)",
    "if not re.match('^.*$', value):\n    return\nuse(value)",
    "if not re.match('^[^;]+$', value):\n    return\nuse(value)",
    "if not value.isdigit():\n    print(value)\nuse(value)",
    "if value.isdigit():\n    return\nuse(value)",
    "if value.isdigit() or other:\n    use(value)",
    "if value.isdigit():\n    value = other\n    use(value)",
    "if is_valid(value):\n    use(value)",
    "if any(letter in '0123' for letter in value):\n    use(value)",
    "if value in [other]:\n    use(value)",
    "for part in value:\n    if part not in ALLOWED:\n        continue\nuse(value)",
    "try:\n    number = int(value)\nexcept ValueError:\n    pass\nuse(value)",
    "try:\n    if not value.isdigit():\n        raise ValueError\nexcept ValueError:\n    use(value)",
    "parts = ['1']\nparts.append(value)\nuse(' '.join(parts))",
    "table = {'1': 'one'}\ntable['2'] = value\nuse(table.get(other) + value)",
    "text = '1'\nif other:\n    text = value\nuse(text)",
    "text = '1'\ntext += value\nuse(text)",
    "with open(value) as text:\n    use(text)",
    "CMD = sys.argv[1]\nuse(CMD)",
    "def within():\n    if not value.isdigit():\n        return\nuse(value)",
]


def _vetted(body: str, use: Use) -> bool:
    tree = ast.parse("def run(value, other):\n" + textwrap.indent(body, "    "))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    found = next(call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "use")
    return is_vetted(tree, found.args[0], use)


@pytest.mark.parametrize("body", CHECKED)
@pytest.mark.parametrize("use", [Use.EXPRESSION, Use.SHELL, Use.SQL])
def test_a_value_is_vetted_where_nothing_else_comes_through(body: str, use: Use) -> None:
    assert _vetted(body, use)


@pytest.mark.parametrize("body", UNCHECKED)
def test_a_value_is_not_vetted_where_something_else_may_come_through(body: str) -> None:
    assert not _vetted(body, Use.SHELL)


@pytest.mark.parametrize(
    ("body", "uses"),
    [
        ("use(shlex.quote(value))", {Use.SHELL}),
        ("if value.isalnum():\n    use(value)", {Use.SHELL, Use.SQL}),
        ("if not isinstance(value, (ast.BinOp, ast.Constant)):\n    return\nuse(value)", {Use.CODE, Use.EXPRESSION}),
        ("if isinstance(value, (ast.Call, ast.Import)):\n    return\nuse(value)", {Use.EXPRESSION}),
    ],
)
def test_what_is_harmless_depends_on_the_use(body: str, uses: set[Use]) -> None:
    assert {use for use in Use if _vetted(body, use)} == uses


@pytest.mark.parametrize("mode", ["eval", "exec"])
def test_a_tree_without_calls_runs_nothing_as_an_expression_only(mode: str) -> None:
    loop = "for node in ast.walk(value):\n    if isinstance(node, ast.Call):\n        raise ValueError\n"
    body = f"{loop}use(compile(value, '', '{mode}'))"

    assert _vetted(body, Use.EXPRESSION) == (mode == "eval")


@pytest.mark.parametrize(
    ("pattern", "method", "harmless"),
    [
        (r"^[\w.-]+$", "match", True),
        (r"[a-z]+", "fullmatch", True),
        (r"^\w+\.\d{1,3}\Z", "search", True),
        (r"^[\w\s]+$", "match", False),
        (r"[a-z]+$", "search", False),
        (r"^[a-z]+\$", "match", False),
        (r"^\S+$", "match", False),
        (r"^a.c$", "match", False),
        (r"^(?s:[a-z])$", "match", False),
    ],
)
def test_a_pattern_is_harmless_if_no_character_of_the_shell_gets_through(
    pattern: str, method: str, *, harmless: bool
) -> None:
    assert is_harmless(pattern, method, Use.SHELL) == harmless


@pytest.mark.parametrize(
    ("test_id", "line"),
    [
        ("B102", "exec({})"),
        ("B307", "eval({})"),
        ("B602", "subprocess.run({}, shell=True)"),
        ("B605", "os.system({})"),
        ("B608", 'cursor.execute(f"SELECT name FROM users WHERE id = {{{}}}")'),
    ],
)
def test_a_finding_on_a_checked_value_is_of_low_severity(test_id: str, line: str) -> None:
    head = "import os, subprocess\n\n\ndef run(a, b):\n    if not b.isdigit():\n        return\n    "
    (scan,) = Bandit().scan([[SourceFile(f"{name}.py", f"{head}{line.format(name)}\n") for name in "ab"]])

    found = {finding.path: finding.severity for finding in scan.findings if finding.rule_id == test_id}
    assert found == {"a.py": Severity.MEDIUM, "b.py": Severity.LOW}
