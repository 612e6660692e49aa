"""Sealed diffs: kept for a run, for some days, and gone with all else of an installation."""

from dataclasses import replace

import pytest

from reviewbot.errors import LostClaimError
from reviewbot.ledger import Ledger
from reviewbot.ledger.diffs import DAY_SECONDS
from reviewbot.ledger.record import Claim
from tests.ledger.cases import PULL, delivery, push
from tests.ledger.conftest import HandClock
from tests.ledger.test_history import record
from tests.ledger.test_queue import claimed

SEALED = {"e" * 64: b"\x00sealed\xff"}


def saved(ledger: Ledger) -> tuple[Claim, int]:
    ledger.record_delivery(delivery(push("head1", 1)))
    claim = claimed(ledger)
    return claim, ledger.save_run(claim, record())


def test_diffs_are_there_until_their_days_are_over(ledger: Ledger, clock: HandClock) -> None:
    claim, run_id = saved(ledger)
    ledger.keep_diffs(claim, "head1", SEALED, days=2)
    clock.wait(2 * DAY_SECONDS - 1)
    assert (ledger.sealed_diffs(run_id), ledger.forget_diffs()) == (SEALED, 0)
    clock.wait(1)
    assert (ledger.sealed_diffs(run_id), ledger.forget_diffs(), ledger.forget_diffs()) == ({}, 1, 0)


def test_a_review_that_is_saved_again_has_the_diffs_of_the_last_time(ledger: Ledger) -> None:
    claim, _ = saved(ledger)
    ledger.keep_diffs(claim, "head1", SEALED | {"d" * 64: b"other"}, days=2)
    run_id = ledger.save_run(claim, record())
    for _ in range(2):
        ledger.keep_diffs(claim, "head1", SEALED, days=2)
    assert ledger.sealed_diffs(run_id) == SEALED


def test_who_lost_the_claim_keeps_nothing(ledger: Ledger) -> None:
    claim, run_id = saved(ledger)
    with pytest.raises(LostClaimError):
        ledger.keep_diffs(replace(claim, generation=claim.generation + 1), "head1", SEALED, days=2)
    assert ledger.sealed_diffs(run_id) == {}


def test_they_go_with_the_installation(ledger: Ledger) -> None:
    claim, run_id = saved(ledger)
    ledger.keep_diffs(claim, "head1", SEALED, days=2)
    ledger.forget_installation(PULL.installation)
    assert ledger.sealed_diffs(run_id) == {}
