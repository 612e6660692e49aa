"""The chain shows what was changed after it was written, and lets details be erased."""

import pytest
from sqlalchemy import create_engine, text

from reviewbot.ledger import Ledger
from reviewbot.ledger.audit import Entry


def write(ledger: Ledger, count: int = 5) -> None:
    for number in range(1, count + 1):
        ledger.append_audit(Entry(11, f"user:{number}", "review", "pull:501:7", f"détail {number}"))


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE audit SET actor = 'user:9' WHERE id = 3", 3),
        ("UPDATE audit SET at = at + 1 WHERE id = 3", 3),
        ("UPDATE audit SET detail = 'other' WHERE id = 3", 3),
        ("UPDATE audit SET detail_sha256 = previous_sha256 WHERE id = 3", 3),
        ("DELETE FROM audit WHERE id = 3", 3),
        ("DELETE FROM audit WHERE id = 1", 1),
        ("DELETE FROM audit WHERE id = 5", 5),
        ("DELETE FROM audit", 1),
        ("UPDATE audit SET id = 6 WHERE id = 3", 3),
        ("UPDATE audit SET detail = NULL, salt = NULL WHERE id = 3", 3),
    ],
)
def test_tampering_is_found_where_it_was_done(ledger: Ledger, url: str, tampering: str, broken: int) -> None:
    write(ledger)
    assert ledger.verify_audit() is None
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(tampering))
    engine.dispose()
    assert ledger.verify_audit() == broken


def test_a_forgotten_installation_leaves_the_chain_whole(ledger: Ledger) -> None:
    write(ledger)
    ledger.forget_installation(11)
    assert ledger.verify_audit() is None
    write(ledger, 1)
    assert ledger.verify_audit() is None
    number, _, digest = ledger.audit_head().partition(":")
    assert (number, len(digest)) == ("7", 64)


def test_an_empty_log_is_in_order(ledger: Ledger) -> None:
    assert ledger.verify_audit() is None
    assert ledger.audit_head() == "0:"
