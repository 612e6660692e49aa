"""Pull requests, their files, diffs and commits."""

import re
from urllib.parse import quote

from tests.fake_github.api.finding import pull_of, repository_of
from tests.fake_github.exchange import Answer, Listing, Refusal, Request, Response
from tests.fake_github.patches import FilePatch, unified_diff
from tests.fake_github.rendering import Json
from tests.fake_github.rendering_pulls import pull
from tests.fake_github.repository_git import GitRepository
from tests.fake_github.state import Pull
from tests.fake_github.world import World

MAX_FILES = 3_000
MAX_DIFF_FILES = 300
MAX_DIFF_LINES = 20_000
MAX_COMMITS = 250


def list_pulls(world: World, request: Request) -> Answer:
    repository = repository_of(world, request)
    state = request.query.get("state", "open")
    found = [each for each in repository.pulls.values() if state in ("all", each.state)]
    if base := request.query.get("base"):
        found = [each for each in found if each.base_ref == base]
    if head := request.query.get("head"):
        found = [each for each in found if _label(each) == head]
    key = "updated_at" if request.query.get("sort") == "updated" else "created_at"
    descending = request.query.get("direction", "desc" if key == "created_at" else "asc") == "desc"
    found.sort(key=lambda each: (getattr(each, key), each.number), reverse=descending)
    return Listing([pull(world, each, "pull-request-simple") for each in found])


def _label(one: Pull) -> str:
    return f"{one.head_owner.login}:{one.head_ref}"


def get_pull(world: World, request: Request) -> Answer:
    one = pull_of(world, request)
    if not re.search(r"\.(diff|patch)\b", request.accept):
        return Response(200, pull(world, one))
    git = one.repository.git
    if len(world.files(one)) > MAX_DIFF_FILES:
        raise _too_large(f"the maximum number of files ({MAX_DIFF_FILES})")
    text = unified_diff(git, git.merge_base(one.base_sha, one.head_sha), one.head_sha)
    if text.count(b"\n") > MAX_DIFF_LINES:
        raise _too_large(f"the maximum number of lines ({MAX_DIFF_LINES})")
    return Response(200, text=text, content_type="application/vnd.github.diff; charset=utf-8")


def _too_large(what: str) -> Refusal:
    message = f"Sorry, the diff exceeded {what}. Consider using 'List pull requests files' API or locally cloning."
    return Refusal(406, message, [{"resource": "PullRequest", "field": "diff", "code": "too_large"}])


def list_files(world: World, request: Request) -> Answer:
    one = pull_of(world, request)
    return Listing([file(world, one, each) for each in world.files(one)[:MAX_FILES]])


def file(world: World, one: Pull, each: FilePatch) -> Json:
    api, html = f"{world.url}/repos/{one.repository.full_name}", f"{world.url}/{one.repository.full_name}"
    path = quote(each.path, errors="surrogateescape")
    known: Json = {
        "sha": each.sha,
        "filename": each.path,
        "status": each.status,
        "additions": each.additions,
        "deletions": each.deletions,
        "changes": each.additions + each.deletions,
        "blob_url": f"{html}/blob/{one.head_sha}/{path}",
        "raw_url": f"{html}/raw/{one.head_sha}/{path}",
        "contents_url": f"{api}/contents/{path}?ref={one.head_sha}",
    }
    if each.patch is not None:
        known["patch"] = each.patch
    if each.previous is not None:
        known["previous_filename"] = each.previous
    whole: Json = world.description.complete("diff-entry", known)
    return whole


def list_commits(world: World, request: Request) -> Answer:
    one = pull_of(world, request)
    git = one.repository.git
    return Listing([commit(world, git, each) for each in world.commits(one)[:MAX_COMMITS]])


def commit(world: World, git: GitRepository, sha: str) -> Json:
    tree, parents, name, email, date, message = git.show(sha, "%T%x00%P%x00%an%x00%ae%x00%aI%x00%B").split("\0")
    url = f"{world.url}/commits/{sha}"
    person = {"name": name, "email": email, "date": date}
    known: Json = {
        "sha": sha,
        "node_id": f"C_{sha}",
        "url": url,
        "html_url": url,
        "comments_url": f"{url}/comments",
        "commit": {"message": message, "author": person, "committer": person, "tree": {"sha": tree, "url": url}},
        "author": None,
        "committer": None,
        "parents": [{"sha": parent, "url": url, "html_url": url} for parent in parents.split()],
    }
    whole: Json = world.description.complete("commit", known)
    return whole


def pulls_of_commit(world: World, request: Request) -> Answer:
    repository, sha = repository_of(world, request), request.parameters["commit_sha"]
    found = [each for each in repository.pulls.values() if each.head_sha == sha]
    return Listing([pull(world, each, "pull-request-simple") for each in found])


OPERATIONS = {
    "pulls/list": list_pulls,
    "pulls/get": get_pull,
    "pulls/list-files": list_files,
    "pulls/list-commits": list_commits,
    "repos/list-pull-requests-associated-with-commit": pulls_of_commit,
}
