"""Signing a person in with the OAuth part of the GitHub App: who they are, and nothing else of theirs.

https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
"""

import re
from collections.abc import Iterable
from urllib.parse import urlencode

import httpx
from pydantic import SecretStr

from reviewbot.errors import GitHubError, UnavailableError

TIMEOUT_SECONDS = 10.0
MAX_ANSWER_BYTES = 100_000

_CODE = re.compile(r"[A-Za-z0-9_-]{1,100}")
_OK = 200


class GitHubSignIn:
    """Asks GitHub who somebody is. The token that this takes is revoked at once, and kept nowhere.

    `people` are the logins or, better, the numeric ids of those who may come in: a login can change hands.
    """

    def __init__(self, web_url: str, api_url: str, client: tuple[str, SecretStr], people: Iterable[str]) -> None:
        self._web_url = web_url
        self._api_url = api_url.rstrip("/")
        self._client_id, self._secret = client
        self._people = frozenset(person.strip().lower() for person in people if person.strip())

    def address(self, state: str) -> str:
        """Return where to send the browser. GitHub sends it back with `state` and a code."""
        return f"{self._web_url}/login/oauth/authorize?{urlencode({'client_id': self._client_id, 'state': state})}"

    def admits(self, code: str) -> str | None:
        """Return the login of the person that GitHub gave `code` for, None if they are not among the people.

        Raises:
            GitHubError: GitHub does not know the code, or answers what cannot be read.
            UnavailableError: GitHub does not answer.
        """
        if not _CODE.fullmatch(code):
            raise GitHubError("GitHub gave no code. Sign in again.")
        with httpx.Client(timeout=TIMEOUT_SECONDS, headers={"Accept": "application/json"}) as http:
            token = self._token(http, code)
            try:
                person = _asked(http, "GET", f"{self._api_url}/user", headers={"Authorization": f"Bearer {token}"})
            finally:
                self._revoke(http, token)
        login, number = str(person.get("login", "")), str(person.get("id", ""))
        return login if self._people & {login.lower(), number} - {""} else None

    def _token(self, http: httpx.Client, code: str) -> str:
        form = {"client_id": self._client_id, "client_secret": self._secret.get_secret_value(), "code": code}
        token = _asked(http, "POST", f"{self._web_url}/login/oauth/access_token", data=form).get("access_token")
        if not isinstance(token, str) or not token:
            raise GitHubError("GitHub does not take the code. Sign in again.")
        return token

    def _revoke(self, http: httpx.Client, token: str) -> None:
        """Revoke a token. One that cannot be revoked dies within eight hours, and nobody holds it."""
        address = f"{self._api_url}/applications/{self._client_id}/token"
        own = (self._client_id, self._secret.get_secret_value())
        try:
            http.request("DELETE", address, auth=own, json={"access_token": token})
        except httpx.HTTPError:
            return


def _asked(http: httpx.Client, verb: str, address: str, **more: object) -> dict[str, object]:
    try:
        answer = http.request(verb, address, **more)  # type: ignore[arg-type]  # httpx's own keywords
    except httpx.HTTPError as error:
        raise UnavailableError(f"GitHub does not answer ({type(error).__name__}). Sign in again later.") from None
    try:
        found = answer.json() if len(answer.content) <= MAX_ANSWER_BYTES else None
    except ValueError:
        found = None
    if answer.status_code != _OK or not isinstance(found, dict):
        raise GitHubError("GitHub refuses to say who that is. Sign in again.")
    return found
