import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.codemods.script_imports import add_script_imports

REQUIRE = 'const { execFile } = require("node:child_process");'
IMPORT = 'import DOMPurify from "dompurify";'
REQUIRED = 'const DOMPurify = require("dompurify");'
FS = "const fs = require('fs')\n"
LONG = "import a, { b } from 'a';\nimport {\n  c,\n} from 'c';\n"
HEAD = '#!/usr/bin/env node\n"use strict";\n'
BOTH = "const {execFile, exec} = require('child_process');\n"
QUOTED = "/* import x from 'x' */ const t = `\nimport y from 'y'\n`;\nmodule.exports = t;\n"


@pytest.mark.parametrize(
    ("path", "text", "statement", "after"),
    [
        ("a.js", FS, REQUIRE, FS + "const { execFile } = require('node:child_process')\n"),
        ("a.mjs", "run();\n", REQUIRE, 'import { execFile } from "node:child_process";\nrun();\n'),
        ("a.js", LONG + "run();\n", REQUIRE, LONG + "import { execFile } from 'node:child_process';\nrun();\n"),
        ("a.ts", 'import fs = require("fs");\n', IMPORT, f'import fs = require("fs");\n{IMPORT}\n'),
        ("a.cjs", HEAD + "run();\n", IMPORT, HEAD + 'const DOMPurify = require("dompurify");\nrun();\n'),
        ("a.js", "exports.a = require(b);\r\n", IMPORT, f"{REQUIRED}\r\nexports.a = require(b);\r\n"),
        ("a.js", "run();\n", IMPORT, f"{IMPORT}\nrun();\n"),
        ("a.js", "run();\n", 'import { a as b } from "m"', 'import { a as b } from "m";\nrun();\n'),
        ("a.cjs", "run();\n", 'import { a as b } from "m"', 'const { a: b } = require("m");\nrun();\n'),
        ("a.mjs", "run();\n", 'const path = require("path")', 'import * as path from "path";\nrun();\n'),
        ("a.js", BOTH, REQUIRE, BOTH),
        ("a.js", QUOTED, IMPORT, f"{REQUIRED}\n{QUOTED}"),
    ],
)
def test_an_import_is_added_in_the_style_of_the_file(path: str, text: str, statement: str, after: str) -> None:
    assert add_script_imports(path, text, [statement]) == after
    assert add_script_imports(path, after, [statement]) == after


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("const execFile = ours;\n", REQUIRE),
        ("function execFile() {}\n", REQUIRE),
        ("import a, { execFile } from './ours';\n", REQUIRE),
        ("const { execFile } = require('./ours');\n", REQUIRE),
        ("run();\n", "process.exit()"),
        ("run();\n", 'import a, { b } from "m"'),
        ("run();\n", 'const x = require("m"); rm()'),
    ],
)
def test_what_would_clash_or_is_no_import_is_refused(text: str, statement: str) -> None:
    assert add_script_imports("a.js", text, [statement]) is None


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["import ", "{", "}", "'", "`", "\n", "\r", "require(", "x", " from "]) | st.text(max_size=3)
    ),
    st.sampled_from(["a.js", "a.ts", "a.tsx"]),
)
def test_no_text_makes_it_raise_and_the_text_stays(pieces: list[str], path: str) -> None:
    text = "".join(pieces)
    added = add_script_imports(path, text, [IMPORT])
    new = r"(import DOMPurify from|const DOMPurify = require\()[ ]?['\"]dompurify['\"]\)?;?\r?\n"
    assert added is None or re.sub(new, "", added, count=1) in {text, text + "\n", text + "\r\n"}
