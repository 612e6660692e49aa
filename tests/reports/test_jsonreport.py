import json

import jsonschema
import pytest

from reviewbot.outcome import Outcome
from reviewbot.reports import jsonreport
from tests.samples import HOSTILE_NAME, hostile_review, review


@pytest.mark.parametrize("outcome", [review(), hostile_review()], ids=["review", "hostile"])
def test_a_report_is_valid_by_its_own_schema(outcome: Outcome) -> None:
    jsonschema.validate(json.loads(jsonreport.report(outcome)), jsonreport.schema())


def test_the_schema_has_a_version_and_allows_no_unknown_key() -> None:
    schema = jsonreport.schema()
    assert schema["properties"]["schema"]["const"] == jsonreport.SCHEMA == "reviewbot/review/1"
    broken = {**json.loads(jsonreport.report(review())), "schema": "reviewbot/review/2"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema)
    assert all(model["additionalProperties"] is False for model in schema["$defs"].values())


def test_refused_code_is_not_passed_on() -> None:
    suggestions = json.loads(jsonreport.report(review()))["suggestions"]
    assert [bool(suggestion["edits"]) for suggestion in suggestions] == [True, False, True, True]
    assert suggestions[1]["reasons"][0]["refusal"] == "new-finding"


def test_names_come_back_as_they_are_and_the_text_is_ascii() -> None:
    text = jsonreport.report(hostile_review())
    assert text.isascii()
    assert json.loads(text)["findings"][0]["path"] == HOSTILE_NAME


def test_a_review_names_its_commits_and_says_whether_it_is_complete() -> None:
    written = json.loads(jsonreport.report(review()))
    assert (written["base"], written["head"]) == ("4b825dc6", "9f2c1e07")
    assert written["coverage"]["complete"] is False
    assert written["conclusion"] == "failure"


def test_a_scan_has_no_commits() -> None:
    found = review()
    scan = Outcome(
        subject="src",
        conclusion=found.conclusion,
        findings=found.findings,
        verdicts=(),
        coverage=found.coverage,
        threshold=found.threshold,
    )
    written = json.loads(jsonreport.report(scan))
    assert (written["subject"], written["base"], written["head"]) == ("src", None, None)
