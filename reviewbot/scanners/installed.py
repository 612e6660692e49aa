"""The scanners of this installation, and what `reviewbot doctor` says of them."""

from dataclasses import dataclass
from typing import Self

from reviewbot.errors import ScanError
from reviewbot.finding import Scanner
from reviewbot.scanners.attendants import Attendants
from reviewbot.scanners.bandit import BANDIT, COMMAND, Bandit, installed_version
from reviewbot.scanners.cache import Cache, user_cache
from reviewbot.scanners.memory import Memory, Store
from reviewbot.scanners.pool import Pool
from reviewbot.scanners.rulepack import RulePack
from reviewbot.scanners.rulepage import page_address, with_pages
from reviewbot.scanners.semgrep import SEMGREP, Semgrep
from reviewbot.scanners.semgrep_engine import SEMGREP_VERSION, installed_engines
from reviewbot.scanners.tampering import Tampering


@dataclass(frozen=True, slots=True)
class ToolState:
    """Whether a tool can be used. `remedy` says what to do if not, and is empty if it can."""

    name: str
    version: str
    remedy: str = ""


def default_scanners(pack: RulePack, pages: str = "") -> tuple[Scanner, ...]:
    """Return all scanners, Semgrep with the rules of `pack`. Nothing is started yet.

    `pages` is where the page of a rule can be read, with `{rule}` for its id; by default as the package says.
    """
    linked = with_pages(pack, pages or page_address())
    return (Semgrep(linked, cache=Cache(user_cache())), Bandit(), Tampering())


class Kept:
    """What a worker keeps from one review to the next: engines that wait, a Bandit that has started, and a memory.

    Close it after use, or use it in a `with` statement.
    """

    def __init__(self, pack: RulePack, pool_size: int = 4, pages: str = "") -> None:
        self._pack = with_pages(pack, pages or page_address())
        self._pool = _pool(pool_size)
        self._attendants = Attendants(COMMAND)
        self._store = Store()
        self._cache = Cache(user_cache())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def scanners(self, namespace: str) -> tuple[Scanner, ...]:
        """Return all scanners for one customer. What they remember under one `namespace` no other gets."""
        memory = Memory((namespace,), self._store)
        return (
            Semgrep(self._pack, pool=self._pool, memory=memory, cache=self._cache),
            Bandit(attendants=self._attendants, memory=memory),
            Tampering(),
        )

    def close(self) -> None:
        """End all processes."""
        if self._pool is not None:
            self._pool.close()
        self._attendants.close()


def _pool(size: int) -> Pool | None:
    try:
        core, *_ = installed_engines()
    except ScanError:
        return None  # each scan says so
    return Pool(core, size)


def tools() -> tuple[ToolState, ...]:
    """Look for each scanner. None is started."""
    return (_semgrep(), _bandit())


def _semgrep() -> ToolState:
    try:
        missing = [str(engine.path) for engine in installed_engines() if not engine.path.is_file()]
    except ScanError as error:
        return ToolState(SEMGREP, "", str(error))
    remedy = f"Semgrep is incomplete: {' and '.join(missing)} missing. Install it again." if missing else ""
    return ToolState(SEMGREP, SEMGREP_VERSION, remedy)


def _bandit() -> ToolState:
    try:
        return ToolState(BANDIT, installed_version())
    except ScanError as error:
        return ToolState(BANDIT, "", str(error))
