"""Pull requests, what people write on them, and checks, as the API shows them."""

from typing import Any

from tests.fake_github.rendering import (
    Json,
    app,
    association,
    at,
    reaction_counts,
    repository,
    user,
)
from tests.fake_github.state import CheckRun, IssueComment, Pull, Repository, Review, ReviewComment, User
from tests.fake_github.world import World


def pull_urls(world: World, one: Pull) -> tuple[str, str, str]:
    """Return where a pull request stands in the API, as an issue in the API, and for people."""
    repo = f"{world.url}/repos/{one.repository.full_name}"
    return (
        f"{repo}/pulls/{one.number}",
        f"{repo}/issues/{one.number}",
        f"{world.url}/{one.repository.full_name}/pull/{one.number}",
    )


def pull(world: World, one: Pull, component: str = "pull-request") -> Json:
    url, issue, html = pull_urls(world, one)
    known: Json = {
        "id": one.id,
        "node_id": f"PR_{one.id}",
        "number": one.number,
        "url": url,
        "html_url": html,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "issue_url": issue,
        "comments_url": f"{issue}/comments",
        "review_comments_url": f"{url}/comments",
        "review_comment_url": f"{world.url}/repos/{one.repository.full_name}/pulls/comments{{/number}}",
        "commits_url": f"{url}/commits",
        "statuses_url": f"{world.url}/repos/{one.repository.full_name}/statuses/{one.head_sha}",
        "state": one.state,
        "draft": one.draft,
        "locked": one.locked,
        "title": one.title,
        "body": one.body,
        "user": user(world, one.author),
        "author_association": association(one, one.author),
        "created_at": at(one.created_at),
        "updated_at": at(one.updated_at),
        "closed_at": at(one.closed_at),
        "merged_at": at(one.closed_at) if one.merged else None,
        "base": _side(world, one.repository.owner, one.repository, (one.base_ref, one.base_sha)),
        "head": _side(world, one.head_owner, one.head_repository, (one.head_ref, one.head_sha)),
        "_links": {"self": {"href": url}, "html": {"href": html}, "issue": {"href": issue}},
    }
    if component == "pull-request":
        known |= _counts(world, one)
    whole: Json = world.description.complete(component, known)
    return whole


def _counts(world: World, one: Pull) -> Json:
    files = world.files(one)
    return {
        "merged": one.merged,
        "mergeable": None if one.state == "closed" else True,
        "mergeable_state": "clean",
        "comments": len(one.comments),
        "review_comments": len(one.review_comments),
        "commits": len(world.commits(one)),
        "additions": sum(each.additions for each in files),
        "deletions": sum(each.deletions for each in files),
        "changed_files": len(files),
    }


def _side(world: World, owner: User, repo: Repository | None, at_commit: tuple[str, str]) -> Json:
    ref, sha = at_commit
    return {
        "label": f"{owner.login}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": user(world, owner),
        "repo": repository(world, repo) if repo else None,
    }


def review(world: World, one: Review) -> Json:
    url, _, html = pull_urls(world, one.pull)
    known: Json = {
        "id": one.id,
        "node_id": f"PRR_{one.id}",
        "user": user(world, one.author),
        "body": one.body,
        "state": one.state,
        "commit_id": one.commit,
        "html_url": f"{html}#pullrequestreview-{one.id}",
        "pull_request_url": url,
        "author_association": association(one.pull, one.author),
        "_links": {"html": {"href": html}, "pull_request": {"href": url}},
    }
    if one.submitted_at:
        known["submitted_at"] = at(one.submitted_at)
    whole: Json = world.description.complete("pull-request-review", known)
    return whole


