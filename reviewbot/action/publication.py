"""Which pull request the job of another workflow was about, by GitHub's word and not by that job's."""

from dataclasses import dataclass

from reviewbot.action.claim import ARTIFACT, MAX_ARCHIVE_BYTES, Claim, read_claim
from reviewbot.action.events import RunEvent, address_of
from reviewbot.errors import PayloadError
from reviewbot.github.artifacts import fetch_artifact
from reviewbot.github.auth import Access, GitHub
from reviewbot.github.events import PullAddress


@dataclass(frozen=True, slots=True)
class ClaimedPull:
    """A pull request that both GitHub and the claim name."""

    address: PullAddress
    claim: Claim


def claimed_pull(access: Access, event: RunEvent) -> ClaimedPull | None:
    """Return the open pull request whose head the run was for, as GitHub lists it. None: the run claims nothing.

    Raises:
        PayloadError: the claim is hostile or broken, or names anything else than what GitHub says.
        GitHubError, TransientError: GitHub could not be asked.
    """
    run = event.workflow_run
    with access.open(address_of(event, 1)) as github:
        archive = fetch_artifact(github, run.id, ARTIFACT, MAX_ARCHIVE_BYTES)
        if archive is None:
            return None
        claim = read_claim(archive)
        numbers = _numbers(github, event)
    if (claim.repository, claim.head) != (event.repository.full_name, run.head_sha):
        raise PayloadError("The claim is about another repository or commit than the job that made it.")
    if claim.number not in numbers:
        raise PayloadError(f"The claim names pull request {claim.number}; GitHub lists no such one with this head.")
    return ClaimedPull(address_of(event, claim.number), claim)


def _numbers(github: GitHub, event: RunEvent) -> frozenset[int]:
    """Return the open pull requests whose head is the run's: same repository, branch and commit."""
    run = event.workflow_run
    if run.head_repository is None or not run.head_branch:
        return frozenset()
    head = f"{run.head_repository.owner.login}:{run.head_branch}"
    return frozenset(
        pull["number"]
        for pull in github.read.pages(f"/repos/{github.name}/pulls", state="open", head=head)
        if pull["head"]["sha"] == run.head_sha
        and pull["head"]["repo"] is not None
        and pull["head"]["repo"]["id"] == run.head_repository.id
    )
