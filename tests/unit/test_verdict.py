from collections.abc import Sequence
from dataclasses import replace

import pytest

from reviewbot.change import Skipped, SourceFile
from reviewbot.errors import ScanError
from reviewbot.finding import OWN_CHECKS, Finding, Scan, Scanner, scan
from reviewbot.policy import Policy, Severity
from reviewbot.suggestion import Edit, Origin, Suggestion, edits_between
from reviewbot.verdict import Gate, Refusal, Verdict, judge
from tests.fakes import MarkerScanner

_HEAD = "import os\nimport subprocess\n\n\ndef run(cmd):\n    os.system(cmd)\n"
_FIX = "    subprocess.run([cmd], check=False)\n"


def _scanners() -> tuple[MarkerScanner, ...]:
    return MarkerScanner("os.system"), MarkerScanner("shell=True", name="Other", cwe=(77,))


def _gate(*files: SourceFile, scanners: Sequence[Scanner] | None = None, policy: Policy | None = None) -> Gate:
    chosen = tuple(_scanners() if scanners is None else scanners)
    return Gate(files, scan([files], chosen)[0], chosen, policy or Policy())


def _suggestion(file: SourceFile, new: str, finding: Finding | None = None) -> Suggestion:
    return Suggestion(Origin.MODEL, finding, edits_between(file.path, file.text, new), "Because.")


def _judged(old: str, new: str, path: str = "app.py", gate: Gate | None = None, *, patch: bool = False) -> Verdict:
    """Judge `new` as a fix of the first finding in `old`, or of nothing."""
    file = SourceFile(path, old)
    gate = gate or _gate(file)
    claimed = next((f for f in gate.original.findings if f.path == path), None)
    (verdict,) = judge([_suggestion(file, new, None if patch else claimed)], gate)
    return verdict


def _refusals(verdict: Verdict) -> set[Refusal]:
    return {reason.refusal for reason in verdict.reasons}


def _with(line: str, head: str = _HEAD) -> str:
    return head.replace("    os.system(cmd)\n", line)


def test_the_fix_with_an_argument_list_is_accepted() -> None:
    verdict = _judged(_HEAD, _with(_FIX))
    assert verdict.accepted
    assert verdict.scan.vouched("app.py") == {"Marker", "Other"}


def test_another_weakness_in_its_place_is_refused_with_tool_rule_and_line() -> None:
    verdict = _judged(_HEAD, _with("    cmd = str(cmd)\n    subprocess.run(cmd, shell=True)\n"))
    (reason,) = verdict.reasons
    assert (reason.refusal, reason.path, reason.line) == (Refusal.NEW_FINDING, "app.py", 7)
    assert reason.text == "Other shell=True-rule finds something new on line 7: shell=True-rule says so."


def test_no_candidate_is_accepted_where_no_scanner_is_set_up() -> None:
    file = SourceFile("app.py", _HEAD)
    with pytest.raises(ScanError, match="No scanner"):
        judge([_suggestion(file, _with(_FIX))], Gate((file,), Scan(), (), Policy()))


def test_all_candidates_go_through_the_scanners_in_one_run_and_only_the_edited_files_do() -> None:
    scanners = _scanners()
    one, two = SourceFile("one.py", _HEAD), SourceFile("two.py", _HEAD)
    gate = _gate(one, two, scanners=scanners)
    claimed = gate.original.findings
    suggestions = [
        _suggestion(one, _with(_FIX), claimed[0]),
        _suggestion(one, _with("    pass\n"), claimed[0]),
        _suggestion(two, _with("    subprocess.run(cmd, shell=True)\n"), claimed[1]),
    ]
    verdicts = judge(suggestions, gate)
    assert [verdict.accepted for verdict in verdicts] == [True, False, False]
    assert [verdict.suggestion for verdict in verdicts] == suggestions
    for scanner in scanners:
        assert [[[file.path for file in tree] for tree in run] for run in scanner.runs[1:]] == [
            [["one.py"], ["two.py"]]
        ]


