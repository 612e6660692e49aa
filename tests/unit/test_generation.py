"""The loop between the model and the gate, and the counts that it leaves."""

import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest

from reviewbot.change import SourceFile
from reviewbot.conversation import Conversation, Tally
from reviewbot.errors import GenerationError, ScanError
from reviewbot.finding import Finding, Scan, Scanner, scan
from reviewbot.generation import SAMPLES, write_fixes
from reviewbot.policy import Policy, Severity
from reviewbot.prompt import Prompt
from reviewbot.reply import Reply
from reviewbot.suggestion import Generator, Origin
from reviewbot.verdict import Gate, Refusal, Verdict
from tests.fakes import MarkerScanner, ScriptedGenerator, finding_at

HEAD = "import os\nimport subprocess\n\n\ndef run(cmd):\n    os.system(cmd)\n"
GOOD = "```python\n    subprocess.run([cmd], check=False)\n```\n"
OTHER = "```python\n    subprocess.run([cmd, cmd, cmd, cmd], check=False)\n```\n"
WORSE = "```python\n    subprocess.run(cmd, shell=True)\n```\n"
DELETES = "```python\n    pass\n```\n"
SAME = "```python\n    os.system(cmd)\n```\n"


class Loop:
    """One run of the loop on `HEAD`, or on `files`, with what it left."""

    def __init__(  # noqa: PLR0913  a builder for tests: each argument has a default
        self,
        *replies: str | GenerationError | Reply,
        files: Sequence[SourceFile] = (SourceFile("app.py", HEAD),),
        generator: Generator | None = None,
        infills: bool = False,
        policy: Policy | None = None,
        scanners: Sequence[Scanner] = (),
        findings: Sequence[Finding] | None = None,
    ) -> None:
        self.scanners = scanners or (MarkerScanner("os.system"), MarkerScanner("shell=True", name="Other", cwe=(77,)))
        (original,) = scan([files], self.scanners)
        self.model = ScriptedGenerator(list(replies), infills=infills)
        conversation = Conversation(generator or self.model)
        gate = Gate(tuple(files), original, tuple(self.scanners), policy or Policy())
        self.findings = original.findings if findings is None else findings
        self.verdicts = write_fixes(self.findings, gate, conversation)
        self.tally = conversation.tally(self.verdicts)
        self.error = conversation.error

    @property
    def accepted(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.accepted]

    @property
    def refusals(self) -> list[set[Refusal]]:
        return [{reason.refusal for reason in verdict.reasons} for verdict in self.verdicts]


def test_an_accepted_first_answer_ends_the_loop() -> None:
    loop = Loop(GOOD)
    (verdict,) = loop.accepted
    assert loop.model.rounds == [1]
    assert (verdict.suggestion.origin, verdict.suggestion.attempt) == (Origin.MODEL, 1)
    assert loop.tally == Tally(asked=1, generated=1)


def test_a_refused_answer_goes_back_with_the_reasons_and_both_are_kept() -> None:
    loop = Loop(WORSE, GOOD)
    first, second = loop.verdicts
    assert (first.accepted, second.accepted) == (False, True)
    assert (first.suggestion.attempt, second.suggestion.attempt) == (1, 2)
    assert first.reasons[0].text in loop.model.prompts[1].user
    assert "shell=True)\nEND refused" in loop.model.prompts[1].user
    assert loop.tally == Tally(asked=2, generated=2, flagged=1, repaired=1, withheld=1)


def test_after_the_repair_samples_of_the_first_question_are_taken() -> None:
    loop = Loop(WORSE, DELETES, SAME, GOOD)
    first, repair, *samples = loop.model.prompts
    assert loop.model.rounds == [1, 1, SAMPLES]
    assert (first.sample, repair.sample) == (0, 0)
    assert samples == [replace(first, sample=1), replace(first, sample=2)]
    assert [verdict.suggestion.attempt for verdict in loop.verdicts] == [1, 2, 3]
    assert [verdict.accepted for verdict in loop.verdicts] == [False, False, True]
    assert loop.tally == Tally(asked=4, generated=3, flagged=1, unreadable=1, repaired=1, withheld=2)


