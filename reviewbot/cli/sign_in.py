"""Signing in with GitHub at the dashboard, where the settings ask for it. The receiver gets it handed in."""

from reviewbot.errors import ConfigError
from reviewbot.github.sign_in import GitHubSignIn
from reviewbot.settings import ReceiverSettings


def open_sign_in(settings: ReceiverSettings) -> GitHubSignIn | None:
    """Return the way to sign in with GitHub; None where nobody is named.

    Raises:
        ConfigError: people are named, and the App's credentials are not.
    """
    people = [person for person in settings.dashboard_people.split(",") if person.strip()]
    if not people:
        return None
    if not settings.github_client_id or settings.github_client_secret is None:
        raise ConfigError(
            "REVIEWBOT_DASHBOARD_PEOPLE is set. Set REVIEWBOT_GITHUB_CLIENT_ID and REVIEWBOT_GITHUB_CLIENT_SECRET too."
        )
    client = (settings.github_client_id, settings.github_client_secret)
    return GitHubSignIn(settings.web_url, settings.api_url, client, people)
