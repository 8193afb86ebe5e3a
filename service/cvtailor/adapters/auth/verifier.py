"""Supabase JWTs → callers."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import jwt
from jwt import PyJWK

from cvtailor.adapters.auth.jwks import Jwks
from cvtailor.adapters.auth.strict_jwt import StrictJwt, unverified_header
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import InvalidInput, Reason, Unauthenticated

TOKEN_BYTES_MAX = 8_192
SECRET_BYTES_MIN = 32
_REQUIRED_CLAIMS = ("exp", "iat", "sub", "aud", "iss", "role")
_ROLE = "authenticated"
_AAL = re.compile(r"aal[0-9]|")
_API_KEYS = ("sb_publishable_", "sb_secret_")
_JWT = StrictJwt()

# The first class that fits says what is wrong; what PyJWT says would do for programmers only.
_FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (jwt.InvalidSignatureError, "its signature does not match"),
    (jwt.InvalidAudienceError, "it is meant for another audience"),
    (jwt.InvalidIssuerError, "it was issued by someone else"),
    (jwt.ImmatureSignatureError, "it is not valid yet; check the clocks"),
    (jwt.InvalidIssuedAtError, "its 'iat' is no time"),
    (jwt.MissingRequiredClaimError, "it lacks one of the claims " + ", ".join(_REQUIRED_CLAIMS)),
    (jwt.InvalidAlgorithmError, "it names another algorithm than its key's"),
    (jwt.PyJWTError, "it is malformed"),
)


class JwtVerifier:
    """Verifies access tokens of one issuer. The key decides the algorithm, never the token."""

    def __init__(
        self,
        jwks: Jwks | None,
        *,
        issuer: str,
        audience: str = "authenticated",
        hs256_secret: str | None = None,
        leeway_seconds: float = 10,
    ) -> None:
        """Takes the keys: a JWKS (ES256, RS256), the legacy HS256 secret, or both.

        Raises:
            InvalidInput: Neither is given, the secret is too short, or the issuer is empty.
        """
        if jwks is None and hs256_secret is None:
            raise InvalidInput("Set a JWKS or an HS256 secret: without keys no token can be verified.")
        if hs256_secret is not None and len(hs256_secret.encode()) < SECRET_BYTES_MIN:
            raise InvalidInput(f"The HS256 secret must have at least {SECRET_BYTES_MIN} bytes.")
        if not issuer:
            raise InvalidInput("Set the issuer that tokens must name.")
        self._jwks = jwks
        self._hs256_secret = hs256_secret
        self._issuer = issuer
        self._audience = audience
        self._leeway_seconds = leeway_seconds

    async def verify(self, token: str) -> Caller:
        """Returns the user that a token stands for.

        Raises:
            Unauthenticated: It is not valid here (``TOKEN_INVALID``), or no more (``TOKEN_EXPIRED``).
            Unavailable: Its key is not known and can't be fetched now.
        """
        if not token:
            raise Unauthenticated("Send the metadata 'authorization: Bearer <token>'.")
        if len(token) > TOKEN_BYTES_MAX or not token.isascii():
            raise _invalid(f"it is no ASCII text of at most {TOKEN_BYTES_MAX} bytes")
        if token.startswith(_API_KEYS):
            raise _invalid("it is an API key, which tells the project and no user")
        try:
            key, algorithm = await self._key_for(unverified_header(token))
            return _caller(self._claims(token, key, algorithm))
        except jwt.ExpiredSignatureError as error:
            raise Unauthenticated(
                "The token has expired; refresh the session and call again.", reason=Reason.TOKEN_EXPIRED
            ) from error
        except jwt.PyJWTError as error:
            raise _invalid(next(why for kind, why in _FAULTS if isinstance(error, kind))) from error

    async def _key_for(self, header: Mapping[str, Any]) -> tuple[PyJWK | str, str]:
        if header["alg"] == "HS256":
            # Whatever its kid: there is one secret, and it is no reason to fetch the public keys.
            if self._hs256_secret is not None:
                return self._hs256_secret, "HS256"
        elif self._jwks is not None and "kid" in header:
            key = await self._jwks.key(header["kid"])
            if key is not None:
                return key, key.algorithm_name
        raise _invalid("its key is not one of the issuer's")

    def _claims(self, token: str, key: PyJWK | str, algorithm: str) -> Mapping[str, Any]:
        return _JWT.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=self._audience,
            issuer=self._issuer,
            leeway=self._leeway_seconds,
            options={"require": list(_REQUIRED_CLAIMS)},
        )


def _caller(claims: Mapping[str, Any]) -> Caller:
    """Returns the user of verified claims; row-level security sees these, so nothing odd may pass."""
    if claims["role"] != _ROLE:
        raise _invalid(f"its role is not '{_ROLE}'")
    subject, aal, anonymous = claims["sub"], claims.get("aal", ""), claims.get("is_anonymous", False)
    if not isinstance(aal, str) or not _AAL.fullmatch(aal) or not isinstance(anonymous, bool):
        raise _invalid("its 'aal' or 'is_anonymous' is not what Supabase issues")
    try:
        user_id = UUID(subject)
    except (ValueError, TypeError, AttributeError) as error:
        raise _invalid("its 'sub' is no UUID") from error
    if str(user_id) != subject:
        raise _invalid("its 'sub' is no UUID in lower-case canonical form")
    return Caller(user_id=user_id, aal=aal, is_anonymous=anonymous)


def _invalid(why: str) -> Unauthenticated:
    return Unauthenticated(f"The token is not valid here: {why}. Sign in again.", reason=Reason.TOKEN_INVALID)
