"""One review, from a change to what we say about it. Start reading here."""

from collections.abc import Callable, Sequence

from reviewbot.change import Change
from reviewbot.conversation import NO_TALLY, Conversation
from reviewbot.finding import Scanner, introduced, reportable, scan
from reviewbot.generation import write_fixes
from reviewbot.library import Library
from reviewbot.opinion import Opinion, write_opinions
from reviewbot.policy import Policy
from reviewbot.review import Evidence, Review, compose
from reviewbot.snapshot import UNKNOWN, Repository
from reviewbot.suggestion import Generator
from reviewbot.verdict import Gate


def review_change(  # noqa: PLR0913  all that a review depends on, each by its name
    change: Change,
    *,
    scanners: Sequence[Scanner],
    generator: Generator | None,
    policy: Policy,
    repository: Repository = UNKNOWN,
    progress: Callable[[str], None] = lambda _step: None,
) -> Review:
    """Review `change`. `progress` is told the name of each step as it starts.

    `repository` is what a model's suggestions need to know beyond the change. It is only read if there is a model.

    Raises:
        ScanError: a scanner failed. There is no review then, and nothing counts as reviewed.
    """
    model = Conversation(generator) if generator is not None and policy.suggestions else None
    progress("Scanning the change")
    change = change.without(policy.excludes, "left out by the policy")
    before, after = scan((change.before(), change.after()), scanners)
    findings = reportable(introduced(before, after, change), policy)
    gate = Gate(change.after(), after, tuple(scanners), policy, repository)
    library = Library(gate.files, repository.head)
    verdicts = write_fixes(findings, gate, model, library, progress) if policy.suggestions else ()
    opinions: tuple[Opinion, ...] = ()
    if model is not None and policy.model_review:
        progress("Asking for the model's opinion")
        opinions = write_opinions(change, gate, model, library)
    progress("Writing the review")
    tally = NO_TALLY if model is None else model.tally((*verdicts, *(opinion.verdict for opinion in opinions)))
    error = None if model is None else model.error
    return compose(Evidence(change, after, findings, verdicts, error, opinions, tally), policy)
