from dataclasses import replace

from reviewbot.outcome import Outcome
from reviewbot.reports import markdown
from tests.samples import review


def scan() -> Outcome:
    found = review()
    return Outcome(
        subject="src",
        conclusion=found.conclusion,
        findings=found.findings,
        verdicts=(),
        coverage=found.coverage,
        threshold=found.threshold,
    )


def test_a_review_is_its_body_and_its_comments() -> None:
    found = review()
    text = markdown.report(found)
    assert text.startswith(found.body)
    assert all(comment.body in text for comment in found.comments)
    assert "### `src/thumbnails/app.py:17`" in text


def test_a_scan_has_all_of_its_findings_in_the_body() -> None:
    text = markdown.report(scan())
    assert text.count("Found by") == 4


def test_a_document_that_github_would_refuse_is_cut_and_says_so() -> None:
    found = review()
    long = replace(found, comments=tuple(replace(found.comments[0], body="x" * 300_000) for _ in range(5)))
    text = markdown.report(long)
    assert len(text) < 1_048_576
    assert text.endswith("3 more comments not shown here.\n")
