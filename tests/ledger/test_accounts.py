"""What is counted of a review, once, and what became of its suggestions."""

from dataclasses import replace

import pytest

from reviewbot.change import SourceFile
from reviewbot.errors import LostClaimError
from reviewbot.ledger import Ledger
from reviewbot.ledger.applied import EditRecord, edit_records, stands_in
from reviewbot.ledger.record import Claim, Ending, Occasion, Plan
from reviewbot.ledger.run import RunRecord, SuggestionRecord, with_endings
from reviewbot.ledger.tally import MAX_MODELS, Budget, Series, Step
from reviewbot.ledger.view import Filter
from reviewbot.suggestion import Edit
from tests.ledger.cases import PULL, comment, delivery, pull, push
from tests.ledger.conftest import HandClock
from tests.ledger.test_history import record
from tests.ledger.test_queue import LEASE, claimed

NEW = Edit("shop/cart.py", 1, 1, "a = eval(x)\n", "a = literal_eval(x)\nb = 1\n")


def suggestion(fingerprint: str, *, accepted: bool = True, attempt: int = 1, model: str = "coder") -> SuggestionRecord:
    refusals = () if accepted else ("new-finding", "does-not-parse")
    digest, edits = "e" * 64, edit_records((NEW,))
    return SuggestionRecord(fingerprint, "model", model, attempt, digest, accepted, refusals, not accepted, edits=edits)


def run(*suggestions: SuggestionRecord, head: str = "head1") -> RunRecord:
    (finding,) = record().findings
    findings = tuple(replace(finding, fingerprint=one.fingerprint) for one in suggestions)
    return replace(record(head), findings=findings, suggestions=with_endings(suggestions), rules="d" * 64)


def reviewed(ledger: Ledger, made: RunRecord, *, post: bool = True, steps: tuple[Step, ...] = ()) -> Claim:
    claim = claimed(ledger)
    ledger.save_run(claim, made)
    if post:
        key = f"review-{claim.row_id}-{made.head}"
        ledger.plan(claim, Plan(key, "review", "pulls/7", made.head, "a" * 64))
        ledger.mark_posting(claim, key)
        ledger.mark_posted(claim, key, 4711)
    ledger.finish(claim, Ending.REVIEWED, made.head, steps)
    return claim


def words(ledger: Ledger, model: str = "coder") -> dict[str, float]:
    return {series.name: value for series, value in ledger.tallies().items() if series.labels == (model,)}


def test_what_a_review_came_to_is_counted_with_its_end(ledger: Ledger) -> None:
    ledger.request_review(push("head1", 10))
    refused, mended = suggestion("mended:0", accepted=False), suggestion("mended:0", attempt=2)
    made = run(suggestion("good:0"), refused, mended, suggestion("bad:0", accepted=False))
    claim = reviewed(ledger, made, steps=(Step("Scanning", 0.2), Step("Judging", 400.0)))

    assert words(ledger) == {
        "generated": 4,
        "flagged": 2,
        "repaired": 1,
        "abandoned": 1,
        "withheld": 2,
        "posted": 2,
    }
    tallies = ledger.tallies()
    assert tallies[Series("reviews", ("failure",))] == 1
    assert tallies[Series("findings", ("high",))] == 4
    assert tallies[Series("step_seconds", ("Scanning", "0.25"))] == 1
    assert tallies[Series("step_seconds", ("Judging", "+Inf"))] == 1
    assert tallies[Series("step_seconds_sum", ("Judging",))] == 400.0
    with pytest.raises(LostClaimError):
        ledger.finish(claim, Ending.REVIEWED, "head1")
    assert ledger.tallies() == tallies


def test_a_review_that_a_second_worker_does_again_is_counted_once(ledger: Ledger, clock: HandClock) -> None:
    ledger.request_review(push("head1", 10))
    ledger.save_run(claimed(ledger), run(suggestion("good:0")))
    clock.wait(2 * LEASE)
    reviewed(ledger, run(suggestion("good:0")))
    assert words(ledger) == {"generated": 1, "posted": 1}


def test_a_suggestion_is_posted_once_and_not_if_its_review_was_not(ledger: Ledger) -> None:
    ledger.request_review(push("head1", 10))
    reviewed(ledger, run(suggestion("good:0")), post=False)
    assert words(ledger) == {"generated": 1}
    for head, at in (("head2", 20), ("head3", 30)):
        ledger.request_review(push(head, at))
        reviewed(ledger, run(suggestion("good:0"), head=head))
    assert words(ledger) == {"generated": 3, "posted": 1}


