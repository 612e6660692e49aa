"""Who is calling: an App's JWT, an installation's token, or nobody.

https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
"""

from collections.abc import Mapping

import jwt
from jwt.types import Options

from tests.fake_github.exchange import Caller, Refusal
from tests.fake_github.state import App, now
from tests.fake_github.world import World

MAX_JWT_SECONDS = 600
LEEWAY_SECONDS = 10
EXPIRED = "'Expiration time' claim ('exp') must be a numeric value representing the future time"
IMMATURE = "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"


def identify(world: World, headers: Mapping[str, str]) -> Caller:
    """Return the caller that the Authorization header proves.

    Raises:
        Refusal: 403 without a User-Agent, 401 for credentials that are bad, expired or of a suspended App.

    """
    if not headers.get("user-agent"):
        raise Refusal(
            403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header"
        )
    scheme, _, credential = headers.get("authorization", "").partition(" ")
    if not credential:
        return Caller()
    if scheme.lower() not in {"bearer", "token"}:
        raise Refusal(401, "Bad credentials")
    if credential.count(".") == 2:
        return Caller(app=_app(world, credential))
    return _by_token(world, credential)


def _by_token(world: World, credential: str) -> Caller:
    token = world.tokens.get(credential)
    if token is None or token.expires_at <= now():
        raise Refusal(401, "Bad credentials")
    if token.installation.suspended_at is not None:
        raise Refusal(403, "This installation has been suspended")
    return Caller(token.installation.app, token.installation, token.permissions, token.repository_ids, credential)


def _app(world: World, credential: str) -> App:
    try:
        claims = jwt.decode(credential, options={"verify_signature": False})
        app = next(each for each in world.apps if str(claims.get("iss")) in {str(each.id), each.client_id})
    except jwt.InvalidTokenError as error:
        raise Refusal(401, "A JSON web token could not be decoded") from error
    except StopIteration as error:
        raise Refusal(404, "Integration not found") from error
    try:
        # octokit sends `iss` as a number, PyGithub as text; GitHub takes both, PyJWT's check only text
        options: Options = {"require": ["iat", "exp"], "verify_iss": False}
        jwt.decode(credential, app.public_key, algorithms=["RS256"], options=options, leeway=LEEWAY_SECONDS)
    except jwt.ExpiredSignatureError as error:
        raise Refusal(401, EXPIRED) from error
    except jwt.ImmatureSignatureError as error:
        raise Refusal(401, IMMATURE) from error
    except jwt.InvalidTokenError as error:
        raise Refusal(401, "A JSON web token could not be decoded") from error
    if claims["exp"] - now().timestamp() > MAX_JWT_SECONDS + LEEWAY_SECONDS:
        raise Refusal(401, "'Expiration time' claim ('exp') is too far in the future")
    return app
