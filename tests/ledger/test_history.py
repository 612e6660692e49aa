"""Runs, dismissals, cursors, and that no code and no forgotten installation stays behind."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from reviewbot.change import Change
from reviewbot.conversation import Tally
from reviewbot.errors import LostClaimError
from reviewbot.finding import Finding, Region, Scan, Tool, fingerprinted
from reviewbot.gate.reason import Reason, Refusal
from reviewbot.ledger import Ledger, open_ledger, schema
from reviewbot.ledger.audit import Entry
from reviewbot.ledger.record import Ending, Plan, RemoveRepositories
from reviewbot.ledger.run import RunRecord, run_of
from reviewbot.policy import Policy, Severity
from reviewbot.review import Evidence, Review, compose
from reviewbot.suggestion import Edit, Origin, Suggestion
from reviewbot.verdict import Verdict
from tests.ledger.cases import PULL, comment, delivery, pull, push
from tests.ledger.conftest import HandClock
from tests.ledger.test_queue import LEASE, claimed

CANARY = "canary_line_of_code"


def review(head: str = "head1") -> Review:
    """A review whose every text quotes the code."""
    line = f"{CANARY} = eval(request)\n"
    finding = Finding(
        "Bandit", "B307", f"{CANARY} is bad", Severity.HIGH, Severity.HIGH, "shop/cart.py", Region(1, 1, 1, 9), line
    )
    (known,) = fingerprinted([finding])
    edit = Edit("shop/cart.py", 1, 1, line, f"{CANARY} = literal_eval(request)\n")
    suggestion = Suggestion(
        Origin.MODEL,
        known,
        (edit,),
        f"replaces {CANARY}",
        model="coder",
        prompt_sha256="1" * 64,
        answer_sha256="2" * 64,
    )
    scan = Scan((known,), frozenset({("Bandit", "shop/cart.py")}), (), (Tool("Bandit", "1.9.4"),))
    undefined = Reason(Refusal.UNDEFINED_NAME, f"{CANARY} is undefined", "shop/cart.py")
    new = Reason(Refusal.NEW_FINDING, f"{CANARY} is new", "shop/cart.py", 1)
    refused = Verdict(suggestion, scan, (undefined, new))
    tally = Tally(asked=3, declined=2, generated=1, flagged=1, withheld=1)
    change = Change("base0", head, (), (), ())
    return compose(Evidence(change, scan, (known,), (refused,), tally=tally), Policy())


def record(head: str = "head1") -> RunRecord:
    kept = run_of(review(head))
    return replace(kept, findings=tuple(replace(finding, commented=True) for finding in kept.findings))


def post(ledger: Ledger, head: str, kind: str = "review") -> None:
    claim = claimed(ledger)
    ledger.save_run(claim, record(head))
    ledger.plan(claim, Plan(f"key-{head}", kind, "pulls/7", head, "a" * 64))
    ledger.mark_posting(claim, f"key-{head}")
    ledger.mark_posted(claim, f"key-{head}", 1)
    ledger.finish(claim, Ending.REVIEWED, head)


def test_a_record_says_what_was_found_and_judged_by_which_versions() -> None:
    kept = run_of(review())
    (finding,), (suggestion,) = kept.findings, kept.suggestions
    assert (kept.base, kept.head, kept.tools) == ("base0", "head1", (("Bandit", "1.9.4"),))
    assert (finding.rule_id, finding.path, finding.line, finding.severity) == ("B307", "shop/cart.py", 1, "high")
    assert (suggestion.fingerprint, suggestion.model, suggestion.attempt) == (finding.fingerprint, "coder", 1)
    assert (suggestion.accepted, suggestion.flagged) == (False, True)
    assert suggestion.refusals == ("undefined-name", "new-finding")
    assert (suggestion.prompt_sha256, suggestion.answer_sha256) == ("1" * 64, "2" * 64)
    assert CANARY not in repr(kept)


def test_what_a_model_was_asked_is_kept_with_each_run_and_candidate(tmp_path: Path) -> None:
    ledger = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    ledger.request_review(push("head1", 10))
    ledger.save_run(claimed(ledger), record())
    ledger.close()
    engine = create_engine(f"sqlite:///{tmp_path}/ledger.db")
    with engine.connect() as connection:
        run = connection.execute(select(schema.run)).mappings().one()
        suggestion = connection.execute(select(schema.suggestion)).mappings().one()
    engine.dispose()
    assert {name: run[name] for name in ("asked", "declined", "generated", "flagged", "repaired", "withheld")} == {
        "asked": 3,
        "declined": 2,
        "generated": 1,
        "flagged": 1,
        "repaired": 0,
        "withheld": 1,
    }
    assert (suggestion["model"], suggestion["prompt_sha256"], suggestion["answer_sha256"]) == (
        "coder",
        "1" * 64,
        "2" * 64,
    )
    assert (suggestion["flagged"], suggestion["refusals"]) == (True, "undefined-name,new-finding")


def test_what_was_commented_counts_as_said_once_it_is_posted(ledger: Ledger) -> None:
    ledger.request_review(push("head1", 10))
    claim = claimed(ledger)
    kept = record()
    ledger.save_run(claim, kept)
    ledger.save_run(claim, kept)  # a second time, after a crash, say
    ledger.plan(claim, Plan("key1", "review", "pulls/7", "head1", "a" * 64))
    ledger.mark_posting(claim, "key1")
    assert ledger.published_fingerprints(PULL) == frozenset()
    ledger.mark_posted(claim, "key1", 1)
    assert ledger.published_fingerprints(PULL) == {kept.findings[0].fingerprint}
    assert ledger.published_fingerprints(pull(8)) == frozenset()


def test_what_was_found_and_not_commented_was_not_said(ledger: Ledger) -> None:
    ledger.request_review(push("head1", 10))
    claim = claimed(ledger)
    kept = record()
    ledger.save_run(claim, replace(kept, findings=(replace(kept.findings[0], commented=False),)))
    ledger.plan(claim, Plan("key1", "review", "pulls/7", "head1", "a" * 64))
    ledger.mark_posting(claim, "key1")
    ledger.mark_posted(claim, "key1", 1)
    assert ledger.published_fingerprints(PULL) == frozenset()


def test_whoever_lost_the_claim_saves_no_run(ledger: Ledger, clock: HandClock) -> None:
    ledger.request_review(push("head1", 10))
    first = claimed(ledger)
    clock.wait(2 * LEASE)
    claimed(ledger)
    with pytest.raises(LostClaimError):
        ledger.save_run(first, record())


def test_a_dismissal_holds_for_one_finding_of_one_pull_request(ledger: Ledger) -> None:
    ledger.dismiss(PULL, "abc:0", "user:4711", "only in tests")
    ledger.dismiss(PULL, "abc:0", "user:4711", "said twice")
    assert ledger.dismissed(PULL) == {"abc:0"}
    assert ledger.dismissed(pull(8)) == frozenset()
    assert ledger.verify_audit() is None


def test_cursors_are_kept(ledger: Ledger) -> None:
    assert ledger.cursor("deliveries") is None
    ledger.set_cursor("deliveries", "one")
    ledger.set_cursor("deliveries", "two")
    assert ledger.cursor("deliveries") == "two"
    ledger.set_cursor("audit", "not the head of the audit log")
    assert ledger.verify_audit() is None


def _everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_no_line_of_code_is_in_the_database_files(tmp_path: Path) -> None:
    ledger = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    ledger.record_delivery(delivery(push("head1", 10)))
    claim = claimed(ledger)
    ledger.save_run(claim, record())
    ledger.plan(claim, Plan("key1", "review", "pulls/7", "head1", "a" * 64))
    ledger.finish(claim, Ending.REVIEWED, "head1")
    files = _everything(tmp_path)
    ledger.close()
    files += _everything(tmp_path)
    assert b"shop/cart.py" in files
    assert CANARY.encode() not in files


def test_a_forgotten_installation_leaves_no_trace_but_ids(tmp_path: Path) -> None:
    ledger = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    for installation in (11, 12):
        on = pull(installation, repository_id=installation, installation=installation)
        ledger.record_delivery(
            delivery(replace(push(f"head{installation}", 10, on), requested_by=f"ann{installation}"))
        )
        post(ledger, f"head{installation}")
        ledger.record_delivery(delivery(comment(f"/reviewbot because{installation}", installation, on)))
        ledger.dismiss(on, "abc:0", "user:4711", f"reason{installation}")
        ledger.append_audit(Entry(installation, "user:1", "review", "pull:1:1", f"by ann{installation}"))
        ledger.pause(installation, 1e12)
    ledger.forget_installation(11)
    files = _everything(tmp_path)
    for gone, kept in (("head11", "head12"), ("ann11", "ann12"), ("reason11", "reason12"), ("octo/r11", "octo/r12")):
        assert gone.encode() not in files
        assert kept.encode() in files
    assert ledger.find_pull(11, 11) is None
    assert ledger.verify_audit() is None
    ledger.close()


def test_an_uninstall_delivery_forgets_and_the_rest_goes_on(ledger: Ledger) -> None:
    other = pull(1, repository_id=2, installation=12)
    ledger.record_delivery(delivery(push("head1", 10)))
    ledger.dismiss(PULL, "abc:0", "user:1", "no")
    ledger.record_delivery(delivery(push("head2", 10, other)))
    ledger.forget_installation(11)
    ledger.forget_installation(11)
    assert ledger.find_pull(501, 7) is None
    assert ledger.dismissed(PULL) == frozenset()
    assert claimed(ledger).pull == other


def test_a_repository_that_the_app_was_taken_off_leaves_no_trace_but_ids(tmp_path: Path) -> None:
    ledger = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    for repository in (21, 212):
        on = pull(repository, repository_id=repository)
        ledger.record_delivery(delivery(replace(push(f"head{repository}", 10, on), requested_by=f"ann{repository}")))
        post(ledger, f"head{repository}")
        ledger.record_delivery(delivery(comment(f"/reviewbot because{repository}", repository, on)))
        ledger.dismiss(on, "abc:0", "user:4711", f"reason{repository}")
    ledger.record_delivery(delivery(RemoveRepositories(11, (21, 99))))
    files = _everything(tmp_path)
    for gone, kept in (
        ("head21", "head212"),
        ("ann21", "ann212"),
        ("reason21", "reason212"),
        ("octo/r21", "octo/r212"),
    ):
        assert re.search(gone.encode() + rb"(?!\d)", files) is None
        assert kept.encode() in files
    assert ledger.verify_audit() is None
    ledger.close()


def test_only_the_installation_that_has_a_repository_can_have_it_forgotten(ledger: Ledger) -> None:
    ledger.record_delivery(delivery(push("head1", 10)))
    ledger.dismiss(PULL, "abc:0", "user:1", "no")
    ledger.record_delivery(delivery(RemoveRepositories(12, (501,))))
    assert ledger.find_pull(501, 7) is not None
    ledger.record_delivery(delivery(RemoveRepositories(11, (501,))))
    assert ledger.find_pull(501, 7) is None
    assert ledger.dismissed(PULL) == frozenset()
    assert ledger.verify_audit() is None