def test_work_that_came_to_no_end_is_counted_as_such(ledger: Ledger) -> None:
    ledger.request_review(push("head1", 10))
    ledger.postpone(claimed(ledger), 0, "GitHub is away")
    ledger.give_up(claimed(ledger), "no")
    ledger.record_delivery(delivery(comment()))
    ledger.finish(claimed(ledger), Ending.ANSWERED)
    assert ledger.tallies() == {
        Series("commands", ("answered",)): 1,
        Series("reviews", ("failed",)): 1,
        Series("reviews", ("postponed",)): 1,
    }


def test_the_names_of_models_are_few_and_plain(ledger: Ledger) -> None:
    ledger.request_review(push("head1", 10))
    names = ["rm -rf\n{evil}", *(f"m{n}" for n in range(MAX_MODELS + 5))]
    reviewed(ledger, run(*(suggestion(f"f{n}:0", model=name) for n, name in enumerate(names))), post=False)
    ledger.request_review(push("head2", 20))
    reviewed(ledger, run(suggestion("x:0", model="one too many"), head="head2"), post=False)
    labels = {series.labels[0] for series in ledger.tallies() if series.name == "generated"}
    assert "rm_-rf_evil_" in labels
    assert "one_too_many" not in labels
    assert len(labels) <= MAX_MODELS + 1


def test_counts_outlive_what_an_uninstallation_deletes(ledger: Ledger) -> None:
    ledger.request_review(push("head1", 10))
    reviewed(ledger, run(suggestion("good:0")))
    ledger.note_budget(PULL.installation, Budget(5000, 12, 9e9))
    ledger.forget_installation(PULL.installation)
    assert words(ledger) == {"generated": 1, "posted": 1}
    assert ledger.tightest_budget() is None
    assert ledger.statistics().models == ()


def test_the_tightest_budget_that_still_counts_is_told(ledger: Ledger, clock: HandClock) -> None:
    assert ledger.tightest_budget() is None
    ledger.note_budget(1, Budget(5000, 4000, clock.time + 60))
    ledger.note_budget(2, Budget(15000, 3000, clock.time + 30))
    ledger.note_budget(2, Budget(15000, 2900, clock.time + 30))
    assert ledger.tightest_budget() == Budget(15000, 2900, clock.time + 30)
    clock.wait(31)
    assert ledger.tightest_budget() == Budget(5000, 4000, clock.time + 29)


def applied(ledger: Ledger, text: str, *, reported: tuple[str, ...] = ()) -> int:
    ledger.request_review(push("head1", 10))
    reviewed(ledger, run(suggestion("good:0"), suggestion("bad:0", accepted=False)))
    ledger.request_review(push("head2", 20))
    return ledger.note_applied(claimed(ledger), "head2", reported, [SourceFile("shop/cart.py", text)])


def test_a_suggestion_whose_lines_stand_in_a_later_head_was_applied(ledger: Ledger) -> None:
    assert applied(ledger, "import ast\na = literal_eval(x)  \r\nb = 1\n") == 1
    assert words(ledger)["applied"] == 1
    assert ledger.statistics().written_by_models.applied == 1


@pytest.mark.parametrize("text", ["", "a = literal_eval(x)\n", "a = literal_eval(x)\n\nb = 1\n", "b = 1\na = 2\n"])
def test_a_suggestion_whose_lines_are_not_there_was_not_applied(ledger: Ledger, text: str) -> None:
    assert applied(ledger, text) == 0
    assert "applied" not in words(ledger)


def test_a_suggestion_whose_finding_is_still_there_was_not_applied(ledger: Ledger) -> None:
    assert applied(ledger, NEW.replacement, reported=("good:0",)) == 0


def test_an_edit_that_only_deletes_says_nothing_about_being_applied() -> None:
    gone = replace(NEW, replacement="\n")
    assert edit_records((gone,)) == ()
    assert not stands_in((), [SourceFile("shop/cart.py", "a = 1\n")])
    assert not stands_in((EditRecord("other.py", 1, "0" * 64),), [SourceFile("shop/cart.py", "a = 1\n")])


