"""The fake from outside its process: `POST /_fake/<action>` with a JSON object of the action's arguments.

A repository is named `owner/name`, a pull request `owner/name#1`, a check run or a comment by its id.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.fake_github.exchange import Response
from tests.fake_github.faults import Fault
from tests.fake_github.hub import FakeGitHub
from tests.fake_github.sending import Weather
from tests.fake_github.server import Incoming
from tests.fake_github.state import Pull, Repository
from tests.fake_github.world import World

PREFIX = "/_fake/"
type Arguments = dict[str, Any]


class Control:
    """Carries out what another process asks for."""

    def __init__(self, hub: FakeGitHub) -> None:
        self._hub = hub
        self._actions: Mapping[str, Callable[[Arguments], Any]] = {
            "app": self._app,
            "create_repository": lambda given: hub.create_repository(given.pop("full_name"), **given).id,
            "add_collaborator": lambda given: hub.add_collaborator(self._repository(given), **given),
            "open_pull": lambda given: self._facts(hub.open_pull(self._repository(given), **given)),
            "push": lambda given: hub.push(self._pull(given), given["files"]),
            "close": lambda given: hub.close(self._pull(given), **given),
            "comment": lambda given: hub.comment(self._pull(given), **given).id,
            "pull": lambda given: self._facts(self._pull(given)),
            "deliver": self._deliver,
            "fail": lambda given: hub.fail(Fault(**given)).match,
            "mend": lambda _given: hub.mend(),
            "operations": lambda _given: hub.operations(),
            "violations": lambda _given: hub.violations,
            "check_runs": lambda given: [
                {"id": each.id, "status": each.status, "conclusion": each.conclusion, "head_sha": each.head_sha}
                for each in hub.check_runs(given.get("sha"))
            ],
        }

    def page(self, _world: World, incoming: Incoming) -> Response | None:
        if not incoming.path.startswith(PREFIX):
            return None
        action = self._actions.get(incoming.path.removeprefix(PREFIX))
        if action is None:
            return _json(404, f"no such action; there are {', '.join(self._actions)}")
        try:
            return _json(200, action(json.loads(incoming.body or b"{}")))
        except (LookupError, TypeError, ValueError) as error:
            return _json(400, f"{type(error).__name__}: {error}")

    def _app(self, given: Arguments) -> Arguments:
        app = self._hub.app
        app.webhook_url = given.get("webhook_url", app.webhook_url)
        return {"id": app.id, "slug": app.slug, "private_key": app.private_key, "webhook_secret": app.webhook_secret}

    def _deliver(self, given: Arguments) -> list[Arguments]:
        sent = self._hub.deliver(given.pop("to_url", None), Weather(**given))
        return [{"event": each.event, "action": each.action, "guid": each.guid, "status": each.status} for each in sent]

    def _repository(self, given: Arguments) -> Repository:
        owner, _, name = given.pop("repository").partition("/")
        found = self._hub.world.repository(owner, name)
        if found is None:
            raise LookupError(f"no repository {owner}/{name}")
        return found

    def _pull(self, given: Arguments) -> Pull:
        name, _, number = given.pop("pull").partition("#")
        return self._repository({"repository": name}).pulls[int(number)]

    def _facts(self, pull: Pull) -> Arguments:
        return {
            "number": pull.number,
            "head_sha": pull.head_sha,
            "state": pull.state,
            "reviews": [
                {"id": each.id, "author": each.author.login, "body": each.body, "commit": each.commit}
                for each in pull.reviews
            ],
            "review_comments": [
                {"id": each.id, "path": each.place.path, "line": each.place.line, "body": each.body}
                for each in pull.review_comments
            ],
            "comments": [{"id": each.id, "author": each.author.login, "body": each.body} for each in pull.comments],
        }


def _json(status: int, value: Any) -> Response:
    return Response(status, text=json.dumps(value).encode())