def test_nothing_is_scanned_when_nothing_is_left_to_scan() -> None:
    scanners = _scanners()
    assert not _judged(_HEAD, _with(""), gate=_gate(SourceFile("app.py", _HEAD), scanners=scanners)).accepted
    assert [len(scanner.runs) for scanner in scanners] == [1, 1]


def test_an_anchor_that_is_not_there_is_refused() -> None:
    file = SourceFile("app.py", _HEAD)
    suggestion = Suggestion(Origin.PATCH, None, (Edit("app.py", 6, 6, "    os.popen(cmd)\n", _FIX),), "")
    (verdict,) = judge([suggestion], _gate(file))
    assert _refusals(verdict) == {Refusal.ANCHOR_MISMATCH}
    assert verdict.reasons[0].path == "app.py"


@pytest.mark.parametrize(
    "line",
    [
        "    os.system(cmd)\n",
        "    os.system( cmd )\n",
        "    # ok\n    os.system(cmd)  # nosec\n",
        "\n    os.system(cmd)\n",
    ],
)
def test_white_space_and_comments_are_no_change(line: str) -> None:
    assert _refusals(_judged(_HEAD, _with(line))) == {Refusal.NO_CHANGE}


def test_white_space_is_no_change_in_a_language_without_grammar() -> None:
    assert _refusals(_judged("a DANGER\n", "a  DANGER\n\n", "a.tf", patch=True)) == {Refusal.NO_CHANGE}


def test_a_suggestion_without_edits_is_no_change() -> None:
    assert _refusals(_judged(_HEAD, _HEAD)) == {Refusal.NO_CHANGE}


@pytest.mark.parametrize(
    "character",
    [
        "\u202e",
        "\u2066",
        "\u200b",
        "\u200d",
        "\ufeff",
        "\u00ad",
        "\u2028",
        "\x00",
        "\x1b",
        "\u3164",
        "\ufe0f",
        "\U000e0041",
    ],
    ids=ascii,
)
def test_characters_that_a_reader_does_not_see_are_refused(character: str) -> None:
    (reason,) = _judged(_HEAD, _with(f"    # why{character}\n{_FIX}")).reasons
    assert (reason.refusal, reason.line) == (Refusal.HIDDEN_CHARACTERS, 6)
    assert f"U+{ord(character):04X}" in reason.text


def test_a_carriage_return_is_seen_only_as_part_of_a_line_end() -> None:
    crlf = _HEAD.replace("\n", "\r\n")
    assert _judged(crlf, _with(_FIX).replace("\n", "\r\n")).accepted
    assert _refusals(_judged(_HEAD, _with(f"    # why\r{_FIX}"))) == {Refusal.HIDDEN_CHARACTERS}


def test_a_hidden_character_that_stood_there_before_is_not_the_suggestion_s() -> None:
    assert _judged("# \u202e\n" + _HEAD, "# \u202e\n" + _with(_FIX)).accepted


def test_what_does_not_parse_is_refused_with_the_line() -> None:
    (reason,) = _judged(_HEAD, _with("    subprocess.run([cmd)\n")).reasons
    assert (reason.refusal, reason.line) == (Refusal.DOES_NOT_PARSE, 6)


def test_python_that_did_not_parse_before_must_parse_now() -> None:
    assert _refusals(_judged("x = (\n" + _HEAD, "x = (\n" + _with(_FIX))) == {Refusal.DOES_NOT_PARSE}
    assert _judged("x = (\n" + _HEAD, "x = ()\n" + _with(_FIX)).accepted


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("def run(cmd):", "def start(cmd):", Refusal.NAME_REMOVED),
        ("def run(cmd):", "def run(cmd, cwd):", Refusal.SIGNATURE_CHANGED),
        ("def run(cmd):", "async def run(cmd):", Refusal.SIGNATURE_CHANGED),
        ("def run(cmd):", "def run(cmd, cwd=None):", None),
    ],
)
def test_public_names_must_stay_and_take_the_same_calls(old: str, new: str, refusal: Refusal | None) -> None:
    assert _refusals(_judged(_HEAD, _with(_FIX).replace(old, new))) == ({refusal} if refusal else set())


