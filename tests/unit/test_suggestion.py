from dataclasses import replace

import pytest

from reviewbot.change import Change, ChangedFile, SourceFile
from reviewbot.errors import GenerationError
from reviewbot.finding import Finding, Region
from reviewbot.policy import Severity
from reviewbot.prompt import Reply
from reviewbot.suggestion import Origin, Suggestion, answered, apply, ask_again, suggest
from tests.fakes import ScriptedGenerator, finding_at

PYTHON = SourceFile(
    "app.py", "import os\nimport yaml\n\n\ndef go(a, b):\n    x = yaml.load(a)\n    os.system(b)\n    return x\n"
)


def change_of(*files: SourceFile) -> Change:
    return Change("base", "head", tuple(ChangedFile(file.path, None, file.text, ()) for file in files))


def applied(suggestion: Suggestion, file: SourceFile) -> str:
    result = apply(suggestion.edits, file)
    assert result is not None
    return result.text


def by_rule(file: SourceFile, finding: Finding) -> str | None:
    suggestions = suggest([finding], change_of(file), None)
    assert len(suggestions) <= 1
    return applied(suggestions[0], file) if suggestions else None


def test_a_check_of_bandit_is_fixed_by_a_codemod_with_its_sentence() -> None:
    (suggestion,) = suggest([finding_at(PYTHON, 6, tool="Bandit", rule_id="B506")], change_of(PYTHON), None)
    assert applied(suggestion, PYTHON) == PYTHON.text.replace("yaml.load", "yaml.safe_load")
    assert suggestion.origin is Origin.RULE
    assert suggestion.rationale == "Reads plain data only, so the YAML cannot create objects of its choice."
    assert suggestion.model == ""


def test_a_finding_that_names_bandit_beside_it_is_fixed_by_the_codemod_too() -> None:
    finding = replace(finding_at(PYTHON, 6), also=("Semgrep other", "Bandit B506"))
    assert by_rule(PYTHON, finding) == PYTHON.text.replace("yaml.load", "yaml.safe_load")


def test_the_fix_of_the_rule_goes_before_the_codemod() -> None:
    finding = replace(
        finding_at(PYTHON, 6, rule_id="B506"),
        region=Region(6, 6, 9, 21),
        fix="strictyaml.load(a)",
        fix_imports=("import strictyaml", "import os"),
    )
    assert by_rule(PYTHON, finding) == PYTHON.text.replace("yaml.load", "strictyaml.load").replace(
        "import yaml\n", "import yaml\nimport strictyaml\n"
    )


def test_a_rule_fix_keeps_windows_line_ends_and_a_byte_order_mark() -> None:
    file = SourceFile("a.py", "\ufeffx = a(\r\n  1,\r\n)\r\ny = 2\r\n")
    finding = replace(
        finding_at(file, 1), region=Region(1, 3, 6, 2), fix="b(\n  1\n)", fix_imports=("from m import b",)
    )
    assert by_rule(file, finding) == "\ufefffrom m import b\r\n\r\nx = b(\r\n  1\r\n)\r\ny = 2\r\n"


def test_a_rule_fix_of_javascript_brings_its_import() -> None:
    file = SourceFile("a.js", "const fs = require('fs');\nel.innerHTML = text;\n")
    finding = replace(
        finding_at(file, 2),
        region=Region(2, 2, 1, 20),
        fix="el.innerHTML = DOMPurify.sanitize(text)",
        fix_imports=('import DOMPurify from "dompurify"',),
    )
    assert by_rule(file, finding) == (
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
        replace(finding_at(PYTHON, 6), path="other.py", rule_id="B506"),
    ],
)
def test_where_no_rule_knows_a_fix_there_is_no_suggestion(finding: Finding) -> None:
    assert suggest([finding], change_of(PYTHON), None) == ()


def test_a_fix_that_needs_an_import_is_left_out_where_imports_cannot_be_added() -> None:
    file = SourceFile("A.java", "class A {}\n")
    assert by_rule(file, replace(finding_at(file, 1), fix="class B {}")) == "class B {}\n"
    assert by_rule(file, replace(finding_at(file, 1), fix="class B {}", fix_imports=("import x.Y;",))) is None


def test_an_import_that_would_land_inside_a_string_is_not_added() -> None:
    file = SourceFile("a.py", 'import os; x = """\n"""\nf()\n')
    assert by_rule(file, replace(finding_at(file, 3), fix="g()", fix_imports=("import g",))) is None


