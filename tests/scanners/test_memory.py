import pytest

from reviewbot.change import SourceFile
from reviewbot.finding import Scan
from reviewbot.scanners.bandit import Bandit
from reviewbot.scanners.batch import Pace
from reviewbot.scanners.memory import Memory, Store
from reviewbot.scanners.semgrep import Semgrep
from reviewbot.scanners.semgrep_engine import installed_engines
from tests.fakes import TamperedEngine
from tests.scanners.packs import EVIL, pack, rule

CORE, *_ = installed_engines()
PACE = Pace(processes=1, seconds=3.0, rate=1e9)
FILE = SourceFile("a.py", "\ufeffif x:\n    evil(\n        'é')\n")


def _ways(scan: Scan) -> list[str]:
    return [tool.way for tool in scan.tools]


def test_a_file_is_asked_about_once_and_the_answer_stays_the_same() -> None:
    semgrep = Semgrep(EVIL, [CORE])
    [first], [second] = semgrep.scan([[FILE]]), semgrep.scan([[FILE]])
    assert first == second
    assert [finding.snippet for finding in second.findings] == ["    evil(\n        'é')"]
    assert (_ways(first), _ways(second)) == (["engine"], ["memory"])


@pytest.mark.parametrize(
    "other",
    [SourceFile("a.py", FILE.text + "\n"), SourceFile("b.py", FILE.text), SourceFile("a.js", FILE.text)],
    ids=["other text", "other path", "other language"],
)
def test_what_differs_in_anything_is_asked_about(other: SourceFile) -> None:
    semgrep = Semgrep(EVIL, [CORE])
    semgrep.scan([[FILE]])
    assert _ways(semgrep.scan([[other]])[0]) == ["engine"]


def test_other_rules_and_other_customers_share_nothing() -> None:
    store = Store()
    others = [Semgrep(EVIL, [CORE], memory=Memory(namespace, store)) for namespace in (("one",), ("two",), ("on", "e"))]
    assert [_ways(semgrep.scan([[FILE]])[0]) for semgrep in others] == [["engine"]] * 3
    assert len(store) == 3
    assert _ways(Semgrep(EVIL, [CORE], memory=Memory(("two",), store)).scan([[FILE]])[0]) == ["memory"]


def test_other_rules_are_asked_again() -> None:
    memory = Memory()
    Semgrep(EVIL, [CORE], memory=memory).scan([[FILE]])
    others = type(EVIL)(pack(rule("other", "evil(1)")).rules, "another digest")
    assert _ways(Semgrep(others, [CORE], memory=memory).scan([[FILE]])[0]) == ["engine"]


def test_what_was_skipped_is_not_remembered() -> None:
    memory = Memory()
    bad = SourceFile("bad.py", "x = = 1\n")
    for _ in range(2):
        [scan] = Semgrep(EVIL, [CORE], PACE, memory=memory).scan([[bad]])
        assert [entry.path for entry in scan.skipped] == ["bad.py"]
    broken = TamperedEngine(CORE, 'if grep -q 1 f*.py; then exit 9; fi; exec "$@"')
    Semgrep(EVIL, [broken], PACE, memory=memory).scan([[SourceFile("c.py", "evil(1)\n")]])
    assert len(memory.store) == 0


def test_it_holds_no_more_than_its_size_and_drops_what_was_not_used_for_longest() -> None:
    memory = Memory(store=Store(size=2))
    bandit = Bandit(memory=memory)
    one, two, three = (SourceFile("a.py", f"eval({number})\n") for number in range(3))
    for file in (one, two, one, three):
        bandit.scan([[file]])
    assert len(memory.store) == 2
    assert [_ways(bandit.scan([[file]])[0]) for file in (one, two)] == [["memory"], ["process"]]
