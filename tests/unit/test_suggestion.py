import hashlib
from dataclasses import replace

import pytest

from reviewbot.change import SourceFile
from reviewbot.finding import Finding, Region
from reviewbot.policy import Severity
from reviewbot.reply import Reply, parse_reply
from reviewbot.suggestion import Origin, Suggestion, affordable, answered, apply, ask_again, by_rule
from tests.fakes import finding_at

PYTHON = SourceFile(
    "app.py", "import os\nimport yaml\n\n\ndef go(a, b):\n    x = yaml.load(a)\n    os.system(b)\n    return x\n"
)


def applied(suggestion: Suggestion, file: SourceFile) -> str:
    result = apply(suggestion.edits, file)
    assert result is not None
    return result.text


def fixed(file: SourceFile, finding: Finding) -> str | None:
    suggestion = by_rule(finding, file)
    return applied(suggestion, file) if suggestion else None


def written(text: str, finding: Finding, file: SourceFile) -> Suggestion | None:
    answer = parse_reply(text)
    assert answer is not None
    return answered(Reply(text, "m"), answer, finding, file)


def test_a_check_of_bandit_is_fixed_by_a_codemod_with_its_sentence() -> None:
    suggestion = by_rule(finding_at(PYTHON, 6, tool="Bandit", rule_id="B506"), PYTHON)
    assert suggestion is not None
    assert applied(suggestion, PYTHON) == PYTHON.text.replace("yaml.load", "yaml.safe_load")
    assert suggestion.origin is Origin.RULE
    assert suggestion.rationale == "Reads plain data only, so the YAML cannot create objects of its choice."
    assert suggestion.model == ""


def test_a_finding_that_names_bandit_beside_it_is_fixed_by_the_codemod_too() -> None:
    finding = replace(finding_at(PYTHON, 6), also=("Semgrep other", "Bandit B506"))
    assert fixed(PYTHON, finding) == PYTHON.text.replace("yaml.load", "yaml.safe_load")


def test_the_fix_of_the_rule_goes_before_the_codemod() -> None:
    finding = replace(
        finding_at(PYTHON, 6, rule_id="B506"),
        region=Region(6, 6, 9, 21),
        fix="strictyaml.load(a)",
        fix_imports=("import strictyaml", "import os"),
    )
    assert fixed(PYTHON, finding) == PYTHON.text.replace("yaml.load", "strictyaml.load").replace(
        "import yaml\n", "import yaml\nimport strictyaml\n"
    )


def test_a_rule_fix_keeps_windows_line_ends_and_a_byte_order_mark() -> None:
    file = SourceFile("a.py", "\ufeffx = a(\r\n  1,\r\n)\r\ny = 2\r\n")
    finding = replace(
        finding_at(file, 1), region=Region(1, 3, 6, 2), fix="b(\n  1\n)", fix_imports=("from m import b",)
    )
    assert fixed(file, finding) == "\ufefffrom m import b\r\n\r\nx = b(\r\n  1\r\n)\r\ny = 2\r\n"


def test_a_rule_fix_of_javascript_brings_its_import() -> None:
    file = SourceFile("a.js", "const fs = require('fs');\nel.innerHTML = text;\n")
    finding = replace(
        finding_at(file, 2),
        region=Region(2, 2, 1, 20),
        fix="el.innerHTML = DOMPurify.sanitize(text)",
        fix_imports=('import DOMPurify from "dompurify"',),
    )
    assert fixed(file, finding) == (
        "const fs = require('fs');\nconst DOMPurify = require('dompurify');\nel.innerHTML = DOMPurify.sanitize(text);\n"
    )


@pytest.mark.parametrize(
    "finding",
    [
        finding_at(PYTHON, 6),
        finding_at(PYTHON, 7, rule_id="B605"),
        replace(finding_at(PYTHON, 6), fix=PYTHON.text.split("\n")[5]),
        replace(finding_at(PYTHON, 6), region=Region(90, 91, 1, 2), fix="x"),
        replace(finding_at(PYTHON, 6), region=Region(0, 1, 1, 2), fix="x"),
        replace(finding_at(PYTHON, 6), region=Region(6, 6, 9, 3), fix="x"),
        replace(finding_at(PYTHON, 6), region=Region(6, 6, 1, 999), fix="x"),
        replace(finding_at(PYTHON, 6), fix="x", fix_imports=("x = 1",)),
        replace(finding_at(PYTHON, 6), fix="x", fix_imports=("import a.b as os",)),
    ],
)
def test_where_no_rule_knows_a_fix_there_is_no_suggestion(finding: Finding) -> None:
    assert by_rule(finding, PYTHON) is None


