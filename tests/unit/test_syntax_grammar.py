import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.syntax import read
from reviewbot.syntax.code import Code
from reviewbot.syntax.signature import replaces

_SAMPLES = {
    "a.js": "const f = (x) => { g(x); };\n",
    "a.ts": "function f(x: string): void { g(<any>x); }\n",
    "a.tsx": "const f = (x: string) => <b>{g(x)}</b>;\n",
    "A.java": "class A { void f(String x) { g(x); } }\n",
    "a.go": "package a\n\nfunc f(x string) {\n\tg(x)\n}\n",
    "a.rb": "def f(x)\n  g(x)\nend\n",
    "a.php": "<?php function f($x) { g($x); }\n",
    "A.cs": "class A { void F(string x) { g(x); } }\n",
}


def _read(text: str, path: str = "a.js") -> Code:
    code = read(path, text)
    assert code is not None
    return code


def _unresolved(text: str, path: str = "a.js") -> list[str]:
    return sorted({name.text for name in _read(text, path).unresolved})


def _names(text: str, path: str = "a.js") -> set[str]:
    return {definition.name for definition in _read(text, path).definitions}


def _calls(text: str, path: str = "a.js") -> list[str]:
    return [call.name for statement in _read(text, path).statements for call in statement.calls]


@pytest.mark.parametrize("path", _SAMPLES)
def test_each_language_is_read_and_a_broken_text_is_flawed(path: str) -> None:
    text = _SAMPLES[path]
    assert _read(text, path).flaws == ()
    assert [call for call in _calls(text, path) if call == "g"] == ["g"]
    assert any(name.rpartition(".")[2].lower() == "f" for name in _names(text, path))
    flaws = _read(text.replace("g(", "g(("), path).flaws
    assert flaws
    assert not any(flaw.fatal for flaw in flaws)


def test_a_language_without_grammar_is_not_read() -> None:
    assert read("main.tf", "x = 1") is None


@pytest.mark.parametrize("path", _SAMPLES)
def test_white_space_and_comments_are_not_the_essence(path: str) -> None:
    text = _SAMPLES[path]
    comment = "# why\n" if path == "a.rb" else "<?php /* why */" if path == "a.php" else "// why\n"
    body = text.removeprefix("<?php") if path == "a.php" else text
    assert _read(text, path).essence == _read(comment + body.replace("g(", " g("), path).essence
    assert _read(text, path).essence != _read(text.replace("x", "y"), path).essence


def test_white_space_in_a_string_is_of_the_essence() -> None:
    assert _read("f('a b')").essence != _read("f('a  b')").essence
    assert _read("f(`a b`)").essence != _read("f(`a  b`)").essence


@given(st.sampled_from(sorted(_SAMPLES)), st.text())
def test_any_text_is_read(path: str, text: str) -> None:
    assert read(path, text) is not None
    assert read(path, _SAMPLES[path][: len(text)] + text) is not None


@pytest.mark.parametrize(
    "text",
    ["(" * 10_000 + "1" + ")" * 10_000, "-" * 50_000 + "1", "a" + ".b" * 20_000, "a" + ".b()" * 20_000],
    ids=lambda text: text[:6],
)
def test_what_nests_too_deeply_is_flawed(text: str) -> None:
    assert any(flaw.fatal for flaw in _read(text).flaws)


