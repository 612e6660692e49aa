"""Where code and a key may be sent."""

import pytest

from reviewbot.errors import ConfigError
from reviewbot.generators.address import Address, Kind, check_proxy, parse_address


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8000", Address("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000", None)),
        ("http://localhost:8000/v1/", Address("http://localhost:8000/v1", "http://localhost:8000", None)),
        ("http://[::1]:11434", Address("http://[::1]:11434/v1", "http://[::1]:11434", None)),
        (
            "https://models.example.org/a/b",
            Address("https://models.example.org/a/b", "https://models.example.org", None),
        ),
        ("https://api.deepseek.com", Address("https://api.deepseek.com", "https://api.deepseek.com", Kind.DEEPSEEK)),
        ("HTTPS://API.DeepSeek.com/", Address("https://api.deepseek.com", "https://api.deepseek.com", Kind.DEEPSEEK)),
    ],
)
def test_an_address_is_taken_as_people_write_it(url: str, expected: Address) -> None:
    assert parse_address(url, None, has_key=True, private_http=False) == expected


@pytest.mark.parametrize(
    "url",
    [
        "", "127.0.0.1:8000", "ftp://localhost", "file:///etc/passwd", "http://", "https://[::1",
        "https://user:word@example.org", "https://example.org/?key=1", "https://example.org/#x",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_server_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="The model's endpoint"):
        parse_address(url, None, has_key=False, private_http=True)


@pytest.mark.parametrize(
    "host",
    ["example.org", "8.8.8.8", "[2001:4860:4860::8888]", "127.0.0.1.example.org", "localhost.org", "127.1"],
)
def test_nothing_goes_over_plain_http_to_the_world(host: str) -> None:
    for has_key in (True, False):
        with pytest.raises(ConfigError, match="Use https"):
            parse_address(f"http://{host}:8000/v1", None, has_key=has_key, private_http=True)


@pytest.mark.parametrize("host", ["10.0.0.7", "192.168.1.2", "[fd00::1]", "vllm", "gpu.internal", "box.local"])
def test_a_key_goes_over_plain_http_to_a_private_network_only_if_that_is_said(host: str) -> None:
    url = f"http://{host}:8000"
    with pytest.raises(ConfigError, match="REVIEWBOT_MODEL_PRIVATE_HTTP"):
        parse_address(url, None, has_key=True, private_http=False)
    assert parse_address(url, None, has_key=True, private_http=True).root == url
    assert parse_address(url, None, has_key=False, private_http=False).root == url


@pytest.mark.parametrize("url", ["", "proxy:3128", "socks5://u:canary@p", "http://", "http://u:canary@[::1"])
def test_what_is_no_proxy_is_refused_unseen(url: str) -> None:
    with pytest.raises(ConfigError, match="The model's proxy") as refusal:
        check_proxy(url)
    assert "canary" not in str(refusal.value)
    assert check_proxy("http://u:p@proxy:3128") == "http://u:p@proxy:3128"
