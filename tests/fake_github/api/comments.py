"""Review comments, their replies, and the comments of a pull request's conversation."""

from dataclasses import replace

from tests.fake_github.api.finding import (
    issue_comment_of,
    pull_of,
    require_short,
    require_unlocked,
    review_comment_of,
)
from tests.fake_github.api.reviews import add_comment, add_review
from tests.fake_github.exchange import NOT_FOUND, Answer, Listing, Refusal, Request, Response
from tests.fake_github.placing import UnplaceableError, place
from tests.fake_github.rendering import at
from tests.fake_github.rendering_pulls import issue_comment, review_comment
from tests.fake_github.state import App, IssueComment, Pull, Review, ReviewComment, User, now
from tests.fake_github.webhooks import announce_issue_comment, announce_review_comment
from tests.fake_github.world import World

RESOURCE = "PullRequestReviewComment"


def list_review_comments(world: World, request: Request) -> Answer:
    pull = pull_of(world, request)
    pending = {each.id for each in pull.reviews if each.state == "PENDING"}
    found = [each for each in pull.review_comments if each.review_id not in pending]
    found = [each for each in found if (at(each.updated_at) or "") >= request.query.get("since", "")]
    if request.query.get("sort") in ("created", "updated") and request.query.get("direction") == "desc":
        found.reverse()
    return Listing([review_comment(world, each) for each in found])


def create_review_comment(world: World, request: Request) -> Answer:
    """Create one comment; as on GitHub it gets a review of its own."""
    pull, body = pull_of(world, request), request.body
    require_unlocked(pull, request)
    require_short(body["body"], RESOURCE)
    if "in_reply_to" in body:
        return _reply(world, pull, _root(pull, body["in_reply_to"]), request)
    try:
        placed = place(world, pull, body["commit_id"], body)
    except UnplaceableError as error:
        wording = "must be part of the diff" if world.older_messages else "could not be resolved"
        details = {"resource": RESOURCE, "code": "custom", "field": error.field, "message": f"{error.field} {wording}"}
        raise Refusal(422, "Validation Failed", [details]) from error
    review = Review(world.next_id(), pull, request.caller.user, "", "COMMENTED", body["commit_id"])
    made = add_comment(world, add_review(world, review), body["body"], placed)
    return Response(201, review_comment(world, made))


def create_reply(world: World, request: Request) -> Answer:
    pull = pull_of(world, request)
    require_unlocked(pull, request)
    require_short(request.body["body"], RESOURCE)
    return _reply(world, pull, _root(pull, request.integer("comment_id")), request)


def _root(pull: Pull, wanted: int) -> ReviewComment:
    found = next((each for each in pull.review_comments if each.id == wanted), None)
    if found is None:
        raise Refusal(404, NOT_FOUND)
    return next(each for each in pull.review_comments if each.id == (found.in_reply_to or found.id))


def _reply(world: World, pull: Pull, root: ReviewComment, request: Request) -> Response:
    return Response(201, review_comment(world, add_reply(world, pull, root, request.caller.user, request.body["body"])))


def add_reply(world: World, pull: Pull, root: ReviewComment, author: User, body: str) -> ReviewComment:
    made = add_review(world, Review(world.next_id(), pull, author, "", "COMMENTED", pull.head_sha))
    return add_comment(world, made, body, (replace(root.place), root.diff_hunk), in_reply_to=root.id)


def get_review_comment(world: World, request: Request) -> Answer:
    return Response(200, review_comment(world, review_comment_of(world, request)))


def update_review_comment(world: World, request: Request) -> Answer:
    one = review_comment_of(world, request)
    _require_own(one.author, request)
    require_short(request.body["body"], RESOURCE)
    one.body, one.updated_at = request.body["body"], now()
    announce_review_comment(world, one, "edited")
    return Response(200, review_comment(world, one))


def delete_review_comment(world: World, request: Request) -> Answer:
    one = review_comment_of(world, request)
    _require_own(one.author, request)
    one.pull.review_comments.remove(one)
    return Response(204)


def list_issue_comments(world: World, request: Request) -> Answer:
    found = pull_of(world, request, "issue_number").comments
    since = request.query.get("since", "")
    return Listing([issue_comment(world, each) for each in found if (at(each.updated_at) or "") >= since])


def create_issue_comment(world: World, request: Request) -> Answer:
    pull, caller = pull_of(world, request, "issue_number"), request.caller
    require_unlocked(pull, request)
    require_short(request.body["body"], "IssueComment")
    if not request.body["body"].strip():
        raise Refusal(
            422, "Validation Failed", [{"resource": "IssueComment", "code": "missing_field", "field": "body"}]
        )
    return Response(
        201, issue_comment(world, add_issue_comment(world, pull, caller.user, request.body["body"], caller.app))
    )


def add_issue_comment(world: World, pull: Pull, author: User, body: str, app: App | None = None) -> IssueComment:
    made = IssueComment(world.next_id(), pull, author, body, app)
    pull.comments.append(made)
    pull.updated_at = now()
    announce_issue_comment(world, made, "created")
    return made


def get_issue_comment(world: World, request: Request) -> Answer:
    return Response(200, issue_comment(world, issue_comment_of(world, request)))


def update_issue_comment(world: World, request: Request) -> Answer:
    one = issue_comment_of(world, request)
    _require_own(one.author, request)
    require_short(request.body["body"], "IssueComment")
    one.body, one.updated_at = request.body["body"], now()
    announce_issue_comment(world, one, "edited")
    return Response(200, issue_comment(world, one))


def delete_issue_comment(world: World, request: Request) -> Answer:
    one = issue_comment_of(world, request)
    _require_own(one.author, request)
    one.pull.comments.remove(one)
    return Response(204)


def _require_own(author: User, request: Request) -> None:
    if author is not request.caller.user:
        raise Refusal(403, "Resource not accessible by integration")


OPERATIONS = {
    "pulls/list-review-comments": list_review_comments,
    "pulls/create-review-comment": create_review_comment,
    "pulls/create-reply-for-review-comment": create_reply,
    "pulls/get-review-comment": get_review_comment,
    "pulls/update-review-comment": update_review_comment,
    "pulls/delete-review-comment": delete_review_comment,
    "issues/list-comments": list_issue_comments,
    "issues/create-comment": create_issue_comment,
    "issues/get-comment": get_issue_comment,
    "issues/update-comment": update_issue_comment,
    "issues/delete-comment": delete_issue_comment,
}
