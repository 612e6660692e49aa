"""What GitHub tells an App, and when: each change of state that the App subscribed to becomes a delivery."""

from collections.abc import Mapping
from typing import Any

from tests.fake_github.deliveries import Delivery
from tests.fake_github.rendering import Json, app, installation, repository, user
from tests.fake_github.rendering_pulls import check_pulls, check_run, issue_comment, pull, pull_urls, review
from tests.fake_github.rendering_pulls import review_comment as render_comment
from tests.fake_github.state import (
    App,
    CheckRun,
    Installation,
    IssueComment,
    Pull,
    Repository,
    Review,
    ReviewComment,
    User,
)
from tests.fake_github.world import World

ALWAYS = frozenset({"installation", "installation_repositories", "ping"})
TO_ITS_APP = frozenset({"check_run", "check_suite"})


def announce(world: World, event: str, known: Mapping[str, Any], of: Repository, *, only: App | None = None) -> None:
    """Make a delivery for each App that is installed on the repository and subscribed to the event."""
    for each in world.installed_on(of):
        if event not in each.app.events or each.suspended_at or only not in (None, each.app):
            continue
        payload = {
            **known,
            "repository": repository(world, of),
            "installation": {"id": each.id, "node_id": f"I_{each.id}"},
        }
        _queue(world, event, payload, each, of)


def _queue(world: World, event: str, payload: Json, to: Installation, of: Repository | None) -> None:
    action = payload.get("action")
    whole = world.payloads.complete(event, action, payload)
    for error in world.payloads.errors(event, action, whole):
        world.violate(f"webhook {event}.{action}", error)
    made = Delivery(world.next_id(), to.app, event, action, whole, to.id, of.id if of else None)
    world.deliveries.append(made)


def announce_pull(world: World, one: Pull, action: str, **more: Any) -> None:
    known: Json = {"action": action, "number": one.number, "pull_request": pull(world, one), **more}
    known["sender"] = user(world, one.author)
    announce(world, "pull_request", known, one.repository)


def announce_review(world: World, one: Review, action: str) -> None:
    known: Json = {"action": action, "review": review(world, one), "pull_request": _simple(world, one.pull)}
    known["review"]["state"] = one.state.lower()  # lower case here, upper case in the API
    if action == "edited":
        known["changes"] = {}
    known["sender"] = user(world, one.author)
    announce(world, "pull_request_review", known, one.pull.repository)


def announce_review_comment(world: World, one: ReviewComment, action: str) -> None:
    comment = render_comment(world, one)
    known: Json = {"action": action, "comment": comment, "pull_request": _simple(world, one.pull)}
    if action == "edited":
        known["changes"] = {}
    known["sender"] = user(world, one.author)
    announce(world, "pull_request_review_comment", known, one.pull.repository)


def _simple(world: World, one: Pull) -> Json:
    return pull(world, one, "pull-request-simple")


def announce_issue_comment(world: World, one: IssueComment, action: str) -> None:
    url, issue, html = pull_urls(world, one.pull)
    about: Json = {
        "id": one.pull.id,
        "node_id": f"PR_{one.pull.id}",
        "number": one.pull.number,
        "url": issue,
        "html_url": html,
        "title": one.pull.title,
        "body": one.pull.body,
        "state": one.pull.state,
        "locked": one.pull.locked,
        "draft": one.pull.draft,
        "user": user(world, one.pull.author),
        "comments": len(one.pull.comments),
        "pull_request": {"url": url, "html_url": html, "diff_url": f"{html}.diff", "patch_url": f"{html}.patch"},
    }
    known: Json = {"action": action, "issue": about, "comment": issue_comment(world, one)}
    if action == "edited":
        known["changes"] = {}
    known["sender"] = user(world, one.author)
    announce(world, "issue_comment", known, one.pull.repository)


def announce_check_run(
    world: World, one: CheckRun, action: str, *, sender: User | None = None, identifier: str | None = None
) -> None:
    known: Json = {"action": action, "check_run": check_run(world, one)}
    known["check_run"]["check_suite"] = _suite(world, one)
    if identifier is not None:
        known["requested_action"] = {"identifier": identifier}
    only = one.app if action in ("rerequested", "requested_action") else None
    known["sender"] = user(world, sender or one.app.bot)
    announce(world, "check_run", known, one.repository, only=only)


def announce_check_suite(world: World, one: CheckRun, action: str, *, sender: User) -> None:
    known: Json = {"action": action, "check_suite": _suite(world, one)}
    known["sender"] = user(world, sender)
    announce(world, "check_suite", known, one.repository, only=one.app)


def _suite(world: World, one: CheckRun) -> Json:
    return {
        "id": one.suite_id,
        "head_sha": one.head_sha,
        "head_branch": None,
        "status": one.status,
        "conclusion": one.conclusion,
        "app": app(world, one.app),
        "pull_requests": check_pulls(world, one.repository, one.head_sha),
    }


def announce_installation(world: World, one: Installation, action: str, **more: Any) -> None:
    """Tell the App about its installation; it cannot choose not to hear this."""
    event = "installation_repositories" if action in ("added", "removed") else "installation"
    known = {"action": action, "installation": installation(world, one), "sender": user(world, one.account), **more}
    if action == "created":
        known["repositories"] = [short(each) for each in world.repositories if each.id in one.repository_ids]
    _queue(world, event, known, one, None)


def short(one: Repository) -> Json:
    return {
        "id": one.id,
        "node_id": f"R_{one.id}",
        "name": one.name,
        "full_name": one.full_name,
        "private": one.private,
    }
