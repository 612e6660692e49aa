"""The artifact of a workflow's run, downloaded with a limit: its author may be anybody who can open a pull request.

https://docs.github.com/rest/actions/artifacts
"""

import time

import httpx

from reviewbot.errors import GitHubError, PayloadError, UnavailableError
from reviewbot.github.auth import GitHub
from reviewbot.github.client import ANSWER_TIMEOUT_SECONDS


def fetch_artifact(github: GitHub, run_id: int, name: str, max_bytes: int) -> bytes | None:
    """Return the archive of the one artifact called `name`, None if there is none.

    Raises:
        PayloadError: there are several, it has expired, or it is larger than `max_bytes`.
        GitHubError, TransientError: GitHub could not be asked.
    """
    path = f"/repos/{github.name}/actions/runs/{run_id}/artifacts"
    found = [one for one in github.read.pages(path, "artifacts", name=name) if one["name"] == name]
    if not found:
        return None
    if len(found) > 1 or found[0]["expired"]:
        raise PayloadError(f"The run has {len(found)} artifacts called {name}, or it has expired.")
    if found[0]["size_in_bytes"] > max_bytes:
        raise PayloadError(f"The artifact {name} is larger than {max_bytes:,} bytes.")
    address = github.read.location(f"/repos/{github.name}/actions/artifacts/{int(found[0]['id'])}/zip")
    return _downloaded(github, address, max_bytes)


def _downloaded(github: GitHub, address: str, max_bytes: int) -> bytes:
    """Download without our token: the address itself is what permits it."""
    scheme = httpx.URL(github.server.api_url).scheme
    if httpx.URL(address).scheme not in {"https", scheme}:
        raise GitHubError("GitHub named an address for an artifact that is not encrypted.")
    deadline = time.monotonic() + ANSWER_TIMEOUT_SECONDS
    archive = b""
    try:
        with github.server.http.stream("GET", address) as response:
            response.raise_for_status()
            for part in response.iter_bytes():
                archive += part
                if len(archive) > max_bytes:
                    raise PayloadError(f"An artifact is larger than {max_bytes:,} bytes.")
                if time.monotonic() > deadline:
                    raise UnavailableError("The download of an artifact takes too long. Try again later.")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UnavailableError(
            f"An artifact could not be downloaded ({type(error).__name__}). Try again later."
        ) from None
    return archive
