"""Check runs and their annotations: https://docs.github.com/rest/checks/runs."""

from typing import Any

from tests.fake_github.api.finding import check_run_of, repository_of
from tests.fake_github.exchange import Answer, Listing, Refusal, Request, Response
from tests.fake_github.rendering import Json, at
from tests.fake_github.rendering_pulls import check_run
from tests.fake_github.repository_git import GitFailedError
from tests.fake_github.state import CheckRun, now
from tests.fake_github.webhooks import announce_check_run
from tests.fake_github.world import World

MAX_ANNOTATIONS = 50
MAX_ACTIONS = 3
PLAIN = ("name", "details_url", "external_id", "started_at", "completed_at")


def create(world: World, request: Request) -> Answer:
    repository, app, body = repository_of(world, request), request.caller.app, request.body
    if app is None:
        raise Refusal(403, "You must authenticate via a GitHub App.")
    try:
        sha = repository.git.resolve(body["head_sha"])
    except GitFailedError as error:
        raise Refusal(422, "No commit found for SHA: " + body["head_sha"]) from error
    run = CheckRun(world.next_id(), repository, app, body["name"], sha, _suite(world, repository.check_runs, sha))
    run.started_at, run.details_url = at(now()), f"{world.url}/apps/{app.slug}"
    _apply(run, body)
    repository.check_runs.append(run)
    announce_check_run(world, run, "created")
    if run.status == "completed":
        announce_check_run(world, run, "completed")
    return Response(201, check_run(world, run))


def _suite(world: World, runs: list[CheckRun], sha: str) -> int:
    return next((each.suite_id for each in runs if each.head_sha == sha), None) or world.next_id()


def update(world: World, request: Request) -> Answer:
    run = check_run_of(world, request)
    if run.app is not request.caller.app:
        raise Refusal(
            403,
            "Invalid app_id `"
            + str(request.caller.app and request.caller.app.id)
            + "` - check run can only be modified by the GitHub App that created it.",
        )
    was = run.status
    _apply(run, request.body)
    if run.status == "completed" and was != "completed":
        announce_check_run(world, run, "completed")
    return Response(200, check_run(world, run))


def _apply(run: CheckRun, body: Json) -> None:
    """Take over what the request says; annotations are added to those that are there."""
    output = body.get("output", {})
    annotations = output.get("annotations", [])
    if len(annotations) > MAX_ANNOTATIONS or len(body.get("actions", [])) > MAX_ACTIONS:
        raise Refusal(422, "Invalid request.", [])
    if body.get("status") == "completed" and not body.get("conclusion"):
        raise Refusal(422, 'Invalid request.\n\nNo subschema in "anyOf" matched.\n"conclusion" wasn\'t supplied.')
    for name in PLAIN:
        if name in body:
            setattr(run, name, body[name])
    run.status = "completed" if body.get("conclusion") else body.get("status", run.status)
    run.conclusion = body.get("conclusion", run.conclusion)
    if run.status != "completed":
        run.conclusion = None
    else:
        run.completed_at = run.completed_at or at(now())
    run.output |= {name: output[name] for name in ("title", "summary", "text") if name in output}
    run.annotations += annotations
    run.actions = body.get("actions", run.actions)


def get(world: World, request: Request) -> Answer:
    return Response(200, check_run(world, check_run_of(world, request)))


def list_annotations(world: World, request: Request) -> Answer:
    return Listing([_annotation(world, each) for each in check_run_of(world, request).annotations])


def _annotation(world: World, each: dict[str, Any]) -> Json:
    optional = ("start_column", "end_column", "title", "raw_details")
    whole: Json = world.description.complete("check-annotation", dict.fromkeys(optional) | each)
    return whole


def list_for_ref(world: World, request: Request) -> Answer:
    repository, query = repository_of(world, request), request.query
    try:
        sha = repository.git.resolve(request.parameters["ref"])
    except GitFailedError as error:
        raise Refusal(422, "No commit found for SHA: " + request.parameters["ref"]) from error
    runs = [each for each in repository.check_runs if each.head_sha == sha]
    if name := query.get("check_name"):
        runs = [each for each in runs if each.name == name]
    if status := query.get("status"):
        runs = [each for each in runs if each.status == status]
    if app_id := query.get("app_id"):
        runs = [each for each in runs if str(each.app.id) == app_id]
    if query.get("filter", "latest") == "latest":
        runs = list({(each.app.id, each.name): each for each in runs}.values())
    return Listing([check_run(world, each) for each in reversed(runs)], key="check_runs")


def rerequest(world: World, request: Request) -> Answer:
    run = check_run_of(world, request)
    run.status, run.conclusion = "queued", None
    announce_check_run(world, run, "rerequested")
    return Response(201, {})


OPERATIONS = {
    "checks/create": create,
    "checks/update": update,
    "checks/get": get,
    "checks/list-annotations": list_annotations,
    "checks/list-for-ref": list_for_ref,
    "checks/rerequest-run": rerequest,
}
