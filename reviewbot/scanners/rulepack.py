"""The rule pack: every rule we hand to Semgrep, read from `<language>/<weakness>/<id>.yaml` and checked on the way in.

A rule file is Semgrep's own format with one rule in it, and asks for more than Semgrep does: a CWE, a confidence, a
message in three paragraphs (what was found, what an attacker does with it, how to fix it), and either a `fix` or the
reason why none is given. https://semgrep.dev/docs/writing-rules/rule-syntax
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from reviewbot.errors import ConfigError
from reviewbot.policy import Severity

_SEVERITIES = {"ERROR": Severity.HIGH, "WARNING": Severity.MEDIUM, "INFO": Severity.LOW}
_MESSAGE_PARTS = 3
_CAPTURE = re.compile(r"\$[0-9]+")
"""A group of a regular expression to Semgrep, though a reader takes it for a placeholder of SQL."""

TEXT = "regex"
"""Semgrep's name for reading a file as mere text."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `definition` is all of it as JSON, the way the engine reads it; the rest is for those who report.

    `message` has three paragraphs: what was found, why it matters, how to fix it. `fix` is Semgrep's template for
    the replacement and needs the import statements in `fix_imports`; without a fix, `no_fix` says why. `include` are
    patterns of file names; none means every file. They are not in `definition`, since no engine sees the real names.
    `references` and `false_alarm` are for the rule's page, whose address is `page` where one is known.
    """

    id: str
    languages: tuple[str, ...]
    severity: Severity
    confidence: Severity
    message: str
    cwe: tuple[int, ...]
    fix: str | None
    fix_imports: tuple[str, ...]
    no_fix: str
    include: tuple[str, ...]
    path: Path
    definition: str
    references: tuple[str, ...] = ()
    false_alarm: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class RulePack:
    """Rules in the order of their ids. `digest` names their content: it changes when any definition does."""

    rules: tuple[Rule, ...]
    digest: str

    def json(self) -> bytes:
        """Return the pack as one configuration file for Semgrep."""
        return _compiled(self.rules)

    def text_rules(self) -> bool:
        """Say whether some rules read every text file, whatever its language."""
        return any(rule.languages == (TEXT,) for rule in self.rules)

    def by_id(self) -> dict[str, Rule]:
        """Return the rules under their ids."""
        return {rule.id: rule for rule in self.rules}


def bundled_rules() -> Path:
    """Return the folder of the rules that come with reviewbot: inside the wheel, or beside it in a checkout.

    Raises:
        ConfigError: the installation holds no rules.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_rules", package.parent / "rules"):
        if folder.is_dir():
            return folder
    raise ConfigError(f"No rules are installed beside {package}. Install reviewbot again.")


def load_pack(*directories: Path) -> RulePack:
    """Read and check every rule below `directories`.

    Raises:
        ConfigError: a directory holds no rule, or a file is not a rule of ours; the text names file and key.
    """
    rules = sorted((rule for directory in directories for rule in _rules_in(directory)), key=lambda rule: rule.id)
    for rule_id, times in Counter(rule.id for rule in rules).items():
        if times > 1:
            paths = " and ".join(str(rule.path) for rule in rules if rule.id == rule_id)
            raise ConfigError(f'The rule id "{rule_id}" is used by {paths}. Rename one of them.')
    return RulePack(tuple(rules), digest_of(rules))


def digest_of(rules: Sequence[Rule]) -> str:
    """Return the digest of what `rules` match and where. It changes when any of that does."""
    names = json.dumps([rule.include for rule in rules]).encode()
    return hashlib.sha256(_compiled(rules) + names).hexdigest()


def _compiled(rules: Sequence[Rule]) -> bytes:
    return f'{{"rules":[{",".join(rule.definition for rule in rules)}]}}'.encode()


def _rules_in(directory: Path) -> list[Rule]:
    files = sorted(directory.rglob("*.yaml"))
    if not files:
        raise ConfigError(f"{directory} holds no rule. Rules are found at <language>/<weakness>/<id>.yaml below it.")
    return [_read_rule(path, directory) for path in files]


