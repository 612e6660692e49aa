"""Repositories, their contents, blobs and trees, and who may do what in them."""

import base64
import re
from collections.abc import Callable

from tests.fake_github.api.finding import repository_of
from tests.fake_github.api.pulls import commit
from tests.fake_github.exchange import NOT_FOUND, Answer, Refusal, Request, Response
from tests.fake_github.patches import compare
from tests.fake_github.rendering import Json, repository, user
from tests.fake_github.repository_git import Entry, GitFailedError, GitRepository
from tests.fake_github.state import Repository
from tests.fake_github.world import World

MAX_CONTENT_BYTES = 1_000_000
MAX_RAW_BYTES = 100_000_000
MAX_TREE_ENTRIES = 100_000
LEGACY_ROLES = {"admin": "admin", "maintain": "write", "write": "write", "triage": "read", "read": "read"}


def get_repository(world: World, request: Request) -> Answer:
    return Response(200, repository(world, repository_of(world, request), "full-repository"))


def get_content(world: World, request: Request) -> Answer:
    one = repository_of(world, request)
    path = request.parameters["path"].strip("/")
    sha = _commit(one, request.query.get("ref", one.default_branch))
    found = _or_404(lambda: one.git.tree(sha, path=path))
    if not found:
        raise Refusal(404, NOT_FOUND)
    entry = found[0]
    if entry.kind == "tree":
        return Response(200, [_member(world, one, each) for each in one.git.tree(sha, path=f"{path}/")])
    if entry.kind == "commit":
        return Response(200, _member(world, one, entry) | {"type": "submodule", "submodule_git_url": None})
    return _file(world, one, entry, request)


def _file(world: World, one: Repository, entry: Entry, request: Request) -> Response:
    size = entry.size or 0
    if size > MAX_RAW_BYTES:
        error = {"resource": "Blob", "field": "data", "code": "too_large"}
        raise Refusal(403, "This API returns blobs up to 100 MB in size.", [error])
    if "raw" in request.accept:
        return _raw(one.git.blob(entry.sha))
    content = one.git.blob(entry.sha)
    known = _member(world, one, entry) | {
        "type": "file",
        "encoding": "base64" if size <= MAX_CONTENT_BYTES else "none",
        "content": _wrapped(content) if size <= MAX_CONTENT_BYTES else "",
    }
    if entry.mode == "120000":
        known |= {"type": "symlink", "target": content.decode("utf-8", "replace")}
    return Response(200, known)


def _raw(content: bytes) -> Response:
    return Response(200, text=content, content_type="application/vnd.github.raw; charset=utf-8")


def _member(world: World, one: Repository, entry: Entry) -> Json:
    kinds = {"tree": "dir", "blob": "symlink" if entry.mode == "120000" else "file", "commit": "file"}
    url = f"{world.url}/repos/{one.full_name}/git/{entry.kind}s/{entry.sha}"
    return {
        "type": kinds[entry.kind],
        "name": entry.path.rpartition("/")[2],
        "path": entry.path,
        "sha": entry.sha,
        "size": entry.size or 0,
        "url": url,
        "html_url": url,
        "git_url": url,
        "download_url": None,
        "_links": {"self": url, "git": url, "html": url},
    }


def get_blob(world: World, request: Request) -> Answer:
    one, sha = repository_of(world, request), request.parameters["file_sha"]
    if not re.fullmatch("[0-9a-f]{40}", sha):
        raise Refusal(422, "The sha parameter must be exactly 40 characters and contain only [0-9a-f].", [])
    content = _or_404(lambda: one.git.blob(sha))
    if "raw" in request.accept:
        return _raw(content)
    known: Json = {
        "sha": sha,
        "node_id": f"B_{sha}",
        "size": len(content),
        "url": f"{world.url}/repos/{one.full_name}/git/blobs/{sha}",
        "encoding": "base64",
        "content": _wrapped(content),
    }
    return Response(200, known)


