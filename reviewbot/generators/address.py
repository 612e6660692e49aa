"""Where a model server is, what kind of server it is, and whether code and a key may be sent there."""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum

import httpx

from reviewbot.errors import ConfigError

_PRIVATE_SUFFIXES = (".internal", ".local", ".lan", ".home.arpa")
_API = "/v1"
_DEEPSEEK = "api.deepseek.com"


class Kind(StrEnum):
    """What a server understands beyond the chat of OpenAI's API."""

    OPENAI = "openai"
    OLLAMA = "ollama"
    LLAMACPP = "llamacpp"
    DEEPSEEK = "deepseek"


@dataclass(frozen=True, slots=True)
class Address:
    """A server's `base`, under which `/chat/completions` is, and its `root`. `kind` is None if the server tells it."""

    base: str
    root: str
    kind: Kind | None


def parse_address(url: str, kind: Kind | None, *, has_key: bool, private_http: bool) -> Address:
    """Read the address that somebody set, such as `http://127.0.0.1:8000` or `https://api.deepseek.com`.

    Code is confidential, so it goes over plain http to this machine and to private addresses only; a key goes to
    this machine only, unless `private_http` says that the private network is trusted with it.

    Raises:
        ConfigError: it is no address of a server, or one that nothing may be sent to.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ConfigError(f"The model's endpoint is no address: {error}.") from None
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ConfigError("The model's endpoint is no address of a server: it begins with https:// or http://.")
    if parsed.userinfo or parsed.query or parsed.fragment:
        raise ConfigError("The model's endpoint holds a user, a query or a fragment. A key is a setting of its own.")
    if parsed.scheme == "http":
        _check_plain(parsed.host, has_key=has_key, private_http=private_http)
    root = f"{parsed.scheme}://{parsed.netloc.decode('ascii')}"
    path = parsed.path.rstrip("/")
    if kind is None and parsed.host == _DEEPSEEK:
        kind = Kind.DEEPSEEK
    # A path that somebody set holds; the usual one needs not be set.
    return Address(f"{root}{path or ('' if kind is Kind.DEEPSEEK else _API)}", root, kind)


def check_proxy(url: str) -> str:
    """Return the address of a proxy if it is one.

    Raises:
        ConfigError: it is not. The text does not quote it: it may hold a password.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        parsed = httpx.URL()
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ConfigError("The model's proxy is no address: it begins with http:// or https://.")
    return url


def _check_plain(host: str, *, has_key: bool, private_http: bool) -> None:
    if _is_loopback(host):
        return
    if not _is_private(host):
        raise ConfigError(f"The model's endpoint is {host} over http: code would be readable on the way. Use https.")
    if has_key and not private_http:
        raise ConfigError(
            f"The model's endpoint is {host} over http: the key would be readable on the way. Use https, "
            "or set REVIEWBOT_MODEL_PRIVATE_HTTP=true if that network is trusted with it."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_private(host: str) -> bool:
    """Say whether an address is private, or a name one that only a private network resolves."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host.endswith(_PRIVATE_SUFFIXES) or ("." not in host and not host[:1].isdigit())
