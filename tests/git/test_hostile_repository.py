"""What a repository says about itself executes nothing, hides nothing and brings nothing in."""

import os
from pathlib import Path

import pytest

from reviewbot.change import Change, Excluded
from reviewbot.errors import ConfigError
from reviewbot.git import LocalRepository
from tests.conftest import Checkout


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "canary"


def _every_change(checkout: Checkout) -> list[Change]:
    """Review the same change in all the ways there are."""
    repository = checkout.open()
    diff = checkout.git("diff", "--text", "--no-ext-diff", "--no-textconv", "HEAD~1", "HEAD")
    checkout.git("reset", "--quiet", "--soft", "HEAD~1")
    for path in checkout.root.glob("*.py"):
        os.utime(path, (1, 1), follow_symlinks=False)  # so that the index cannot vouch for them
    states = [repository.change("HEAD", state) for state in ("index", "worktree")]
    return [repository.change("HEAD", "ORIG_HEAD"), *states, repository.change_from_diff(diff, "HEAD")]


@pytest.mark.parametrize(
    "attributes",
    ["*.py -diff", "*.py binary", "*.py diff=evil", "*.py filter=evil", "*.py ident eol=crlf", "*.py -text"],
)
@pytest.mark.parametrize("place", [".gitattributes", ".git/info/attributes"])
def test_attributes_neither_hide_a_change_nor_start_a_program(
    checkout: Checkout, canary: Path, attributes: str, place: str
) -> None:
    checkout.write("a.py", "1\n")
    checkout.commit()
    checkout.write("a.py", "2\n")
    checkout.commit()
    checkout.write(place, attributes + "\n")
    evil = f"touch {canary}; cat"
    for key in ("diff.evil.textconv", "diff.evil.command", "filter.evil.clean", "filter.evil.smudge", "diff.external"):
        checkout.git("config", key, evil)
    checkout.git("config", "filter.evil.required", "true")
    checkout.git("config", "core.attributesFile", str(checkout.root / place))
    canary.unlink(missing_ok=True)
    repository = checkout.open()
    os.utime(checkout.root / "a.py", (1, 1))
    for head in ("HEAD", "worktree", "index"):
        files = {file.path: file for file in repository.change("HEAD~1", head).files}
        assert (files["a.py"].old, files["a.py"].new, set(files["a.py"].touched())) == ("1\n", "2\n", {1})
    assert not canary.exists()


def test_the_configuration_of_the_repository_starts_no_program(checkout: Checkout, canary: Path) -> None:
    checkout.write("a.py", "1\n")
    checkout.commit()
    checkout.write("a.py", "2\n")
    checkout.commit()
    hooks = checkout.root / "hooks"
    hooks.mkdir()
    for name in ("post-index-change", "reference-transaction", "post-checkout", "fsmonitor-watchman", "pre-commit"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {canary}\n")
        (hooks / name).chmod(0o755)
    for key, value in {
        "core.hooksPath": str(hooks),
        "core.fsmonitor": str(hooks / "fsmonitor-watchman"),
        "core.pager": f"touch {canary}",
        "pager.rev-parse": f"touch {canary}",
        "core.editor": f"touch {canary}",
        "core.sshCommand": f"touch {canary}",
        "core.gitProxy": f"touch {canary}",
        "credential.helper": f"!touch {canary}",
        "core.alternateRefsCommand": f"touch {canary}",
        "gpg.program": f"touch {canary}",
        "alias.rev-parse": f"!touch {canary}",
        "alias.cat-file": f"!touch {canary}",
        "log.showSignature": "true",
    }.items():
        checkout.git("config", key, value)
    canary.unlink(missing_ok=True)
    repository = checkout.open()
    assert repository.default_base()
    assert repository.read("HEAD", "a.py") == "2\n"
    for head in ("HEAD", "worktree", "index"):
        assert [file.new for file in repository.change("HEAD~1", head).files if file.path == "a.py"] == ["2\n"]
    assert not canary.exists()


def test_the_monitor_would_have_run_under_a_plain_git(checkout: Checkout, canary: Path) -> None:
    """The test above can fail: what it plants does run where nothing is switched off."""
    checkout.write("a.py", "1\n")
    checkout.commit()
    checkout.git("config", "core.fsmonitor", f"touch {canary}; false")
    checkout.git("status")
    assert canary.exists()


def test_the_configuration_cannot_place_the_working_tree_elsewhere(checkout: Checkout, tmp_path: Path) -> None:
    checkout.write("id_rsa.py", "x\n")
    checkout.commit()
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "id_rsa.py").write_text("SECRET\n")
    checkout.git("config", "core.worktree", str(tmp_path / "home"))
    assert "SECRET" not in str(checkout.open().change("HEAD", "worktree"))


def test_a_bare_repository_inside_the_tree_is_only_files(checkout: Checkout, canary: Path) -> None:
    checkout.write("a.py", "x\n")
    checkout.commit()
    inner = Checkout(checkout.root / "inner")
    inner.root.mkdir()
    inner.git("init", "--quiet", "--bare", ".")
    inner.git("config", "core.fsmonitor", f"touch {canary}")
    inner.git("config", "core.bare", "false")
    inner.git("config", "core.worktree", "..")
    change = LocalRepository(inner.root).change("HEAD", "worktree")
    assert "inner/HEAD" in {file.path for file in change.files}
    assert not canary.exists()