def test_the_view_shows_a_review_with_what_asked_for_it(ledger: Ledger) -> None:
    asked = replace(delivery(push("head1", 10), guid="guid-of-it"), trace="00-aa-bb-01")
    ledger.record_delivery(asked)
    claim = claimed(ledger)
    assert claim.occasion == Occasion("guid-of-it", "00-aa-bb-01")
    ledger.postpone(claim, 0, "later")
    reviewed(ledger, run(suggestion("good:0"), suggestion("bad:0", accepted=False)), steps=(Step("Scanning", 1.5),))
    ledger.dismiss(PULL, "bad:0", "user:1", "known")

    (row,), total = ledger.pulls(Filter())
    assert (row.repository, row.number, row.state, row.conclusion, total) == ("octo/shop", 7, "done", "failure", 1)
    assert (row.findings, row.suggestions, row.withheld) == (2, 2, 1)
    assert row.run_id is not None
    shown = ledger.run(row.run_id)
    assert shown is not None
    assert (shown.delivery, shown.trigger, shown.rules, shown.review_id) == ("guid-of-it", "pushed", "d" * 64, 4711)
    assert shown.steps == (Step("Scanning", 1.5),)
    assert [finding.dismissed for finding in shown.findings] == [False, True]
    assert [(one.posted, one.flagged, one.refusals) for one in shown.suggestions] == [
        (True, False, ()),
        (False, True, ("new-finding", "does-not-parse")),
    ]
    assert ledger.pull_named("OCTO/Shop", 7) == ledger.pull(row.row_id)
    assert (ledger.pull_named("octo/shop", 8), ledger.pull(999), ledger.run(999)) == (None, None, None)
    assert [head for _, head, _, _ in ledger.runs(row.row_id)] == ["head1"]


def test_lists_are_paged_and_filtered_by_what_is_written_and_no_pattern(ledger: Ledger) -> None:
    for number in range(1, 31):
        ledger.request_review(push("head1", 10, pull(number, repository_id=600 + number)))
    assert [len(ledger.pulls(Filter(), page)[0]) for page in (1, 2, 3)] == [25, 5, 0]
    assert ledger.pulls(Filter(text="R61"))[1] == 10
    assert ledger.pulls(Filter(text="%"))[1] == ledger.pulls(Filter(state="done"))[1] == 0
    assert ledger.pulls(Filter(state="waiting", conclusion="failure"))[1] == 0
    state = ledger.queue_state()
    assert (state.rows["waiting"], state.rows["running"], state.paused) == (30, 0, 0)


def test_the_age_of_the_queue_leaves_out_what_nobody_may_claim(ledger: Ledger, clock: HandClock) -> None:
    assert ledger.queue_state().oldest_waiting_seconds is None
    ledger.request_review(push("head1", 10))
    clock.wait(30)
    assert ledger.queue_state().oldest_waiting_seconds == 30
    ledger.pause(PULL.installation, clock.time + 100)
    assert ledger.queue_state().oldest_waiting_seconds is None
    assert ledger.queue_state().paused == 1


def test_statistics_are_by_model_and_week(ledger: Ledger, clock: HandClock) -> None:
    clock.time = 4 * 86_400 + 100 * 604_800.0 + 5  # a Monday
    for week, refused in ((0, True), (1, False)):
        clock.wait(week * 604_800)
        head = f"head{week}"
        ledger.request_review(push(head, 10 + week))
        other = suggestion(f"o{week}:0", model="other")
        reviewed(ledger, run(suggestion(f"f{week}:0", accepted=not refused), other, head=head))
    found = ledger.statistics()
    assert [(name, tally.generated, tally.flagged) for name, tally in found.models] == [
        ("coder", 2, 1),
        ("other", 2, 0),
    ]
    assert [(week.start, week.models.share_flagged) for week in found.weeks] == [
        (4 * 86_400 + 100 * 604_800.0, 0.5),
        (4 * 86_400 + 101 * 604_800.0, 0.0),
    ]
    assert found.refusals == (("new-finding", 1), ("does-not-parse", 1))
    assert (found.reviews, found.written_by_models.repair_rate) == ((("failure", 2),), 0.0)
    assert ledger.statistics(clock.time).written_by_models.generated == 2
    assert ledger.statistics(clock.time + 1).written_by_models.share_flagged is None
