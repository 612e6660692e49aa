"""A worker process that is made to be killed: `python -m tests.ledger.mortal URL FILE NAME`.

The file stands for GitHub: each line is one review that was posted, and cannot be taken back.
"""

import os
import sys
import time
from pathlib import Path

from reviewbot.errors import LostClaimError, UnavailableError
from reviewbot.ledger import Ledger, open_ledger
from reviewbot.ledger.record import Claim, Ending, Plan, Posting

LEASE_SECONDS = 2.0


def review(ledger: Ledger, claim: Claim, posted: Path) -> None:
    key = f"{claim.pull.number}:{claim.head}"
    known = ledger.plan(claim, Plan(key, "review", "pulls", claim.head, "a" * 64))
    arrived = known.state is Posting.POSTING and f"{key}\n" in posted.read_text()
    time.sleep(0.02)
    if known.state is not Posting.POSTED:
        if not arrived:
            ledger.mark_posting(claim, key)
            with posted.open("a") as file:
                file.write(f"{key}\n")
        time.sleep(0.02)
        ledger.mark_posted(claim, key, 1)
    ledger.finish(claim, Ending.REVIEWED, claim.head)


def main(url: str, posted: Path, name: str) -> None:
    ledger = open_ledger(url)
    while True:
        try:
            claim = ledger.claim(f"{name}-{os.getpid()}", LEASE_SECONDS)
            if claim is None:
                time.sleep(0.1)
            else:
                review(ledger, claim, posted)
        except (LostClaimError, UnavailableError) as error:
            sys.stderr.write(f"{error}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