def test_a_generator_that_can_fills_the_hole_once_beside_the_first_samples() -> None:
    hole = "    subprocess.run([cmd], check=False)\n"
    loop = Loop(WORSE, DELETES, WORSE, DELETES, hole, infills=True, policy=Policy(max_repairs=3))
    assert loop.model.rounds == [1, 1, SAMPLES + 1]
    assert loop.model.prompts[-1].infill is not None
    assert len(loop.accepted) == 1
    assert loop.tally.repeated == 2
    without = Loop(WORSE, DELETES, WORSE, DELETES, infills=False)
    assert all(prompt.infill is None for prompt in without.model.prompts)


ENDLESS = "It was cut off."


def test_of_a_hole_that_is_never_filled_to_its_end_the_block_is_taken() -> None:
    endless = Reply("    subprocess.run([cmd], check=False)\n\n\ndef more():\n    os.sys", "base 1", ENDLESS, cut=True)
    loop = Loop("", "", "", endless, infills=True)
    (verdict,) = loop.accepted
    assert "".join(edit.replacement for edit in verdict.suggestion.edits) == "    subprocess.run([cmd], check=False)\n"
    assert (loop.tally.unanswered, loop.tally.generated) == (3, 1)


@pytest.mark.parametrize("text", ["    g(cmd)\n    g(cmd)\n    g(", "g(cmd)\n", "    g("])
def test_a_hole_of_which_nobody_knows_where_it_ends_is_counted_with_the_reason(text: str) -> None:
    loop = Loop("", "", "", Reply(text, "base 1", ENDLESS, cut=True), infills=True)
    assert (loop.verdicts, loop.tally.unanswered, loop.tally.unreadable) == ((), loop.tally.asked, 0)
    assert ENDLESS in loop.tally.missing


def test_an_answer_that_is_not_whole_is_not_taken() -> None:
    loop = Loop(Reply(GOOD, "scripted 1.0", ENDLESS, cut=True), policy=Policy(max_repairs=0))
    assert (loop.verdicts, loop.tally.unanswered, loop.tally.missing) == ((), 1, (ENDLESS,))


@pytest.mark.parametrize("rounds", range(4))
def test_the_loop_ends_after_as_many_rounds_as_the_policy_allows(rounds: int) -> None:
    loop = Loop(*[WORSE, DELETES] * 9, policy=Policy(max_repairs=rounds))
    assert loop.model.rounds == [1, 1, SAMPLES, SAMPLES][: rounds + 1]
    assert loop.accepted == []
    assert [prompt.sample for prompt in loop.model.prompts] == [0, 0, 1, 2, 3, 4][: len(loop.model.prompts)]


def test_all_candidates_of_a_round_are_scanned_at_once() -> None:
    files = [SourceFile(f"{name}.py", HEAD) for name in "abc"]
    loop = Loop(WORSE, GOOD, WORSE, GOOD, GOOD, files=files)
    scanners = [scanner for scanner in loop.scanners if isinstance(scanner, MarkerScanner)]
    assert [[len(run) for run in scanner.runs] for scanner in scanners] == [[1, 3, 2]] * 2
    assert [verdict.suggestion.paths[0] for verdict in loop.verdicts] == ["a.py", "a.py", "b.py", "c.py", "c.py"]
    assert loop.model.rounds == [3, 2]


@pytest.mark.parametrize("answers", [(GOOD, OTHER), (OTHER, GOOD)])
def test_of_what_is_accepted_in_a_round_the_smallest_change_is_shown_and_the_rest_withheld(
    answers: tuple[str, str],
) -> None:
    loop = Loop("what?", *answers)
    (best,) = loop.accepted
    (rest,) = [verdict for verdict in loop.verdicts if not verdict.accepted]
    assert "[cmd]," in best.suggestion.edits[0].replacement
    assert {reason.refusal for reason in rest.reasons} == {Refusal.NOT_CHOSEN}
    assert not rest.refused
    assert loop.tally == Tally(asked=3, generated=2, unreadable=1, withheld=1)


def test_what_a_scanner_reports_below_the_threshold_weighs_more_than_the_size_of_the_change() -> None:
    low = MarkerScanner("[cmd],", name="Low", severity=Severity.LOW)
    loop = Loop("what?", GOOD, OTHER, scanners=(MarkerScanner("os.system"), low))
    (best,) = loop.accepted
    assert "[cmd, cmd" in best.suggestion.edits[0].replacement


def test_an_answer_that_cannot_be_read_is_followed_by_samples() -> None:
    loop = Loop("Use subprocess.", GOOD)
    assert [prompt.sample for prompt in loop.model.prompts] == [0, 1, 2]
    assert (loop.tally.unreadable, loop.tally.unanswered, loop.tally.generated) == (1, 1, 1)