def test_a_module_that_is_not_imported_is_refused_by_name_and_line() -> None:
    (reason,) = _judged(_HEAD, _with("    subprocess.run(shlex.split(cmd), check=False)\n")).reasons
    assert (reason.refusal, reason.line) == (Refusal.UNDEFINED_NAME, 6)
    assert reason.text == "It uses shlex on line 6, which is neither defined nor imported."


def test_an_import_that_is_still_needed_must_stay() -> None:
    head = _HEAD + "\n\ndef here():\n    return os.getcwd()\n"
    assert _refusals(_judged(head, _with(_FIX, head).removeprefix("import os\n"))) == {Refusal.UNDEFINED_NAME}
    assert _judged(_HEAD, _with(_FIX).removeprefix("import os\n")).accepted


def test_a_name_that_was_undefined_before_is_not_the_suggestion_s_fault() -> None:
    head = _HEAD + "_('text')\n"
    assert _judged(head, _with(_FIX, head)).accepted


def test_all_faults_of_the_text_are_named_at_once() -> None:
    new = _with("    shlex.split(cmd)\n").replace("def run", "def start")
    assert _refusals(_judged(_HEAD, new)) == {Refusal.NAME_REMOVED, Refusal.UNDEFINED_NAME}


def test_deleting_the_call_is_refused() -> None:
    assert _refusals(_judged(_HEAD, _with("    pass\n"))) == {Refusal.DELETES_CODE}


def test_deleting_what_a_finding_points_at_is_refused_in_a_patch_that_claims_nothing() -> None:
    assert _refusals(_judged(_HEAD, _with("    pass\n"), patch=True)) == {Refusal.DELETES_CODE}
    assert _judged(_HEAD, _with(_FIX), patch=True).accepted


def test_deleting_another_finding_on_the_way_is_refused() -> None:
    head = _HEAD + "    os.system('ls')\n"
    new = _with(_FIX, _HEAD) + "    pass\n"
    assert _refusals(_judged(head, new)) == {Refusal.DELETES_CODE}


def test_deleting_a_whole_file_is_refused() -> None:
    assert Refusal.DELETES_CODE in _refusals(_judged("x\n", "", "a.tf", patch=True))
    assert Refusal.NAME_REMOVED in _refusals(_judged(_HEAD, "", patch=True))


def test_a_new_file_is_judged_like_any_other() -> None:
    gate = _gate(SourceFile("app.py", _HEAD))
    for text, refusals in (("x = 1\n", set()), ("import os\nos.system('x')\n", {Refusal.NEW_FINDING})):
        (verdict,) = judge([_suggestion(SourceFile("new.py", ""), text)], gate)
        assert _refusals(verdict) == refusals


def test_a_file_that_no_scanner_vouches_for_is_refused() -> None:
    file = SourceFile("app.py", _HEAD)
    blind = [replace(scanner, unreadable=lambda _file: True) for scanner in _scanners()]
    own = MarkerScanner("NEVER", name=OWN_CHECKS)
    verdict = _judged(_HEAD, _with(_FIX), gate=_gate(file, scanners=[*blind, own]), patch=True)
    assert _refusals(verdict) == {Refusal.NOT_SCANNED}
    assert verdict.reasons[0].text == "No scanner read the file, so nothing vouches for it."


def test_a_file_must_be_vouched_for_by_every_tool_that_read_it_before() -> None:
    one, two = _scanners()
    shy = replace(two, unreadable=lambda file: "subprocess.run" in file.text)
    gate = _gate(SourceFile("app.py", _HEAD), scanners=[one, shy])
    (reason,) = _judged(_HEAD, _with(_FIX), gate=gate).reasons
    assert reason.refusal is Refusal.NOT_SCANNED
    assert reason.text == "Other read the file before, and did not read it whole with this change."


def test_a_file_that_a_tool_never_could_read_needs_the_others_only() -> None:
    one, two = _scanners()
    gate = _gate(SourceFile("app.py", _HEAD), scanners=[one, replace(two, unreadable=lambda _file: True)])
    assert _judged(_HEAD, _with(_FIX), gate=gate).accepted


