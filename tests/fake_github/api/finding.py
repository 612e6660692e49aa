"""Find what a path names, or refuse as GitHub does."""

from tests.fake_github.exchange import NOT_FOUND, Moved, Refusal, Request
from tests.fake_github.state import CheckRun, IssueComment, Pull, Repository, Review, ReviewComment
from tests.fake_github.world import World

MAX_BODY_CHARACTERS = 65_536


def repository_of(world: World, request: Request) -> Repository:
    """Return the repository of the path; 404 also for one that the token does not see, as GitHub does."""
    found = world.repository(request.parameters["owner"], request.parameters["repo"])
    if found is None and (moved := world.renamed(request.parameters["owner"], request.parameters["repo"])):
        _, _, _, _, *rest = request.path.split("/")
        raise Moved("/".join([f"{world.url}/repositories/{moved.id}", *rest]))
    if found is None or not request.caller.sees(found):
        raise Refusal(404, NOT_FOUND)
    return found


def pull_of(world: World, request: Request, name: str = "pull_number") -> Pull:
    found = repository_of(world, request).pulls.get(request.integer(name))
    if found is None:
        raise Refusal(404, NOT_FOUND)
    return found


def review_of(world: World, request: Request) -> Review:
    wanted = request.integer("review_id")
    for each in pull_of(world, request).reviews:
        if each.id == wanted and (each.state != "PENDING" or each.author is request.caller.user):
            return each
    raise Refusal(404, NOT_FOUND)


def review_comment_of(world: World, request: Request) -> ReviewComment:
    wanted = request.integer("comment_id")
    for pull in repository_of(world, request).pulls.values():
        for each in pull.review_comments:
            if each.id == wanted:
                return each
    raise Refusal(404, NOT_FOUND)


def issue_comment_of(world: World, request: Request) -> IssueComment:
    wanted = request.integer("comment_id")
    for pull in repository_of(world, request).pulls.values():
        for each in pull.comments:
            if each.id == wanted:
                return each
    raise Refusal(404, NOT_FOUND)


def check_run_of(world: World, request: Request) -> CheckRun:
    wanted = request.integer("check_run_id")
    for each in repository_of(world, request).check_runs:
        if each.id == wanted:
            return each
    raise Refusal(404, NOT_FOUND)


def require_short(body: str, resource: str, *, simple: bool = False) -> None:
    """Refuse a text that GitHub finds too long (seen on github.com: 65,536 characters)."""
    if len(body) > MAX_BODY_CHARACTERS:
        text = f"body is too long (maximum is {MAX_BODY_CHARACTERS} characters)"
        error = {"resource": resource, "code": "unprocessable", "field": "data", "message": text}
        raise Refusal(422, "Validation Failed", [text.capitalize() if simple else error])


def require_unlocked(pull: Pull, request: Request) -> None:
    """Refuse to talk on a locked pull request; an App without a role there cannot."""
    if pull.locked and request.caller.user.login not in pull.repository.roles:
        raise Refusal(403, "Unable to create comment because issue is locked.")
