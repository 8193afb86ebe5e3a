import pytest
from cvtailor.adapters.auth.jwks import Jwks
from cvtailor.adapters.auth.verifier import JwtVerifier
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import InvalidInput, Reason, Unauthenticated
from jwt_forging import ISSUER, OTHER_EC_KEY, RSA_KEY, SECRET, USER, in_the_past, jwks, signed


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


@pytest.mark.parametrize("late_seconds", [-8, 8], ids=["their clock is ahead", "their clock is behind"])
async def test_clocks_may_differ_by_a_few_seconds(late_seconds):
    issued_at = in_the_past(late_seconds)
    token = signed(iat=issued_at, nbf=issued_at, exp=in_the_past(8))
    assert (await a_verifier().verify(token)).user_id == USER


@pytest.mark.parametrize("claim", ["iat", "nbf"])
async def test_a_clock_that_is_a_minute_ahead_is_told_to_be_checked(claim):
    with pytest.raises(Unauthenticated, match="check the clocks"):
        await a_verifier().verify(signed(**{claim: in_the_past(-60)}))


async def test_the_session_s_strength_and_kind_are_kept():
    caller = await a_verifier().verify(signed(aal="aal2", is_anonymous=True))
    assert (caller.aal, caller.is_anonymous) == ("aal2", True)


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
