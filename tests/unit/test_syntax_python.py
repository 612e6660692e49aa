import ast
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.syntax.code import Code
from reviewbot.syntax.python import read_python
from reviewbot.syntax.signature import replaces, takes_all_calls


def _unresolved(text: str) -> list[tuple[str, int]]:
    return [(name.text, name.line) for name in read_python(text).unresolved]


def _names(text: str) -> set[str]:
    return {definition.name for definition in read_python(text).definitions}


def _calls(text: str) -> list[str]:
    return [call.name for statement in read_python(text).statements for call in statement.calls]


def _acting(text: str) -> list[int]:
    return [statement.start_line for statement in read_python(text).statements if statement.acts]


@pytest.mark.parametrize(
    "text",
    [
        "def f(:\n",
        "x = 'a\n",
        "print 'old'\n",
        "x = 1\0\n",
        "x = '\ud800'\n",
        "x = 1\ry = 2\n",
        "+".join(["1"] * 5_000),
        "(" * 10_000 + ")" * 10_000,
        "x" + ".a" * 20_000,
        "if x: pass\n" + "elif x: pass\n" * 5_000,
        "-" * 50_000 + "1",
    ],
    ids=lambda text: text[:12],
)
def test_what_python_cannot_read_is_flawed(text: str) -> None:
    assert len(read_python(text).flaws) == 1


def test_a_flaw_names_its_line() -> None:
    assert read_python("x = 1\ny = (\n").flaws[0].line == 2


@pytest.mark.parametrize("text", ["", "\ufeffx = 1\n", "x = '\\d'\n", "# coding: utf-7\nx = 1\n", "x = 1\r\ny = 2\r\n"])
def test_what_python_can_read_has_no_flaw(text: str) -> None:
    assert read_python(text).flaws == ()


def test_white_space_and_comments_are_not_the_essence() -> None:
    assert read_python("x = f(1, 2)\n").essence == read_python("# why\nx = f( 1,\n  2 )  # nosec\n").essence
    assert read_python("x = f(1, 2)\n").essence != read_python("x = f(2, 1)\n").essence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import os\nos.getcwd()\n", []),
        ("os.getcwd()\n", [("os", 1)]),
        ("def f(cmd):\n    subprocess.run(shlex.split(cmd))\n", [("subprocess", 2), ("shlex", 2)]),
        ("def f():\n    import shlex\n    shlex.split('')\ndef g():\n    shlex.split('')\n", [("shlex", 5)]),
        ("shlex.split('')\nimport shlex\n", [("shlex", 1)]),
        ("from os.path import *\njoin('a')\n", [("join", 2)]),
        ("__all__ = ['gone']\n", [("gone", 1)]),
        ("def f():\n    print(x)\n    x = 1\nx = 2\n", [("x", 2)]),
        ("print(len(__file__))\n", []),
        ("[y for y in (1, 2)]\nclass A:\n    z = 1\n    def f(self):\n        return z\n", [("z", 5)]),
        ("x: 'Missing'\n", [("Missing", 1)]),
    ],
)
def test_names_that_come_from_nowhere_are_unresolved(text: str, expected: list[tuple[str, int]]) -> None:
    assert _unresolved(text) == expected


def test_public_names_are_what_other_modules_may_use() -> None:
    text = (
        "import os\nfrom a import b as b\nLIMIT = 1\n_own = 2\nx, (y, z) = 1, (2, 3)\nn: int = 4\n"
        "def run(): pass\ndef _hidden(): pass\n"
        "class Shell:\n    timeout = 1\n    def __init__(self): pass\n    def run(self): pass\n    def _x(self): pass\n"
        "    class Inner:\n        def go(self, a): pass\n"
        "class _Own:\n    def run(self): pass\n"
        "if True:\n    def late(): pass\nelse:\n    def other(): pass\ntry:\n    A = 1\nexcept E:\n    B = 1\n"
    )
    assert _names(text) == {
        *("b", "LIMIT", "x", "y", "z", "n", "run", "late", "other", "A", "B"),
        *("Shell", "Shell.timeout", "Shell.__init__", "Shell.run", "Shell.Inner", "Shell.Inner.go"),
    }


