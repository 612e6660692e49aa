"""One worker with everything around it in one process: a fake GitHub, a real ledger, a scanner that finds DANGER."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import ColumnElement, and_, create_engine, update

from reviewbot.change import SourceFile
from reviewbot.claimed import Keeping
from reviewbot.finding import Scanner
from reviewbot.github.auth import AppAuth
from reviewbot.github.bot import Bot
from reviewbot.github.client import Server, connect
from reviewbot.github.orders import Orders
from reviewbot.ledger import Ledger, open_ledger
from reviewbot.ledger.record import (
    FOREVER,
    CommandWork,
    Delivery,
    Pause,
    PullKey,
    PullState,
    ReviewWork,
    StopWork,
    Uninstall,
)
from reviewbot.ledger.schema import work
from reviewbot.ledger.seal import Seal
from reviewbot.suggestion import Generator
from reviewbot.tracing import NoTracer, Tracer
from reviewbot.worker import Telemetry, Times, Worker
from tests.fake_github import FakeGitHub
from tests.fake_github.state import IssueComment, Pull, ReviewComment
from tests.fakes import MarkerScanner, PausedClock

DANGER = {"app.py": "a = 1\nDANGER\n"}
KEY = SecretStr("a key for marks")


@dataclass
class Office:
    """What a test of a worker needs."""

    path: Path
    hub: FakeGitHub
    ledger: Ledger
    server: Server
    clock: PausedClock
    scanner: MarkerScanner = field(default_factory=MarkerScanner)

    @property
    def scans(self) -> list[tuple[tuple[SourceFile, ...], ...]]:
        """What was scanned, one entry for each time."""
        return self.scanner.runs

    def worker(
        self,
        *scanners: Scanner,
        lease: float = 30.0,
        generator: Generator | None = None,
        tracer: Tracer | None = None,
        seal: Seal | None = None,
    ) -> Worker:
        """Return one more worker."""
        app = AppAuth(self.hub.app.id, SecretStr(self.hub.private_key), self.server)
        bot = Bot(app, lambda _address: scanners or (self.scanner,), generator, KEY)
        budget = lambda installation: app.gate(installation).budget  # noqa: E731  it is passed on
        telemetry = Telemetry(Keeping("r" * 64, seal), tracer or NoTracer(), budget)
        return Worker(self.ledger, Orders(bot, alias=True), Times(lease=lease, retry=0.001), telemetry)

    def key(self, pull: Pull) -> PullKey:
        repository = pull.repository
        return PullKey(self.hub.installation(repository).id, repository.full_name, repository.id, pull.number)

    def ask(self, pull: Pull, *, forced: bool = False) -> None:
        """Note that the pull request has its present head, as the receiver does."""
        at = pull.updated_at.timestamp()
        self.ledger.request_review(ReviewWork(self.key(pull), pull.head_sha, at, "pushed", forced=forced))

    def uninstalled(self, installation: int) -> None:
        """Note that the App is gone, as the receiver does."""
        self._deliver(f"uninstall-{installation}", Uninstall(installation))

    def suspended(self, installation: int, *, suspended: bool) -> None:
        """Note that the App may do nothing for a while, or may go on, as the receiver does."""
        self._deliver(f"suspended-{suspended}", Pause(installation, FOREVER if suspended else None))

    def stop(self, pull: Pull) -> None:
        self._deliver(f"stop-{pull.id}-{pull.updated_at}", StopWork(self.key(pull), pull.updated_at.timestamp()))

    def command(self, comment: IssueComment | ReviewComment) -> None:
        """Note the command in a comment, as the receiver does."""
        asked = CommandWork(
            self.key(comment.pull),
            comment.id,
            isinstance(comment, ReviewComment),
            comment.author.login,
            comment.author.id,
            comment.body,
            comment.created_at.timestamp(),
        )
        self._deliver(f"comment-{comment.id}", asked)

    def say(self, pull: Pull, author: str, text: str) -> IssueComment:
        """Write a comment with a command."""
        comment = self.hub.comment(pull, author, text)
        self.command(comment)
        return comment

    def state(self, pull: Pull) -> PullState:
        found = self.ledger.find_pull(pull.repository.id, pull.number)
        assert found is not None
        return found

    def wait(self, pull: Pull) -> None:
        """Let the time pass that work rests after a failure."""
        self._set(pull, next_at=0.0)
        self.ledger.pause(self.state(pull).pull.installation, None)

    def wait_for(self, comment: IssueComment) -> None:
        """Let the time pass that a command rests after a failure."""
        self._set_where(work.c.comment_id == comment.id, next_at=0.0)

    def expire_command(self, comment: IssueComment) -> None:
        """Let the lease end on a command under way."""
        self._set_where(work.c.comment_id == comment.id, lease_until=0.0)

    def expire(self, pull: Pull) -> None:
        """Let the lease end on the work under way."""
        self._set(pull, lease_until=0.0)

    def _set(self, pull: Pull, **values: float) -> None:
        self._set_where(and_(work.c.repository_id == pull.repository.id, work.c.number == pull.number), **values)

    def _set_where(self, row: ColumnElement[bool], **values: float) -> None:
        engine = create_engine(f"sqlite:///{self.path}")
        with engine.begin() as connection:
            connection.execute(update(work).where(row).values(**values))
        engine.dispose()

    def _deliver(self, guid: str, asked: CommandWork | StopWork | Uninstall | Pause) -> None:
        self.ledger.record_delivery(Delivery(guid, "test", "", hashlib.sha256(guid.encode()).hexdigest(), asked))


@contextmanager
def open_office(folder: Path) -> Iterator[Office]:
    """Open an office whose clock stands still while GitHub is waited for."""
    with FakeGitHub(contents_per_minute=None) as hub:
        clock = PausedClock()
        path = folder / "ledger.sqlite"
        ledger = open_ledger(f"sqlite:///{path}")
        with connect(hub.url).http as http:
            yield Office(path, hub, ledger, Server(hub.url, http, clock.now, clock.sleep), clock)
        ledger.close()


def drain(worker: Worker, limit: int = 50) -> int:
    """Work until nothing is to be done, and return how much there was."""
    for done in range(limit):
        if not worker.work():
            return done
    raise AssertionError(f"there is no end to the work after {limit} pieces")
