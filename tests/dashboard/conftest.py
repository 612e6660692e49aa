import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from reviewbot.dashboard import dashboard_routes
from reviewbot.ledger import Ledger, open_ledger
from reviewbot.ledger.seal import KeySeal
from tests.browser import Browser, chromium_or_skip, open_browser
from tests.dashboard.sample import MadeUpClock, Story
from tests.webhook.conftest import Running, restored_logging, start  # noqa: F401  fixtures

TOKEN = "a-token-for-the-operators-of-the-tests"  # noqa: S105  it protects nothing
DIFF_KEY = "a-key-for-the-diffs-of-the-tests"


@pytest.fixture
def clock() -> MadeUpClock:
    return MadeUpClock(time.time())


@pytest.fixture
def ledger(tmp_path: Path, clock: MadeUpClock) -> Iterator[Ledger]:
    with closing(open_ledger(f"sqlite:///{tmp_path}/ledger.sqlite", clock)) as opened:
        yield opened


@pytest.fixture
def story(ledger: Ledger, clock: MadeUpClock) -> Story:
    return Story(ledger, clock, KeySeal(SecretStr(DIFF_KEY)))


@pytest.fixture
def dashboard(start: Callable[..., Running], ledger: Ledger) -> Running:  # noqa: F811  the fixture
    return start(
        ledger, dashboard_token=TOKEN, diff_key=DIFF_KEY, routes=lambda settings: dashboard_routes(settings, ledger)
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with open_browser(chromium_or_skip()) as opened:
        yield opened