def test_what_all_lists_is_public_whatever_its_name_is() -> None:
    assert _names("__all__ = ['_f']\n__all__ += ['os']\nimport os\ndef _f(): pass\n") == {
        "__all__: _f",
        "__all__: os",
        "_f",
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def f(a): ...", "def f(a, b=1): ..."),
        ("def f(a, b): ...", "def f(a, b=1): ..."),
        ("def f(a, /): ...", "def f(b, /): ..."),
        ("def f(a, /): ...", "def f(b): ..."),
        ("def f(a): ...", "def f(*args, **kw): ..."),
        ("def f(a): ...", "def f(a, *args, k=1): ..."),
        ("def f(*, k): ...", "def f(*, k=1): ..."),
        ("def f(*, k): ...", "def f(k): ..."),
        ("def f(a): ...", "f = lambda a: 1"),
        ("f = None", "def f(a): ..."),
        ("class C:\n    def m(self, a): ...", "class C:\n    def m(this, a, b=2): ..."),
        ("class C:\n    @staticmethod\n    def m(a): ...", "class C:\n    @staticmethod\n    def m(a): ..."),
    ],
)
def test_a_definition_that_takes_every_old_call_replaces_the_old_one(old: str, new: str) -> None:
    before, after = read_python(old).definitions[-1], read_python(new).definitions[-1]
    assert replaces(after, before)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def f(a): ...", "def f(): ..."),
        ("def f(a): ...", "def f(a, b): ..."),
        ("def f(a=1): ...", "def f(a): ..."),
        ("def f(a): ...", "def f(b): ..."),
        ("def f(a): ...", "def f(a, /): ..."),
        ("def f(a, b): ...", "def f(b, a): ..."),
        ("def f(a): ...", "def f(*a): ..."),
        ("def f(*a): ...", "def f(a=1): ..."),
        ("def f(**k): ...", "def f(k=1): ..."),
        ("def f(*a, **k): ...", "def f(x=1, *a, **k): ..."),
        ("def f(a, /, b): ...", "def f(b, *c, **d): ..."),
        ("def f(): ...", "def f(*, k): ..."),
        ("def f(*, k): ...", "def f(): ..."),
        ("def f(*, k=1): ...", "def f(*, k): ..."),
        ("def f(): ...", "async def f(): ..."),
        ("def f(): ...", "class f: ..."),
        ("def f(): ...", "f = 1"),
        ("def f(): ...", "f = wrap(g)"),
        ("class C:\n    @property\n    def m(self): ...", "class C:\n    def m(self): ..."),
        ("class C:\n    def m(self): ...", "class C:\n    @staticmethod\n    def m(self): ..."),
    ],
)
def test_a_definition_that_refuses_an_old_call_does_not_replace_the_old_one(old: str, new: str) -> None:
    before, after = read_python(old).definitions[-1], read_python(new).definitions[-1]
    assert not replaces(after, before)


@st.composite
def _signatures(draw: st.DrawFn) -> str:
    names = iter(draw(st.permutations("abc")))
    groups = [[next(names) for _ in range(draw(st.integers(0, 1)))] for _ in range(3)]
    default = False
    parts: list[str] = []
    for index, group in enumerate(groups):
        for name in group:
            optional = draw(st.booleans())
            default = (default or optional) if index < 2 else optional
            parts.append(f"{name}=0" if default else name)
        if index == 0 and group:
            parts.append("/")
        if index == 1 and (groups[2] or draw(st.booleans())):
            parts.append("*rest" if draw(st.booleans()) or not groups[2] else "*")
    return ", ".join(parts + (["**named"] if draw(st.booleans()) else []))


def _function(signature: str) -> Callable[..., None]:
    scope: dict[str, Callable[..., None]] = {}
    exec(f"def f({signature}): ...", scope)  # noqa: S102  the signature is built above, letter by letter
    return scope["f"]