@pytest.mark.parametrize("before", [[], [WORSE]])
def test_a_model_that_declines_is_not_pressed(before: list[str]) -> None:
    loop = Loop(*before, "none", GOOD)
    assert loop.model.rounds == [1] * (len(before) + 1)
    assert loop.tally.declined == 1


def test_what_repeats_an_earlier_candidate_is_not_scanned_again() -> None:
    loop = Loop(WORSE, WORSE, WORSE, WORSE)
    assert len(loop.verdicts) == 1
    assert loop.tally == Tally(asked=4, generated=1, flagged=1, withheld=1, repeated=3)


def test_the_same_answer_twice_in_a_round_is_one_candidate() -> None:
    loop = Loop("what?", GOOD, GOOD)
    assert (len(loop.verdicts), loop.tally.repeated) == (1, 1)


def test_a_fix_of_a_rule_goes_first_and_is_repaired_by_the_model_if_refused() -> None:
    file = SourceFile("app.py", HEAD)
    finding = scan([[file]], [MarkerScanner("os.system")])[0].findings[0]
    by_rule = replace(finding, fix="    subprocess.run([cmd])")
    assert Loop(findings=[by_rule]).model.prompts == []
    loop = Loop(GOOD, findings=[replace(finding, fix="    pass")])
    assert [verdict.suggestion.origin for verdict in loop.verdicts] == [Origin.RULE, Origin.MODEL]
    assert "pass\nEND refused" in loop.model.prompts[0].user
    assert loop.tally == Tally(asked=1, generated=1, repaired=1)


def test_what_a_rule_wrote_is_judged_while_the_model_writes_and_the_order_stays_that_of_the_findings() -> None:
    class Announcing(MarkerScanner):
        began = threading.Event()

        def scan(self, trees: Sequence[Sequence[SourceFile]]) -> Sequence[Scan]:
            if any("check=True" in file.text for tree in trees for file in tree):
                self.began.set()
            return super().scan(trees)

    class Waiting:
        def generate(self, prompts: Sequence[Prompt]) -> Sequence[Reply]:
            assert Announcing.began.wait(60)
            return [Reply(GOOD, "waiting 1.0") for _ in prompts]

    files = [SourceFile(f"{name}.py", HEAD) for name in "abc"]
    scanner = Announcing("os.system")
    first, second, third = (finding for [one] in [scan([files], [scanner])] for finding in one.findings)
    fixed = replace(second, fix="    subprocess.run([cmd], check=True)")
    loop = Loop(files=files, findings=[first, fixed, third], generator=Waiting(), scanners=[scanner])
    assert [verdict.suggestion.paths for verdict in loop.accepted] == [("a.py",), ("b.py",), ("c.py",)]
    assert [len(run) for run in scanner.runs] == [1, 1, 1, 2]


@pytest.mark.parametrize("reply", [GOOD, GenerationError("It is gone.")])
def test_a_scanner_that_fails_while_the_model_writes_fails_the_review(reply: str | GenerationError) -> None:
    class Failing(MarkerScanner):
        def scan(self, trees: Sequence[Sequence[SourceFile]]) -> Sequence[Scan]:
            if any("check=True" in file.text for tree in trees for file in tree):
                raise ScanError("It broke.")
            return super().scan(trees)

    files = [SourceFile(f"{name}.py", HEAD) for name in "ab"]
    scanner = Failing("os.system")
    first, second = scan([files], [scanner])[0].findings
    fixed = replace(second, fix="    subprocess.run([cmd], check=True)")
    with pytest.raises(ScanError, match="It broke"):
        Loop(reply, files=files, findings=[first, fixed], scanners=[scanner])


def test_every_candidate_names_the_hashes_of_its_question_and_answer() -> None:
    loop = Loop(WORSE, GOOD)
    prompts = [prompt.sha256 for prompt in loop.model.prompts]
    assert [verdict.suggestion.prompt_sha256 for verdict in loop.verdicts] == prompts
    assert len({verdict.suggestion.answer_sha256 for verdict in loop.verdicts}) == 2
    assert {verdict.suggestion.model for verdict in loop.verdicts} == {"scripted 1.0"}