def _read_rule(path: Path, directory: Path) -> Rule:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from None
    document = _parse(text, path)
    try:
        [parsed] = _RuleFile.model_validate(document).rules
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ConfigError(f'{path}, key "{key}": {first["msg"]}.') from None
    _check_place(parsed, path.relative_to(directory), path)
    return Rule(
        id=parsed.id,
        languages=tuple(parsed.languages),
        severity=_SEVERITIES[parsed.severity],
        confidence=Severity[parsed.metadata.confidence],
        message=parsed.message,
        cwe=tuple(int(name.removeprefix("CWE-")) for name in parsed.metadata.cwe),
        fix=parsed.fix,
        fix_imports=tuple(parsed.metadata.fix_imports),
        no_fix=parsed.metadata.no_fix,
        include=tuple(parsed.paths.include),
        path=path,
        definition=_definition(document["rules"][0]),
        references=tuple(parsed.metadata.references),
        false_alarm=parsed.metadata.false_alarm,
    )


def _definition(rule: dict[str, Any]) -> str:
    matched = {key: value for key, value in rule.items() if key != "paths"}
    return json.dumps(matched, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _check_place(rule: "_RuleModel", relative: Path, path: Path) -> None:
    if len(relative.parts) != len(("language", "weakness", "file")):
        raise ConfigError(f"{path} is not at <language>/<weakness>/<id>.yaml. Move it there.")
    if rule.id != path.stem:
        raise ConfigError(f'{path}, key "rules.0.id": "{rule.id}" must be the name of its file, "{path.stem}".')
    if not rule.id.startswith(f"{relative.parts[0]}-"):
        raise ConfigError(f'{path}, key "rules.0.id": "{rule.id}" must start with its folder, "{relative.parts[0]}-".')


class _StrictLoader(yaml.CSafeLoader):
    """Plain values only, and no key twice: YAML keeps the last one and says nothing."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002  PyYAML's signature
        for key, times in Counter(str(key.value) for key, _ in node.value).items():
            if times > 1:
                raise yaml.constructor.ConstructorError(None, None, f'the key "{key}" stands twice', node.start_mark)
        return super().construct_mapping(node, deep=deep)


def _parse(text: str, path: Path) -> Any:
    try:
        for event in yaml.parse(text, Loader=_StrictLoader):
            if getattr(event, "anchor", None) or getattr(event, "tag", None):
                where = getattr(event.start_mark, "line", 0) + 1
                raise ConfigError(f"{path}, line {where}: YAML aliases, anchors and tags are not read. Spell it out.")
        document = yaml.load(text, Loader=_StrictLoader)  # noqa: S506  it is a CSafeLoader
        json.dumps(document, allow_nan=False)
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is not valid YAML: {error}.") from None
    except (TypeError, ValueError):
        raise ConfigError(f"{path} holds a value that JSON does not have, such as a date. Put it in quotes.") from None
    return document


def _three_paragraphs(message: str) -> str:
    if sum(1 for part in message.split("\n\n") if part.strip()) != _MESSAGE_PARTS:
        raise ValueError("must have three paragraphs: what was found, what an attacker does with it, how to fix it")
    return message


def _no_placeholder(message: str) -> str:
    if found := _CAPTURE.search(message):
        raise ValueError(f"must not hold {found[0]}: Semgrep puts there what matched. Word it otherwise")
    return message


_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Metadata(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    cwe: list[Annotated[str, StringConstraints(pattern=r"^CWE-[1-9][0-9]*$")]] = Field(min_length=1)
    confidence: Literal["HIGH", "MEDIUM", "LOW"]
    fix_imports: list[_Text] = Field(default=[], alias="fix-imports")
    no_fix: str = Field(default="", alias="no-fix")
    false_alarm: str = Field(default="", alias="false-alarm")
    references: list[Annotated[str, StringConstraints(pattern=r"^https://")]] = Field(default=[])


class _Names(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    include: list[Annotated[str, StringConstraints(pattern=r"^[^/]+$")]] = []


class _RuleModel(BaseModel):
    # What matches (pattern, patterns, mode, ...) is for Semgrep to check; `check_rules` asks it to.
    model_config = ConfigDict(extra="allow", strict=True)

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)+$")]
    languages: list[_Text] = Field(min_length=1)
    severity: Literal["ERROR", "WARNING", "INFO"]
    message: Annotated[_Text, AfterValidator(_three_paragraphs), AfterValidator(_no_placeholder)]
    metadata: _Metadata
    paths: _Names = Field(default_factory=_Names)
    fix: str | None = None

    @model_validator(mode="after")
    def _fix_or_reason(self) -> Self:
        if (self.fix is None) == (not self.metadata.no_fix.strip()):
            raise ValueError('needs either "fix" or, in "metadata", "no-fix" with the reason why there is none')
        if self.fix is None and self.metadata.fix_imports:
            raise ValueError('"fix-imports" in "metadata" needs a "fix"')
        return self


class _RuleFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    rules: list[_RuleModel] = Field(min_length=1, max_length=1)
