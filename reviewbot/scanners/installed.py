"""The scanners of this installation, and what `reviewbot doctor` says of them."""

from dataclasses import dataclass

from reviewbot.errors import ScanError
from reviewbot.finding import Scanner
from reviewbot.scanners.bandit import BANDIT, Bandit, installed_version
from reviewbot.scanners.rulepack import RulePack
from reviewbot.scanners.semgrep import SEMGREP, Semgrep
from reviewbot.scanners.semgrep_engine import SEMGREP_VERSION, installed_engines
from reviewbot.scanners.tampering import Tampering


@dataclass(frozen=True, slots=True)
class ToolState:
    """Whether a tool can be used. `remedy` says what to do if not, and is empty if it can."""

    name: str
    version: str
    remedy: str = ""


def default_scanners(pack: RulePack) -> tuple[Scanner, ...]:
    """Return all scanners, Semgrep with the rules of `pack`. Nothing is started yet."""
    return (Semgrep(pack), Bandit(), Tampering())


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