def test_a_file_that_is_skipped_only_now_is_refused() -> None:
    class Skipping(MarkerScanner):
        def scan(self, trees: Sequence[Sequence[SourceFile]]) -> Sequence[Scan]:
            return [replace(report, skipped=(Skipped("new.py", "it took too long"),)) for report in super().scan(trees)]

    file = SourceFile("app.py", _HEAD)
    scanners = (MarkerScanner("os.system"), Skipping("shell=True", name="Other"))
    gate = Gate((file,), Scan(), scanners, Policy())
    (verdict,) = judge([_suggestion(SourceFile("new.py", ""), "x = 1\n")], gate)
    assert [reason.text for reason in verdict.reasons] == ["The file was not read whole: it took too long."]


def test_what_stood_there_before_is_not_new_though_it_moved() -> None:
    head = _HEAD + "\n\nsubprocess.run('ls', shell=True)\n"
    assert _judged(head, _with("    args = [cmd]\n    subprocess.run(args, check=False)\n", head)).accepted


def test_code_that_a_patch_moves_brings_no_new_finding() -> None:
    line = "subprocess.run('ls', shell=True)\n"
    head, tail = "import os\nimport subprocess\n", "".join(f"x{n} = {n}\n" for n in range(9))
    assert _judged(head + line + tail, head + tail + line, patch=True).accepted


def test_another_rule_on_the_same_line_is_new() -> None:
    verdict = _judged(_HEAD, _with("    subprocess.run(cmd, shell=True)\n"), patch=True)
    assert _refusals(verdict) == {Refusal.NEW_FINDING}


def test_a_neighbour_that_changes_with_the_fix_does_not_excuse_what_was_to_be_fixed() -> None:
    head = _HEAD + "    os.system('a')\n"
    assert Refusal.NOT_FIXED in _refusals(_judged(head, _with(_FIX) + "    os.system('b')\n"))


def test_each_original_finding_excuses_only_one() -> None:
    head = _HEAD + "\n\nsubprocess.run('ls', shell=True)\n"
    verdict = _judged(head, _with("    subprocess.run('ls', shell=True)\n", head))
    assert _refusals(verdict) == {Refusal.NEW_FINDING}


def test_a_finding_on_lines_that_change_is_the_same_by_rule_and_place() -> None:
    head = "import os\nimport subprocess\nos.system(a := 'x')\nsubprocess.run('ls', shell=True)\n"
    new = "import os\nimport subprocess\nsubprocess.run([a := 'x'])\nsubprocess.run('ls -l', shell=True)\n"
    assert _judged(head, new).accepted


def test_a_graver_finding_is_not_excused_by_a_lesser_one() -> None:
    class Graver(MarkerScanner):
        def scan(self, trees: Sequence[Sequence[SourceFile]]) -> Sequence[Scan]:
            return [
                replace(
                    report,
                    findings=tuple(
                        replace(f, severity=Severity.MEDIUM if "'ls'" in f.snippet else Severity.HIGH)
                        for f in report.findings
                    ),
                )
                for report in super().scan(trees)
            ]

    head = _HEAD + "    subprocess.run('ls', shell=True)\n"
    new = _with(_FIX) + "    subprocess.run(cmd, shell=True)\n"
    gate = _gate(SourceFile("app.py", head), scanners=[MarkerScanner("os.system"), Graver("shell=True", name="Other")])
    assert _refusals(_judged(head, new, gate=gate)) == {Refusal.NEW_FINDING}


def test_one_threshold_decides_what_is_reported_and_what_is_refused() -> None:
    low = MarkerScanner("subprocess.run", name="Low", severity=Severity.LOW)
    for report, accepted in ((Severity.MEDIUM, True), (Severity.LOW, False)):
        gate = _gate(SourceFile("app.py", _HEAD), scanners=[*_scanners(), low], policy=Policy(report=report))
        assert _judged(_HEAD, _with(_FIX), gate=gate).accepted is accepted


