"""The rule pack read once and kept: 0.01 s instead of 0.3 s at each start.

It is kept in the user's own cache folder, under the digest of all that it is made from: the rule files, this version
of reviewbot and that of Semgrep. What is read back must be what was written, by its digest, and must hold a rule for
each rule file; else the rules are read anew. So a rule cannot get lost in the cache.
"""

import hashlib
import json
from dataclasses import asdict, fields
from pathlib import Path

from reviewbot import __version__
from reviewbot.policy import Severity
from reviewbot.scanners.cache import Cache, user_cache
from reviewbot.scanners.rulepack import Rule, RulePack, digest_of, load_pack
from reviewbot.scanners.semgrep_engine import SEMGREP_VERSION


def load_compiled(*directories: Path, cache: Cache | None = None) -> RulePack:
    """Read the rules below `directories` as `load_pack` does, from the cache if nothing has changed since.

    Raises:
        ConfigError: as `load_pack`.
    """
    cache = cache or Cache(user_cache())
    files = {path: path.read_bytes() for directory in directories for path in sorted(directory.rglob("*.yaml"))}
    name = f"rules-{_digest(files)}.json"
    content = cache.get(name)
    pack = None if content is None else _unpacked(content, files)
    if pack is None:
        pack = load_pack(*directories)
        cache.put(name, _packed(pack))
    return pack


def _digest(files: dict[Path, bytes]) -> str:
    digest = hashlib.sha256()
    form = " ".join(field.name for field in fields(Rule))
    for part in (
        __version__,
        SEMGREP_VERSION,
        form,
        *(part for path, text in files.items() for part in (str(path), text)),
    ):
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8))
        digest.update(data)
    return digest.hexdigest()


def _packed(pack: RulePack) -> bytes:
    rules = [asdict(rule) | {"path": str(rule.path)} for rule in pack.rules]
    return json.dumps({"digest": pack.digest, "rules": rules}).encode("utf-8", "surrogatepass")


def _unpacked(content: bytes, files: dict[Path, bytes]) -> RulePack | None:
    kept = json.loads(content)
    rules = tuple(
        Rule(
            **entry
            | {
                "severity": Severity(entry["severity"]),
                "confidence": Severity(entry["confidence"]),
                "path": Path(entry["path"]),
            }
            | {key: tuple(entry[key]) for key in ("languages", "cwe", "fix_imports", "include", "references")}
        )
        for entry in kept["rules"]
    )
    pack = RulePack(rules, kept["digest"])
    complete = {rule.path for rule in rules} == files.keys()
    return pack if complete and digest_of(rules) == pack.digest else None
