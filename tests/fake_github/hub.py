"""`FakeGitHub`: what a test sees and does of GitHub, as its people would."""

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.fake_github.asgi import Application, Logged, Server
from tests.fake_github.deliveries import Delivery
from tests.fake_github.faults import Fault
from tests.fake_github.packages import require_packages
from tests.fake_github.people import People
from tests.fake_github.sending import CALM, Weather, redeliver, send_waiting, sending
from tests.fake_github.state import CheckRun, Pull, Review, ReviewComment
from tests.fake_github.web import PAGES
from tests.fake_github.world import World


class ViolationError(AssertionError):
    """A request, an answer or a payload was not what GitHub describes."""


class FakeGitHub(People):
    """A GitHub of its own for one test, serving while the `with` block runs; leaving it asserts no violations.

    `url` is the API's base address. Nothing is limited to 80 contents a minute unless `contents_per_minute` says so.
    """

    def __init__(self, *, packages: Path | None = None, port: int = 0, contents_per_minute: int | None = 80) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fake-github-"))
        self.world = World(self.folder, packages or require_packages())
        self.world.limits.contents_per_minute = contents_per_minute
        self.application = Application(self.world, PAGES)
        self._server = Server(self.application, port)
        self.world.url = self._server.url

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        if error is None and self.violations:
            raise ViolationError("not as GitHub describes it:\n" + "\n".join(self.violations))

    @property
    def url(self) -> str:
        return self.world.url

    @property
    def violations(self) -> list[str]:
        """What was not as GitHub describes it; a test that provokes one takes it out with `take_violations`."""
        return self.world.violations

    def take_violations(self) -> list[str]:
        taken = list(self.world.violations)
        self.world.violations.clear()
        return taken

    @property
    def requests(self) -> list[Logged]:
        """Every request so far, in the order in which they were answered."""
        return self.application.log

    def operations(self) -> list[str]:
        """Name the operation of every request so far."""
        return [each.operation for each in self.application.log]

    def fail(self, fault: Fault) -> Fault:
        """Let requests fail from now on; the first fault that strikes decides."""
        self.application.faults.append(fault)
        return fault

    def mend(self) -> None:
        """End all faults."""
        self.application.faults.clear()

    def reviews(self, pull: Pull, *, by: str | None = None) -> Sequence[Review]:
        """Return the submitted reviews, those of one author if named."""
        return [each for each in pull.reviews if each.state != "PENDING" and by in (None, each.author.login)]

    def review_comments(self, pull: Pull) -> Sequence[ReviewComment]:
        return list(pull.review_comments)

    def check_runs(self, sha: str | None = None) -> Sequence[CheckRun]:
        return [each for each in self.world.check_runs() if sha in (None, each.head_sha)]

    def pulls(self) -> Iterable[Pull]:
        return list(self.world.pulls())

    # deliveries

    def deliver(self, to_url: str | None = None, weather: Weather = CALM) -> Sequence[Delivery]:
        """Send the deliveries that wait (to the App's webhook address unless one is given), and return them."""
        return send_waiting(self.world, to_url, weather)

    def delivering(self, to_url: str | None = None, weather: Weather = CALM) -> AbstractContextManager[None]:
        """Send deliveries as they come up while a `with` block runs."""
        return sending(self.world, to_url, weather)

    def redeliver(self, delivery: Delivery) -> Delivery:
        """Queue a delivery again under the same GUID, as a person does in the App's settings."""
        return redeliver(self.world, delivery)

    @property
    def deliveries(self) -> Sequence[Delivery]:
        """Every delivery so far, sent or waiting, oldest first."""
        return list(self.world.deliveries)

    def drop_waiting(self) -> None:
        """Forget the deliveries that were not sent: nobody will ever hear of them."""
        self.world.deliveries[:] = [each for each in self.world.deliveries if each.status is not None]
