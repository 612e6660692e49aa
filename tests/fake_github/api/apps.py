"""The App about itself: installations, tokens, its webhook, and the manifest it is made from."""

from tests.fake_github.deliveries import Delivery
from tests.fake_github.exchange import NOT_FOUND, Answer, Listing, Refusal, Request, Response
from tests.fake_github.permissions import grants
from tests.fake_github.rendering import Json, app, at, installation, repository
from tests.fake_github.state import App, Installation
from tests.fake_github.world import World


def _caller(request: Request) -> App:
    if request.caller.app is None:
        raise Refusal(401, "Requires authentication")
    return request.caller.app


def get_app(world: World, request: Request) -> Answer:
    own = _caller(request)
    count = sum(each.app is own for each in world.installations.values())
    return Response(200, app(world, own) | {"installations_count": count})


def list_installations(world: World, request: Request) -> Answer:
    own = _caller(request)
    return Listing([installation(world, each) for each in world.installations.values() if each.app is own])


def _installation(world: World, request: Request) -> Installation:
    found = world.installations.get(request.integer("installation_id"))
    if found is None or found.app is not request.caller.app:
        raise Refusal(404, NOT_FOUND)
    return found


def get_installation(world: World, request: Request) -> Answer:
    return Response(200, installation(world, _installation(world, request)))


def get_repository_installation(world: World, request: Request) -> Answer:
    one = world.repository(request.parameters["owner"], request.parameters["repo"])
    found = next((each for each in world.installations.values() if one and one.id in each.repository_ids), None)
    if found is None or found.app is not request.caller.app:
        raise Refusal(404, NOT_FOUND)
    return Response(200, installation(world, found))


def create_token(world: World, request: Request) -> Answer:
    """Issue a token, narrowed to the repositories and permissions that the body names."""
    one, body = _installation(world, request), request.body or {}
    if one.suspended_at is not None:
        raise Refusal(403, "This installation has been suspended")
    wanted = body.get("permissions", one.permissions)
    if not all(grants(one.permissions, name, level) for name, level in wanted.items()):
        raise Refusal(422, "The permissions requested are not granted to this installation.")
    repositories = [each for each in world.repositories if each.id in one.repository_ids]
    if "repository_ids" in body or "repositories" in body:
        ids, names = body.get("repository_ids", []), body.get("repositories", [])
        repositories = [each for each in repositories if each.id in ids or each.name in names]
        if len(repositories) < len(set(ids) | set(names)):
            raise Refusal(
                422,
                "There is at least one repository that does not exist or is not accessible to the parent installation.",
            )
        narrowed = frozenset(each.id for each in repositories)
    else:
        narrowed = None
    token = world.issue_token(one, {"metadata": "read"} | dict(wanted), narrowed)
    answer: Json = {
        "token": token.value,
        "expires_at": at(token.expires_at),
        "permissions": token.permissions,
        "repository_selection": "selected",
    }
    if narrowed is not None:
        answer["repositories"] = [repository(world, each) for each in repositories]
    return Response(201, answer)


def list_repositories(world: World, request: Request) -> Answer:
    seen = [each for each in world.repositories if request.caller.sees(each)]
    return Listing([repository(world, each) for each in seen], key="repositories")


def revoke_token(world: World, request: Request) -> Answer:
    world.tokens.pop(request.caller.token or "", None)
    return Response(204)


def get_hook_config(_world: World, request: Request) -> Answer:
    return Response(200, _hook(_caller(request)))


def update_hook_config(_world: World, request: Request) -> Answer:
    own = _caller(request)
    own.webhook_url = request.body.get("url", own.webhook_url)
    own.webhook_secret = request.body.get("secret", own.webhook_secret)
    return Response(200, _hook(own))


def _hook(own: App) -> Json:
    return {"content_type": "json", "insecure_ssl": "0", "secret": "********", "url": own.webhook_url}


def list_deliveries(world: World, request: Request) -> Answer:
    """List the newest deliveries first; the cursor is the id before which to go on."""
    own, query = _caller(request), request.query
    sent = [each for each in reversed(world.deliveries) if each.app is own and each.status is not None]
    if "status" in query:
        sent = [each for each in sent if (each.status == "OK") == (query["status"] == "success")]
    if cursor := query.get("cursor"):
        sent = [each for each in sent if each.id < int(cursor.removeprefix("v1_"))]
    size = min(int(query.get("per_page", 30)), 100)
    page = sent[:size]
    headers = {}
    if len(sent) > size:
        link = f"{world.url}/app/hook/deliveries?per_page={size}&cursor=v1_{page[-1].id}"
        headers["link"] = f'<{link}>; rel="next"'
    return Response(200, [_delivery(each) for each in page], headers)


def _delivery(each: Delivery) -> Json:
    return {
        "id": each.id,
        "guid": each.guid,
        "delivered_at": at(each.delivered_at),
        "redelivery": each.redelivery,
        "duration": each.duration,
        "status": each.status,
        "status_code": each.status_code,
        "event": each.event,
        "action": each.action,
        "installation_id": each.installation_id,
        "repository_id": each.repository_id,
        "throttled_at": None,
    }


def _delivery_of(world: World, request: Request) -> Delivery:
    wanted, own = request.integer("delivery_id"), _caller(request)
    for each in world.deliveries:
        if each.id == wanted and each.app is own:
            return each
    raise Refusal(404, NOT_FOUND)


def get_delivery(world: World, request: Request) -> Answer:
    one = _delivery_of(world, request)
    exchanged = {
        "url": one.app.webhook_url,
        "request": {"headers": one.headers(), "payload": one.payload},
        "response": {"headers": {}, "payload": one.answer},
    }
    return Response(200, _delivery(one) | exchanged)


def redeliver(world: World, request: Request) -> Answer:
    """Send once more, under the same GUID; the new attempt stands in the log by itself."""
    world.deliveries.append(_delivery_of(world, request).again(world.next_id()))
    return Response(202, {})


def convert_manifest(world: World, request: Request) -> Answer:
    made = world.manifests.pop(request.parameters["code"], None)
    if made is None:
        raise Refusal(404, NOT_FOUND)
    secrets = {
        "client_id": made.client_id,
        "client_secret": "c" * 40,
        "webhook_secret": made.webhook_secret,
        "pem": made.private_key,
    }
    return Response(201, app(world, made) | secrets)


OPERATIONS = {
    "apps/get-authenticated": get_app,
    "apps/list-installations": list_installations,
    "apps/get-installation": get_installation,
    "apps/get-repo-installation": get_repository_installation,
    "apps/create-installation-access-token": create_token,
    "apps/list-repos-accessible-to-installation": list_repositories,
    "apps/revoke-installation-access-token": revoke_token,
    "apps/get-webhook-config-for-app": get_hook_config,
    "apps/update-webhook-config-for-app": update_hook_config,
    "apps/list-webhook-deliveries": list_deliveries,
    "apps/get-webhook-delivery": get_delivery,
    "apps/redeliver-webhook-delivery": redeliver,
    "apps/create-from-manifest": convert_manifest,
}
