"""Reactions: a second one of the same kind changes nothing and is answered 200 instead of 201."""

from tests.fake_github.api.finding import issue_comment_of, review_comment_of
from tests.fake_github.exchange import NOT_FOUND, Answer, Listing, Refusal, Request, Response
from tests.fake_github.rendering import reaction
from tests.fake_github.state import Reaction
from tests.fake_github.world import World


def create_for_issue_comment(world: World, request: Request) -> Answer:
    return _create(world, issue_comment_of(world, request).reactions, request)


def create_for_review_comment(world: World, request: Request) -> Answer:
    return _create(world, review_comment_of(world, request).reactions, request)


def _create(world: World, reactions: list[Reaction], request: Request) -> Response:
    user, content = request.caller.user, request.body["content"]
    for each in reactions:
        if each.user is user and each.content == content:
            return Response(200, reaction(world, each))
    reactions.append(Reaction(world.next_id(), user, content))
    return Response(201, reaction(world, reactions[-1]))


def list_for_issue_comment(world: World, request: Request) -> Answer:
    return _list(world, issue_comment_of(world, request).reactions, request)


def list_for_review_comment(world: World, request: Request) -> Answer:
    return _list(world, review_comment_of(world, request).reactions, request)


def _list(world: World, reactions: list[Reaction], request: Request) -> Listing:
    wanted = request.query.get("content")
    return Listing([reaction(world, each) for each in reactions if wanted in (None, each.content)])


def delete_for_issue_comment(world: World, request: Request) -> Answer:
    reactions, wanted = issue_comment_of(world, request).reactions, request.integer("reaction_id")
    for each in reactions:
        if each.id == wanted and each.user is request.caller.user:
            reactions.remove(each)
            return Response(204)
    raise Refusal(404, NOT_FOUND)


OPERATIONS = {
    "reactions/create-for-issue-comment": create_for_issue_comment,
    "reactions/list-for-issue-comment": list_for_issue_comment,
    "reactions/delete-for-issue-comment": delete_for_issue_comment,
    "reactions/create-for-pull-request-review-comment": create_for_review_comment,
    "reactions/list-for-pull-request-review-comment": list_for_review_comment,
}
