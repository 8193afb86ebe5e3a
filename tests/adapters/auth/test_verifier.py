import time
from uuid import UUID

import pytest
from cvtailor.adapters.auth.jwks import Jwks
from cvtailor.adapters.auth.verifier import TOKEN_BYTES_MAX, JwtVerifier
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import InvalidInput, Reason, Unauthenticated
from jwt_forging import (
    EC_PEM,
    ISSUER,
    OTHER_EC_KEY,
    RSA_KEY,
    SECRET,
    USER,
    b64,
    claims,
    der_signed,
    forged,
    hmac_signed,
    jwks,
    signed,
)

ES256 = {"alg": "ES256", "kid": "ec", "typ": "JWT"}
HOUR = 3600


def a_verifier(hs256_secret: str | None = None, keys: bytes | None = None) -> JwtVerifier:
    async def fetch() -> bytes:
        return jwks() if keys is None else keys

    return JwtVerifier(Jwks(fetch), issuer=ISSUER, hs256_secret=hs256_secret)


@pytest.mark.parametrize(
    ("token", "secret"),
    [
        (signed(), None),
        (signed(RSA_KEY, "RS256", "rsa"), None),
        (signed(), SECRET),
        (signed(SECRET, "HS256", None), SECRET),
        (signed(SECRET, "HS256", "a-kid-of-its-own"), SECRET),
        (signed(aud=["authenticated", "other"]), None),
        (signed(email="x" * 4000), None),
    ],
    ids=["es256", "rs256", "es256-beside-secret", "hs256", "hs256-kid", "aud-list", "long"],
)
async def test_a_good_token_is_its_user(token, secret):
    assert await a_verifier(secret).verify(token) == Caller(user_id=USER, aal="aal1")


async def test_clocks_may_differ_by_a_few_seconds():
    assert await a_verifier().verify(signed(exp=in_the_past(3)))
    assert await a_verifier().verify(signed(iat=in_the_past(-3)))


async def test_a_clock_that_is_a_little_off_is_forgiven():
    token = signed(exp=int(time.time()) - 5)
    assert (await a_verifier().verify(token)).user_id == USER


async def test_the_session_s_strength_and_kind_are_kept():
    caller = await a_verifier().verify(signed(aal="aal2", is_anonymous=True))
    assert (caller.aal, caller.is_anonymous) == ("aal2", True)


def with_payload(token: str, payload: dict) -> str:
    header, _, signature = token.split(".")
    return f"{header}.{b64(payload)}.{signature}"


def in_the_past(seconds: int) -> int:
    return int(time.time()) - seconds


