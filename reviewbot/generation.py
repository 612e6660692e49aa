"""The loop between the model and the gate: write, judge, repair, write otherwise, until a suggestion is accepted.

Round 0 has the rules' fixes, and the model's likeliest answer where no rule knows one. In round 1 the model gets
what was refused back with the reasons. The rounds after that take samples of the first question, and the first of
them a filled hole. All that the model wrote in a round is judged in one scan, and what the rules wrote while it
writes; the loop ends with the policy's `max_repairs`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from reviewbot.change import SourceFile
from reviewbot.conversation import Conversation, Said
from reviewbot.finding import Finding
from reviewbot.gate.reason import Reason, Refusal
from reviewbot.library import Library
from reviewbot.policy import Policy
from reviewbot.prompt import Prompt, fix_prompt, infill_prompt
from reviewbot.suggestion import MAX_READ_CHARACTERS, Suggestion, affordable, answered, ask_again, by_rule
from reviewbot.verdict import Gate, Verdict, judge

SAMPLES = 2
"""How many samples of an answer are taken in each round after the repair."""

_TOO_MANY = "`max_model_findings` of the policy is reached"
_TOO_MUCH = f"a review reads no more than {MAX_READ_CHARACTERS:,} characters to write suggestions"


@dataclass(slots=True)
class _Case:
    """A finding, and the verdicts on what was suggested for it so far. `samples` counts those that were asked for.

    `closed`: nothing more is to be asked. `put`: it is one of those that the model is asked about, `left`: it is one
    too many for that.
    """

    finding: Finding
    file: SourceFile
    verdicts: list[Verdict] = field(default_factory=list)
    samples: int = 0
    closed: bool = False
    put: bool = False
    left: bool = False

    def knows(self, suggestion: Suggestion) -> bool:
        return any(verdict.suggestion.edits == suggestion.edits for verdict in self.verdicts)

    def add(self, judged: Sequence[Verdict]) -> None:
        """Take in the verdicts of one round. The best of what is accepted is chosen, the rest is withheld."""
        best = min((verdict for verdict in judged if verdict.accepted), key=_demerit, default=None)
        self.closed = self.closed or best is not None
        self.verdicts += [v if v is best or not v.accepted else _not_chosen(v) for v in judged]


def _demerit(verdict: Verdict) -> tuple[int, int]:
    """Order by what scanners still report at any severity, then by how much changes; the earlier one wins a tie."""
    return len(verdict.scan.findings), sum(len(e.anchor) + len(e.replacement) for e in verdict.suggestion.edits)


def _not_chosen(verdict: Verdict) -> Verdict:
    said = "It passed the checks; another suggestion for the same finding reports or changes less."
    return replace(verdict, reasons=(Reason(Refusal.NOT_CHOSEN, said, verdict.suggestion.edits[0].path),))


def write_fixes(
    findings: Sequence[Finding],
    gate: Gate,
    conversation: Conversation | None,
    library: Library | None = None,
    progress: Callable[[str], None] = lambda _step: None,
) -> tuple[Verdict, ...]:
    """Write suggestions for `findings`, and return the verdict on each candidate: at most one a finding is accepted.

    The verdicts are in the order of the findings, and of the attempts on one. `library` has the files of the
    repository at head from which definitions are shown to the model; without one, those of the gate are all.

    Raises:
        ScanError: a scanner failed.
    """
    library = library or Library(gate.files, gate.repository.head)
    cases = [_Case(finding, file) for finding, file in affordable(findings, gate.files)]
    progress("Writing suggestions")
    fixes = [(case, fix) for case in cases if (fix := by_rule(case.finding, case.file))]
    with ThreadPoolExecutor(max_workers=1) as beside:
        judging = beside.submit(_judge, fixes, gate)  # while the model writes
        written = _first_answers(cases, [case for case, _ in fixes], conversation, library, gate.policy)
        progress("Judging suggestions")
        judged = judging.result()
    _add(cases, judged + _judge(written, gate))
    for number in range(1, gate.policy.max_repairs + 1):
        if conversation is None or conversation.error is not None:
            break
        waiting = _admitted([case for case in cases if not case.closed], cases, gate.policy)
        if not waiting:
            break
        progress("Repairing what was refused")
        questions = [(case, prompt) for case in waiting for prompt in _again(case, number, conversation, library)]
        _add(cases, _judge(_candidates(questions, conversation), gate))
    if conversation is not None:
        conversation.leave_out(len(findings) - len(cases), _TOO_MUCH)
        conversation.leave_out(sum(case.left for case in cases), _TOO_MANY)
    return tuple(verdict for case in cases for verdict in case.verdicts)


def _first_answers(
    cases: Sequence[_Case],
    fixed: Sequence[_Case],
    conversation: Conversation | None,
    library: Library,
    policy: Policy,
) -> list[tuple[_Case, Suggestion]]:
    """Ask the model about the findings that no rule knows a fix for."""
    if conversation is None:
        return []
    known = {id(case) for case in fixed}
    left = _admitted([case for case in cases if id(case) not in known], cases, policy)
    first = [(case, prompt) for case in left if (prompt := _question(case, library))]
    conversation.leave_out(len(left) - len(first), "their lines are too long to be written again")
    return _candidates(first, conversation)


def _admitted(waiting: Sequence[_Case], cases: Sequence[_Case], policy: Policy) -> list[_Case]:
    """Return those of `waiting` that the model is asked about: of all `cases` as many as the policy allows.

    The most severe of those that wait first come in; who is in stays in.
    """
    room = policy.max_model_findings - sum(case.put for case in cases)
    for case in sorted((case for case in waiting if not case.put), key=lambda case: -case.finding.severity):
        case.put, case.left = room > 0, room <= 0
        room -= 1
    return [case for case in waiting if case.put]


def _again(case: _Case, number: int, conversation: Conversation, library: Library) -> Iterator[Prompt]:
    """Yield what to ask about a finding in the round `number`, from 1."""
    if number == 1 and case.verdicts:
        last = case.verdicts[-1]
        others = _others(case, library)
        prompt = ask_again(last.suggestion, [reason.text for reason in last.reasons], case.file, others)
        if prompt is not None:
            yield prompt
            return
    question = _question(case, library)
    if question is None:
        case.closed = True
        return
    hole = infill_prompt(case.finding, case.file) if conversation.infills and not case.samples else None
    for _ in range(SAMPLES):
        case.samples += 1
        yield replace(question, sample=case.samples)
    if hole is not None:
        yield hole


def _question(case: _Case, library: Library) -> Prompt | None:
    return fix_prompt(case.finding, case.file, _others(case, library))


def _others(case: _Case, library: Library) -> Sequence[SourceFile]:
    return library.others(case.file, case.finding.region.start_line, case.finding.region.end_line)


def _candidates(
    questions: Sequence[tuple[_Case, Prompt]], conversation: Conversation
) -> list[tuple[_Case, Suggestion]]:
    """Ask, and return the candidates that are new for their case."""
    found: list[tuple[_Case, Suggestion]] = []
    said = conversation.ask([prompt for _, prompt in questions])
    for (case, _), answer in zip(questions, said, strict=True):
        case.closed = case.closed or answer.declined
        suggestion = _suggestion(answer, case)
        if suggestion is None:
            if answer.answer is not None:
                conversation.unusable()
        elif case.knows(suggestion) or any(c is case and s.edits == suggestion.edits for c, s in found):
            conversation.unusable(repeated=True)
        else:
            attempt = len(case.verdicts) + 1 + sum(c is case for c, _ in found)
            found.append((case, replace(suggestion, attempt=attempt)))
    return found


def _suggestion(said: Said, case: _Case) -> Suggestion | None:
    if said.answer is None:
        return None
    suggestion = answered(said.reply, said.answer, case.finding, case.file)
    return None if suggestion is None else replace(suggestion, prompt_sha256=said.prompt.sha256)


def _judge(candidates: Sequence[tuple[_Case, Suggestion]], gate: Gate) -> list[tuple[_Case, Verdict]]:
    judged = judge([suggestion for _, suggestion in candidates], gate)
    return [(case, verdict) for (case, _), verdict in zip(candidates, judged, strict=True)]


def _add(cases: Iterable[_Case], judged: Sequence[tuple[_Case, Verdict]]) -> None:
    for case in cases:
        case.add([verdict for other, verdict in judged if other is case])
