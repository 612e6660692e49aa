"""Runs of workflows and their artifacts: https://docs.github.com/rest/actions."""

from tests.fake_github.api.finding import repository_of
from tests.fake_github.exchange import NOT_FOUND, Answer, Listing, Refusal, Request, Response
from tests.fake_github.rendering import Json, at, repository, user
from tests.fake_github.state import Artifact, WorkflowRun
from tests.fake_github.world import World


def list_runs(world: World, request: Request) -> Answer:
    found = repository_of(world, request).workflow_runs
    for name in ("head_sha", "event"):
        if wanted := request.query.get(name):
            found = [each for each in found if getattr(each, name) == wanted]
    return Listing([workflow_run(world, each) for each in reversed(found)], key="workflow_runs")


def list_artifacts(world: World, request: Request) -> Answer:
    run = next(
        (one for one in repository_of(world, request).workflow_runs if one.id == request.integer("run_id")), None
    )
    if run is None:
        raise Refusal(404, NOT_FOUND)
    wanted = request.query.get("name")
    found = [each for each in run.artifacts if wanted in (None, each.name)]
    return Listing([_artifact(world, run, each) for each in found], key="artifacts")


def download(world: World, request: Request) -> Answer:
    """Send the caller to where the archive is stored, as GitHub does for a minute."""
    wanted = request.integer("artifact_id")
    artifacts = [each for run in repository_of(world, request).workflow_runs for each in run.artifacts]
    if wanted not in {each.id for each in artifacts}:
        raise Refusal(404, NOT_FOUND)
    return Response(302, headers={"location": f"{world.url}/_storage/artifacts/{wanted}"}, text=b"")


def workflow_run(world: World, one: WorkflowRun) -> Json:
    """Show a run as the API and the `workflow_run` event do."""
    repo = f"{world.url}/repos/{one.repository.full_name}"
    head = one.head_repository
    known: Json = {
        "id": one.id,
        "node_id": f"WFR_{one.id}",
        "name": "review",
        "event": one.event,
        "status": "completed",
        "conclusion": "success",
        "head_sha": one.head_sha,
        "head_branch": one.head_branch,
        "pull_requests": [],  # GitHub leaves out those from forks
        "created_at": at(one.created_at),
        "updated_at": at(one.created_at),
        "run_started_at": at(one.created_at),
        "url": f"{repo}/actions/runs/{one.id}",
        "actor": user(world, one.actor),
        "triggering_actor": user(world, one.actor),
        "repository": repository(world, one.repository, "minimal-repository"),
        "head_repository": None if head is None else repository(world, head, "minimal-repository"),
    }
    whole: Json = world.description.complete("workflow-run", known)
    return whole


def _artifact(world: World, run: WorkflowRun, one: Artifact) -> Json:
    url = f"{world.url}/repos/{run.repository.full_name}/actions/artifacts/{one.id}"
    known: Json = {
        "id": one.id,
        "node_id": f"AR_{one.id}",
        "name": one.name,
        "size_in_bytes": len(one.archive) if one.stated_bytes is None else one.stated_bytes,
        "url": url,
        "archive_download_url": f"{url}/zip",
        "expired": one.expired,
        "created_at": at(run.created_at),
        "updated_at": at(run.created_at),
        "expires_at": at(run.created_at),
    }
    whole: Json = world.description.complete("artifact", known)
    return whole


OPERATIONS = {
    "actions/list-workflow-runs-for-repo": list_runs,
    "actions/list-workflow-run-artifacts": list_artifacts,
    "actions/download-artifact": download,
}