@pytest.mark.parametrize("text", ["x\0y", "\ud800", "{" * 10_000, "'" * 10_000, 'f("' + "a" * 500_000 + '")'], ids=len)
def test_a_hostile_text_is_read_all_the_same(text: str) -> None:
    assert not any(flaw.fatal for flaw in _read(text).flaws)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("path.basename(name)", ["name", "path"]),
        ("const path = require('path'); path.basename(__dirname)", []),
        ("import path from 'path'; path.basename('')", []),
        ("import { escape as e } from 'x'; import * as n from 'y'; e(n)", []),
        ("import { escape as e } from 'x'; f(e)", ["f"]),
        ("function f(a, {b, c: d}, [e], ...g) { return [a, b, d, e, g, arguments]; }", []),
        ("function f({b: c = dflt}) { return b; }", ["b", "dflt"]),
        ("const f = a => a; const g = async (b) => b; f(g)", []),
        ("function f() { const path = 1; } function g() { return path; }", ["path"]),
        ("if (1) { let a = 1; var b = 2; } a(b)", ["a"]),
        ("f(); function f() {}", []),
        ("{ function inner() {} } ", []),
        ("for (const k of []) { k(); } for (let i = 0; i < 1; i++) { i(); } k(i)", ["i", "k"]),
        ("try { } catch (e) { e(); } e", ["e"]),
        ("try { } catch { }", []),
        ("class A { m() { return A; } } new A(); const B = class C { m() { C; } }; C", ["C"]),
        ("(function g() { g(); })(); g", ["g"]),
        ("({ a, b: 1, c() {}, [d]: 2 })", ["a", "d"]),
        ("o.p = 1; const o = {};", []),
        ("export { a }; export { b as c } from 'x'; const a = 1;", []),
        ("label: for (;;) { break label; }", []),
        ("typeof missing === 'undefined'", []),
        ("const el = <Foo a={b}><div>{c}</div></Foo>;", ["Foo", "b", "c"]),
        ("fetch(new URL(location.href)); Buffer.from(''); document.title; process.env;", []),
        ("let x = `${y}`;", ["y"]),
        ("undeclared = 1", ["undeclared"]),
    ],
)
def test_names_that_no_scope_declares_are_unresolved(text: str, expected: list[str]) -> None:
    assert _unresolved(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import fs = require('fs'); import type { T } from 't'; fs.x as T", []),
        ("enum E { A } namespace N { export const q = 1 } E.A; N.q", []),
        ("declare const D: string; declare function df(a: number): void; df(D)", []),
        ("class C { constructor(private readonly x: string, y?: number) { y; x; } m(this: Foo, v = 1) { v } }", []),
        ("function isS(x: any): x is string { return typeof x === 'string' }", []),
        ("type F = (a: string) => void; interface I { m(b: string): void; [key: string]: any }", []),
        ("function f<T>(a: T): T { return sanitize(a as unknown as T)! }", ["sanitize"]),
    ],
)
def test_typescript_declares_in_ways_of_its_own(text: str, expected: list[str]) -> None:
    assert _unresolved(text, "a.ts") == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.go", 'package a\nimport "os/exec"\nfunc f(c T) { exec.Command(c.x); html.Escape("") }\n', ["html"]),
        ("a.go", 'package a\nimport y "gopkg.in/yaml.v3"\nfunc f() { y.X(); yaml.X() }\n', ["yaml"]),
        ("a.go", 'package a\nimport "gopkg.in/yaml.v3"\nfunc f() { yaml.X() }\n', []),
        ("A.java", "import java.util.List; class A { List f() { return Paths.get(String.valueOf(1)); } }", ["Paths"]),
        ("A.java", "class A<T> { T f(B b) { return new A<>(); } class B {} }", []),
        ("A.java", "import java.nio.file.*; class A { void f() { Paths.get(); } }", []),
    ],
)
def test_packages_that_are_not_imported_are_unresolved(path: str, text: str, expected: list[str]) -> None:
    assert _unresolved(text, path) == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.js", "function a() {} const b = () => 1, c = 1; class D { m() {} #p() {} }", {"a", "b", "c", "D", "D.m"}),
        ("a.js", "const { exec } = require('x'); const c = 1; const f = function () {};", {"f"}),
        (
            "a.js",
            "export const c = 1; const d = 2; export { d as e }; export default function f() {}",
            {"c", "export e", "f", "export default"},
        ),
        (
            "a.js",
            "exports.a = (x) => x; module.exports = { b, c: 1, d() {} };",
            {"exports.a", "module.exports", "module.exports.b", "module.exports.c", "module.exports.d"},
        ),
        ("a.js", "app.get('/', () => { function inner() {} });", set()),
        ("a.ts", "export class C { private p() {} q() {} } export enum E { A }", {"C", "C.q", "E"}),
        ("A.java", "class A { private void p() {} public int q() { return 1; } A(int x) {} }", {"A", "A.q", "A.A"}),
        (
            "a.go",
            "package a\nfunc (t *T) M() {}\nfunc f() {}\nconst A = 1\nvar B, C = 1, 2\n",
            {"T.M", "f", "A", "B", "C"},
        ),
        (
            "a.rb",
            "module M\n class A\n  C = 1\n  def m; end\n  def self.s; end\n end\nend\n",
            {"M", "M.A", "M.A.C", "M.A.m", "M.A.s"},
        ),
        (
            "a.php",
            "<?php function f() {} class K { const Z = 1; private function p() {} function q() {} }",
            {"f", "K", "K.Z", "K.q"},
        ),
        (
            "A.cs",
            "namespace N { class A { private void P() {} public void Q() {} public int R { get; } } }",
            {"N", "N.A", "N.A.Q", "N.A.R"},
        ),
    ],
)
def test_names_that_other_files_may_use(path: str, text: str, expected: set[str]) -> None:
    assert _names(text, path) == expected


