"""A ledger with half a year of made-up reviews, for the pictures of the dashboard and for looking at it."""

import random
from collections.abc import Iterator
from itertools import count

from pydantic import SecretStr
from sqlalchemy import Connection

from reviewbot.change import SourceFile
from reviewbot.ledger import Ledger
from reviewbot.ledger.applied import edit_records
from reviewbot.ledger.record import Claim, Delivery, Ending, Plan, PullKey, ReviewWork
from reviewbot.ledger.run import FindingRecord, RunRecord, SuggestionRecord, with_endings
from reviewbot.ledger.seal import KeySeal, Seal, diff_of
from reviewbot.ledger.tally import Budget, Step
from reviewbot.suggestion import Edit

NO_ONE_READS_IT = KeySeal(SecretStr("a key that no page is given"))
APPLIED, BY_RULE = 0.4, 0.2
ATTEMPTS = 3
LINE = "return connection.execute(query, values)\n"
QUERY = "    return connection.execute({}).fetchall()\n"
DIFFS = {
    "shop/orders.py": (
        QUERY,
        'f"SELECT * FROM orders WHERE customer = {customer}"',
        '"SELECT * FROM orders WHERE customer = %s" % customer',
        '"SELECT * FROM orders WHERE customer = ?", [customer]',
    ),
    "shop/search.py": (
        QUERY,
        '"SELECT id FROM wares WHERE name LIKE " + word',
        'f"SELECT id FROM wares WHERE name LIKE {word!r}"',
        '"SELECT id FROM wares WHERE name LIKE ?", [word]',
    ),
    "tools/export.py": (
        "    {}\n",
        'os.system("tar cf " + name)',
        "subprocess.run(f'tar cf {name}', shell=True)",
        'subprocess.run(["tar", "cf", name], check=True)',
    ),
    "shop/session.py": (
        "    return {}\n",
        "pickle.loads(cookie)",
        "pickle.load(io.BytesIO(cookie))",
        "json.loads(cookie)",
    ),
    "web/cart.js": ("  {};\n", "total.innerHTML = note", "total.outerHTML = note", "total.textContent = note"),
    "internal/token.go": ("\tsum := {}\n", "md5.Sum(token)", "sha1.Sum(token)", "sha256.Sum256(token)"),
}
"""For each file: the line around it, what stood there, what is refused, and what is accepted."""
WEEK_SECONDS = 604_800.0
REPOSITORIES = ("acme/shop", "acme/ledger-service", "acme/mobile-api", "acme/infrastructure")
MODELS = ("deepseek-coder-6.7b-instruct", "deepseek-coder-33b-instruct")
RULES = (
    ("Bandit", "B608", "high", "shop/orders.py"),
    ("Semgrep", "python-sql-injection", "high", "shop/search.py"),
    ("Semgrep", "python-command-injection", "high", "tools/export.py"),
    ("Bandit", "B301", "medium", "shop/session.py"),
    ("Semgrep", "javascript-inner-html", "medium", "web/cart.js"),
    ("Semgrep", "go-weak-hash", "low", "internal/token.go"),
)
REASONS = (("new-finding",), ("not-fixed",), ("undefined-name",), ("signature-changed", "not-fixed"), ("new-finding",))
STEPS = (
    ("Reading the change", 0.6),
    ("Scanning the change", 1.9),
    ("Writing suggestions", 4.2),
    ("Judging suggestions", 1.1),
    ("Repairing what was refused", 2.4),
    ("Writing the review", 0.02),
    ("Posting the review", 0.9),
)


class MadeUpClock:
    """A clock that is set to whatever time a made-up review had."""

    def __init__(self, time: float) -> None:
        self.time = time

    def now(self, connection: Connection) -> float:  # noqa: ARG002  the Protocol's
        return self.time


def _diff(one: SuggestionRecord) -> str:
    path = one.edits[0].path
    line, was, refused, accepted = DIFFS[path]
    becomes = accepted if one.accepted else refused
    return diff_of((Edit(path, 41, 41, line.replace("{}", was), line.replace("{}", becomes)),))


