"""What can be worked out again, kept in a folder of the user's own."""

import contextlib
import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

_DIGEST_BYTES = 32


def user_cache() -> Path | None:
    """Return the user's cache folder for us: https://specifications.freedesktop.org/basedir-spec/latest/.

    A relative path counts as none, as that specification says: it could lead into the repository under review.
    """
    named = os.environ.get("XDG_CACHE_HOME", "")
    home = os.environ.get("HOME", "")
    for folder in (Path(named), Path(home) / ".cache"):
        if folder.is_absolute():
            return folder / "reviewbot"
    return None


@dataclass(frozen=True, slots=True)
class Cache:
    """Files in the folder `path`, which must be ours alone. Without it, nothing is kept and all else is the same."""

    path: Path | None

    def get(self, name: str) -> bytes | None:
        """Return what was put under `name`, or None if it is not there or not as it was."""
        if self.path is None or not _is_private(self.path):
            return None
        try:
            descriptor = os.open(self.path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(descriptor, "rb") as file:  # noqa: PTH123  takes a descriptor
                digest, content = file.read(_DIGEST_BYTES), file.read()
        except OSError:
            return None
        return content if hashlib.sha256(content).digest() == digest else None

    def put(self, name: str, content: bytes) -> None:
        """Keep `content`, if there is a place for it."""
        if self.path is None:
            return
        with contextlib.suppress(OSError):
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _is_private(self.path):
                with tempfile.NamedTemporaryFile(dir=self.path, delete=False) as file:
                    file.write(hashlib.sha256(content).digest() + content)
                Path(file.name).replace(self.path / name)


def _is_private(folder: Path) -> bool:
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o077
