"""The repository beyond a change: what can be read of it is there, and nothing else, without an error."""

import os
import shutil
from pathlib import Path

import pytest

from reviewbot.change import SourceFile
from reviewbot.git import LocalRepository
from reviewbot.snapshot import MAX_SNAPSHOT_FILE_BYTES
from tests.conftest import Checkout


def texts(files: object) -> dict[str, str]:
    assert isinstance(files, list | tuple)
    return {file.path: file.text for file in files if isinstance(file, SourceFile)}


@pytest.mark.parametrize("head", ["HEAD", "index", "worktree"])
def test_every_state_is_read_as_it_is(checkout: Checkout, head: str) -> None:
    checkout.write("app/db.py", "at HEAD\n")
    checkout.commit()
    checkout.write("app/db.py", "at index\n")
    checkout.git("add", ".")
    checkout.write("app/db.py", "at worktree\n")
    checkout.write("new.py", "new\n")
    snapshot = checkout.open().snapshot(head)
    assert texts(snapshot.read(["app/db.py", "gone.py"])) == {"app/db.py": f"at {head}\n"}
    assert set(snapshot.paths()) == {"app/db.py"} | ({"new.py"} if head == "worktree" else set())


def test_what_is_no_text_of_its_own_is_missing(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text("TOKEN = 1\n")
    checkout.write("good.py", "x = 1\n")
    (checkout.root / "link.py").symlink_to(tmp_path / "secret.py")
    (checkout.root / "folder").symlink_to(tmp_path)
    (checkout.root / "binary.py").write_bytes(b"\0\1")
    (checkout.root / "latin.py").write_bytes(b"\xe9")
    (checkout.root / "huge.py").write_text("#" * (MAX_SNAPSHOT_FILE_BYTES + 1))
    Path(os.fsdecode(os.fsencode(checkout.root) + b"/\xff.py")).write_text("x\n")
    checkout.git("add", ".")
    checkout.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    checkout.commit()
    snapshot = checkout.open().snapshot("HEAD")
    listed = snapshot.paths()
    assert {"link.py", "folder", "module"}.isdisjoint(listed)
    assert all(path.isprintable() for path in listed)
    asked = [
        *listed,
        "link.py",
        "folder/secret.py",
        "module",
        "module/a.py",
        "../secret.py",
        "/etc/passwd",
        "",
        "\udcff.py",
    ]
    assert texts(snapshot.read(asked)) == {"good.py": "x = 1\n"}


def test_filters_and_attributes_of_the_repository_have_no_say(checkout: Checkout, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    checkout.write("a.py", "x = 1\n")
    checkout.write(".gitattributes", "*.py filter=evil diff=evil ident\n")
    checkout.commit()
    for key in ("filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv"):
        checkout.git("config", key, f"touch {canary}; cat")
    for head in ("HEAD", "worktree"):
        assert texts(checkout.open().snapshot(head).read(["a.py"])) == {"a.py": "x = 1\n"}
    assert not canary.exists()


def test_an_object_that_is_not_there_costs_that_file_alone(checkout: Checkout) -> None:
    checkout.write("a.py", "x = 1\n")
    checkout.write("b.py", "y = 1\n")
    checkout.commit()
    name = checkout.git("rev-parse", "HEAD:a.py").strip()
    (checkout.root / ".git" / "objects" / name[:2] / name[2:]).unlink()
    assert texts(checkout.open().snapshot("HEAD").read(["a.py", "b.py"])) == {"b.py": "y = 1\n"}


def test_a_repository_that_went_away_holds_nothing(checkout: Checkout) -> None:
    checkout.write("a.py", "x = 1\n")
    checkout.commit()
    snapshot = LocalRepository(checkout.root).snapshot("HEAD")
    assert not checkout.open().snapshot("0" * 40).paths()
    shutil.rmtree(checkout.root / ".git")
    assert (list(snapshot.paths()), list(snapshot.read(["a.py"]))) == ([], [])
