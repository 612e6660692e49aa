"""One review, from a change to what we say about it. Start reading here."""

from collections.abc import Callable, Sequence

from reviewbot.change import Change
from reviewbot.errors import GenerationError
from reviewbot.finding import Scanner, introduced, reportable, scan
from reviewbot.policy import Policy
from reviewbot.prompt import Prompt, Reply
from reviewbot.review import Evidence, Review, compose
from reviewbot.suggestion import Generator, suggest
from reviewbot.verdict import Gate, Verdict, judge, repair


def review_change(
    change: Change,
    *,
    scanners: Sequence[Scanner],
    generator: Generator | None,
    policy: Policy,
    progress: Callable[[str], None] = lambda _step: None,
) -> Review:
    """Review `change`. `progress` is told the name of each step as it starts.

    Raises:
        ScanError: a scanner failed. There is no review then, and nothing counts as reviewed.
    """
    model = None if generator is None else _Breaker(generator)
    verdicts: tuple[Verdict, ...] = ()

    progress("Scanning the change")
    change = change.without(policy.excludes, "left out by the policy")
    before, after = scan((change.before(), change.after()), scanners)
    findings = reportable(introduced(before, after, change), policy)
    if policy.suggestions:
        gate = Gate(change.after(), after, tuple(scanners), policy)
        progress("Writing suggestions")
        suggestions = suggest(findings, change, model)
        progress("Judging suggestions")
        verdicts = judge(suggestions, gate)
        progress("Repairing what was refused")
        verdicts = repair(verdicts, gate, model)
    progress("Writing the review")
    return compose(Evidence(change, after, findings, verdicts, model.error if model else None), policy)


class _Breaker:
    """Stands before the model: after its first failure it is not asked again in this review."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self.error: str | None = None

    def generate(self, prompts: Sequence[Prompt]) -> Sequence[Reply]:
        if self.error is None:
            try:
                replies = self._generator.generate(prompts)
                if len(replies) == len(prompts):
                    return replies
                self.error = f"The model answered {len(replies)} prompts of {len(prompts)}."
            except GenerationError as error:
                self.error = str(error)
        return [Reply(text="", model="") for _ in prompts]
