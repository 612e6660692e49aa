"""Rules of a repository's own, from its base commit: read as strictly as ours, and with less that they may do.

A rule is data that the engine matches with. What is allowed here cannot run a program, fetch anything or look into
other files; a slow one is stopped by the engine's clock, and the file then counts as not reviewed.
"""

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from reviewbot.errors import ConfigError
from reviewbot.language import Language
from reviewbot.scanners.rulepack import TEXT, RulePack, digest_of, load_pack

MAX_RULES = 200
_KEYS = frozenset({"id", "languages", "severity", "message", "metadata", "fix", "mode", "options", "paths"})
_LANGUAGES = frozenset({*Language, TEXT})


def with_own(pack: RulePack, files: Mapping[str, str], directory: str) -> RulePack:
    """Return `pack` with the rules among `files`, whose paths start with `directory`; test files beside them are left.

    Raises:
        ConfigError: there is none, one is no rule, has the id of one of ours, or asks for more than it may.
    """
    rules = {path: text for path, text in files.items() if path.endswith(".yaml")}
    if not 0 < len(rules) <= MAX_RULES:
        raise ConfigError(f"{directory} at the base commit holds {len(rules)} rules; 1 to {MAX_RULES} are read.")
    with TemporaryDirectory(prefix="reviewbot-rules-") as folder:
        for path, text in rules.items():
            target = Path(folder, *PurePosixPath(path).relative_to(directory).parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        try:
            own = load_pack(Path(folder))
        except ConfigError as error:
            raise ConfigError(str(error).replace(folder, directory)) from None
    ours = pack.by_id()
    for rule in own.rules:
        if rule.id in ours:
            raise ConfigError(f'{directory}: the id "{rule.id}" is that of a rule of reviewbot. Choose another.')
        _check(json.loads(rule.definition), rule.id, directory)
    together = tuple(sorted((*pack.rules, *own.rules), key=lambda rule: rule.id))
    return RulePack(together, digest_of(together))


def _check(definition: Mapping[str, object], rule_id: str, directory: str) -> None:
    keys = sorted(key for key in definition if key not in _KEYS and not key.startswith("pattern"))
    if keys:
        raise ConfigError(f'{directory}, rule "{rule_id}": "{keys[0]}" is no key of a rule here.')
    if definition.get("mode", "search") not in {"search", "taint"}:
        raise ConfigError(f'{directory}, rule "{rule_id}": the mode is neither "search" nor "taint".')
    languages = definition["languages"]
    for language in languages if isinstance(languages, list) else []:
        if language not in _LANGUAGES:
            raise ConfigError(f'{directory}, rule "{rule_id}": "{language}" is no language that is scanned.')
