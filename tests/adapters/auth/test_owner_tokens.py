import json
from collections.abc import Callable

import jwt
import pytest
from builders import a_caller
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cvtailor.adapters.auth.owner_tokens import OwnerTokens
from cvtailor.adapters.auth.verifier import JwtVerifier
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import InvalidInput
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from storage_server import private_jwk
from storage_server.keys import public_half

ISSUER = "https://project.supabase.co/auth/v1"
SECRET = "the-legacy-secret-of-a-project-is-at-least-this-long"


def rsa_jwk(bits: int = 2048) -> str:
    key = RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, bits), as_dict=True)
    return json.dumps({**key, "kid": "rsa", "alg": "RS256", "key_ops": ["sign"]})


def p384_jwk() -> str:
    key = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()), as_dict=True)
    return json.dumps({**key, "kid": "p384"})


@pytest.mark.parametrize(("jwk", "algorithm"), [(private_jwk(), "ES256"), (rsa_jwk(), "RS256")])
def test_a_token_is_signed_with_the_projects_key_and_ends_within_a_minute(jwk: str, algorithm: str) -> None:
    me = a_caller()
    token = OwnerTokens.from_jwk(jwk, ISSUER).mint(me)
    header = jwt.get_unverified_header(token)
    assert (header["alg"], header["kid"]) == (algorithm, json.loads(jwk)["kid"])
    claims = jwt.decode(
        token, jwt.PyJWK(public_half(jwk)), [algorithm], audience="authenticated", issuer=ISSUER
    )
    assert (claims["sub"], claims["role"]) == (str(me.user_id), "authenticated")
    assert claims["exp"] - claims["iat"] == 60


async def test_the_legacy_secret_signs_what_our_own_verifier_accepts() -> None:
    me = Caller(user_id=a_caller().user_id, aal="aal2", is_anonymous=True)
    token = OwnerTokens.from_secret(SECRET, ISSUER).mint(me)
    assert await JwtVerifier(None, issuer=ISSUER, hs256_secret=SECRET).verify(token) == me


def test_a_key_may_stand_in_a_list_as_in_the_file_of_the_supabase_cli() -> None:
    assert OwnerTokens.from_jwk(f"[{private_jwk()}]", ISSUER).mint(a_caller())


@pytest.mark.parametrize(
    ("jwk", "why"),
    [
        ("", "no JSON"),
        ("-----BEGIN PRIVATE KEY-----", "no JSON"),
        ("[]", "no JSON object"),
        ('"a"', "no JSON object"),
        ("{}", "no P-256"),
        ('{"kty": "oct", "k": "c2VjcmV0", "kid": "k"}', "no P-256"),
        (p384_jwk(), "no P-256"),
        (private_jwk(alg="ES512"), "no P-256"),
        (private_jwk(kid=None), "no 'kid'"),
        (private_jwk(d=None), "public half"),
        (private_jwk(d="AAAA"), "damaged"),
        (private_jwk(d="!"), "damaged"),
        (private_jwk(x=5), "damaged"),
        (rsa_jwk(1024), "shorter than 2048"),
    ],
)
def test_a_key_that_cannot_sign_is_refused_without_repeating_it(jwk: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why) as refusal:
        OwnerTokens.from_jwk(jwk, ISSUER)
    assert "CVTAILOR_SUPABASE_SIGNING_KEY" in refusal.value.message
    assert refusal.value.__cause__ is None
    assert not jwk or jwk not in refusal.value.message


@pytest.mark.parametrize(
    "made",
    [
        lambda: OwnerTokens.from_secret("short", ISSUER),
        lambda: OwnerTokens.from_secret(SECRET, ""),
        lambda: OwnerTokens.from_secret(SECRET, ISSUER, 61),
        lambda: OwnerTokens.from_secret(SECRET, ISSUER, 0),
    ],
)
def test_a_short_secret_no_issuer_and_a_longer_life_are_refused(made: Callable[[], OwnerTokens]) -> None:
    with pytest.raises(InvalidInput):
        made()