def get_tree(world: World, request: Request) -> Answer:
    one = repository_of(world, request)
    sha = _or_404(lambda: one.git.resolve(request.parameters["tree_sha"], "tree"))
    entries = one.git.tree(sha, recursive="recursive" in request.query)
    url = f"{world.url}/repos/{one.full_name}/git"
    return Response(
        200,
        {
            "sha": sha,
            "url": f"{url}/trees/{sha}",
            "truncated": len(entries) > MAX_TREE_ENTRIES,
            "tree": [_tree_entry(each, url) for each in entries[:MAX_TREE_ENTRIES]],
        },
    )


def _tree_entry(entry: Entry, url: str) -> Json:
    known: Json = {"path": entry.path, "mode": entry.mode, "type": entry.kind, "sha": entry.sha}
    if entry.kind != "commit":
        known["url"] = f"{url}/{entry.kind}s/{entry.sha}"
    return known if entry.size is None else known | {"size": entry.size}


def get_commit(world: World, request: Request) -> Answer:
    one = repository_of(world, request)
    return Response(200, commit(world, one.git, _commit(one, request.parameters["ref"])))


def compare_commits(world: World, request: Request) -> Answer:
    one = repository_of(world, request)
    base, dots, head = request.parameters["basehead"].partition("...")
    if not dots:
        raise Refusal(404, NOT_FOUND)
    old, new = _commit(one, base), _commit(one, head)
    middle = one.git.merge_base(old, new)
    ahead, behind = one.git.log(old, new), one.git.log(new, old)
    status = {(False, False): "identical", (True, False): "ahead", (False, True): "behind"}
    url = f"{world.url}/repos/{one.full_name}/compare/{base}...{head}"
    known: Json = {
        "url": url,
        "status": status.get((bool(ahead), bool(behind)), "diverged"),
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "base_commit": commit(world, one.git, old),
        "merge_base_commit": commit(world, one.git, middle),
        "commits": [commit(world, one.git, each) for each in ahead[:250]],
        "files": [
            {"sha": each.sha, "filename": each.path, "status": each.status, "changes": each.additions + each.deletions}
            for each in compare(one.git, middle, new)[:300]
        ],
    }
    return Response(200, world.description.complete("commit-comparison", known))


def get_permission(world: World, request: Request) -> Answer:
    """Answer what an account may do; without a role it is `read` in a public repository and `none` in a private."""
    one, login = repository_of(world, request), request.parameters["username"]
    account = next((each for each in world.users.values() if each.login.lower() == login.lower()), None)
    if account is None:
        raise Refusal(404, f"{login} is not a user")
    role = "admin" if account is one.owner else one.roles.get(account.login, "none" if one.private else "read")
    granted = LEGACY_ROLES.get(role, "none")
    whole = user(world, account) | {"role_name": role, "permissions": _rights(role)}
    return Response(200, {"permission": granted, "role_name": role, "user": whole})


def _rights(role: str) -> dict[str, bool]:
    order = ("read", "triage", "write", "maintain", "admin")
    rank = order.index(role) if role in order else -1
    names = {"pull": 0, "triage": 1, "push": 2, "maintain": 3, "admin": 4}
    return {name: rank >= least for name, least in names.items()}


def _wrapped(content: bytes) -> str:
    """Encode as GitHub does: base64 with a line feed after each 60 characters."""
    text = base64.b64encode(content).decode()
    return "".join(text[start : start + 60] + "\n" for start in range(0, len(text), 60))


def _commit(one: Repository, name: str) -> str:
    git: GitRepository = one.git
    try:
        return git.resolve(name)
    except GitFailedError as error:
        raise Refusal(404, f"No commit found for the ref {name}") from error


def _or_404[T](read: Callable[[], T]) -> T:
    try:
        return read()
    except GitFailedError as error:
        raise Refusal(404, NOT_FOUND) from error


OPERATIONS = {
    "repos/get": get_repository,
    "repos/get-content": get_content,
    "repos/get-commit": get_commit,
    "repos/compare-commits-with-basehead": compare_commits,
    "repos/get-collaborator-permission-level": get_permission,
    "git/get-blob": get_blob,
    "git/get-tree": get_tree,
}