def test_a_model_that_fails_is_not_asked_again_and_what_was_accepted_stays() -> None:
    files = [SourceFile(f"{name}.py", HEAD) for name in "ab"]
    loop = Loop(WORSE, GOOD, GenerationError("It is gone."), GOOD, files=files)
    assert loop.error == "It is gone."
    assert loop.model.rounds == [2, 1]
    assert [verdict.accepted for verdict in loop.verdicts] == [False, True]
    assert loop.tally == Tally(asked=3, unanswered=1, generated=2, flagged=1, withheld=1)


def test_a_model_that_answers_too_few_prompts_is_not_believed() -> None:
    class Silent:
        def generate(self, _prompts: Sequence[Prompt]) -> Sequence[Reply]:
            return []

    loop = Loop(generator=Silent())
    assert loop.error == "The model answered 0 prompts of 1."
    assert loop.verdicts == ()


def test_a_missing_answer_is_counted_with_its_reason_and_the_others_are_used() -> None:
    files = [SourceFile(f"{name}.py", HEAD) for name in "ab"]
    loop = Loop("", GOOD, files=files, policy=Policy(max_repairs=0))
    assert len(loop.accepted) == 1
    assert loop.tally == Tally(asked=2, unanswered=1, generated=1, missing=("The script has ended.",))


def test_lines_that_are_too_long_to_be_repeated_are_not_asked_about() -> None:
    loop = Loop(GOOD, files=[SourceFile("a.js", f"os.system('{'x' * 5_000}')\n")])
    assert loop.model.prompts == []
    assert loop.verdicts == ()
    (said,) = loop.tally.left_out
    assert said == "1 finding was not put to the model: their lines are too long to be written again."


def test_no_more_findings_are_put_to_the_model_than_the_policy_allows_the_most_severe_first() -> None:
    files = [SourceFile(f"{name}.py", HEAD) for name in "abcd"]
    findings = [
        finding_at(file, 6, rule_id=f"rule-{file.path[0]}", severity=severity)
        for file, severity in zip(files, (Severity.LOW, Severity.HIGH, Severity.LOW, Severity.MEDIUM), strict=True)
    ]
    loop = Loop(*[WORSE] * 9, files=files, findings=findings, policy=Policy(max_model_findings=2))
    assert loop.model.rounds == [2, 2, 2 * SAMPLES]
    assert {verdict.suggestion.paths[0] for verdict in loop.verdicts} == {"b.py", "d.py"}
    assert loop.tally.left_out == (
        "2 findings were not put to the model: `max_model_findings` of the policy is reached.",
    )


def test_a_refused_fix_of_a_rule_is_put_to_the_model_only_while_there_is_room() -> None:
    files = [SourceFile(f"{name}.py", HEAD) for name in "ab"]
    refused, other = [finding_at(file, 6, rule_id="os.system-rule") for file in files]
    findings = [replace(refused, fix="    pass"), other]
    loop = Loop(WORSE, *[WORSE] * 9, files=files, findings=findings, policy=Policy(max_model_findings=1))
    assert {prompt.user.count("END refused") for prompt in loop.model.prompts[1:2]} == {1}
    assert [v.suggestion.origin for v in loop.verdicts if v.suggestion.paths == ("a.py",)] == [Origin.RULE]
    assert "1 finding was not put to the model" in loop.tally.left_out[0]


def test_with_no_findings_for_the_model_it_is_not_asked_and_the_review_says_so() -> None:
    loop = Loop(GOOD, policy=Policy(max_model_findings=0))
    assert (loop.model.prompts, loop.tally.asked) == ([], 0)
    assert loop.tally.left_out == (
        "1 finding was not put to the model: `max_model_findings` of the policy is reached.",
    )


def test_without_a_model_a_refusal_stands() -> None:
    file = SourceFile("app.py", HEAD)
    scanner = MarkerScanner("os.system")
    finding = replace(scan([[file]], [scanner])[0].findings[0], fix="    pass")
    (verdict,) = write_fixes([finding], Gate((file,), Scan((finding,)), (scanner,), Policy()), None)
    assert not verdict.accepted


def test_what_the_code_uses_from_other_files_of_the_change_is_shown() -> None:
    files = [
        SourceFile("app.py", HEAD.replace("cmd)\n", "quoted(cmd))\n")),
        SourceFile("q.py", "def quoted(x):\n    return x\n"),
    ]
    assert "def quoted(x)" in Loop(GOOD, files=files).model.prompts[0].user
