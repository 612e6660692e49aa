"""Our check run on the head of a pull request: started before the work, and concluded whatever becomes of it.

https://docs.github.com/rest/checks/runs
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

from reviewbot.errors import GitHubError, UnavailableError
from reviewbot.finding import Finding
from reviewbot.github.auth import GitHub
from reviewbot.github.events import RERUN_ACTION
from reviewbot.outcome import Conclusion, explanation, headline, ranked, title
from reviewbot.policy import Severity
from reviewbot.review import Review
from reviewbot.visible import shortened, visible

CHECK_NAME = "reviewbot"
MAX_ANNOTATIONS = 50
"""In one request; each further request adds to those that are there."""
MAX_ALL_ANNOTATIONS = 500
"""Nobody reads more, and each fifty are a request."""
MAX_SUMMARY_BYTES = 65_000
"""GitHub takes 65,535."""
MAX_TITLE_CHARACTERS = 200
MAX_MESSAGE_CHARACTERS = 4_000
SETTLE_SECONDS = 30.0

_LEVELS = {Severity.HIGH: "failure", Severity.MEDIUM: "warning", Severity.LOW: "notice"}
_ACTIONS = ({"label": "Review again", "description": "Scan this commit afresh", "identifier": RERUN_ACTION},)
_CUT = "\n\n(cut here: GitHub takes no more)"


def start(github: GitHub, head: str, external_id: str) -> int:
    """Return the id of the check run on `head` with `external_id`; it is made if it is not there.

    Raises:
        GitHubError: GitHub refuses.
        TransientError: GitHub does not answer; the next try finds what this one made.
    """
    found = _ours(github, head, external_id)
    if found:
        return found[0]
    sent = {"name": CHECK_NAME, "head_sha": head, "external_id": external_id, "status": "in_progress"}
    try:
        _, run = github.write.requestJsonAndCheck("POST", f"/repos/{github.name}/check-runs", input=sent)
    except UnavailableError:
        github.server.sleep(SETTLE_SECONDS)
        found = _ours(github, head, external_id)
        if not found:
            raise
        return found[0]
    return int(run["id"])


def conclude(github: GitHub, check_id: int, review: Review, told: Collection[str]) -> None:
    """Conclude the check with the review. Findings that are not `told` in comments become annotations.

    Raises:
        GitHubError: GitHub refuses.
        TransientError: GitHub does not answer. To repeat it adds no annotation twice.
    """
    output = {"title": shortened(headline(review), MAX_TITLE_CHARACTERS), "summary": _cut(review.body)}
    untold = [finding for finding in ranked(review.findings) if finding.fingerprint not in told]
    annotations = [_annotation(finding) for finding in untold[:MAX_ALL_ANNOTATIONS]]
    there = _run(github, check_id)["output"]["annotations_count"] if annotations else 0
    left = annotations[there:]
    batches = [left[start : start + MAX_ANNOTATIONS] for start in range(0, len(left), MAX_ANNOTATIONS)]
    for batch in batches[:-1]:
        _update(github, check_id, {"output": {**output, "annotations": batch}})
    last = {"annotations": batches[-1]} if batches else {}
    _update(github, check_id, {**_completed(review.conclusion), "output": {**output, **last}})


def conclude_without_review(github: GitHub, check_id: int, conclusion: Conclusion, heading: str, text: str) -> None:
    """Conclude the check where there is no review: say why, and what to do.

    Raises:
        GitHubError: GitHub refuses.
        TransientError: GitHub does not answer. It can be repeated.
    """
    output = {"title": shortened(visible(heading), MAX_TITLE_CHARACTERS), "summary": _cut(text)}
    _update(github, check_id, {**_completed(conclusion), "output": output})


def supersede(github: GitHub, head: str, external_id: str | None = None) -> int:
    """Conclude what is still in progress on a head that nobody waits for any more; return how many there were.

    With `external_id` only those that an answer which was lost left behind twice: all but the first.

    Raises:
        TransientError: GitHub does not answer. It can be repeated.
    """
    running = _ours(github, head, external_id, running=True)
    chosen = running if external_id is None else running[1:]
    output = {"title": "Superseded", "summary": "A newer commit, or another run on this one, is reviewed instead."}
    for check_id in chosen:
        with suppress(GitHubError):
            _update(github, check_id, {"status": "completed", "conclusion": "cancelled", "output": output})
    return len(chosen)


def _ours(github: GitHub, head: str, external_id: str | None, *, running: bool = False) -> list[int]:
    """Return the ids of our runs on `head`, the oldest first. Other Apps may use the same name."""
    slug = github.login().removesuffix("[bot]")
    parameters = {"check_name": CHECK_NAME, "filter": "all"}
    runs = github.write.pages(f"/repos/{github.name}/commits/{head}/check-runs", "check_runs", **parameters)
    return sorted(
        run["id"]
        for run in runs
        if run["app"] is not None
        and run["app"]["slug"] == slug
        and external_id in {None, run["external_id"]}
        and not (running and run["status"] == "completed")
    )


def _run(github: GitHub, check_id: int) -> Any:
    return github.write.requestJsonAndCheck("GET", f"/repos/{github.name}/check-runs/{check_id}")[1]


def _update(github: GitHub, check_id: int, sent: Mapping[str, Any]) -> None:
    github.write.requestJsonAndCheck("PATCH", f"/repos/{github.name}/check-runs/{check_id}", input=dict(sent))


def _completed(conclusion: Conclusion) -> dict[str, Any]:
    return {"status": "completed", "conclusion": conclusion.value, "actions": list(_ACTIONS)}


def _annotation(finding: Finding) -> dict[str, Any]:
    region = finding.region
    columns = (
        {"start_column": region.start_column, "end_column": region.end_column}
        if region.start_line == region.end_line
        else {}
    )
    return {
        "path": finding.path,
        "start_line": region.start_line,
        "end_line": region.end_line,
        **columns,
        "annotation_level": _LEVELS[finding.severity],
        "title": shortened(visible(f"{title(finding)} ({finding.tool} {finding.rule_id})"), MAX_TITLE_CHARACTERS),
        "message": shortened(visible(explanation(finding)), MAX_MESSAGE_CHARACTERS),
    }


def _cut(text: str) -> str:
    encoded = text.encode()
    if len(encoded) <= MAX_SUMMARY_BYTES:
        return text
    return encoded[: MAX_SUMMARY_BYTES - len(_CUT)].decode(errors="ignore") + _CUT
