import gzip
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest

from reviewbot.change import ChangedFile, split_lines
from reviewbot.outcome import Outcome
from reviewbot.policy import Severity
from reviewbot.reports import sarif
from reviewbot.review import Review
from tests.samples import HOSTILE_NAME, evidence, hostile_review, review

SCHEMA = Path(__file__).parent.parent / "schemas" / "sarif-schema-2.1.0.json"


@cache
def validator() -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(json.loads(SCHEMA.read_text("utf-8")))


def run_of(outcome: Outcome) -> dict[str, Any]:
    log = json.loads(sarif.report(outcome))
    validator().validate(log)
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def clean() -> Review:
    return replace(review(), findings=(), verdicts=())


@pytest.mark.parametrize("outcome", [review(), hostile_review(), clean()], ids=["review", "hostile", "clean"])
def test_a_report_is_valid_by_the_schema_of_oasis(outcome: Outcome) -> None:
    assert run_of(outcome)["tool"]["driver"]["name"] == "reviewbot"


def test_the_schema_refuses_what_is_not_sarif() -> None:
    log = json.loads(sarif.report(review()))
    log["runs"][0]["results"][0]["level"] = "high"
    with pytest.raises(jsonschema.ValidationError):
        validator().validate(log)


def test_each_result_points_at_its_rule_and_its_place() -> None:
    run = run_of(review())
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    shell = next(result for result in run["results"] if result["ruleId"] == "B602")
    place = shell["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "src/thumbnails/app.py", "uriBaseId": "%SRCROOT%"}
    assert {key: place["region"][key] for key in ("startLine", "startColumn", "endLine", "endColumn")} == {
        "startLine": 17,
        "startColumn": 5,
        "endLine": 17,
        "endColumn": 73,
    }
    assert shell["level"] == "error"
    assert shell["properties"] == {
        "tool": "Bandit",
        "confidence": "high",
        "also": ["Semgrep python.command-injection.shell-true"],
        "suppressionComment": "# nosec",
    }


def test_rules_carry_the_cwe_in_each_way_that_consumers_look_for() -> None:
    run = run_of(review())
    rule = next(rule for rule in run["tool"]["driver"]["rules"] if rule["id"] == "B602")
    assert "external/cwe/cwe-078" in rule["properties"]["tags"]
    assert rule["properties"]["security-severity"] == "8.0"
    (relationship,) = rule["relationships"]
    taxonomy = run["taxonomies"][relationship["target"]["toolComponent"]["index"]]
    assert taxonomy["taxa"][relationship["target"]["index"]]["name"] == "OS Command Injection"
    assert run["tool"]["extensions"] == [
        {"name": "Semgrep", "version": "1.182.0"},
        {"name": "Bandit", "version": "1.9.4"},
    ]


def test_a_suppression_of_the_author_hides_nothing_and_is_told() -> None:
    run = run_of(review())
    assert [result["suppressions"] for result in run["results"]] == [[], [], [], []]
    (told,) = [result for result in run["results"] if "suppressionComment" in result["properties"]]
    assert "The comment # nosec does not hide this." in told["message"]["text"]


def test_the_fix_of_an_accepted_suggestion_gives_the_judged_text() -> None:
    files = {file.path: file for file in evidence().change.files}
    results = {result["ruleId"]: result for result in run_of(review())["results"]}
    assert "fixes" not in results["javascript.sql-injection.template-in-query"]
    (change,) = results["B324"]["fixes"][0]["artifactChanges"]
    fixed = _applied(change["replacements"], files["src/thumbnails/app.py"])
    assert "import hashlib\nimport secrets\nimport subprocess\n" in fixed
    assert "    return secrets.token_hex(16)\n\n\n@app" in fixed


def _applied(replacements: list[dict[str, Any]], file: ChangedFile) -> str:
    """Apply SARIF replacements, from the end of the file so that positions stay right."""
    lines = split_lines(file.new)
    for replacement in sorted(replacements, key=lambda one: -int(one["deletedRegion"]["startLine"])):
        region = replacement["deletedRegion"]
        assert (region["startColumn"], region["endColumn"]) == (1, 1)
        lines[region["startLine"] - 1 : region["endLine"] - 1] = [replacement["insertedContent"]["text"]]
    return "".join(lines)


def test_a_fix_of_a_last_line_without_line_end_stays_inside_the_file() -> None:
    found = review()
    edit = replace(found.verdicts[0].suggestion.edits[0], anchor="x = 1")
    suggestion = replace(found.verdicts[0].suggestion, edits=(edit,))
    run = run_of(replace(found, verdicts=(replace(found.verdicts[0], suggestion=suggestion),)))
    (fix,) = [result["fixes"][0] for result in run["results"] if "fixes" in result]
    region = fix["artifactChanges"][0]["replacements"][0]["deletedRegion"]
    assert region == {"startLine": 17, "startColumn": 1, "endLine": 17, "endColumn": 6}


def test_what_was_not_reviewed_makes_the_run_unsuccessful_and_is_named() -> None:
    (invocation,) = run_of(review())["invocations"]
    assert invocation["executionSuccessful"] is False
    (note,) = invocation["toolExecutionNotifications"]
    assert note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "web/bundle.js"
    assert "limit is 1,000,000" in note["message"]["text"]
    whole = replace(review(), coverage=replace(review().coverage, skipped=()))
    assert run_of(whole)["invocations"][0]["executionSuccessful"] is True


def test_any_file_name_makes_a_relative_address_of_one_file() -> None:
    uris = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in run_of(hostile_review())["results"]
    ]
    assert unquote(uris[0]) in (HOSTILE_NAME, "far" + HOSTILE_NAME)
    for uri in uris:
        parts = urlsplit(uri)
        assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
        assert uri.isascii()
        assert not set(uri) & set(' \n\r\t<>"`\\^{}|')


def test_messages_hold_no_links_and_no_hidden_characters() -> None:
    for result in run_of(hostile_review())["results"]:
        text = result["message"]["text"]
        assert "](" not in text
        assert text.isprintable()


def test_more_results_than_github_takes_are_left_out_and_counted() -> None:
    one = review().findings[0]
    low = replace(one, severity=Severity.LOW, rule_id="low")
    many = replace(review(), findings=(*[low] * 100, *[one] * sarif.MAX_RESULTS), verdicts=())
    run = json.loads(sarif.report(many))["runs"][0]
    assert len(run["results"]) == sarif.MAX_RESULTS
    assert {result["ruleId"] for result in run["results"]} == {"B324"}
    assert "100 findings left out" in run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]


def test_an_upload_stays_below_the_size_that_github_takes() -> None:
    found, random = review(), Random(1)  # noqa: S311  text that does not compress, the same each time
    many = tuple(
        replace(found.findings[0], snippet=random.randbytes(1_000).hex(), message=random.randbytes(500).hex())
        for _ in range(8_000)
    )
    text = sarif.report(replace(found, findings=many, verdicts=()))
    assert len(gzip.compress(text.encode())) <= sarif.MAX_GZIP_BYTES
    assert "4,000 findings left out" in text


def test_a_review_that_found_nothing_gives_an_empty_run() -> None:
    assert run_of(clean())["results"] == []
