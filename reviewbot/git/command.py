"""Run git so that it obeys only its command line."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from reviewbot.errors import ConfigError, UnavailableError

GIT_TIMEOUT_SECONDS = 120
"""A listing of the largest public repositories takes a few seconds; what takes this long hangs."""

# Configuration by which a repository could have git run a program, reach the network or look elsewhere.
# On the command line it wins over the repository's own: https://git-scm.com/docs/git-config#SCOPES
_OVERRIDES = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.untrackedCache=false",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
)
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "",  # none at all: `protocol.ext.allow=always` of the repository wins over protocol.allow
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",  # not known to every git before 2.45; GIT_ALLOW_PROTOCOL stands behind it
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "PATH": "/usr/bin:/bin",
}


@dataclass(frozen=True, slots=True)
class Git:
    """The git command, for one git directory.

    The directory is always named, never searched for. So a repository nested in the tree is not met, and
    `safe.directory` does not apply: that check of the owner guards those who only stand in a directory from
    what its configuration executes, and here it executes nothing.
    """

    directory: Path
    environment: tuple[tuple[str, str], ...] = ()

    def run(self, *arguments: str, stdin: bytes = b"", accept: tuple[int, ...] = (0,)) -> bytes:
        """Run `git *arguments` and return what it prints.

        Raises:
            ConfigError: git is missing, or its exit status is none of `accept`.
            UnavailableError: it did not end in time.
        """
        overrides = [word for override in _OVERRIDES for word in ("-c", override)]
        command = [_executable(), "--no-pager", *overrides, *arguments]
        environment = _ENVIRONMENT | {"GIT_DIR": str(self.directory)} | dict(self.environment)
        try:
            done = subprocess.run(  # noqa: S603  a fixed list of arguments, no shell, and nothing from outside but ids
                command,
                input=stdin,
                capture_output=True,
                check=False,
                cwd="/",
                env=environment,
                timeout=GIT_TIMEOUT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise UnavailableError(f"`git {arguments[0]}` did not end in {GIT_TIMEOUT_SECONDS} seconds.") from None
        if done.returncode not in accept:
            said = done.stderr.decode("utf-8", "backslashreplace").strip().partition("\n")[0] or "no reason given"
            raise ConfigError(f"`git {arguments[0]}` failed in {self.directory}: {said!r}. Try `git fsck` there.")
        return done.stdout


def _executable() -> str:
    """Find git in the absolute folders of PATH: `.` there could be the repository under review."""
    folders = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if Path(folder).is_absolute()]
    found = shutil.which("git", path=os.pathsep.join(folders))
    if found is None:
        raise ConfigError("git is not installed, or not on PATH. Install git 2.31 or newer.")
    return found
