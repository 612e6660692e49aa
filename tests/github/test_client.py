from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr

from reviewbot.errors import ConfigError, GitHubError, RateLimitedError, ReviewbotError, UnavailableError
from reviewbot.github.auth import AppAuth, GitHub, Step
from reviewbot.github.client import FIRST_PAUSE_SECONDS, Server
from tests.fake_github import FakeGitHub, Fault
from tests.fake_github.faults import bad_gateway, primary_limit, secondary_limit
from tests.fake_github.state import Pull
from tests.fakes import PausedClock
from tests.github.scene import address_of

PULL = "/repos/acme/shop/pulls/1"
REVIEWS = f"{PULL}/reviews"


def get(github: GitHub, path: str = PULL) -> object:
    return github.read.requestJsonAndCheck("GET", path)[1]


def post(github: GitHub) -> object:
    sent = {"body": "Read it.", "event": "COMMENT"}
    return github.write.requestJsonAndCheck("POST", REVIEWS, input=sent)[1]


def test_a_read_is_repeated_until_github_is_back(hub: FakeGitHub, github: GitHub, clock: PausedClock) -> None:
    hub.fail(bad_gateway("pulls/get", nth={1, 2}))
    get(github)
    assert hub.operations().count("pulls/get") == 3
    assert len(clock.slept) == 2


@pytest.mark.parametrize(
    "fault", [bad_gateway("pulls/get"), Fault("pulls/get", reset=True), Fault("pulls/get", cut=40)]
)
def test_a_read_that_never_succeeds_is_given_up_without_a_hot_loop(
    hub: FakeGitHub, github: GitHub, clock: PausedClock, fault: Fault
) -> None:
    hub.fail(fault)
    with pytest.raises(UnavailableError, match="GET /repos/acme/shop/pulls/1"):
        get(github)
    assert hub.operations().count("pulls/get") == 4
    assert len(clock.slept) == 3
    for attempt, pause in enumerate(clock.slept):
        assert 0.5 <= pause / (FIRST_PAUSE_SECONDS * 2**attempt) <= 1.5


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("fault", ["502", "reset", "cut"])
def test_a_write_is_never_repeated(hub: FakeGitHub, github: GitHub, pull: Pull, fault: str, *, applied: bool) -> None:
    operation = "pulls/create-review"
    made = {
        "502": bad_gateway(operation, apply=applied),
        "reset": Fault(operation, reset=True, apply=applied),
        "cut": Fault(operation, cut=30, apply=True),
    }
    hub.fail(made[fault])
    with pytest.raises(UnavailableError):
        post(github)
    assert hub.operations().count(operation) == 1
    assert len(hub.reviews(pull)) <= 1


@pytest.mark.parametrize("limit", [(403, 90, 90.0), (429, 90, 90.0), (403, None, 60.0), (429, None, 60.0)])
def test_a_secondary_limit_ends_the_step_and_nothing_is_sent_meanwhile(
    hub: FakeGitHub, github: GitHub, clock: PausedClock, limit: tuple[int, int | None, float]
) -> None:
    status, retry_after, wait = limit
    get(github)
    hub.fail(secondary_limit("pulls/create-review", retry_after=retry_after, status=status, nth={1}))
    with pytest.raises(RateLimitedError) as caught:
        post(github)
    assert caught.value.retry_at == pytest.approx(clock.now() + wait)
    sent = len(hub.requests)
    clock.sleep(wait - 1)
    for _ in range(3):
        with pytest.raises(RateLimitedError) as again:
            get(github)
        assert again.value.retry_at == caught.value.retry_at
    assert len(hub.requests) == sent
    assert clock.slept == [wait - 1]
    clock.sleep(1)
    post(github)


def test_a_limit_that_is_hit_again_is_waited_for_twice_as_long(
    hub: FakeGitHub, github: GitHub, clock: PausedClock
) -> None:
    hub.fail(secondary_limit("pulls/get", nth={1, 2, 3}))
    waits = []
    for _ in range(3):
        with pytest.raises(RateLimitedError) as caught:
            get(github)
        waits.append(round(caught.value.retry_at - clock.now()))
        clock.sleep(caught.value.retry_at - clock.now())
    get(github)
    assert waits == [60, 120, 240]


def test_the_limit_of_one_installation_holds_back_no_other(hub: FakeGitHub, app: AppAuth, github: GitHub) -> None:
    hub.fail(secondary_limit("pulls/get", nth={1}))
    with pytest.raises(RateLimitedError):
        get(github)
    app.gate(12345).check(0)
    with pytest.raises(RateLimitedError):
        app.open(github.address).read.requestJsonAndCheck("GET", PULL)


