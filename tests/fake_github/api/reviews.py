"""Reviews: created whole or not at all, edited, dismissed, submitted."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tests.fake_github.api.finding import pull_of, require_short, require_unlocked, review_of
from tests.fake_github.exchange import Answer, Listing, Refusal, Request, Response
from tests.fake_github.placing import UnplaceableError, place
from tests.fake_github.rendering_pulls import review, review_comment
from tests.fake_github.state import Place, Pull, Review, ReviewComment, User, now
from tests.fake_github.webhooks import announce_review, announce_review_comment
from tests.fake_github.world import World

STATES = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}
type Placed = tuple[Mapping[str, Any], Place, str]


def unprocessable(*errors: str) -> Refusal:
    return Refusal(422, "Unprocessable Entity", errors)


def create_review(world: World, request: Request) -> Answer:
    """Create a review with its comments; one comment outside the diff, and nothing is created.

    https://docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request
    """
    pull, author, body = pull_of(world, request), request.caller.user, request.body or {}
    require_unlocked(pull, request)
    event = body.get("event")
    _require_event(pull, author, event, body.get("body"))
    if event is None and any(each.state == "PENDING" and each.author is author for each in pull.reviews):
        raise unprocessable("User can only have one pending review per pull request")
    commit = body.get("commit_id", pull.head_sha)
    placed = _place_all(world, pull, commit, body.get("comments", []))
    for text in (body.get("body", ""), *(each["body"] for each, _, _ in placed)):
        require_short(text, "PullRequestReview", simple=True)
    state = STATES[event] if event else "PENDING"
    made = add_review(world, Review(world.next_id(), pull, author, body.get("body", ""), state, commit))
    for asked, where, hunk in placed:
        add_comment(world, made, asked["body"], (where, hunk))
    return Response(200, review(world, made))


def _require_event(pull: Pull, author: User, event: str | None, body: str | None) -> None:
    if author is pull.author and event in ("APPROVE", "REQUEST_CHANGES"):
        raise unprocessable(
            f"Can not {event.lower().replace('_', ' ').replace('changes', 'changes on')} your own pull request"
        )
    if event in ("COMMENT", "REQUEST_CHANGES") and not body:
        raise unprocessable("Body can't be blank")


def _place_all(world: World, pull: Pull, commit: str, comments: Sequence[Mapping[str, Any]]) -> list[Placed]:
    try:
        return [(each, *place(world, pull, commit, each)) for each in comments]
    except UnplaceableError as error:  # GitHub does not say which comment it was
        raise unprocessable(error.older if world.older_messages else error.simple) from error


def add_review(world: World, made: Review) -> Review:
    made.submitted_at = None if made.state == "PENDING" else now()
    made.pull.reviews.append(made)
    made.pull.updated_at = now()
    if made.submitted_at:
        announce_review(world, made, "submitted")
    return made


def add_comment(
    world: World, made: Review, body: str, placed: tuple[Place, str], *, in_reply_to: int | None = None
) -> ReviewComment:
    where, hunk = placed
    comment = ReviewComment(
        id=world.next_id(),
        pull=made.pull,
        review_id=made.id,
        author=made.author,
        body=body,
        place=where,
        original=replace(where),
        commit=made.commit,
        original_commit=made.commit,
        diff_hunk=hunk,
        in_reply_to=in_reply_to,
    )
    made.pull.review_comments.append(comment)
    if made.state != "PENDING":
        announce_review_comment(world, comment, "created")
    return comment


def list_reviews(world: World, request: Request) -> Answer:
    shown = [
        each
        for each in pull_of(world, request).reviews
        if each.state != "PENDING" or each.author is request.caller.user
    ]
    return Listing([review(world, each) for each in shown])


def get_review(world: World, request: Request) -> Answer:
    return Response(200, review(world, review_of(world, request)))


def update_review(world: World, request: Request) -> Answer:
    one = _own(world, request)
    require_short(request.body["body"], "PullRequestReview", simple=True)
    one.body = request.body["body"]
    announce_review(world, one, "edited")
    return Response(200, review(world, one))


def submit_review(world: World, request: Request) -> Answer:
    one = _own(world, request)
    if one.state != "PENDING":
        raise unprocessable("Can not submit a review that was submitted")
    body = request.body.get("body", one.body)
    _require_event(one.pull, one.author, request.body["event"], body)
    one.body, one.state, one.submitted_at = body, STATES[request.body["event"]], now()
    announce_review(world, one, "submitted")
    return Response(200, review(world, one))


def delete_pending(world: World, request: Request) -> Answer:
    one = _own(world, request)
    if one.state != "PENDING":
        raise unprocessable("Can not delete a non-pending pull request review")
    one.pull.reviews.remove(one)
    one.pull.review_comments[:] = [each for each in one.pull.review_comments if each.review_id != one.id]
    return Response(200, review(world, one))


def dismiss_review(world: World, request: Request) -> Answer:
    one = review_of(world, request)
    if one.state not in ("APPROVED", "CHANGES_REQUESTED"):
        raise unprocessable("Can not dismiss a commented pull request review")
    one.state = "DISMISSED"
    announce_review(world, one, "dismissed")
    return Response(200, review(world, one))


def list_comments(world: World, request: Request) -> Answer:
    one = review_of(world, request)
    found = [each for each in one.pull.review_comments if each.review_id == one.id]
    return Listing([review_comment(world, each, "review-comment") for each in found])


def _own(world: World, request: Request) -> Review:
    one = review_of(world, request)
    if one.author is not request.caller.user:
        raise Refusal(403, "Resource not accessible by integration")
    return one


OPERATIONS = {
    "pulls/create-review": create_review,
    "pulls/list-reviews": list_reviews,
    "pulls/get-review": get_review,
    "pulls/update-review": update_review,
    "pulls/submit-review": submit_review,
    "pulls/delete-pending-review": delete_pending,
    "pulls/dismiss-review": dismiss_review,
    "pulls/list-comments-for-review": list_comments,
}
