"""A model of what the ledger promises. Hypothesis looks for an order of events in which it does not hold."""

import hashlib
from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from reviewbot.errors import LostClaimError
from reviewbot.ledger import Ledger
from reviewbot.ledger.deaths import LATELY_SECONDS, MAX_BLAME, MAX_REST_SECONDS, rest_seconds
from reviewbot.ledger.record import (
    BLAME_SHARED,
    BLAME_WHOLE,
    Claim,
    Delivery,
    Ending,
    Plan,
    Posting,
    PullKey,
    ReviewWork,
    State,
    StopWork,
)
from tests.ledger.conftest import HandClock

LEASE = 10.0
WORKERS = ("ann", "bob")
PULLS = (1, 2)
INSTALLATION = 11


@dataclass
class Pull:
    """What has to be true of one pull request."""

    at: float = -1
    head: str = ""
    open: bool = False
    reviewed: set[str] = field(default_factory=set)
    holder: Claim | None = None
    lease_until: float = 0
    attempts: int = 0
    blame: int = 0
    died_at: float = 0
    rests: tuple[float, float] | None = None
    """Between which times it is handed out again since its worker died."""


class LedgerMachine(RuleBasedStateMachine):
    """Deliveries in any order and doubled; workers that claim, beat, post, finish, die or stand still."""

    ledger: Ledger
    clock: HandClock

    @initialize()
    def begin(self) -> None:
        self.ledger.forget_installation(INSTALLATION)
        self.pulls = {number: Pull() for number in PULLS}
        self.sent: list[Delivery] = []
        self.working: dict[str, Claim] = {}

    @rule(
        number=st.sampled_from(PULLS), step=st.sampled_from([1, 0, -1]), kind=st.sampled_from(["push"] * 3 + ["close"])
    )
    def deliver(self, number: int, step: int, kind: str) -> None:
        pull, closed = self.pulls[number], kind == "close"
        at = max(0, int(pull.at) + step)
        key = PullKey(INSTALLATION, "octo/shop", number, number)
        head = f"head{len(self.sent)}"
        work = StopWork(key, at) if closed else ReviewWork(key, head, at, "pushed")
        guid = f"{id(self)}-{len(self.sent)}"
        sent = Delivery(guid, "pull_request", "done", hashlib.sha256(guid.encode()).hexdigest(), work)
        self.sent.append(sent)
        assert self.ledger.record_delivery(sent).new
        if at >= pull.at:
            pull.at, pull.open, pull.attempts, pull.blame, pull.rests = at, not closed, 0, 0, None
            if pull.lease_until <= self.clock.time:
                pull.holder = None  # its worker is gone, and the row starts anew
            pull.head = pull.head if closed else head

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), renamed=st.booleans())
    def deliver_again(self, data: st.DataObject, renamed: bool) -> None:  # noqa: FBT001  Hypothesis passes it
        sent = data.draw(st.sampled_from(self.sent))
        if renamed:
            sent = Delivery(f"{sent.guid}-again", sent.event, sent.action, sent.body_sha256, sent.work)
        before = [self.ledger.find_pull(number, number) for number in PULLS]
        assert not self.ledger.record_delivery(sent).new
        assert [self.ledger.find_pull(number, number) for number in PULLS] == before

    @rule(worker=st.sampled_from(WORKERS))
    def claim(self, worker: str) -> None:
        if worker in self.working:
            return
        self.bury()
        claim = self.ledger.claim(worker, LEASE)
        if claim is None:
            self.nothing_can_be_claimed()
            return
        pull = self.pulls[claim.pull.number]
        assert pull.open, "a closed pull request was handed out"
        assert claim.head == pull.head, "an older head was handed out"
        assert pull.holder is None, "two workers at once"
        assert pull.rests is None or pull.rests[0] <= self.clock.time, "the work of a dead worker did not rest"
        assert claim.blame == pull.blame < MAX_BLAME
        pull.rests = None
        pull.holder, pull.lease_until, pull.attempts = claim, self.clock.time + LEASE, pull.attempts + 1
        assert claim.attempt == pull.attempts
        self.working[worker] = claim

    def bury(self) -> None:
        """Do what the ledger does with the work of dead workers before it hands out any."""
        now = self.clock.time
        held = [pull for pull in self.pulls.values() if pull.holder is not None]
        silent = [pull for pull in held if pull.lease_until <= now + LEASE / 3]
        for pull in (pull for pull in held if pull.lease_until <= now):
            since = pull.lease_until - LATELY_SECONDS
            others = [one for one in self.pulls.values() if one is not pull and (one in silent or one.died_at > since)]
            pull.blame += BLAME_SHARED if others else BLAME_WHOLE
            pull.died_at, rest = pull.lease_until, rest_seconds(pull.attempts, LEASE)
            pull.holder, pull.rests = None, (pull.died_at + rest, pull.died_at + 1.5 * rest)

    def nothing_can_be_claimed(self) -> None:
        for pull in self.pulls.values():
            if pull.rests is not None and pull.rests[1] <= self.clock.time:
                assert not pull.open or pull.blame >= MAX_BLAME, "the work of a dead worker was not handed out"

    @precondition(lambda self: self.working)
    @rule(data=st.data())
    def heartbeat(self, data: st.DataObject) -> None:
        claim = self.working[data.draw(st.sampled_from(sorted(self.working)))]
        assert self.ledger.heartbeat(claim, LEASE) == self.holds(claim)
        if self.holds(claim):
            self.pulls[claim.pull.number].lease_until = self.clock.time + LEASE

    @precondition(lambda self: self.working)
    @rule(data=st.data(), posts=st.booleans())
    def finish(self, data: st.DataObject, posts: bool) -> None:  # noqa: FBT001  Hypothesis passes it
        claim = self.working.pop(data.draw(st.sampled_from(sorted(self.working))))
        pull = self.pulls[claim.pull.number]
        try:
            if posts:
                self.post(claim)
            ending = Ending.REVIEWED if posts else Ending.SUPERSEDED
            self.ledger.finish(claim, ending, claim.head)
        except LostClaimError:
            return
        assert self.holds(claim), "a worker that had lost its claim ended it"
        pull.holder, pull.attempts, pull.blame = None, 0, 0
        if posts:
            pull.reviewed.add(claim.head)

    def post(self, claim: Claim) -> None:
        key = f"{claim.pull.number}-{claim.head}-{id(self)}"
        plan = Plan(key, "review", "pulls", claim.head, "a" * 64)
        known = self.ledger.plan(claim, plan)
        assert self.holds(claim), "a worker that had lost its claim planned a review"
        if known.state is not Posting.POSTED:
            self.ledger.mark_posting(claim, key)
            self.ledger.mark_posted(claim, key, 1)

    @precondition(lambda self: self.working)
    @rule(data=st.data())
    def kill(self, data: st.DataObject) -> None:
        del self.working[data.draw(st.sampled_from(sorted(self.working)))]

    @precondition(lambda self: self.working)
    @rule()
    def stand_still(self) -> None:
        """All workers pause for so long that two of the same names, started in their place, take over their work."""
        self.clock.wait(2 * LEASE)
        paused, self.working = self.working, {}
        for worker in WORKERS:
            self.claim(worker)
        for worker, claim in paused.items():
            self.working[f"{worker} again"] = claim

    @rule(seconds=st.sampled_from([1.0, LEASE, LATELY_SECONDS]))
    def wait(self, seconds: float) -> None:
        self.clock.wait(seconds)

    def holds(self, claim: Claim) -> bool:
        return self.pulls[claim.pull.number].holder == claim

    @invariant()
    def the_row_is_that_of_the_newest_event(self) -> None:
        for number, pull in self.pulls.items():
            row = self.ledger.find_pull(number, number)
            assert (row is None) == (pull.at < 0)
            if row is not None:
                assert (row.head, row.updated_at) == (pull.head, pull.at)
                assert row.state is not State.DONE or row.reviewed_head in pull.reviewed

    def teardown(self) -> None:
        if not hasattr(self, "pulls"):
            return
        self.clock.wait(LEASE + 1.5 * MAX_REST_SECONDS)  # all workers are dead now
        for _ in range(20):
            claim = self.ledger.claim("last", LEASE)
            if claim is None:
                break
            self.ledger.finish(claim, Ending.REVIEWED, claim.head)
            self.pulls[claim.pull.number].reviewed.add(claim.head)
        for number, pull in self.pulls.items():
            row = self.ledger.find_pull(number, number)
            if row is not None and pull.open and row.state is not State.FAILED:
                assert pull.head in pull.reviewed, "the newest head was never reviewed"
            assert row is None or row.state in {State.DONE, State.STOPPED, State.FAILED}, "work was left behind"
