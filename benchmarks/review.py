"""Whole reviews without a model, of what changed between two releases of a package, against the commands by hand."""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import click

from benchmarks.measure import SCRIPTS, announce, in_turn, machine, pack_of, table, write_pack
from reviewbot.finding import Scanner
from reviewbot.git import LocalRepository
from reviewbot.pipeline import review_change
from reviewbot.policy import Policy
from reviewbot.review import Review
from reviewbot.scanners.installed import Kept

BY_HAND = "semgrep --baseline-commit + bandit"
_GIT = ("git", "-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false")


def downloaded(requirement: str, folder: Path) -> dict[str, bytes]:
    """Fetch a release from the package registry that pip is set up for, and return its Python files."""
    into = folder / requirement
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", into, requirement],
        check=True,
        capture_output=True,
    )
    [wheel] = into.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.endswith(".py")}


def git(root: Path, *arguments: str) -> str:
    """Run git in `root`."""
    done = subprocess.run([*_GIT, "-C", str(root), *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def history(root: Path, old: dict[str, bytes], new: dict[str, bytes], count: int) -> list[Path]:
    """Commit `old`, then `count` of the files that `new` changes or adds: of one, a change of middle size."""
    changed = [name for name in sorted(new) if old.get(name) != new[name]]
    changed.sort(key=lambda name: abs(len(new[name]) - len(old.get(name, b""))))
    chosen = changed[len(changed) // 2 :][:count] if count == 1 else changed[:count]
    if len(chosen) < count:
        raise click.ClickException(f"Only {len(chosen)} files differ. Name two releases that are further apart.")
    git(root, "init", "--quiet", "--initial-branch", "main")
    for files in (old, {name: new[name] for name in chosen}):
        for name, content in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
        git(root, "add", "--all")
        git(root, "commit", "--quiet", "--message", "release")
    return [root / name for name in chosen]


def reviewed(root: Path, scanners: tuple[Scanner, ...]) -> Review:
    """Review the last commit, reading it from the repository anew."""
    change = LocalRepository(root).change("HEAD~1", "HEAD")
    return review_change(change, scanners=scanners, generator=None, policy=Policy())


def as_a_command(root: Path) -> None:
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "reviewbot", "review", "--repository", str(root), "--base", "HEAD~1"]
    done = subprocess.run([*command, "--head", "HEAD", "--format", "json"], capture_output=True, check=False)
    if done.returncode not in {0, 1, 3}:
        raise click.ClickException(done.stderr.decode())


def measure(old: dict[str, bytes], new: dict[str, bytes], count: int, rounds: int) -> None:
    """Print the table for a change of `count` files."""
    pack = pack_of(None)
    with tempfile.TemporaryDirectory() as rules, tempfile.TemporaryDirectory() as name, Kept(pack) as kept:
        root = Path(name).resolve()
        paths = history(root, old, new, count)
        in_yaml, _ = write_pack(pack, Path(rules))
        for _ in range(2):
            review = reviewed(root, kept.scanners(f"warming {_}"))

        def by_hands(_number: int) -> None:
            command = [
                str(SCRIPTS / "semgrep"),
                "scan",
                "--json",
                "--quiet",
                "--metrics=off",
                "--disable-version-check",
            ]
            command += ["--config", str(in_yaml), "--baseline-commit", "HEAD~1", "."]
            subprocess.run(command, cwd=root, capture_output=True, check=False)
            names = [str(path) for path in paths]
            subprocess.run([str(SCRIPTS / "bandit"), "-f", "json", "-q", *names], capture_output=True, check=False)

        times = in_turn(
            {
                BY_HAND: by_hands,
                "`reviewbot review`, a fresh process": lambda _: as_a_command(root),
                # A customer of its own each time: nothing is remembered from the round before.
                "in a warm worker": lambda number: reviewed(root, kept.scanners(f"customer {number}")),
                "in a warm worker, pushed again": lambda number: reviewed(root, kept.scanners(f"customer {number}")),
            },
            rounds,
        )
    said = (
        f"{len(review.findings)} findings, {len(review.coverage.skipped)} skipped, {len(review.verdicts)} suggestions"
    )
    table(f"## {count} changed file(s): {said}", times, (BY_HAND,))
    print(f"\nAfterwards: {machine()}", flush=True)


@click.command()
@click.option("--package", default="werkzeug", show_default=True)
@click.option("--releases", nargs=2, default=("2.2.3", "3.0.6"), show_default=True)
@click.option("--rounds", default=3, show_default=True)
def main(package: str, releases: tuple[str, str], rounds: int) -> None:
    """Measure whole reviews of the difference between two RELEASES."""
    announce(f"Whole reviews: {package} {releases[0]} to {releases[1]}, our pack")
    with tempfile.TemporaryDirectory() as name:
        old, new = (downloaded(f"{package}=={release}", Path(name)) for release in releases)
    for count in (1, 10, 50):
        measure(old, new, count, rounds)


if __name__ == "__main__":
    main()