def test_the_model_is_asked_once_for_all_that_no_rule_can_fix() -> None:
    findings = [
        finding_at(PYTHON, 7),
        finding_at(PYTHON, 6, rule_id="B506"),
        finding_at(PYTHON, 8),
        finding_at(PYTHON, 5),
    ]
    model = ScriptedGenerator(
        ["```\nsubprocess.run([b])\n```\n```imports\nimport subprocess\n```", "Sorry.", "```\n```"]
    )
    first, second = suggest(findings, change_of(PYTHON), model)
    assert len(model.prompts) == 3
    assert (first.origin, first.finding, first.model) == (Origin.MODEL, findings[0], "scripted 1.0")
    assert applied(first, PYTHON) == PYTHON.text.replace("os.system(b)", "subprocess.run([b])").replace(
        "import yaml\n", "import yaml\nimport subprocess\n"
    )
    assert second.origin is Origin.RULE


def test_a_big_file_full_of_findings_gets_suggestions_for_the_graver_ones_only() -> None:
    file = SourceFile("big.js", "eval(x)\n" * 30 + "// " + "x" * 999_000)
    low = [replace(finding_at(file, n, severity=Severity.LOW), fix="f(x)") for n in range(1, 30)]
    high = replace(finding_at(file, 30), fix="f(x)")
    suggestions = suggest([*low, high], change_of(file), None)
    assert [suggestion.finding for suggestion in suggestions] == [*low[:4], high]


def test_a_model_that_leaves_prompts_unanswered_is_not_believed() -> None:
    class Silent:
        def generate(self, _prompts: object) -> list[Reply]:
            return []

    with pytest.raises(GenerationError, match="answered 0 prompts of 1"):
        suggest([finding_at(PYTHON, 6)], change_of(PYTHON), Silent())


def test_without_need_the_model_is_not_asked() -> None:
    class Unasked:
        def generate(self, _prompts: object) -> list[Reply]:
            raise AssertionError

    assert len(suggest([finding_at(PYTHON, 6, rule_id="B506")], change_of(PYTHON), Unasked())) == 1
    assert suggest([], change_of(PYTHON), Unasked()) == ()


def test_an_answer_gets_the_indentation_and_line_ends_of_the_flagged_lines() -> None:
    file = SourceFile("a.js", "if (a) {\r\n\t\teval(x);\r\n}")
    reply = Reply("```js\nif (b) {\n  f(x);\n}\n```", "m")
    suggestion = answered(reply, finding_at(file, 2), file, attempt=2)
    assert suggestion is not None
    assert suggestion.attempt == 2
    assert applied(suggestion, file) == "if (a) {\r\n\t\tif (b) {\r\n\t\t  f(x);\r\n\t\t}\r\n}"
    last = answered(Reply("```\n};\n```", "m"), finding_at(file, 3), file)
    assert last is not None
    assert applied(last, file).endswith("\r\n};")


def test_an_answer_that_changes_nothing_or_names_strange_imports_is_no_suggestion() -> None:
    finding = finding_at(PYTHON, 7)
    assert answered(Reply("```\nos.system(b)\n```", "m"), finding, PYTHON) is None
    assert answered(Reply("```\nf(b)\n```\n```imports\nrm()\n```", "m"), finding, PYTHON) is None
    assert answered(Reply("```\nf(b)\n```", "m"), replace(finding, region=Region(80, 80, 1, 2)), PYTHON) is None
    assert answered(Reply("```\nf(b)\n```", "m"), finding, SourceFile("other.py", PYTHON.text)) is None


def test_what_was_refused_is_shown_as_it_would_stand_in_place_of_the_flagged_lines() -> None:
    finding = finding_at(PYTHON, 7)
    reply = Reply("```\nif b:\n    subprocess.run([b])\n```\n```imports\nimport subprocess\n```", "m")
    suggestion = answered(reply, finding, PYTHON)
    assert suggestion is not None
    prompt = ask_again(suggestion, ["It is still there."], PYTHON)
    assert prompt is not None
    refused = prompt.user.partition("BEGIN refused ")[2].partition("END refused")[0].split("\n", 1)[1]
    assert refused == "    if b:\n        subprocess.run([b])\n"
    assert "It is still there." in prompt.user
    assert "    7|     os.system(b)" in prompt.user
    assert "Line 7 is flagged" in prompt.user


def test_there_is_nothing_to_ask_about_a_patch_without_a_finding() -> None:
    suggestion = Suggestion(Origin.PATCH, None, (), "A patch.")
    assert ask_again(suggestion, [], PYTHON) is None