@pytest.mark.parametrize(
    ("path", "old", "new", "same"),
    [
        ("a.js", "function f(a) {}", "function f(b, c = 1) {}", True),
        ("a.js", "function f(a) {}", "function f(a, b) {}", False),
        ("a.js", "function f(a, b) {}", "function f(a) {}", False),
        ("a.js", "function f(a) {}", "function f(...a) {}", True),
        ("a.js", "function f(a) {}", "const f = a => a", True),
        ("a.js", "function f(a) {}", "async function f(a) {}", False),
        ("a.js", "const f = ({a}) => a", "const f = ({a, b}) => a", True),
        ("a.ts", "function f(a: string) {}", "function f(a: string, b?: string) {}", True),
        ("a.ts", "function f(a: string) {}", "function f(a: string, b: string) {}", False),
        ("A.java", "class A { void f(String a) {} }", "class A { void f(int a) {} }", False),
        ("A.java", "class A { void f(String a) {} }", "class A { void f(String b) {} }", True),
        ("a.go", "package a\nfunc f(a, b string) {}", "package a\nfunc f(a string) {}", False),
        ("a.go", "package a\nfunc f(a, b string) {}", "package a\nfunc f(a string, b string) {}", True),
        ("a.rb", "def f(a, k:)\nend", "def f(a, k: 1)\nend", True),
        ("a.rb", "def f(a)\nend", "def f(a, k:)\nend", False),
        ("a.php", "<?php function f($a) {}", "<?php function f($a, $b = 1) {}", True),
        ("a.php", "<?php function f($a) {}", "<?php function f($a, $b) {}", False),
        ("A.cs", "class A { void F(int a) {} }", "class A { void F(int a, int b = 1) {} }", True),
        ("A.cs", "class A { void F(int a) {} }", "class A { static void F(int a) {} }", False),
    ],
)
def test_parameters_decide_whether_the_old_calls_still_fit(path: str, old: str, new: str, *, same: bool) -> None:
    assert replaces(_read(new, path).definitions[-1], _read(old, path).definitions[-1]) is same


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("a.b(c(1)).d(2);", ["a.b().d", "a.b", "c"]),
        ("new Foo(x());", ["new Foo", "x"]),
        ("app.get('/', (req) => {\n  exec(req);\n});", ["app.get", "exec"]),
        ("if (false) { f(); } else { g(); }", ["g"]),
        ("if (true) f(); else g();", ["f"]),
        ("while (0) { f(); }", []),
        ("false && f(); true || g(); x && h();", ["h"]),
        ("true ? f() : g();", ["f"]),
        ("function x() { return; f(); }", []),
        ("function x() { throw new Error(f()); }", ["f"]),
    ],
)
def test_only_calls_that_are_reached_are_listed(text: str, calls: list[str]) -> None:
    assert _calls(text) == calls


def test_statements_that_do_nothing_do_not_act() -> None:
    text = "function f() {\ncmd;\n'use strict';\n;\nreturn null;\n}\nimport a from 'b';\na.b;\n"
    assert [s.start_line for s in _read(text).statements if s.acts] == [1]
    text = "x = 1;\nconst y = 1;\ny++;\ndelete y.z;\nf();\n"
    assert [s.start_line for s in _read(text).statements if s.acts] == [1, 2, 3, 4, 5]


def test_a_callback_ends_the_head_of_its_statement() -> None:
    statements = _read("app.get('/',\n  (req) => {\n    exec(\n      req);\n});\n").statements
    assert [(s.start_line, s.end_line, s.head) for s in statements] == [(1, 2, True), (3, 4, False)]


def test_places_are_counted_in_characters() -> None:
    (call,) = _read("'ü'; f('ö', g);").statements[1].calls
    assert (call.span.start_column, call.span.end_column, call.arguments, call.discarded) == (6, 15, ("'ö'", "g"), True)
