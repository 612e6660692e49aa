import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewbot.errors import ConfigError
from reviewbot.scanners.cache import Cache, user_cache
from reviewbot.scanners.compiled import load_compiled
from reviewbot.scanners.rulepack import bundled_rules, load_pack
from tests.scanners.test_rulepack import RULE, write


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache" / "reviewbot")


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    for name in ("python-shout", "python-scream"):
        write(tmp_path / "rules", RULE.replace("python-shout", name), f"python/manners/{name}.yaml")
    return tmp_path / "rules"


def kept(cache: Cache) -> Path:
    assert cache.path is not None
    [file] = cache.path.iterdir()
    return file


def test_what_comes_from_the_cache_is_what_was_read(cache: Cache) -> None:
    expected = load_pack(bundled_rules())
    assert load_compiled(bundled_rules(), cache=cache) == expected
    assert kept(cache).stat().st_size > 0
    assert load_compiled(bundled_rules(), cache=cache) == expected


def test_the_second_reading_comes_from_the_cache(cache: Cache, rules: Path) -> None:
    load_compiled(rules, cache=cache)
    file = kept(cache)
    content = json.loads(file.read_bytes()[32:])
    content["rules"][0]["message"] = "from the cache"
    body = json.dumps(content).encode()
    file.write_bytes(hashlib.sha256(body).digest() + body)
    assert load_compiled(rules, cache=cache).rules[0].message == "from the cache"


def test_a_changed_rule_is_read_anew(cache: Cache, rules: Path) -> None:
    load_compiled(rules, cache=cache)
    write(rules, RULE.replace("shout($X)", "scream($X)"))
    assert load_compiled(rules, cache=cache) == load_pack(rules)


def drop_a_rule(body: bytes) -> bytes:
    content = json.loads(body)
    del content["rules"][0]
    return json.dumps(content).encode()


def weaken_a_rule(body: bytes) -> bytes:
    return body.replace(b"shout(", b"never(")


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("change", [drop_a_rule, weaken_a_rule])
def test_a_rule_cannot_get_lost_in_the_cache(
    cache: Cache, rules: Path, change: Callable[[bytes], bytes], *, signed: bool
) -> None:
    expected = load_compiled(rules, cache=cache)
    file = kept(cache)
    digest, body = file.read_bytes()[:32], change(file.read_bytes()[32:])
    file.write_bytes((hashlib.sha256(body).digest() if signed else digest) + body)
    assert load_compiled(rules, cache=cache) == expected


def test_a_damaged_cache_is_made_anew(cache: Cache, rules: Path) -> None:
    expected = load_compiled(rules, cache=cache)
    file = kept(cache)
    whole = file.read_bytes()
    for damaged in (b"", whole[:-1], whole[:40], b"\0" * 100):
        file.write_bytes(damaged)
        assert load_compiled(rules, cache=cache) == expected
        assert file.read_bytes() == whole


def test_the_folder_is_private_and_one_that_others_can_write_is_not_used(cache: Cache, rules: Path) -> None:
    load_compiled(rules, cache=cache)
    assert cache.path is not None
    assert cache.path.stat().st_mode & 0o777 == 0o700
    name = kept(cache).name
    cache.path.chmod(0o770)
    assert cache.get(name) is None
    assert load_compiled(rules, cache=cache) == load_pack(rules)


def test_a_link_is_not_followed(cache: Cache, rules: Path, tmp_path: Path) -> None:
    load_compiled(rules, cache=cache)
    file = kept(cache)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert cache.get(file.name) is None
    assert cache.path is not None
    (tmp_path / "link").symlink_to(cache.path)
    assert Cache(tmp_path / "link").get(file.name) is None


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_not_used(cache: Cache, rules: Path) -> None:
    load_compiled(rules, cache=cache)
    assert cache.path is not None
    os.chown(cache.path, 12345, 12345)
    assert cache.get(kept(cache).name) is None


def test_without_a_place_to_keep_them_the_rules_are_read_each_time(rules: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (None, tmp_path / "file" / "reviewbot"):
        assert load_compiled(rules, cache=Cache(path)) == load_pack(rules)


def test_rules_that_are_wrong_are_an_error_and_are_not_kept(cache: Cache, rules: Path) -> None:
    write(rules, RULE.replace("ERROR", "FATAL"))
    with pytest.raises(ConfigError, match="severity"):
        load_compiled(rules, cache=cache)
    assert cache.path is not None
    assert not cache.path.exists()


def test_the_cache_never_lies_where_a_relative_path_leads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert user_cache() == tmp_path / ".cache" / "reviewbot"
    monkeypatch.setenv("HOME", "")
    assert user_cache() is None
