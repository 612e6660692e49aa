import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.errors import GitHubError, RateLimitedError, TransientError, UnavailableError
from reviewbot.github.answers import MAX_WAIT_SECONDS, failure, graphql_failure

NOW = 1_700_000_000.0


def said(status: int, body: object, **headers: str) -> Exception:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return failure("POST /repos/o/r/pulls/1/reviews", status, named, json.dumps(body).encode(), NOW)


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (403, {"retry_after": "90"}, 90),
        (429, {"retry_after": "5"}, 5),
        (429, {}, 60),
        (403, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(int(NOW) + 600)}, 600),
        (429, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(int(NOW) - 50)}, 1),
        (403, {"retry_after": "999999999"}, MAX_WAIT_SECONDS),
        (403, {"retry_after": "soon"}, 60),
        (403, {"retry_after": "-5"}, 60),
    ],
)
def test_a_rate_limit_says_when_it_is_over(status: int, headers: dict[str, str], wait: float) -> None:
    error = said(status, {"message": "no"}, **headers)
    assert isinstance(error, RateLimitedError)
    assert error.retry_at == NOW + wait


def test_a_secondary_limit_is_told_from_a_missing_permission_by_its_words() -> None:
    limit = said(403, {"message": "You have exceeded a secondary rate limit. Please wait."}, x_ratelimit_remaining="9")
    assert isinstance(limit, RateLimitedError)
    assert limit.retry_at == NOW + 60
    refusal = said(403, {"message": "Resource not accessible by integration"}, x_ratelimit_remaining="9")
    assert isinstance(refusal, GitHubError)
    assert refusal.status == 403
    assert "Resource not accessible by integration. Check the permissions of the App" in str(refusal)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_what_may_pass_is_unavailable(status: int) -> None:
    assert isinstance(said(status, "<html>Bad Gateway</html>"), UnavailableError)


def test_both_shapes_of_422_are_quoted() -> None:
    simple = said(422, {"message": "Unprocessable Entity", "errors": ["Line could not be resolved"]})
    assert "Unprocessable Entity; Line could not be resolved" in str(simple)
    detail = {
        "resource": "PullRequestReviewComment",
        "code": "custom",
        "field": "line",
        "message": "is no diff line",
    }
    assert "line custom is no diff line" in str(said(422, {"message": "Validation Failed", "errors": [detail]}))


@pytest.mark.parametrize(
    "secret", ["ghs_CANARY16C7e42F292c6912E7710c838347Ae178B4a", "github_pat_11ABC_def", "eyJhbGciOi.eyJpc3Mi.c2ln"]
)
def test_a_credential_in_the_words_of_github_is_not_repeated(secret: str) -> None:
    assert secret not in str(said(422, {"message": f"bad {secret}", "errors": [{"message": secret}, secret]}))


def test_hostile_words_are_shortened_and_made_visible() -> None:
    text = str(said(422, {"message": "a\u202eb\x1b[31m\n" + "c" * 5_000}))
    assert len(text) < 500
    assert "\\u202e" in text
    assert "\x1b" not in text


@given(st.integers(300, 599), st.binary(max_size=200), st.dictionaries(st.text(max_size=30), st.text(max_size=30)))
def test_every_answer_is_one_of_our_errors(status: int, body: bytes, headers: dict[str, str]) -> None:
    assert isinstance(failure("GET /x", status, headers, body, NOW), GitHubError | TransientError)


def test_graphql_errors_are_told_apart_by_their_type() -> None:
    forbidden = graphql_failure("a query", [{"type": "FORBIDDEN", "message": "Resource not accessible"}], NOW)
    assert isinstance(forbidden, GitHubError)
    assert forbidden.status == 403
    assert isinstance(graphql_failure("a query", [{"type": "RATE_LIMITED"}], NOW), RateLimitedError)
    assert isinstance(graphql_failure("a query", [{"message": "Something went wrong"}], NOW), UnavailableError)
    assert isinstance(graphql_failure("a query", "nonsense", NOW), UnavailableError)
