"""An Opinion: what a model thinks of a changed passage on which no scanner reports anything.

It is no finding. It changes no conclusion and no verdict, it is shown only with lines that the gate accepted, and
there are few of them.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reviewbot.change import Change, ChangedFile, Hunk, SourceFile, split_lines
from reviewbot.conversation import Conversation, Said
from reviewbot.finding import Finding
from reviewbot.gate.reason import Reason, Refusal
from reviewbot.language import language_of
from reviewbot.library import Library
from reviewbot.prompt import Passage, Prompt, review_prompt
from reviewbot.reply import named_weakness
from reviewbot.suggestion import Suggestion, by_model, replaced
from reviewbot.syntax.outline import outline
from reviewbot.verdict import Gate, Verdict, judge

MAX_PASSAGE_LINES = 20
"""A longer passage is not asked about: an answer would have to repeat it, and one click replaces no more lines."""

PASSAGES_PER_OPINION = 4
"""So many passages are asked about for each opinion that the policy allows: most have nothing to be said of."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """A passage that the model would rewrite, and the verdict on its lines. `cwe` is the weakness that it named."""

    path: str
    passage: Passage
    cwe: int | None
    verdict: Verdict

    @property
    def fingerprint(self) -> str:
        """The same for the same passage of the same file, so that nobody is told twice."""
        anchor = "".join(edit.anchor for edit in self.verdict.suggestion.edits)
        digest = hashlib.sha256("\0".join((self.path, *anchor.split())).encode("utf-8", "surrogatepass"))
        return f"{digest.hexdigest()[:32]}:0"


@dataclass(frozen=True, slots=True)
class _Question:
    file: ChangedFile
    passage: Passage

    @property
    def source(self) -> SourceFile:
        return SourceFile(self.file.path, self.file.new)


def write_opinions(
    change: Change,
    gate: Gate,
    conversation: Conversation,
    library: Library | None = None,
) -> tuple[Opinion, ...]:
    """Ask the model about the changed passages on which no scanner reports anything, the longest ones first.

    All opinions are returned whose lines could be judged, accepted or not; no more than `policy.max_opinions` of
    them are accepted.

    Raises:
        ScanError: a scanner failed.
    """
    limit = gate.policy.max_opinions
    library = library or Library(gate.files, gate.repository.head)
    questions = [question for file in change.files for question in _questions(file, gate.original.findings)]
    questions.sort(key=lambda question: question.passage.start - question.passage.end)
    asked = [
        (question, prompt)
        for question in questions[: limit * PASSAGES_PER_OPINION]
        if (prompt := _prompt(question, library)) is not None
    ]
    said = conversation.ask([prompt for _, prompt in asked])
    written = [
        (question, answer, suggestion)
        for (question, _), answer in zip(asked, said, strict=True)
        if (suggestion := _suggestion(question, answer, conversation)) is not None
    ]
    judged = judge([suggestion for _, _, suggestion in written], gate)
    opinions = [
        Opinion(question.file.path, question.passage, named_weakness(answer.reply.text), verdict)
        for (question, answer, _), verdict in zip(written, judged, strict=True)
    ]
    return tuple(_limited(opinions, limit))


def _prompt(question: _Question, library: Library) -> Prompt | None:
    passage, source = question.passage, question.source
    return review_prompt(passage, source, library.others(source, passage.start, passage.end))


def passages(file: ChangedFile) -> Iterator[Passage]:
    """Yield what the change touches, hunk by hunk. Of a long hunk only the functions that are new in it."""
    for hunk in file.hunks:
        changed = _changed_lines(hunk)
        if not changed:
            continue
        start, end = min(changed), max(changed)
        if end - start < MAX_PASSAGE_LINES:
            removed = "".join(f"{line.text}\n" for line in hunk.lines if line.new is None)
            yield Passage(start, end, removed)
            continue
        last = 0
        for part in outline(file.path, file.new):
            short = part.last_line - part.first_line < MAX_PASSAGE_LINES
            if part.function and short and max(start, last + 1) <= part.first_line and part.last_line <= end:
                last = part.last_line
                yield Passage(part.first_line, last)


def _changed_lines(hunk: Hunk) -> set[int]:
    """Return the head lines that are new, and of what was removed the line that now stands there."""
    changed: set[int] = set()
    before, waiting = 0, False
    for line in hunk.lines:
        if line.new is None:
            waiting = True
        else:
            if line.old is None or waiting:
                changed.add(line.new)
            before, waiting = line.new, False
    return changed | ({before} if waiting and before else set())


def _questions(file: ChangedFile, findings: Sequence[Finding]) -> Iterator[_Question]:
    regions = [finding.region for finding in findings if finding.path == file.path]
    lines = split_lines(file.new)
    for passage in passages(file) if language_of(file.path) else ():
        known = any(r.start_line <= passage.end and passage.start <= r.end_line for r in regions)
        if not known and "".join(lines[passage.start - 1 : passage.end]).strip():
            yield _Question(file, passage)


def _suggestion(question: _Question, said: Said, conversation: Conversation) -> Suggestion | None:
    if said.answer is None:
        return None
    passage = question.passage
    edits = replaced(said.answer, question.source, passage.start, passage.end)
    if not edits:
        conversation.unusable()
        return None
    written = by_model(said.reply, None, edits, "The model would write these lines in another way.")
    return replace(written, prompt_sha256=said.prompt.sha256)


def _limited(opinions: Sequence[Opinion], limit: int) -> Iterator[Opinion]:
    shown = 0
    for opinion in opinions:
        shown += opinion.verdict.accepted
        if not opinion.verdict.accepted or shown <= limit:
            yield opinion
        else:
            said = f"It passed the checks; the policy wants no more than {limit:,} opinions of a model."
            reason = Reason(Refusal.NOT_CHOSEN, said, opinion.path)
            yield replace(opinion, verdict=replace(opinion.verdict, reasons=(reason,)))
