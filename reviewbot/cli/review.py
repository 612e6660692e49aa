"""`reviewbot review`: a local change through the whole pipeline."""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from reviewbot.change import Change
from reviewbot.cli import output
from reviewbot.cli.stopwatch import Stopwatch
from reviewbot.errors import ConfigError
from reviewbot.git import LocalRepository
from reviewbot.model import opened
from reviewbot.pipeline import review_change
from reviewbot.policy import POLICY_PATH, Policy, parse_policy, parse_threshold
from reviewbot.review import Review
from reviewbot.scanners.compiled import load_compiled
from reviewbot.scanners.installed import default_scanners
from reviewbot.scanners.repository_rules import with_own
from reviewbot.scanners.rulepack import RulePack, bundled_rules
from reviewbot.settings import PREFIX, ModelSettings
from reviewbot.snapshot import Repository
from reviewbot.suggestion import Generator

STEPS = 7
"""How many steps `review_change` announces, and those of reading the change and the rules."""


@dataclass(frozen=True, slots=True)
class ReviewOptions:
    """The options of `reviewbot review`, as click gives them."""

    repository: Path
    base: str | None
    head: str | None
    staged: bool
    worktree: bool
    diff: BinaryIO | None
    form: str
    output: Path | None
    fail_on: str | None
    no_suggestions: bool
    timings: bool = False
    model: str | None = None
    revision: str | None = None
    endpoint: str | None = None


def run_review(options: ReviewOptions) -> int:
    """Review, write the report, and return the exit status."""
    stopwatch = Stopwatch()
    repository = LocalRepository(options.repository)
    with output.progress(STEPS) as show, chosen_model(options) as generator:
        step = stopwatch.told(show)
        step("Reading the change")
        change = read_change(repository, options)
        policy = _overridden(base_policy(repository, change.base), options)
        step("Reading the rules")
        pack, policy = chosen_rules(repository, change.base, policy)
        around = repository_around(repository, change)
        review = _review(change, policy, generator, Told(step, stopwatch, pack, around))
    timings = stopwatch.timings() if options.timings else ()
    output.write(review, options.form, options.output, timings)
    if timings:
        output.write_timings(timings, review.coverage.tools)
    return output.status(review, policy.fail_on)


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told of each step, who measures it, by which rules it is done, and what the repository holds besides."""

    step: output.Step
    stopwatch: Stopwatch
    rules: RulePack
    repository: Repository


def _review(change: Change, policy: Policy, generator: Generator | None, told: Told) -> Review:
    scanners = told.stopwatch.timed(default_scanners(told.rules))
    return review_change(
        change,
        scanners=scanners,
        generator=generator,
        policy=policy,
        repository=told.repository,
        progress=told.step,
    )


def repository_around(repository: LocalRepository, change: Change) -> Repository:
    """Return the repository at both ends of `change`. What a diff does not touch is as it was at its base."""
    base = repository.snapshot(change.base)
    return Repository(base, base if change.head == "diff" else repository.snapshot(change.head))


def chosen_model(
    options: ReviewOptions, environment: Mapping[str, str] = os.environ
) -> AbstractContextManager[Generator | None]:
    """Return the model that the options name, else the environment; an API key is taken from there alone.

    Raises:
        ConfigError: it cannot be used.
    """
    asked = {"MODEL": options.model, "MODEL_REVISION": options.revision, "MODEL_ENDPOINT": options.endpoint}
    given = {PREFIX + name: value for name, value in asked.items() if value is not None}
    if options.no_suggestions or not (given or any(name.startswith(f"{PREFIX}MODEL") for name in environment)):
        return nullcontext()
    # What is said here takes the place of what the environment says of the same thing, be it in a file.
    others = {name: value for name, value in environment.items() if name.removesuffix("_FILE") not in given}
    return opened(ModelSettings.read(others | given))


def read_change(repository: LocalRepository, options: ReviewOptions) -> Change:
    """Return the change that the options name.

    Raises:
        ConfigError: they contradict each other, or name what is not there.
    """
    chosen = [name for name in ("head", "staged", "worktree", "diff") if getattr(options, name)]
    if len(chosen) > 1:
        raise ConfigError(f"--{chosen[0]} and --{chosen[1]} name two different changes. Give one of them.")
    if options.diff is not None:
        return repository.change_from_diff(read_diff(options.diff), options.base or "HEAD")
    head = options.head or ("index" if options.staged else "worktree")
    base = repository.merge_base(options.base, head) if options.base else repository.default_base()
    return repository.change(base, head)


def read_diff(file: BinaryIO) -> str:
    """Return a diff as text. Bytes that are not UTF-8 survive as lone surrogates, as `parse_diff` takes them."""
    return file.read().decode("utf-8", "surrogateescape")


def base_policy(repository: LocalRepository, base: str) -> Policy:
    """Read the policy at the base commit: the change under review has no say in it."""
    text = repository.read(base, POLICY_PATH)
    return Policy() if text is None else parse_policy(text, source=f"{POLICY_PATH} at {base[:12]}")


def chosen_rules(repository: LocalRepository, base: str, policy: Policy) -> tuple[RulePack, Policy]:
    """Return our rules with those that the policy finds at the base commit, and the policy that lets these count.

    Raises:
        ConfigError: the folder is not there, or something in it is no rule.
    """
    pack = load_compiled(bundled_rules())
    if not policy.rules_directory:
        return pack, policy
    together = with_own(pack, repository.read_folder(base, policy.rules_directory), policy.rules_directory)
    own = together.by_id().keys() - pack.by_id().keys()
    return together, replace(policy, only_rules=policy.only_rules | own if policy.only_rules else frozenset())


def _overridden(policy: Policy, options: ReviewOptions) -> Policy:
    fail_on = parse_threshold(options.fail_on) if options.fail_on else policy.fail_on
    return replace(policy, fail_on=fail_on, suggestions=policy.suggestions and not options.no_suggestions)