def _accepts(function: Callable[..., None], positional: int, names: str) -> bool:
    try:
        function(*range(positional), **dict.fromkeys(names, 0))
    except TypeError:
        return False
    return True


@settings(max_examples=600)
@given(_signatures(), _signatures())
def test_no_call_that_was_accepted_is_refused_by_a_compatible_signature(old: str, new: str) -> None:
    before, after = (read_python(f"def f({text}): ...").definitions[0].parameters or () for text in (old, new))
    if not takes_all_calls(after, before):
        return
    was, now = _function(old), _function(new)
    for positional in range(5):
        for names in ("", "a", "b", "c", "d", "ab", "ac", "bc", "abc", "ad", "bd", "cd", "abcd"):
            assert not _accepts(was, positional, names) or _accepts(now, positional, names), (positional, names)


@given(_signatures())
def test_a_signature_is_compatible_with_itself(signature: str) -> None:
    parameters = read_python(f"def f({signature}): ...").definitions[0].parameters or ()
    assert takes_all_calls(parameters, parameters)


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("f(g(1), h=i())\n", ["f", "g", "i"]),
        ("a.b().c[0].d(1)\n", ["a.b().c[].d", "a.b"]),
        ("with open(x) as y: y.read()\n", ["open", "y.read"]),
        ("if False:\n    f()\nelse:\n    g()\n", ["g"]),
        ("if True:\n    f()\nelse:\n    g()\n", ["f"]),
        ("if not 1:\n    f()\n", []),
        ("if typing.TYPE_CHECKING:\n    f()\n", []),
        ("while 0:\n    f()\n", []),
        ("for _ in ():\n    f()\n", []),
        ("def x():\n    return\n    f()\n", []),
        ("def x():\n    raise E(f())\n    g()\n", ["f"]),
        ("False and f()\nTrue or g()\n(h() if 0 else i())\nx and j()\n", ["i", "j"]),
        ("assert f(), g()\n", ["f"]),
        ("@f()\ndef x(a=g()): pass\n", ["f", "g"]),
        ("match f():\n    case A() if g(): h()\n", ["f", "g", "h"]),
        ("try:\n    f()\nexcept g():\n    h()\nelse:\n    i()\nfinally:\n    j()\n", ["f", "g", "h", "i", "j"]),
    ],
)
def test_only_calls_that_are_reached_are_listed(text: str, calls: list[str]) -> None:
    assert _calls(text) == calls


def test_statements_that_do_nothing_do_not_act() -> None:
    idle = "def f():\n    'doc'\n    pass\n    ...\n    cmd\n    a.b\n    import os\n    global z\n    return None\n"
    assert _acting(idle) == [1]
    assert _acting("cmd == 1\nreturn_value = 1\n") == [2]
    assert _acting("def f():\n    return\n") == [1]
    assert _acting("def f():\n    return x\n") == [1, 2]
    assert _acting("f()\nx = 1\ndel x\nassert x\nawait_ = (yield)\n") == [1, 2, 3, 4, 5]


def test_the_head_of_a_statement_ends_before_its_body() -> None:
    heads = read_python("if (a and\n    b):\n    c()\n@d\ndef e(\n    f,\n): g()\n").statements
    assert [(s.start_line, s.end_line, s.head) for s in heads] == [
        (1, 2, True),
        (3, 3, False),
        (4, 5, True),
        (7, 7, False),
    ]


def test_places_are_counted_in_characters() -> None:
    (call,) = read_python("é = 'ü'; f(\n 'ö', g)\n").statements[1].calls
    assert (call.span.start_line, call.span.start_column, call.span.end_line, call.span.end_column) == (1, 10, 2, 9)
    assert call.arguments == ("'ö'", "g")
    assert call.discarded


@given(st.text())
def test_any_text_is_read_or_flawed(text: str) -> None:
    code = read_python(text)
    assert isinstance(code, Code)
    if not code.flaws:
        ast.parse(text.removeprefix("\ufeff"))
