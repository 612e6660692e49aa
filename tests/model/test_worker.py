"""From a webhook to posted suggestions with a real, tiny model that was taught fifteen right fixes and five bad."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Row, create_engine, select

from reviewbot.change import Change, SourceFile
from reviewbot.finding import scan
from reviewbot.ledger.schema import finding, suggestion
from reviewbot.model import opened
from reviewbot.pipeline import review_change
from reviewbot.policy import Policy
from reviewbot.reply import parse_reply
from reviewbot.rule_fix import add_imports
from reviewbot.scanners.installed import default_scanners
from reviewbot.scanners.rulepack import bundled_rules, load_pack
from reviewbot.settings import ModelSettings
from tests.fake_github import FakeGitHub
from tests.fake_github.sending import send_waiting
from tests.fake_github.state import Pull, ReviewComment
from tests.model.lessons import WEAKNESSES, Weakness, lesson_files
from tests.model.serving import serving
from tests.model.tiny import SHAPES, Shape
from tests.model.trained import trained
from tests.samples import changed
from tests.service.office import drain, open_office
from tests.service.stack import Stack, eventually, settled

RIGHT = [weakness for weakness in WEAKNESSES if weakness.right]
REPAIRED = [weakness for weakness in WEAKNESSES if weakness.repair]
WITHHELD = [weakness for weakness in WEAKNESSES if not weakness.right and not weakness.repair]
FILES = lesson_files()

SUGGESTED = re.compile(r"^(`{3,})suggestion\n(.*?)^\1$", re.DOTALL | re.MULTILINE)


def test_the_tiny_models_were_taught_what_the_issue_asks_for() -> None:
    assert (len(RIGHT), len(REPAIRED) + len(WITHHELD), len(REPAIRED)) == (15, 5, 1)


@pytest.mark.parametrize("shape", SHAPES)
def test_right_fixes_are_posted_and_insecure_ones_repaired_or_withheld(
    shape: Shape, models: Path, tmp_path: Path
) -> None:
    settings = ModelSettings(model=str(trained(shape, models)), model_device="cpu")
    with open_office(tmp_path) as office, opened(settings) as model:
        pull = open_pull(office.hub)
        office.ask(pull)

        drain(office.worker(*default_scanners(load_pack(bundled_rules())), lease=600, generator=model))

        check_posted(office.hub, pull)
        check_record(office.path)


def test_a_signed_webhook_leads_to_posted_suggestions_of_a_model_in_the_worker(models: Path, tmp_path: Path) -> None:
    model = trained("llama", models)
    with FakeGitHub(contents_per_minute=None) as hub, Stack(hub, tmp_path) as stack:
        stack.serve(workers=1, REVIEWBOT_MODEL=str(model), REVIEWBOT_MODEL_DEVICE="cpu", REVIEWBOT_LEASE_SECONDS="60")
        pull = open_pull(hub)
        send_waiting(hub.world, stack.url)

        assert eventually(lambda: settled(hub, [pull]), 180), stack.told()

        check_posted(hub, pull)
        check_record(tmp_path / "ledger.sqlite")


def test_a_review_through_a_real_model_server_reads_every_answer(models: Path, tmp_path: Path) -> None:
    path = trained("llama", models)
    change = Change(base="base", head="head", files=tuple(changed(name, None, text) for name, text in FILES.items()))
    with serving(path, tmp_path / "server") as url:
        settings = ModelSettings(model=str(path), model_endpoint=url, model_seconds=600)
        with opened(settings) as model:
            scanners = default_scanners(load_pack(bundled_rules()))
            review = review_change(change, scanners=scanners, generator=model, policy=Policy(max_repairs=1))

    assert (review.generation_error, review.tally.unanswered, review.tally.unreadable) == (None, 0, 0)
    assert review.tally.asked >= len(WEAKNESSES)
    assert {verdict.suggestion.paths[0] for verdict in review.verdicts if verdict.accepted} == {
        weakness.path for weakness in (*RIGHT, *REPAIRED)
    }


def open_pull(hub: FakeGitHub) -> Pull:
    return hub.open_pull(hub.create_repository("acme/shop", files={"README.md": "A shop.\n"}), head_files=FILES)


def check_posted(hub: FakeGitHub, pull: Pull) -> None:
    """Each right fix and each repaired one stands on the pull request, each insecure one nowhere."""
    (review,) = hub.reviews(pull)
    comments = hub.review_comments(pull)
    everything = "\n".join([review.body, *(comment.body for comment in comments)])
    fixed = {path: text for comment in comments for path, text in applied(comment).items()}

    assert fixed == {
        weakness.path: rewritten(weakness, repair=weakness in REPAIRED) for weakness in (*RIGHT, *REPAIRED)
    }
    assert clean(fixed)
    assert [weakness.name for weakness in WITHHELD if weakness.answer in everything] == []
    assert sum("Checked: parses" in comment.body for comment in comments) == len(RIGHT) + len(REPAIRED)
    told = re.search(
        r"wrote (\d+) suggestions\. In (\d+) of them \((\d+) %\) the scanners found something new", review.body
    )
    assert told is not None, review.body
    generated, flagged, share = map(int, told.groups())
    assert generated >= len(WEAKNESSES) + len(REPAIRED)
    assert share == round(100 * flagged / generated)
    assert "1 finding repaired" in review.body


def applied(comment: ReviewComment) -> dict[str, str]:
    """Do with a comment what GitHub does when its button is clicked."""
    found = SUGGESTED.search(comment.body)
    path, last = comment.place.path, comment.place.line
    if found is None or last is None:
        return {}
    first = comment.place.start_line or last
    lines = FILES[path].splitlines(keepends=True)
    return {path: "".join([*lines[: first - 1], found[2], *lines[last:]])}


def rewritten(weakness: Weakness, *, repair: bool) -> str:
    """Write the file as the taught answer makes it."""
    answer = parse_reply(weakness.reply(repair=repair))
    assert answer is not None
    line = f"{weakness.indentation}{weakness.line}\n"
    text = FILES[weakness.path].replace(line, answer.replacement)
    complete = add_imports(weakness.path, text, answer.imports)
    assert complete is not None
    return complete


def clean(files: dict[str, str]) -> bool:
    """Scan what people would have after the click."""
    tree = [SourceFile(path, text) for path, text in files.items()]
    (report,) = scan([tree], default_scanners(load_pack(bundled_rules())))
    return not [found for found in report.findings if found.severity >= Policy().report]


def check_record(ledger: Path) -> None:
    """Each candidate has its record: who wrote it, of what, what was asked and answered, and the verdict."""
    rows = recorded(ledger)
    by_path = {weakness.path: [row for row in rows if row.path == weakness.path] for weakness in WEAKNESSES}

    for weakness in RIGHT:
        assert [(row.attempt, row.accepted, row.refusals) for row in by_path[weakness.path]] == [(1, True, "")]
    for weakness in REPAIRED:
        assert [(row.attempt, row.accepted) for row in by_path[weakness.path]] == [(1, False), (2, True)]
    for weakness in WITHHELD:
        assert {row.accepted for row in by_path[weakness.path]} == {False}
        assert "not-fixed" in by_path[weakness.path][0].refusals
    assert {row.origin for row in rows} == {"model"}
    assert all("@" in row.model and row.prompt_sha256 and row.answer_sha256 and row.edits_sha256 for row in rows)


def recorded(ledger: Path) -> Sequence[Row[tuple[object, ...]]]:
    engine = create_engine(f"sqlite:///{ledger}")
    found = (
        select(finding.c.path, suggestion)
        .join(finding, finding.c.fingerprint == suggestion.c.fingerprint)
        .order_by(suggestion.c.id)
    )
    with engine.connect() as connection:
        rows = connection.execute(found).all()
    engine.dispose()
    return rows
