"""From a request to its answer: routing, credentials, validation, permission, operation, paging, validation."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from tests.fake_github import graphql
from tests.fake_github.api import actions, apps, checks, comments, contents, pulls, reactions, reviews
from tests.fake_github.description import Operation
from tests.fake_github.exchange import NOT_FOUND, Answer, Caller, Listing, Refusal, Request, Response
from tests.fake_github.identity import identify
from tests.fake_github.permissions import authorize
from tests.fake_github.world import World

MAX_PER_PAGE = 100


def rate_limit(world: World, _request: Request) -> Answer:
    """Answer what is left; this call itself is free."""
    headers = world.limits.headers()
    core = {name: int(headers[f"x-ratelimit-{name}"]) for name in ("limit", "remaining", "reset", "used")}
    return Response(200, {"resources": {"core": core, "search": core}, "rate": core})


OPERATIONS = {
    **actions.OPERATIONS,
    **apps.OPERATIONS,
    **checks.OPERATIONS,
    **comments.OPERATIONS,
    **contents.OPERATIONS,
    **pulls.OPERATIONS,
    **reactions.OPERATIONS,
    **reviews.OPERATIONS,
    "rate-limit/get": rate_limit,
}


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as it came in."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


def operation_of(world: World, incoming: Incoming) -> str:
    """Name the operation, for faults and the log; the path where GitHub has no such operation."""
    if incoming.path == "/graphql":
        return "graphql"
    found = world.description.match(incoming.method, incoming.path, OPERATIONS)
    return found[0].id if found else f"{incoming.method} {incoming.path}"


def respond(world: World, incoming: Incoming) -> Response:
    """Answer a request to the API; what is not as GitHub describes it is noted as a violation."""
    incoming = _by_name(world, incoming)
    found = world.description.match(incoming.method, incoming.path, OPERATIONS)
    try:
        response = _answer(world, incoming, found)
    except Refusal as refusal:
        response = refusal.response
    if found is not None and response.text is None:
        for error in world.description.response_errors(found[0], response.status, response.body):
            world.violate(f"answer {response.status} of {found[0].id}", error)
    return _finish(world, incoming, response)


def _by_name(world: World, incoming: Incoming) -> Incoming:
    """Follow `/repositories/<id>/...`, to which GitHub redirects after a renaming; it is not in the description."""
    found = re.fullmatch(r"/repositories/(\d+)(/.*)?", incoming.path)
    for each in world.repositories if found else ():
        if found and str(each.id) == found[1]:
            return replace(incoming, path=f"/repos/{each.full_name}{found[2] or ''}")
    return incoming


def _answer(world: World, incoming: Incoming, found: tuple[Operation, Mapping[str, str]] | None) -> Response:
    caller = identify(world, incoming.headers)
    if incoming.path == "/graphql":
        world.limits.spend("graphql")
        return graphql.answer(world, caller, json.loads(incoming.body))
    if found is None or found[0].id not in OPERATIONS:
        known = "GitHub has it, the fake does not" if found else "GitHub has no such operation"
        world.violate(f"{incoming.method} {incoming.path}", known)
        raise Refusal(404, NOT_FOUND)
    operation, parameters = found
    return _carry_out(world, operation, _request(operation, parameters, incoming, caller))


def _request(operation: Operation, parameters: Mapping[str, str], incoming: Incoming, caller: Caller) -> Request:
    try:
        body: Any = json.loads(incoming.body) if incoming.body else None
    except ValueError as error:
        raise Refusal(400, "Problems parsing JSON") from error
    facts = (operation.id, incoming.method, incoming.path, parameters, incoming.query, incoming.headers)
    return Request(*facts, body, caller)


def _carry_out(world: World, operation: Operation, request: Request) -> Response:
    authorize(operation.id, request.caller)
    world.limits.spend(operation.id)
    errors = world.description.request_errors(operation, request.parameters, request.query, request.body)
    for error in errors:
        world.violate(f"request {operation.id}", error)
    if errors:
        raise Refusal(422, f"Invalid request. {' '.join(errors)}"[:2000])
    answer = OPERATIONS[operation.id](world, request)
    return _page(world, request, answer) if isinstance(answer, Listing) else answer


def _page(world: World, request: Request, listing: Listing) -> Response:
    size = max(1, min(int(request.query.get("per_page", 30)), MAX_PER_PAGE))
    number = max(1, int(request.query.get("page", 1)))
    last = max(1, -(-len(listing.items) // size))
    items = list(listing.items[(number - 1) * size : number * size])
    links = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
    if number <= 1:
        del links["prev"], links["first"]
    if number >= last:
        del links["next"], links["last"]
    written = [f'<{_link(world, request, page)}>; rel="{name}"' for name, page in links.items()]
    body = items if listing.key is None else {"total_count": len(listing.items), listing.key: items}
    return Response(200, body, {"link": ", ".join(written)} if written else {})


def _link(world: World, request: Request, page: int) -> str:
    return f"{world.url}{request.path}?{urlencode({**request.query, 'page': page})}"


def _finish(world: World, incoming: Incoming, response: Response) -> Response:
    """Add what every answer has: rate limits, an ETag, and 304 where nothing has changed."""
    headers = {**world.limits.headers(), "x-github-request-id": "FAKE:0", **response.headers}
    content = _content(response)
    if incoming.method == "GET" and response.status == 200:
        headers["etag"] = f'W/"{hashlib.sha256(content).hexdigest()}"'
        if headers["etag"] in re.split(r",\s*", incoming.headers.get("if-none-match", "")):
            world.limits.used -= 1  # a 304 is free
            return Response(304, None, headers, b"")
    return Response(response.status, response.body, headers, content, response.content_type)


def _content(response: Response) -> bytes:
    if response.text is not None:
        return response.text
    return b"" if response.body is None else json.dumps(response.body).encode()