def test_a_fix_that_needs_an_import_is_left_out_where_imports_cannot_be_added() -> None:
    file = SourceFile("A.java", "class A {}\n")
    assert fixed(file, replace(finding_at(file, 1), fix="class B {}")) == "class B {}\n"
    assert fixed(file, replace(finding_at(file, 1), fix="class B {}", fix_imports=("import x.Y;",))) is None


def test_an_import_that_would_land_inside_a_string_is_not_added() -> None:
    file = SourceFile("a.py", 'import os; x = """\n"""\nf()\n')
    assert fixed(file, replace(finding_at(file, 3), fix="g()", fix_imports=("import g",))) is None


def test_of_a_big_file_full_of_findings_only_the_graver_ones_are_worked_on() -> None:
    file = SourceFile("big.js", "eval(x)\n" * 30 + "// " + "x" * 999_000)
    low = [finding_at(file, n, severity=Severity.LOW) for n in range(1, 30)]
    high = finding_at(file, 30)
    elsewhere = replace(high, path="other.js")
    assert affordable([*low, elsewhere, high], [file]) == tuple((finding, file) for finding in (*low[:4], high))


def test_an_answer_gets_the_indentation_and_line_ends_of_the_flagged_lines() -> None:
    file = SourceFile("a.js", "if (a) {\r\n\t\teval(x);\r\n}")
    suggestion = written("```js\nif (b) {\n  f(x);\n}\n```", finding_at(file, 2), file)
    assert suggestion is not None
    assert applied(suggestion, file) == "if (a) {\r\n\t\tif (b) {\r\n\t\t  f(x);\r\n\t\t}\r\n}"
    last = written("```\n};\n```", finding_at(file, 3), file)
    assert last is not None
    assert applied(last, file).endswith("\r\n};")


def test_an_answer_that_changes_nothing_or_names_strange_imports_is_no_suggestion() -> None:
    finding = finding_at(PYTHON, 7)
    assert written("```\nos.system(b)\n```", finding, PYTHON) is None
    assert written("```\nf(b)\n```\n```imports\nrm()\n```", finding, PYTHON) is None
    assert written("```\nf(b)\n```", replace(finding, region=Region(80, 80, 1, 2)), PYTHON) is None
    assert written("```\nf(b)\n```", finding, SourceFile("other.py", PYTHON.text)) is None


def test_what_was_refused_is_shown_as_it_would_stand_in_place_of_the_flagged_lines() -> None:
    finding = finding_at(PYTHON, 7)
    text = "```\nif b:\n    subprocess.run([b])\n```\n```imports\nimport subprocess\n```"
    suggestion = written(text, finding, PYTHON)
    assert suggestion is not None
    prompt = ask_again(suggestion, ["It is still there."], PYTHON)
    assert prompt is not None
    refused = prompt.user.partition("BEGIN refused ")[2].partition("END refused")[0].split("\n", 1)[1]
    assert refused == "    if b:\n        subprocess.run([b])\n"
    assert "It is still there." in prompt.user
    assert "    7|     os.system(b)" in prompt.user
    assert "Line 7 is flagged" in prompt.user


def test_a_suggestion_of_a_model_names_it_and_the_hash_of_what_it_said() -> None:
    suggestion = written("```\nf(b)\n```", finding_at(PYTHON, 7), PYTHON)
    assert suggestion is not None
    assert (suggestion.origin, suggestion.model) == (Origin.MODEL, "m")
    assert suggestion.answer_sha256 == hashlib.sha256(b"```\nf(b)\n```").hexdigest()


def test_there_is_nothing_to_ask_about_a_patch_without_a_finding() -> None:
    suggestion = Suggestion(Origin.PATCH, None, (), "A patch.")
    assert ask_again(suggestion, [], PYTHON) is None