class Story:
    """Writes made-up reviews, always the same for the same seed."""

    def __init__(self, ledger: Ledger, clock: MadeUpClock, seal: Seal = NO_ONE_READS_IT, seed: int = 7) -> None:
        self._ledger = ledger
        self._seal = seal
        self._clock = clock
        self._chance = random.Random(seed)  # noqa: S311  no secret
        self._numbers: Iterator[int] = count(41)

    def half_a_year(self, weeks: int = 22, each: int = 6) -> None:
        end = self._clock.time
        for week in range(weeks):
            for n in range(each):
                self._clock.time = end - (weeks - week) * WEEK_SECONDS + n * 80_000.0
                model = MODELS[0] if week < 13 else self._chance.choice(MODELS)
                self.review(model, refused=0.36 - 0.011 * week)
        self._clock.time = end - 2_400
        self.review(MODELS[1], refused=0.3, least=3)
        self._clock.time = end - 95
        self.ask()
        claim = self._ledger.claim("worker:1", 600.0)
        assert claim is not None
        self._clock.time = end - 21
        self.ask()
        self._clock.time = end
        self._ledger.note_budget(11, Budget(5000, 4317, end + 1800))

    def take_the_rest(self) -> None:
        """End what others asked for: `review` takes whatever waits for its own."""
        while (claim := self._ledger.claim("worker:1", 600.0)) is not None:
            self._ledger.finish(claim, Ending.ANSWERED)

    def ask(self) -> None:
        number = next(self._numbers)
        which = self._chance.randrange(len(REPOSITORIES))
        pull = PullKey(11, REPOSITORIES[which], 500 + which, number)
        guid = f"{self._chance.getrandbits(128):032x}"
        head = f"{self._chance.getrandbits(160):040x}"
        work = ReviewWork(pull, head, self._clock.time, "opened", "")
        self._ledger.record_delivery(Delivery(guid, "pull_request", "opened", f"{guid}{guid}", work))

    def review(self, model: str, refused: float, least: int = 1) -> None:
        self.ask()
        claim = self._ledger.claim("worker:1", 600.0)
        assert claim is not None
        made = self._run(claim, model, refused, least)
        self._ledger.save_run(claim, made)
        diffs = {one.edits_sha256: self._seal.close(_diff(one)) for one in made.suggestions}
        self._ledger.keep_diffs(claim, made.head, diffs, days=30)
        key = f"review/{claim.row_id}/{made.head}"
        self._ledger.plan(claim, Plan(key, "review", "pulls", made.head, "a" * 64))
        self._ledger.mark_posting(claim, key)
        self._ledger.mark_posted(claim, key, 1_600_000_000 + claim.row_id)
        steps = tuple(Step(name, seconds * self._chance.uniform(0.6, 1.5)) for name, seconds in STEPS)
        self._clock.time += 12
        self._ledger.finish(claim, Ending.REVIEWED, made.head, steps)
        if self._chance.random() < APPLIED:
            self._apply(claim, made)

    def _apply(self, claim: Claim, made: RunRecord) -> None:
        """Somebody takes over what was suggested, and pushes again: the next review finds it."""
        self._ledger.request_review(ReviewWork(claim.pull, "f" * 40, self._clock.time, "pushed"))
        again = self._ledger.claim("worker:1", 600.0)
        assert again is not None
        files = [SourceFile(edit.path, LINE) for one in made.suggestions for edit in one.edits]
        self._ledger.note_applied(again, "f" * 40, (), files)
        self._ledger.finish(again, Ending.NOTHING_TO_DO)

    def _run(self, claim: Claim, model: str, refused: float, least: int) -> RunRecord:
        found = [self._finding(*rule) for rule in self._chance.sample(RULES, self._chance.randint(least, 4))]
        worst = {finding.severity for finding in found}
        return RunRecord(
            base=f"{self._chance.getrandbits(160):040x}",
            head=claim.head,
            conclusion="failure" if "high" in worst else "neutral",
            complete=True,
            tools=(("Bandit", "1.9.4"), ("Semgrep", "1.182.0"), ("reviewbot", "0.1.0")),
            skipped=(),
            findings=tuple(found),
            suggestions=with_endings([one for each in found for one in self._candidates(each, model, refused)]),
            rules=f"{0x5EED:064x}",
        )

    def _finding(self, tool: str, rule_id: str, severity: str, path: str) -> FindingRecord:
        line = self._chance.randint(8, 240)
        return FindingRecord(f"{self._chance.getrandbits(64):016x}:0", tool, rule_id, path, line, severity, True)  # noqa: FBT003  a record's last field

    def _candidates(self, finding: FindingRecord, model: str, refused: float) -> Iterator[SuggestionRecord]:
        """What was written for one finding, attempt by attempt, until something passed or nobody tried again."""
        if self._chance.random() < BY_RULE:
            yield self._candidate(finding, "", 1, ())
            return
        for attempt in range(1, ATTEMPTS + 1):
            if self._chance.random() >= refused:
                yield self._candidate(finding, model, attempt, ())
                return
            yield self._candidate(finding, model, attempt, self._chance.choice(REASONS))

    def _candidate(self, finding: FindingRecord, model: str, attempt: int, why: tuple[str, ...]) -> SuggestionRecord:
        digests = [f"{self._chance.getrandbits(256):064x}" for _ in range(3)]
        return SuggestionRecord(
            fingerprint=finding.fingerprint,
            origin="model" if model else "rule",
            model=model,
            attempt=attempt,
            edits_sha256=digests[0],
            accepted=not why,
            refusals=why,
            flagged="new-finding" in why,
            prompt_sha256=digests[1] if model else "",
            answer_sha256=digests[2] if model else "",
            edits=edit_records((Edit(finding.path, 1, 1, "", LINE),)),
        )
