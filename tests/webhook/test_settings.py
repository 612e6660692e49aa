"""Settings from the environment and from files; what is refused is named, and no secret is ever shown."""

import traceback
from pathlib import Path

import pytest

from reviewbot.errors import ConfigError
from reviewbot.settings import ModelSettings, ReceiverSettings, WorkerSettings

CANARY = "canary-5ecret"
SECRET = {"REVIEWBOT_WEBHOOK_SECRET": CANARY}
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n-----END RSA PRIVATE KEY-----"


def test_a_secret_is_all_that_the_receiver_needs() -> None:
    settings = ReceiverSettings.read(SECRET | {"PATH": "/bin"})
    assert [secret.get_secret_value() for secret in settings.webhook_secrets] == [CANARY]
    assert (settings.host, settings.port, settings.review_alias, settings.embedded_workers) == (
        "127.0.0.1",
        8000,
        True,
        2,
    )
    assert settings.secrets() == (CANARY,)


def test_settings_are_read_from_variables_and_from_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from-a-file\n")
    settings = ReceiverSettings.read(
        {
            "REVIEWBOT_WEBHOOK_SECRET_FILE": str(tmp_path / "secret"),
            "REVIEWBOT_WEBHOOK_SECRET_PREVIOUS": CANARY,
            "REVIEWBOT_BROKER_URL": "redis://:pass@127.0.0.1/0",
            "REVIEWBOT_REVIEW_ALIAS": "off",
            "REVIEWBOT_PORT": "0",
        }
    )
    assert [secret.get_secret_value() for secret in settings.webhook_secrets] == ["from-a-file", CANARY]
    assert (settings.port, settings.review_alias, settings.embedded_workers) == (0, False, 0)


def test_a_private_key_has_lines(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text(PEM + "\n")
    settings = WorkerSettings.read({"REVIEWBOT_APP_ID": "7", "REVIEWBOT_PRIVATE_KEY_FILE": str(tmp_path / "key.pem")})
    assert settings.private_key.get_secret_value() == PEM


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "REVIEWBOT_WEBHOOK_SECRET is not set"),
        ({"REVIEWBOT_WEBHOOK_SECRET": ""}, "REVIEWBOT_WEBHOOK_SECRET is empty"),
        ({"REVIEWBOT_WEBHOOK_SECRET": CANARY + "\n"}, "REVIEWBOT_WEBHOOK_SECRET holds a line end"),
        ({"REVIEWBOT_WEBHOOK_SECRET": f"{CANARY}\n{CANARY}"}, "REVIEWBOT_WEBHOOK_SECRET holds a line end"),
        ({"REVIEWBOT_WEBHOOK_SECRET": f" {CANARY}"}, "REVIEWBOT_WEBHOOK_SECRET holds a line end, or a space"),
        ({"REVIEWBOT_WEBHOOK_SECRET": f"{CANARY}\0"}, "REVIEWBOT_WEBHOOK_SECRET holds"),
        (SECRET | {"REVIEWBOT_WEBHOOK_SECRET_PREVIOUS": ""}, "REVIEWBOT_WEBHOOK_SECRET_PREVIOUS is empty"),
        (SECRET | {"REVIEWBOT_DASHBOARD_TOKEN": CANARY}, "REVIEWBOT_DASHBOARD_TOKEN is shorter than 24 characters"),
        (SECRET | {"REVIEWBOT_WEBHOOK_SECRET_FILE": "/x"}, "are both set"),
        ({"REVIEWBOT_WEBHOOK_SECRET_FILE": "/nonexistent"}, "REVIEWBOT_WEBHOOK_SECRET_FILE names a file"),
        ({"REVIEWBOT_WEBHOK_SECRET": CANARY}, "Did you mean REVIEWBOT_WEBHOOK_SECRET?"),
        (SECRET | {"REVIEWBOT_PORT": CANARY}, "REVIEWBOT_PORT"),
        (SECRET | {"REVIEWBOT_PORT": "70000"}, "REVIEWBOT_PORT"),
        (SECRET | {"REVIEWBOT_BODY_SECONDS": "nan"}, "REVIEWBOT_BODY_SECONDS"),
    ],
    ids=str,
)
def test_a_wrong_setting_is_named_and_its_value_is_not(environment: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        ReceiverSettings.read(environment)
    assert said in str(refusal.value)
    assert CANARY not in "".join(traceback.format_exception(refusal.value))


def test_a_key_that_is_none_is_refused_unseen() -> None:
    with pytest.raises(ConfigError, match="REVIEWBOT_PRIVATE_KEY is no private key") as refusal:
        WorkerSettings.read({"REVIEWBOT_APP_ID": "7", "REVIEWBOT_PRIVATE_KEY": CANARY})
    assert CANARY not in str(refusal.value)


@pytest.mark.parametrize("key", ["", " key", "key\n", "k\u00e9y", "key\r\nX-Other: 1"])
def test_a_model_key_that_would_not_fit_a_header_is_refused_unseen(key: str) -> None:
    with pytest.raises(ConfigError, match="REVIEWBOT_MODEL_API_KEY") as refusal:
        ModelSettings.read({"REVIEWBOT_MODEL_API_KEY": key})
    assert key.strip() in {"", "key"} or key not in "".join(traceback.format_exception(refusal.value))


def test_no_secret_is_shown_with_the_settings() -> None:
    urls = {"REVIEWBOT_DATABASE_URL": f"postgresql://u:{CANARY}@db/x", "REVIEWBOT_BROKER_URL": f"redis://:{CANARY}@r"}
    settings = ReceiverSettings.read(SECRET | urls)
    assert CANARY not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"


def test_settings_cannot_be_changed_afterwards() -> None:
    settings = ReceiverSettings.read(SECRET)
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1