def review_comment(world: World, one: ReviewComment, component: str = "pull-request-review-comment") -> Json:
    url, _, html = pull_urls(world, one.pull)
    own = f"{world.url}/repos/{one.pull.repository.full_name}/pulls/comments/{one.id}"
    html = f"{html}#discussion_r{one.id}"
    known: Json = {
        "id": one.id,
        "node_id": f"PRRC_{one.id}",
        "url": own,
        "html_url": html,
        "pull_request_url": url,
        "pull_request_review_id": one.review_id,
        "user": user(world, one.author),
        "author_association": association(one.pull, one.author),
        "body": one.body,
        "path": one.place.path,
        "diff_hunk": one.diff_hunk,
        "commit_id": one.commit,
        "original_commit_id": one.original_commit,
        "line": one.place.line,
        "side": one.place.side,
        "start_line": one.place.start_line,
        "start_side": one.place.start_side,
        "original_line": one.original.line,
        "original_start_line": one.original.start_line,
        "position": None if one.place.line is None else 1,
        "original_position": 1,
        "created_at": at(one.created_at),
        "updated_at": at(one.updated_at),
        "reactions": reaction_counts(own, one.reactions),
        "_links": {"self": {"href": own}, "html": {"href": html}, "pull_request": {"href": url}},
    }
    if component == "pull-request-review-comment":
        known["subject_type"] = one.place.subject_type
    if one.in_reply_to is not None:
        known["in_reply_to_id"] = one.in_reply_to
    whole: Json = world.description.complete(component, known)
    return whole


def issue_comment(world: World, one: IssueComment) -> Json:
    _, issue, html = pull_urls(world, one.pull)
    own = f"{world.url}/repos/{one.pull.repository.full_name}/issues/comments/{one.id}"
    known: Json = {
        "id": one.id,
        "node_id": f"IC_{one.id}",
        "url": own,
        "html_url": f"{html}#issuecomment-{one.id}",
        "issue_url": issue,
        "user": user(world, one.author),
        "author_association": association(one.pull, one.author),
        "body": one.body,
        "created_at": at(one.created_at),
        "updated_at": at(one.updated_at),
        "reactions": reaction_counts(own, one.reactions),
        "performed_via_github_app": None if one.app is None else app(world, one.app),
    }
    whole: Json = world.description.complete("issue-comment", known)
    return whole


def check_run(world: World, one: CheckRun) -> Json:
    repo = f"{world.url}/repos/{one.repository.full_name}"
    known: Json = {
        "id": one.id,
        "node_id": f"CR_{one.id}",
        "name": one.name,
        "head_sha": one.head_sha,
        "external_id": one.external_id,
        "url": f"{repo}/check-runs/{one.id}",
        "html_url": f"{world.url}/{one.repository.full_name}/runs/{one.id}",
        "details_url": one.details_url,
        "status": one.status,
        "conclusion": one.conclusion,
        "started_at": one.started_at,
        "completed_at": one.completed_at,
        "output": _output(one, repo),
        "check_suite": {"id": one.suite_id},
        "app": app(world, one.app),
        "pull_requests": check_pulls(world, one.repository, one.head_sha),
    }
    whole: Json = world.description.complete("check-run", known)
    return whole


def _output(one: CheckRun, repo: str) -> Json:
    return {
        "title": one.output.get("title"),
        "summary": one.output.get("summary"),
        "text": one.output.get("text"),
        "annotations_count": len(one.annotations),
        "annotations_url": f"{repo}/check-runs/{one.id}/annotations",
    }


def check_pulls(world: World, repo: Repository, head: str) -> list[Any]:
    """Return the open pull requests of this head; those from forks GitHub leaves out."""
    return [
        {
            "id": each.id,
            "number": each.number,
            "url": pull_urls(world, each)[0],
            "head": {"ref": each.head_ref, "sha": each.head_sha, "repo": _short(world, repo)},
            "base": {"ref": each.base_ref, "sha": each.base_sha, "repo": _short(world, repo)},
        }
        for each in repo.pulls.values()
        if each.head_sha == head and each.head_repository is repo and each.state == "open"
    ]


def _short(world: World, repo: Repository) -> Json:
    return {"id": repo.id, "url": f"{world.url}/repos/{repo.full_name}", "name": repo.name}
