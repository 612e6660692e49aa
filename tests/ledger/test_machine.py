"""The state machine on both databases, and that it finds what is broken on purpose."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Connection, Row, and_, true
from sqlalchemy.sql.elements import ColumnElement

from reviewbot.ledger import Ledger, open_ledger
from reviewbot.ledger.engine import open_engine
from reviewbot.ledger.record import Claim, State
from reviewbot.ledger.schema import work
from tests.ledger.conftest import HandClock
from tests.ledger.machine import LedgerMachine

EXAMPLES = 60
STEPS = 40


def explore(ledger: Ledger, clock: HandClock, examples: int, *, broken: bool = False) -> None:
    class Machine(LedgerMachine):
        pass

    Machine.ledger, Machine.clock = ledger, clock
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=broken,
            phases=[Phase.generate] if broken else list(Phase),  # of what is known to be broken any example will do
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_ledger_keeps_its_promises_in_every_order_of_events(clock: HandClock, fast_folder: Path, url: str) -> None:
    on_sqlite = url.startswith("sqlite")
    ledger = open_ledger(f"sqlite:///{fast_folder}/machine.db" if on_sqlite else url, clock)
    explore(ledger, clock, EXAMPLES if on_sqlite else EXAMPLES // 3)
    ledger.close()


class NoFencing(Ledger):
    """Whoever once had the row may change it."""

    def _held(self, claim: Claim) -> ColumnElement[bool]:
        return and_(work.c.id == claim.row_id, work.c.state == State.RUNNING)


class FencedByNameOnly(Ledger):
    """A worker that comes back to a row that it lost to itself is not told apart."""

    def _held(self, claim: Claim) -> ColumnElement[bool]:
        return and_(work.c.id == claim.row_id, work.c.state == State.RUNNING, work.c.owner == claim.owner)


class NoOrder(Ledger):
    """The last delivery wins, whatever it tells of."""

    def _newer(self, new: Any) -> ColumnElement[bool]:  # noqa: ARG002  as in Deliveries
        return true()


class NoArrivalOrder(Ledger):
    """Of two changes in the same second the first wins."""

    def _newer(self, new: Any) -> ColumnElement[bool]:
        return new.updated_at > work.c.updated_at  # type: ignore[no-any-return]  # a column collection of Any


class NoExpiry(Ledger):
    """A lease never ends."""

    def _expired(self, now: float) -> ColumnElement[bool]:
        return super()._expired(now - 1e9)


class NoLease(Ledger):
    """A lease has ended as soon as it begins."""

    def _expired(self, now: float) -> ColumnElement[bool]:
        return super()._expired(now + 1e9)


class NoCompany(Ledger):
    """A death is held against the work alone, whoever died with it."""

    def _others_died(self, connection: Connection, row: Row[Any], silent_until: float) -> bool:  # noqa: ARG002  as in Deaths
        return False


class NoAlibi(Ledger):
    """Only who died before counts as company, and not who has fallen silent too."""

    def _others_died(self, connection: Connection, row: Row[Any], silent_until: float) -> bool:
        return super()._others_died(connection, row, silent_until - 1e9)


BROKEN = [NoFencing, FencedByNameOnly, NoOrder, NoArrivalOrder, NoExpiry, NoLease, NoCompany, NoAlibi]


@pytest.mark.parametrize("broken", BROKEN)
def test_the_machine_finds_what_is_broken_on_purpose(broken: type[Ledger], clock: HandClock, fast_folder: Path) -> None:
    ledger = broken(open_engine(f"sqlite:///{fast_folder}/{broken.__name__}.db"), clock)
    with pytest.raises(AssertionError):
        explore(ledger, clock, EXAMPLES, broken=True)
    ledger.close()
