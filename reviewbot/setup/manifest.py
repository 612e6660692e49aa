"""What we ask GitHub for: the App's permissions and events, each with its reason, and the manifest that says so."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlencode, urlsplit

from reviewbot.errors import ConfigError

MAX_NAME_CHARACTERS = 34
"""GitHub takes no longer name for an App."""
DONE_PATH = "/setup/done"
RECEIVER_PATH = "/github"
CALLBACK_PATH = "/dashboard/github/callback"
"""Where GitHub sends people back to who sign in to the dashboard."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]*")
_ORGANIZATION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission of the App. `label` is what GitHub calls it, `reason` what we need it for."""

    name: str
    access: str
    label: str
    reason: str


PERMISSIONS = (
    Permission("contents", "read", "Contents", "reads the changed files, to scan them"),
    Permission("pull_requests", "write", "Pull requests", "posts reviews with suggestions, and answers"),
    Permission("checks", "write", "Checks", "shows the result as a check on the commit"),
    Permission("issues", "read", "Issues", "GitHub demands it of whoever hears comments"),
    Permission("metadata", "read", "Metadata", "comes with every App; tells who may command"),
)
EVENTS = (
    ("pull_request", "a pull request is opened, pushed to, marked as ready or closed"),
    ("issue_comment", "a comment is written; all but commands is dropped at once"),
    ("pull_request_review_comment", "a comment is written on a line; all but commands is dropped at once"),
    ("check_run", "somebody asks for a check to run again"),
    ("check_suite", "somebody asks for all checks to run again"),
)


@dataclass(frozen=True, slots=True)
class Registration:
    """What is to be registered, and where.

    `receiver_url` is where GitHub sends deliveries to, `page_url` where the browser finds our pages. Without an
    `organization` the App belongs to whoever registers it.
    """

    name: str
    receiver_url: str
    page_url: str
    github_url: str = "https://github.com"
    organization: str | None = None

    @property
    def host(self) -> str:
        """The GitHub that it is registered on."""
        return urlsplit(self.github_url).netloc

    @property
    def api_url(self) -> str:
        """The API of that GitHub.

        https://docs.github.com/enterprise-server/rest/using-the-rest-api/getting-started-with-the-rest-api
        """
        parts = urlsplit(self.github_url)
        if parts.hostname == "github.com" or (parts.hostname or "").endswith(".ghe.com"):
            return f"https://api.{parts.netloc}"
        return f"{self.github_url}/api/v3"

    def form_url(self, state: str) -> str:
        """Return the address that the manifest is posted to. GitHub gives `state` back."""
        owner = f"/organizations/{self.organization}" if self.organization else ""
        return f"{self.github_url}{owner}/settings/apps/new?{urlencode({'state': state})}"

    def manifest(self) -> dict[str, object]:
        """Return the manifest. The App is private: nobody else can install it."""
        receiver = urlsplit(self.receiver_url)
        host = f"{receiver.scheme}://{receiver.netloc}"
        return {
            "name": self.name,
            "url": host,
            "hook_attributes": {"url": self.receiver_url, "active": True},
            "redirect_url": f"{self.page_url}{DONE_PATH}",
            "callback_urls": [f"{host}{CALLBACK_PATH}"],
            "description": "Reviews pull requests for security weaknesses.",
            "public": False,
            "default_permissions": {permission.name: permission.access for permission in PERMISSIONS},
            "default_events": [event for event, _ in EVENTS],
        }


def registration(
    name: str, receiver_url: str, page_url: str, github_url: str, organization: str | None = None
) -> Registration:
    """Check what a person wrote, and return it as a registration.

    Raises:
        ConfigError: a part of it cannot be.
    """
    if len(name) > MAX_NAME_CHARACTERS or not _NAME.fullmatch(name):
        raise ConfigError(
            f"--name {name!a} is no name for an App. Use at most {MAX_NAME_CHARACTERS} letters, digits, spaces and "
            "hyphens."
        )
    if organization is not None and not _ORGANIZATION.fullmatch(organization):
        raise ConfigError(f"--organization {organization!a} is no name of an organization.")
    receiver = _address(receiver_url, "The receiver's address")
    if receiver.path in {"", "/"}:
        receiver = receiver._replace(path=RECEIVER_PATH)
    page, github = _address(page_url, "--page-url"), _address(github_url, "--github-url")
    if github.path not in {"", "/"}:
        raise ConfigError(f"--github-url {github_url!a} has a path. Name the GitHub alone, https://{github.netloc}.")
    return Registration(name, receiver.geturl(), _base(page), _base(github), organization)


def _address(url: str, what: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        local = _local(parts.hostname or "")
        valid = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        raise ConfigError(f"{what} {url!a} is no address.") from None
    if not valid or parts.username is not None or parts.query or parts.fragment or not url.isprintable():
        raise ConfigError(f"{what} {url!a} is no address such as https://reviewbot.example.org.")
    if parts.scheme == "http" and not local:
        raise ConfigError(f"{what} {url!a} is not encrypted. Use https.")
    return parts


def _local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _base(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
