"""Tokens with which Storage is asked on behalf of a user whose own token is long gone."""

import json
import time
from typing import Any, Self

import jwt
from jwt import PyJWK

from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import InvalidInput

LIFETIME_SECONDS_MAX = 60
SECRET_BYTES_MIN = 32
RSA_BITS_MIN = 2048
_AUDIENCE = "authenticated"
_ALGORITHMS = {("EC", "P-256"): "ES256", ("RSA", None): "RS256"}


class OwnerTokens:
    """Mints tokens of the project's users that end within a minute.

    A token is made for one request, used in it and forgotten; it is never stored, logged or handed on.
    """

    def __init__(
        self, key: Any, *, algorithm: str, kid: str | None, issuer: str, lifetime_seconds: int
    ) -> None:
        """Takes the parts; ``from_jwk`` and ``from_secret`` read them from settings."""
        if not issuer:
            raise InvalidInput("Set the issuer that tokens must name.")
        if not 0 < lifetime_seconds <= LIFETIME_SECONDS_MAX:
            raise InvalidInput(
                f"A token on behalf of a user may live 1 to {LIFETIME_SECONDS_MAX} s, not {lifetime_seconds}."
            )
        self._key = key
        self._algorithm = algorithm
        self._headers = {"kid": kid} if kid else None
        self._issuer = issuer
        self._lifetime_seconds = lifetime_seconds

    @classmethod
    def from_jwk(cls, jwk: str, issuer: str, lifetime_seconds: int = LIFETIME_SECONDS_MAX) -> Self:
        """Takes the project's signing key, a private JWK as ``supabase gen signing-key`` prints it.

        Raises:
            InvalidInput: It is no private ES256 or RS256 key with an id; its text is never repeated.
        """
        fields = _fields(jwk)
        algorithm = _ALGORITHMS.get((str(fields.get("kty")), fields.get("crv")))
        if algorithm is None or fields.get("alg", algorithm) != algorithm:
            raise _unfit("it is no P-256 (ES256) or RSA (RS256) key")
        if not isinstance(kid := fields.get("kid"), str) or not kid:
            raise _unfit("it has no 'kid', by which the project would know it")
        if not fields.get("d"):
            raise _unfit("it is the public half; Storage tokens need the private one, with 'd'")
        try:
            key = PyJWK(fields, algorithm=algorithm).key
        except (jwt.PyJWTError, ValueError, TypeError):
            raise _unfit("its numbers are damaged") from None
        if algorithm == "RS256" and key.key_size < RSA_BITS_MIN:
            raise _unfit(f"its modulus is shorter than {RSA_BITS_MIN} bits")
        return cls(key, algorithm=algorithm, kid=kid, issuer=issuer, lifetime_seconds=lifetime_seconds)

    @classmethod
    def from_secret(cls, secret: str, issuer: str, lifetime_seconds: int = LIFETIME_SECONDS_MAX) -> Self:
        """Takes the project's legacy HS256 secret.

        Raises:
            InvalidInput: It is too short to be one.
        """
        if len(secret.encode()) < SECRET_BYTES_MIN:
            raise InvalidInput(f"CVTAILOR_JWT_SECRET must have at least {SECRET_BYTES_MIN} bytes.")
        return cls(secret, algorithm="HS256", kid=None, issuer=issuer, lifetime_seconds=lifetime_seconds)

    def mint(self, owner: Caller) -> str:
        """Returns a new token of a user, with the claims that row-level security sees in Postgres too."""
        now = int(time.time())
        claims = {
            **owner.claims(),
            "iss": self._issuer,
            "aud": _AUDIENCE,
            "iat": now,
            "exp": now + self._lifetime_seconds,
        }
        return jwt.encode(claims, self._key, algorithm=self._algorithm, headers=self._headers)


def _fields(jwk: str) -> dict[str, Any]:
    try:
        fields = json.loads(jwk)
    except ValueError:
        raise _unfit("it is no JSON") from None
    if isinstance(fields, list) and len(fields) == 1:  # as in the file that the Supabase CLI keeps
        fields = fields[0]
    if not isinstance(fields, dict):
        raise _unfit("it is no JSON object")
    return fields


def _unfit(why: str) -> InvalidInput:
    return InvalidInput(
        f"CVTAILOR_SUPABASE_SIGNING_KEY can't sign: {why}. Give a private JWK of the project."
    )