def test_the_primary_limit_is_waited_for_until_its_reset(hub: FakeGitHub, github: GitHub, clock: PausedClock) -> None:
    reset = int(clock.now()) + 1_234
    hub.fail(primary_limit("pulls/get", reset=reset))
    with pytest.raises(RateLimitedError) as caught:
        get(github)
    assert caught.value.retry_at == pytest.approx(reset)


def test_a_token_that_is_refused_is_replaced_once(hub: FakeGitHub, github: GitHub) -> None:
    hub.fail(Fault("pulls/create-review", status=401, body={"message": "Bad credentials"}, nth={1}))
    post(github)
    assert hub.operations().count("apps/create-installation-access-token") == 2


def test_tokens_that_are_always_refused_end_the_step(hub: FakeGitHub, github: GitHub) -> None:
    hub.fail(Fault("pulls/get", status=401, body={"message": "Bad credentials"}))
    with pytest.raises(GitHubError, match="Bad credentials") as caught:
        get(github)
    assert caught.value.status == 401
    assert hub.operations().count("pulls/get") == 2


def test_each_step_has_a_token_for_one_repository_and_its_own_permissions(
    hub: FakeGitHub, github: GitHub, pull: Pull
) -> None:
    with github:
        get(github)
        get(github)
        post(github)
        tokens = [(token.repository_ids, token.permissions) for token in hub.world.tokens.values()]
        assert tokens == [
            (frozenset({pull.repository.id}), {"contents": "read", "metadata": "read", "pull_requests": "read"}),
            (frozenset({pull.repository.id}), {"checks": "write", "metadata": "read", "pull_requests": "write"}),
        ]
    assert not hub.world.tokens


def test_no_token_is_asked_for_that_is_not_used(hub: FakeGitHub, github: GitHub) -> None:
    with github:
        pass
    assert hub.operations() == []


def test_a_token_that_cannot_be_revoked_hides_no_other_error(hub: FakeGitHub, github: GitHub) -> None:
    hub.fail(bad_gateway("apps/revoke-installation-access-token"))
    with pytest.raises(GitHubError, match="404"), github:
        get(github, "/repos/acme/shop/pulls/99")


def test_a_token_is_replaced_before_it_expires(hub: FakeGitHub, github: GitHub, clock: PausedClock) -> None:
    get(github)
    clock.sleep(54 * 60)
    get(github)
    assert len(hub.world.tokens) == 1
    clock.sleep(2 * 60)
    # The fake's clock did not move with ours: a JWT of an hour later it would not take.
    hub.fail(Fault("apps/create-installation-access-token", status=502, body={}))
    with pytest.raises(UnavailableError):
        get(github)


@pytest.mark.parametrize("seconds", [-90, 90])
def test_a_clock_that_is_wrong_by_90_seconds_does_no_harm(
    app: AppAuth, github: GitHub, clock: PausedClock, seconds: int
) -> None:
    clock.sleep(seconds)
    assert app.login() == "reviewbot[bot]"
    get(github)