def test_what_a_link_points_to_is_never_read(checkout: Checkout, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET\n")
    checkout.write("d/x", "x\n")
    checkout.write("tracked.py", "x\n")
    checkout.commit()
    (checkout.root / "tracked.py").unlink()
    links = {
        "tracked.py": str(secret),
        "environ.py": "/proc/self/environ",
        "up.py": "../secret",
        "away": str(tmp_path),
        ".github": str(tmp_path),
    }
    for name, target in links.items():
        (checkout.root / name).symlink_to(target)
    checkout.commit()
    (tmp_path / "reviewbot.toml").write_text("SECRET\n")
    changes = _every_change(checkout)
    for change in changes:
        assert change.files == ()
        assert {excluded.path for excluded in change.excluded} == {
            "tracked.py",
            "environ.py",
            "up.py",
            "away",
            ".github",
        }
    assert "SECRET" not in str(changes)
    assert "PATH=" not in str(changes)
    assert checkout.open().read("ORIG_HEAD", ".github/reviewbot.toml") is None


@pytest.mark.parametrize(
    "url", ["ext::sh -c touch% {canary}", "file:///nonexistent", "-u{canary}", "https://127.0.0.1:1/"]
)
def test_a_submodule_is_named_and_never_fetched(checkout: Checkout, canary: Path, url: str) -> None:
    address = url.format(canary=canary)
    checkout.commit()
    checkout.write(".gitmodules", f'[submodule "s.py"]\n\tpath = s.py\n\turl = {address}\n\tupdate = !touch {canary}\n')
    checkout.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},s.py")
    checkout.git("add", ".gitmodules")
    checkout.git("config", "submodule.s.py.url", address)
    checkout.git("config", "submodule.recurse", "true")
    checkout.git("config", "diff.submodule", "log")
    inner = Checkout(checkout.root / "s.py")
    inner.root.mkdir()
    inner.git("init", "--quiet", "--initial-branch", "main")
    inner.commit()
    inner.git("config", "core.fsmonitor", f"touch {canary}")
    checkout.git("commit", "--quiet", "--message", "x")
    checkout.git("update-index", "--assume-unchanged", "s.py")
    reason = "a submodule: its files are in another repository"
    for head in ("HEAD", "worktree", "index"):
        change = checkout.open().change("HEAD~1", head)
        assert [file.path for file in change.files] == [".gitmodules"]
        assert change.excluded == (Excluded("s.py", reason),)
    assert not canary.exists()


def test_an_object_that_is_missing_is_not_fetched(checkout: Checkout, canary: Path) -> None:
    checkout.write("a.py", "x\n")
    checkout.commit()
    blob = checkout.git("rev-parse", "HEAD:a.py").strip()
    (checkout.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    checkout.git("config", "core.repositoryFormatVersion", "1")
    checkout.git("config", "extensions.partialClone", "origin")
    checkout.git("config", "remote.origin.url", f"ext::sh -c touch% {canary}")
    checkout.git("config", "remote.origin.promisor", "true")
    checkout.git("config", "protocol.ext.allow", "always")
    repository = checkout.open()
    with pytest.raises(ConfigError, match="no commit named"):
        repository.change(blob, "HEAD")
    with pytest.raises(ConfigError, match="not in the repository"):
        repository.read("HEAD", "a.py")
    assert not canary.exists()


def test_a_replacement_of_an_object_is_not_obeyed(checkout: Checkout) -> None:
    checkout.write("a.py", "evil\n")
    checkout.commit()
    good = checkout.git("hash-object", "-w", "--stdin", stdin=b"good\n").strip()
    checkout.git("replace", checkout.git("rev-parse", "HEAD:a.py").strip(), good)
    assert checkout.open().read("HEAD", "a.py") == "evil\n"


@pytest.mark.parametrize("name", [b"..", b".", b".git", b"x/../../y.py", b"/etc/x.py"])
def test_a_tree_that_git_would_not_check_out_is_not_taken_for_files(checkout: Checkout, name: bytes) -> None:
    base = checkout.commit()
    blob = checkout.git("hash-object", "-w", "--stdin", stdin=b"x\n").strip()
    tree = b"100644 " + name + b"\0" + bytes.fromhex(blob)
    forged = checkout.git("hash-object", "-w", "-t", "tree", "--literally", "--stdin", stdin=tree).strip()
    assert checkout.open().change(base, forged).files == ()


def test_neither_the_folder_under_review_nor_the_environment_has_a_say_in_how_git_runs(
    checkout: Checkout, canary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout.write("git", f"#!/bin/sh\ntouch {canary}\n")
    (checkout.root / "git").chmod(0o755)
    checkout.commit()
    monkeypatch.chdir(checkout.root)
    monkeypatch.setenv("PATH", f".::{os.environ['PATH']}")
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", f"touch {canary}")
    monkeypatch.setenv("GIT_TRACE", str(canary))
    assert checkout.open().change("HEAD", "HEAD").files == ()
    assert not canary.exists()


def test_a_repository_that_somebody_else_owns_is_read(checkout: Checkout) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    checkout.write("a.py", "x\n")
    checkout.commit()
    for path in (checkout.root, checkout.root / ".git"):
        os.chown(path, 12345, 12345)
    assert checkout.open().read("HEAD", "a.py") == "x\n"
    assert checkout.open().change("HEAD", "worktree").files == ()


def test_nothing_is_left_behind_and_nothing_is_written_to_the_repository(
    checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout.write("a.py", "x\n")
    checkout.commit()
    checkout.write("a.py", "y\n")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))

    def state() -> dict[Path, int]:
        return {path: path.lstat().st_mtime_ns for path in checkout.root.rglob("*")}

    before = state()
    checkout.open().change("HEAD", "worktree")
    assert state() == before
    assert list((tmp_path / "tmp").iterdir()) == []