def test_a_suppression_that_the_suggestion_adds_counts_whatever_the_threshold_is() -> None:
    own = MarkerScanner("nosec", name=OWN_CHECKS, severity=Severity.LOW)
    policy = Policy(report=Severity.HIGH)
    gate = _gate(SourceFile("app.py", _HEAD), scanners=[*_scanners(), own], policy=policy)
    verdict = _judged(_HEAD, _with(_FIX.replace("\n", "  # nosec\n")), gate=gate)
    assert _refusals(verdict) == {Refusal.NEW_FINDING}


def test_a_finding_that_stays_is_not_fixed() -> None:
    (reason,) = _judged(_HEAD, _with("    os.system(str(cmd))\n")).reasons
    assert (reason.refusal, reason.line) == (Refusal.NOT_FIXED, 6)
    assert reason.text == "Marker os.system-rule still finds on line 6 what was to be fixed: os.system-rule says so."


def test_a_finding_that_only_moved_within_the_suggestion_is_not_fixed() -> None:
    assert _refusals(_judged(_HEAD, _with("    argument = cmd\n    os.system(argument)\n"))) == {Refusal.NOT_FIXED}


def test_a_finding_that_moved_elsewhere_in_the_file_is_new() -> None:
    new = "import os\nimport subprocess\n\n\ndef go(cmd):\n    os.system(cmd)\n\n\ndef run(cmd):\n    go(cmd)\n"
    assert not _judged(_HEAD, new).accepted
    far = _HEAD.replace("import os\n", "import os\ngo = lambda cmd: os.system(cmd)\nX = 1\n").replace(
        "    os.system(cmd)\n", "    go(cmd)\n"
    )
    assert _refusals(_judged(_HEAD, far)) == {Refusal.NEW_FINDING}


def test_the_same_weakness_by_another_rule_of_a_tool_that_saw_it_is_not_fixed() -> None:
    scanners = [MarkerScanner("os.system"), MarkerScanner("os.popen")]
    gate = _gate(SourceFile("app.py", _HEAD), scanners=scanners)
    assert _refusals(_judged(_HEAD, _with("    os.popen(cmd)\n"), gate=gate)) == {Refusal.NOT_FIXED}


def test_what_was_merged_into_the_claimed_finding_must_be_gone_too() -> None:
    scanners = [MarkerScanner("os.system"), MarkerScanner("cmd)", name="Other", cwe=(77,))]
    file = SourceFile("app.py", _HEAD.replace("def run(cmd)", "def run(cmd )"))
    gate = _gate(file, scanners=scanners)
    merged = replace(gate.original.findings[0], also=("Other cmd)-rule",))
    new = _with("    subprocess.run(cmd)\n", file.text)
    (verdict,) = judge([_suggestion(file, new, merged)], gate)
    assert _refusals(verdict) == {Refusal.NOT_FIXED}


def test_the_twin_of_a_fixed_finding_may_stay() -> None:
    head = _HEAD + "    os.system(cmd)\n"
    assert _judged(head, _with(_FIX) + "    os.system(cmd)\n").accepted


def test_a_suggestion_that_leaves_the_file_of_its_finding_alone_fixes_nothing() -> None:
    file, other = SourceFile("app.py", _HEAD), SourceFile("other.py", "x = 1\n")
    gate = _gate(file, other)
    (verdict,) = judge([_suggestion(other, "x = 2\n", gate.original.findings[0])], gate)
    assert _refusals(verdict) == {Refusal.NOT_FIXED}


def test_edits_of_several_files_stand_or_fall_together() -> None:
    one, two = SourceFile("one.py", _HEAD), SourceFile("two.py", "x = 1\n")
    gate = _gate(one, two)
    for text, accepted in (("x = 2\n", True), ("x = y\n", False)):
        edits = (*edits_between("one.py", _HEAD, _with(_FIX)), *edits_between("two.py", two.text, text))
        (verdict,) = judge([Suggestion(Origin.RULE, gate.original.findings[0], edits, "")], gate)
        assert verdict.accepted is accepted