def test_a_suspended_installation_is_a_refusal(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    get(github)
    hub.suspend(hub.installation(pull.repository))
    with pytest.raises(GitHubError, match="suspended") as caught:
        get(github)
    assert caught.value.status == 403


def test_an_installation_that_is_gone_is_a_refusal(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    get(github)
    hub.uninstall(hub.installation(pull.repository))
    with pytest.raises(GitHubError, match="the App is not installed there") as caught:
        get(github)
    assert caught.value.status == 404


def test_a_step_cannot_do_what_it_has_no_permission_for(github: GitHub) -> None:
    with pytest.raises(GitHubError, match="Resource not accessible by integration") as caught:
        github.read.requestJsonAndCheck("POST", REVIEWS, input={"body": "Read it.", "event": "COMMENT"})
    assert caught.value.status == 403


def test_a_permission_that_was_not_granted_is_a_refusal(github: GitHub) -> None:
    with pytest.raises(GitHubError, match="not granted"):
        github.resolve.requestJsonAndCheck("GET", PULL)


def test_a_list_is_read_to_its_end_or_not_at_all(hub: FakeGitHub, github: GitHub, pull: Pull) -> None:
    for number in range(201):
        hub.comment(pull, "alice", f"comment {number}")
    path = "/repos/acme/shop/issues/1/comments"
    assert len(list(github.read.pages(path))) == 201
    hub.fail(bad_gateway("issues/list-comments", nth=range(2, 99)))
    with pytest.raises(UnavailableError):
        list(github.read.pages(path))


def test_a_next_page_on_another_host_is_not_followed(hub: FakeGitHub, github: GitHub) -> None:
    link = {"link": '<http://127.0.0.1:9/repos/acme/shop/pulls/1/reviews?page=2>; rel="next"'}
    hub.fail(Fault("pulls/list-reviews", status=200, body=[], headers=link))
    with pytest.raises(GitHubError, match="outside of its API"):
        list(github.read.pages(REVIEWS))


@pytest.mark.parametrize("status", [301, 307])
def test_a_repository_that_was_renamed_is_followed_with_the_same_request(
    hub: FakeGitHub, github: GitHub, pull: Pull, status: int
) -> None:
    hub.fail(Fault("pulls/create-review", status=status, headers={"location": f"{hub.url}{REVIEWS}"}, nth={1}))
    post(github)
    assert [request.incoming.method for request in hub.requests[-2:]] == ["POST", "POST"]
    assert len(hub.reviews(pull)) == 1


def test_redirects_in_a_circle_end(hub: FakeGitHub, github: GitHub) -> None:
    hub.fail(Fault("pulls/create-review", status=307, headers={"location": f"{hub.url}{REVIEWS}"}))
    with pytest.raises(UnavailableError, match="too many redirects"):
        post(github)


def test_a_page_that_is_no_json_is_no_answer(hub: FakeGitHub, github: GitHub) -> None:
    hub.fail(Fault("pulls/get", status=200, body=b"<html>Sign in</html>"))
    with pytest.raises(UnavailableError, match="not JSON"):
        get(github)


def texts_of(error: BaseException) -> Iterator[str]:
    at: BaseException | None = error
    while at is not None:
        yield f"{at} {at!r} {at.args}"
        at = at.__cause__ or at.__context__


@pytest.mark.parametrize(
    "fault",
    [
        Fault("pulls/create-review", status=500),
        Fault("pulls/create-review", status=422, body={"message": "no"}),
        Fault("pulls/create-review", reset=True),
        Fault("pulls/create-review", cut=3),
        Fault("pulls/create-review", status=200, body=b"{"),
    ],
)
def test_no_error_tells_a_secret(hub: FakeGitHub, app: AppAuth, github: GitHub, fault: Fault) -> None:
    hub.fail(fault)
    with pytest.raises(ReviewbotError) as caught:
        post(github)
    secrets = [*hub.world.tokens, "PRIVATE KEY", app.sign().rpartition(".")[0]]
    shown = " ".join((*texts_of(caught.value), repr(app), repr(github), repr(vars(github))))
    assert [secret for secret in secrets if secret in shown] == []


@pytest.mark.parametrize("key", ["", "-----BEGIN RSA PRIVATE KEY-----\nCANARY\n-----END RSA PRIVATE KEY-----"])
def test_a_damaged_key_is_refused_without_being_shown(server: Server, key: str) -> None:
    with pytest.raises(ConfigError, match="not an RSA key") as caught:
        AppAuth(1, SecretStr(key), server)
    assert not any("CANARY" in text for text in texts_of(caught.value))


def test_an_app_that_github_does_not_know_asks_once(hub: FakeGitHub, server: Server) -> None:
    stranger = AppAuth(999, SecretStr(hub.private_key), server)
    with pytest.raises(GitHubError):
        stranger.login()
    assert len(hub.requests) == 1


def test_the_permissions_of_the_steps_are_within_the_manifest(hub: FakeGitHub) -> None:
    granted = hub.app.permissions
    for step in (Step.READ, Step.WRITE):
        assert all(granted[name] in {level, "write"} for name, level in step.permissions.items())


def test_an_answer_that_takes_too_long_is_no_answer(hub: FakeGitHub, pull: Pull, clock: PausedClock) -> None:
    with httpx.Client(timeout=0.3) as http:
        hasty = AppAuth(hub.app.id, SecretStr(hub.private_key), Server(hub.url, http, clock.now, clock.sleep))
        github = hasty.open(address_of(hub, pull))
        hub.fail(Fault("pulls/create-review", delay=1.0, nth={1}))
        with pytest.raises(UnavailableError, match="ReadTimeout"):
            post(github)
        assert hub.operations().count("pulls/create-review") <= 1  # it may not even be logged yet
