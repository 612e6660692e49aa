"""The fix that a rule carries itself, or a codemod for a check of Bandit: new text of the file, and one sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reviewbot.change import SourceFile, split_lines
from reviewbot.codemods import codemod
from reviewbot.codemods.imports import add_python_imports
from reviewbot.codemods.script_imports import add_script_imports
from reviewbot.finding import Finding, Region
from reviewbot.language import Language, language_of


@dataclass(frozen=True, slots=True)
class RuleFix:
    """The whole file with the weakness rewritten, and what was done, in one sentence."""

    text: str
    rationale: str


def rule_fix(finding: Finding, file: SourceFile) -> RuleFix | None:
    """Fix `finding` in `file` without a model: by what its rule says, else by a codemod. None if neither can.

    Only the flagged code and import statements differ afterwards.
    """
    if finding.fix is not None:
        replaced = replace_region(file.text, finding.region, finding.fix)
        fixed = None if replaced is None else add_imports(file.path, replaced, finding.fix_imports)
        if fixed is not None and fixed != file.text:
            return RuleFix(fixed, f"Puts in place of the flagged code what the rule {finding.rule_id} names instead.")
    if language_of(file.path) is Language.PYTHON:
        for rule_id in _checks_of_bandit(finding):
            mod = codemod(rule_id)
            if mod is not None and (rewritten := mod(file.text, finding.region)) is not None:
                return RuleFix(rewritten, mod.rationale)
    return None


def replace_region(text: str, region: Region, new: str) -> str | None:
    """Return `text` with `new` in place of `region`, with the file's line ends. None if there is no such place."""
    lines = split_lines(text)
    if not 1 <= region.start_line <= region.end_line <= len(lines):
        return None
    first, last = lines[region.start_line - 1], lines[region.end_line - 1]
    before, after = region.start_column - 1, region.end_column - 1
    backwards = region.start_line == region.end_line and after < before
    if not 0 <= before <= len(first) or not 0 <= after <= len(last) or backwards:
        return None
    newline = "\r\n" if first.endswith("\r\n") else "\n"
    new = new.replace("\r\n", "\n").replace("\n", newline)
    return "".join([*lines[: region.start_line - 1], first[:before], new, last[after:], *lines[region.end_line :]])


def add_imports(path: str, text: str, statements: tuple[str, ...]) -> str | None:
    """Return `text` with the `statements` that it lacks. None if we cannot add imports to such a file, or not these."""
    bare = text.removeprefix("\ufeff")
    match language_of(path):
        case _ if not statements:
            added: str | None = bare
        case Language.PYTHON:
            added = add_python_imports(bare, statements)
        case Language.JAVASCRIPT | Language.TYPESCRIPT:
            added = add_script_imports(path, bare, statements)
        case _:
            added = None
    return None if added is None else text[: len(text) - len(bare)] + added


def _checks_of_bandit(finding: Finding) -> Iterator[str]:
    """Yield the checks of Bandit that report this weakness: its own, or that of a twin which was merged into it."""
    for name in (finding.rule_id, *finding.also):
        if match := re.fullmatch(r"(?:Bandit )?(B\d{3})", name):
            yield match[1]