ATTACKS = {
    "algorithm none": forged({"alg": "none", "kid": "ec"}),
    "algorithm none, no kid": forged({"alg": "none"}),
    "algorithm NoNe": forged({"alg": "NoNe", "kid": "ec"}, signature=b"x"),
    "no algorithm": forged({"kid": "ec"}, signature=b"x" * 64),
    "algorithm is a list": forged({"alg": ["ES256"], "kid": "ec"}, signature=b"x" * 64),
    "public key as HS256 secret": hmac_signed({"alg": "HS256", "kid": "ec"}, EC_PEM),
    "public key as HS256 secret, no kid": hmac_signed({"alg": "HS256"}, EC_PEM),
    "JWKS as HS256 secret": hmac_signed({"alg": "HS256", "kid": "ec"}, jwks()),
    "empty HS256 secret": hmac_signed({"alg": "HS256"}, b""),
    "HS512 with the secret": signed(SECRET * 2, "HS512", None),
    "psychic signature": forged(ES256, signature=bytes(64)),
    "signature of the curve's order": forged(
        ES256,
        signature=bytes.fromhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551") * 2,
    ),
    "DER signature": der_signed(),
    "short signature": forged(ES256, signature=b"x" * 63),
    "no signature": forged(ES256),
    "another key's signature": signed(OTHER_EC_KEY),
    "key of another type": signed(RSA_KEY, "RS256", "ec"),
    "EC key under the RSA kid": signed(kid="rsa"),
    "PS256 under the RSA kid": signed(RSA_KEY, "PS256", "rsa"),
    "unknown kid": signed(kid="nobody"),
    "kid of a file": forged({**ES256, "kid": "../../../etc/passwd"}, signature=b"x" * 64),
    "kid of SQL": forged({**ES256, "kid": "ec' OR '1'='1"}, signature=b"x" * 64),
    "kid is no text": forged({**ES256, "kid": {"a": 1}}, signature=b"x" * 64),
    "no kid": signed(kid=None),
    "own key in the header": forged({**ES256, "kid": "me", "jwk": {"kty": "EC"}}, signature=b"x" * 64),
    "own key set in jku": forged(
        {**ES256, "kid": "me", "jku": "https://evil.example/jwks"}, signature=b"x" * 64
    ),
    "own certificate in x5u": forged(
        {**ES256, "kid": "me", "x5u": "https://evil.example/x"}, signature=b"x" * 64
    ),
    "critical extension": forged({**ES256, "crit": ["exp"], "exp": 1}, signature=b"x" * 64),
    "unencoded payload": forged({**ES256, "b64": False, "crit": ["b64"]}, signature=b"x" * 64),
    "payload swapped": with_payload(signed(), claims(sub=str(UUID(int=1)))),
    "no exp": signed(exp=None),
    "no iat": signed(iat=None),
    "no sub": signed(sub=None),
    "no aud": signed(aud=None),
    "no iss": signed(iss=None),
    "no role": signed(role=None),
    "exp is no number": signed(exp="soon"),
    "exp is infinite": signed(exp=float("inf")),
    "exp is a list": signed(exp=[9999999999]),
    "issued in the future": signed(iat=in_the_past(-HOUR)),
    "not valid yet": signed(nbf=in_the_past(-HOUR)),
    "another audience": signed(aud="anon"),
    "another issuer": signed(iss="https://evil.example/auth/v1"),
    "issuer with a slash more": signed(iss=ISSUER + "/"),
    "service role": signed(role="service_role"),
    "anonymous role": signed(role="anon"),
    "role is a list": signed(role=["authenticated"]),
    "sub is no UUID": signed(sub="admin"),
    "sub in upper case": signed(sub=str(USER).upper()),
    "sub in braces": signed(sub=f"{{{USER}}}"),
    "sub without hyphens": signed(sub=USER.hex),
    "aal is odd": signed(aal="aal1; set role postgres"),
    "anonymous is a word": signed(is_anonymous="false"),
    "oversize": signed(email="x" * TOKEN_BYTES_MAX),
    "two parts": "a.b",
    "four parts": signed() + ".x",
    "no base64": "!!!.???.***",
    "header is no object": forged(b"[1]", signature=b"x"),
    "header of great depth": forged(b"[" * 4000, signature=b"x"),
    "header of a great number": forged(b'{"alg": ' + b"9" * 4400 + b"}", signature=b"x"),
    "header is no UTF-8": forged(b"\xff\xfe", signature=b"x"),
    "payload is no object": forged(ES256, b"[]", b"x" * 64),
    "not ASCII": signed() + "é",
    "lone surrogate": "\ud800" + signed(),
    "lone surrogate at the end": signed() + "\ud800",
    "null bytes": "\0.\0.\0",
    "space": " " + signed(),
    "JWE": "a.b.c.d.e",
}


@pytest.mark.parametrize("secret", [None, SECRET], ids=["jwks", "jwks+secret"])
@pytest.mark.parametrize("attack", ATTACKS)
async def test_an_attack_is_refused(attack, secret):
    with pytest.raises(Unauthenticated) as refused:
        await a_verifier(secret).verify(ATTACKS[attack])
    assert refused.value.reason is Reason.TOKEN_INVALID
    assert refused.value.message.startswith("The token is not valid here: ")


async def test_without_the_legacy_secret_no_hs256_token_is_good():
    with pytest.raises(Unauthenticated) as refused:
        await a_verifier().verify(signed(SECRET, "HS256", None))
    assert refused.value.reason is Reason.TOKEN_INVALID


@pytest.mark.parametrize("token", [signed(exp=in_the_past(60)), signed(exp=in_the_past(10**8), iat=1)])
async def test_an_expired_token_is_told_as_such(token):
    with pytest.raises(Unauthenticated) as refused:
        await a_verifier().verify(token)
    assert refused.value.reason is Reason.TOKEN_EXPIRED
    assert "refresh" in refused.value.message


async def test_an_expired_forgery_is_not_told_that_it_expired():
    with pytest.raises(Unauthenticated) as refused:
        await a_verifier().verify(signed(OTHER_EC_KEY, exp=in_the_past(60)))
    assert refused.value.reason is Reason.TOKEN_INVALID


async def test_no_token_is_missing_not_invalid():
    with pytest.raises(Unauthenticated) as refused:
        await a_verifier().verify("")
    assert refused.value.reason is Reason.TOKEN_MISSING


@pytest.mark.parametrize(
    "wrong",
    [{}, {"hs256_secret": "short"}, {"hs256_secret": SECRET, "issuer": ""}],
    ids=["no keys", "short secret", "no issuer"],
)
def test_a_verifier_that_could_not_be_trusted_is_not_made(wrong):
    with pytest.raises(InvalidInput):
        JwtVerifier(None, **({"issuer": ISSUER} | wrong))
