"""Examples to train a model on: what was found in somebody's code, and what people put in its place.

People's lines go through the same gate as a model's. What it refuses is nothing to learn from.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from reviewbot.change import SourceFile, split_lines
from reviewbot.finding import Finding, Scan, Scanner, reportable, scan
from reviewbot.policy import Policy
from reviewbot.prompt import Prompt, fix_prompt
from reviewbot.reply import Answer, Reply, parse_reply
from reviewbot.suggestion import Edit, Origin, Suggestion, answered, edits_between, replaced
from reviewbot.verdict import Gate, Verdict, judge

_IMPORT = re.compile(r"(?:import|from) [^\n#]+")
_NAME = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Example:
    """A finding in a file as it was, the product's question about it, and people's answer in the model's format."""

    finding: Finding
    file: SourceFile
    prompt: Prompt
    answer: str
    edits: tuple[Edit, ...]


def read_examples(
    then: Sequence[SourceFile],
    now: Mapping[str, str],
    wanted: Collection[str],
    scanners: Sequence[Scanner],
    policy: Policy,
) -> tuple[Example, ...]:
    """Compare files as they were `then` with what stands at their paths `now`.

    `wanted` are the fingerprints of the findings to take. One gives no example if its lines still stand, went
    together with the code around them, or were replaced by something that the gate refuses.

    Raises:
        ScanError: a scanner failed.
    """
    (original,) = scan([then], scanners)
    files = {file.path: file for file in then}
    found = [f for f in reportable(original.findings, policy) if f.fingerprint in wanted and f.path in now]
    written = [(f, said) for f in found if (said := _written(f, files[f.path], now[f.path])) is not None]
    suggestions = [_suggestion(finding, answer, files[finding.path]) for finding, answer in written]
    gate = Gate(tuple(then), original, tuple(scanners), policy)
    verdicts = judge(suggestions, gate)
    made = []
    for (finding, answer), verdict in zip(written, verdicts, strict=True):
        prompt = fix_prompt(finding, files[finding.path], then)
        if verdict.accepted and prompt is not None:
            text = _fenced(answer, finding)
            made.append(Example(finding, files[finding.path], prompt, text, verdict.suggestion.edits))
    return tuple(made)


def judge_replies(
    examples: Sequence[Example], texts: Sequence[str], scanners: Sequence[Scanner], policy: Policy
) -> tuple[Verdict | None, ...]:
    """Judge what a model answered to each example, as a review would. None: no candidate could be made of it.

    Raises:
        ScanError: a scanner failed.
    """
    trees: list[tuple[SourceFile, ...]] = [(example.file,) for example in examples]
    originals = scan(trees, scanners) if trees else ()
    return tuple(
        _judged(example, text, original, scanners, policy)
        for example, text, original in zip(examples, texts, originals, strict=True)
    )


def _judged(example: Example, text: str, original: Scan, scanners: Sequence[Scanner], policy: Policy) -> Verdict | None:
    answer = parse_reply(text)
    suggestion = answer and answered(Reply(text, ""), answer, example.finding, example.file)
    if not suggestion:
        return None
    (verdict,) = judge([suggestion], Gate((example.file,), original, tuple(scanners), policy))
    return verdict


def _suggestion(finding: Finding, answer: Answer, file: SourceFile) -> Suggestion:
    edits = replaced(answer, file, finding.region.start_line, finding.region.end_line)
    return Suggestion(Origin.PATCH, finding, edits, "Written by people.")


def _written(finding: Finding, file: SourceFile, now: str) -> Answer | None:
    """Return what stands in place of the flagged lines now, with the imports that it brought."""
    start, end = finding.region.start_line, finding.region.end_line
    edits = edits_between(file.path, file.text, now)
    inside = [edit for edit in edits if start <= edit.start_line and edit.end_line <= end]
    touching = [edit for edit in edits if edit.start_line <= end and edit.end_line >= start]
    if not inside or any(edit not in inside for edit in touching):
        return None
    lines = split_lines(file.text)
    text, at = "", start
    for edit in inside:
        text += "".join(lines[at - 1 : edit.start_line - 1]) + edit.replacement
        at = edit.end_line + 1
    text += "".join(lines[at - 1 : end])
    return Answer(text, _imports(edits, text)) if text.strip() else None


def _imports(edits: Sequence[Edit], text: str) -> tuple[str, ...]:
    """Return the import statements that are new and bind a name which `text` uses."""
    new = [line.strip() for edit in edits for line in split_lines(edit.replacement) if line.strip() not in edit.anchor]
    used = set(_NAME.findall(text))
    return tuple(dict.fromkeys(line for line in new if _IMPORT.fullmatch(line) and used & set(_bound(line))))


def _bound(statement: str) -> list[str]:
    _, _, names = statement.rpartition("import ")
    return [part.split(" as ")[-1].strip().split(".")[0] for part in names.split(",")]


def _fenced(answer: Answer, finding: Finding) -> str:
    code = answer.replacement if answer.replacement.endswith("\n") else f"{answer.replacement}\n"
    language = finding.path.rpartition(".")[2]
    info = {"py": "python", "js": "javascript", "ts": "typescript", "rb": "ruby"}.get(language, language)
    imports = f"```imports\n{'\n'.join(answer.imports)}\n```\n" if answer.imports else ""
    return f"```{info}\n{code}```\n{imports}"
