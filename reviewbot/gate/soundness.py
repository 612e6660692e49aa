"""Whether a candidate is still the code: what can be said of its text without a scanner."""

import unicodedata
from collections import Counter
from collections.abc import Iterator

from reviewbot.change import split_lines
from reviewbot.gate.candidate import Candidate, EditedFile
from reviewbot.gate.reason import Reason, Refusal
from reviewbot.syntax.signature import replaces

_PLAIN_CONTROLS = "\t\n\f"
_BLANK_LETTERS = "\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800"
"""Letters that show nothing; most may stand in an identifier."""


def unsound(candidate: Candidate) -> tuple[Reason, ...]:
    """Return what speaks against the text of `candidate`, from the first kind of fault that it has."""
    if all(_same_code(file) for file in candidate.files):
        path = candidate.files[0].path if candidate.files else ""
        return (Reason(Refusal.NO_CHANGE, "It changes nothing but white space and comments.", path),)
    for check in (_hidden_characters, _flaws, _faults):
        reasons = tuple(reason for file in candidate.files for reason in check(file))
        if reasons:
            return reasons
    return ()


def _same_code(file: EditedFile) -> bool:
    if file.old and file.new and not file.old.flaws and not file.new.flaws:
        return file.old.essence == file.new.essence
    return file.before.text.split() == file.after.text.split()


def _hidden_characters(file: EditedFile) -> Iterator[Reason]:
    for edit in file.edits:
        first = file.moved(edit.start_line, edit.end_line)[0]
        for line, text in enumerate(split_lines(edit.replacement), start=first):
            for character in dict.fromkeys(filter(_hidden, text.removesuffix("\r\n"))):
                name = unicodedata.name(character, "a control character")
                said = f"It puts U+{ord(character):04X} ({name}) into line {line}, which a reader does not see."
                yield Reason(Refusal.HIDDEN_CHARACTERS, said, file.path, line)


def _hidden(character: str) -> bool:
    """Say whether `character` shows nothing: controls, format characters (bidi, zero width), odd line ends.

    Trojan Source (https://trojansource.codes) explains what can be done with them.
    """
    if character in _PLAIN_CONTROLS:
        return False
    return (
        unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"}
        or character in _BLANK_LETTERS
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )


def _flaws(file: EditedFile) -> Iterator[Reason]:
    known = Counter(flaw.text for flaw in file.old.flaws) if file.old else Counter[str]()
    for flaw in file.new.flaws if file.new else ():
        if not flaw.fatal and known[flaw.text]:
            known[flaw.text] -= 1
            continue
        said = f"It does not parse: line {flaw.line}: {flaw.text}."
        yield Reason(Refusal.DOES_NOT_PARSE, said, file.path, flaw.line)


def _faults(file: EditedFile) -> Iterator[Reason]:
    if file.before.text.strip() and not file.after.text.strip():
        yield Reason(Refusal.DELETES_CODE, "It deletes all that the file holds.", file.path)
    yield from _missing_names(file)
    yield from _undefined_names(file)


def _missing_names(file: EditedFile) -> Iterator[Reason]:
    for old in file.old.definitions if file.old else ():
        namesakes = [new for new in (file.new.definitions if file.new else ()) if new.name == old.name]
        if not namesakes:
            said = f"It removes {old.name}, which other code may use."
            yield Reason(Refusal.NAME_REMOVED, said, file.path)
        elif not any(replaces(new, old) for new in namesakes):
            line = namesakes[0].line
            said = f"{old.name} (line {line}) no longer takes every call that it took before."
            yield Reason(Refusal.SIGNATURE_CHANGED, said, file.path, line)


def _undefined_names(file: EditedFile) -> Iterator[Reason]:
    known = {name.text for name in file.old.unresolved} if file.old else set()
    for name in file.new.unresolved if file.new else ():
        if name.text not in known:
            known.add(name.text)
            said = f"It uses {name.text} on line {name.line}, which is neither defined nor imported."
            yield Reason(Refusal.UNDEFINED_NAME, said, file.path, name.line)
