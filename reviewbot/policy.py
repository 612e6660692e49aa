"""The Policy of a repository: what it wants reported, and what fails a check.

It is read from `.github/reviewbot.toml` at the *base* commit; a change has no say over its own review.
"""

import re
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from enum import IntEnum
from fnmatch import fnmatchcase
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from reviewbot.errors import ConfigError

POLICY_PATH = ".github/reviewbot.toml"
MAX_POLICY_BYTES = 65_536
_FOLDER = re.compile(r"[\w.-]+(?:/[\w.-]+)*")


class Severity(IntEnum):
    """How much harm a weakness of this kind does when it is exploited."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def label(self) -> str:
        """Return the name as it is written in policies and reports."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Policy:
    """What a repository asks of its reviews. The defaults hold where there is no policy file."""

    report: Severity = Severity.MEDIUM
    fail_on: Severity | None = Severity.HIGH
    incomplete_fails: bool = True
    suggestions: bool = True
    max_comments: int = 25
    max_repairs: int = 2
    model_review: bool = False
    max_opinions: int = 3
    max_model_findings: int = 25
    tests: bool = False
    exclude: tuple[str, ...] = ()
    disabled_rules: frozenset[str] = frozenset()
    only_rules: frozenset[str] = frozenset()
    rules_directory: str = ""

    def excludes(self, path: str) -> bool:
        """Say whether the policy leaves `path` out of the review."""
        return any(fnmatchcase(path, pattern) for pattern in self.exclude)

    def wants(self, rule_id: str) -> bool:
        """Say whether findings of this rule count: it is not switched off, and chosen where some are."""
        return rule_id not in self.disabled_rules and (not self.only_rules or rule_id in self.only_rules)


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    disable: list[str] = Field(default=[], description="Ids of rules that this repository does not want, such as B101.")
    only: list[str] = Field(default=[], description="Ids of the only rules that this repository wants; empty: all.")
    directory: str = Field(
        default="", description="Folder with rules of this repository's own, as <language>/<weakness>/<id>.yaml below."
    )

    @field_validator("directory")
    @classmethod
    def _inside(cls, path: str) -> str:
        if path and (not _FOLDER.fullmatch(path) or {".", ".."} & set(path.split("/"))):
            raise ValueError("must be a folder of the repository, such as tools/rules")
        return path


class PolicyFile(BaseModel):
    """.github/reviewbot.toml, read from the base commit of a change."""

    model_config = ConfigDict(extra="forbid", strict=True, title="reviewbot policy")

    report: Literal["low", "medium", "high"] = Field(
        default="medium", description="Smallest severity that is reported, and that a suggestion may not bring."
    )
    fail_on: Literal["low", "medium", "high", "never"] = Field(
        default="high", description="Smallest severity that fails the check."
    )
    incomplete: Literal["failure", "neutral"] = Field(
        default="failure", description="The check's conclusion when a file could not be scanned."
    )
    suggestions: bool = Field(default=True, description="Whether fixes are suggested.")
    max_comments: int = Field(default=25, ge=0, le=200, description="Comments on lines in one review, at most.")
    max_repairs: int = Field(default=2, ge=0, le=5, description="How often a refused suggestion is repaired.")
    model_review: bool = Field(
        default=False, description="Whether the model, if there is one, also looks at changes without a finding."
    )
    max_opinions: int = Field(default=3, ge=0, le=20, description="Opinions of the model in one review, at most.")
    max_model_findings: int = Field(
        default=25, ge=0, le=500, description="Findings put to the model in one review, at most: the most severe ones."
    )
    tests: bool = Field(
        default=False, description="Whether weaknesses in code for tests weigh as elsewhere; if not, they are low."
    )
    exclude: list[str] = Field(default=[], description='Paths to leave out, such as "vendor/*" (* matches / too).')
    rules: _Rules = Field(default_factory=_Rules, description="Which rules apply.")


def parse_policy(text: str, *, source: str = POLICY_PATH) -> Policy:
    """Read a policy file. `source` names it in errors.

    Raises:
        ConfigError: it is not TOML, or a key or value is not one of ours; the text names the key.
    """
    try:
        parsed = PolicyFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{source} is not valid TOML: {error}.") from None
    except ValidationError as error:
        raise ConfigError(f"{source}: {_explain(error)}") from None
    return Policy(
        report=Severity[parsed.report.upper()],
        fail_on=parse_threshold(parsed.fail_on),
        incomplete_fails=parsed.incomplete == "failure",
        suggestions=parsed.suggestions,
        max_comments=parsed.max_comments,
        max_repairs=parsed.max_repairs,
        model_review=parsed.model_review,
        max_opinions=parsed.max_opinions,
        max_model_findings=parsed.max_model_findings,
        tests=parsed.tests,
        exclude=tuple(parsed.exclude),
        disabled_rules=frozenset(parsed.rules.disable),
        only_rules=frozenset(parsed.rules.only),
        rules_directory=parsed.rules.directory,
    )


def parse_threshold(word: str) -> Severity | None:
    """Turn `low`, `medium`, `high` or `never` (None) into a threshold."""
    return None if word == "never" else Severity[word.upper()]


def policy_schema() -> dict[str, Any]:
    """Return the JSON Schema of the policy file."""
    return PolicyFile.model_json_schema()


def _explain(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    *parents, key = [str(part) for part in first["loc"]] or [""]
    dotted = ".".join((*parents, key))
    if first["type"] != "extra_forbidden":
        return f'"{dotted}": {first["msg"]}.'
    known = (_Rules if parents == ["rules"] else PolicyFile).model_fields
    nearest = get_close_matches(key, known, n=1, cutoff=0)
    meant = ".".join((*parents, *nearest))
    return f'"{dotted}" is not a key. Did you mean "{meant}"? `reviewbot schema` prints them all.'
