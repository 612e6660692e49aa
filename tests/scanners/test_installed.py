from reviewbot.finding import Tool, scan
from reviewbot.scanners.installed import ToolState, default_scanners, tools
from tests.scanners.packs import EVIL


def test_the_doctor_finds_both_tools_and_nothing_to_remedy() -> None:
    assert tools() == (ToolState("Semgrep", "1.182.0"), ToolState("Bandit", "1.9.4"))


def test_a_scan_names_every_tool_that_took_part() -> None:
    [joined] = scan([[]], default_scanners(EVIL))
    assert [tool.name for tool in joined.tools] == ["Semgrep", "Bandit", "reviewbot"]
    assert Tool("Semgrep", "1.182.0") in joined.tools
