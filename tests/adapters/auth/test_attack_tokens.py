"""Tokens that would pass with a careless verifier. Each is refused as such, and never otherwise."""

import time
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cvtailor.adapters.auth.jwks import Jwks
from cvtailor.adapters.auth.verifier import TOKEN_BYTES_MAX, JwtVerifier
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Reason, Unauthenticated
from hypothesis import given
from hypothesis import strategies as st
from jwt_forging import (
    EC_DER,
    EC_JWK,
    EC_PEM,
    ES256,
    HOUR,
    ISSUER,
    OTHER_EC_KEY,
    RSA_KEY,
    SECRET,
    SMALL_RSA_KEY,
    USER,
    b64,
    claims,
    der_signed,
    es256,
    forged,
    hmac_signed,
    in_the_past,
    jwks,
    plain_signature,
    rs256,
    said,
    signed,
)

NOW = int(time.time())
ORDER = bytes.fromhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")


def with_payload(token: str, payload: dict) -> str:
    header, _, signature = token.split(".")
    return f"{header}.{b64(payload)}.{signature}"


def with_signature(token: str, change) -> str:
    text, _, signature = token.rpartition(".")
    return f"{text}.{change(signature)}"


def to_standard_alphabet() -> str:
    """Returns a good token whose signature has letters that the two alphabets write differently."""
    while True:
        text, _, signature = es256().rpartition(".")
        if {"-", "_"} & set(signature):
            return f"{text}.{signature.replace('-', '+').replace('_', '/')}"


def another_last_letter(signature: str) -> str:
    # 64 bytes end in a letter of which only two bits count; a lenient decoder drops the other four.
    return signature[:-1] + chr(ord(signature[-1]) + 1)


ALGORITHMS = {
    "none": forged({"alg": "none", "kid": "ec"}),
    "none without a kid": forged({"alg": "none"}),
    "none with the true signature": es256({**ES256, "alg": "none"}),
    "None": es256({**ES256, "alg": "None"}),
    "NONE": es256({**ES256, "alg": "NONE"}),
    "nOnE": es256({**ES256, "alg": "nOnE"}),
    "no algorithm": es256({"kid": "ec"}),
    "empty": es256({**ES256, "alg": ""}),
    "null": es256({**ES256, "alg": None}),
    "a list": es256({**ES256, "alg": ["ES256"]}),
    "an object": es256({**ES256, "alg": {"ES256": 1}}),
    "lower case": es256({**ES256, "alg": "es256"}),
    "ES384 with an ES256 key": es256({**ES256, "alg": "ES384"}),
    "ES512 with an ES256 key": es256({**ES256, "alg": "ES512"}),
    "PS256 with an ES256 key": es256({**ES256, "alg": "PS256"}),
    "EdDSA with an ES256 key": es256({**ES256, "alg": "EdDSA"}),
    "EdDSA, truly": signed(ed25519.Ed25519PrivateKey.generate(), "EdDSA"),
    "RS256 named over an ES256 signature": es256({**ES256, "alg": "RS256"}),
    "RS256 under the EC kid": signed(RSA_KEY, "RS256", "ec"),
    "ES256 under the RSA kid": signed(kid="rsa"),
    "PS256 under the RSA kid": signed(RSA_KEY, "PS256", "rsa"),
    "RS512 under the RSA kid": signed(RSA_KEY, "RS512", "rsa"),
    "RS256 with a small key": rs256(SMALL_RSA_KEY, "small"),
    "HS256 with the PEM": hmac_signed({"alg": "HS256", "kid": "ec"}, EC_PEM),
    "HS256 with the PEM, no kid": hmac_signed({"alg": "HS256"}, EC_PEM),
    "HS256 with the DER": hmac_signed({"alg": "HS256", "kid": "ec"}, EC_DER),
    "HS256 with the x of the JWK": hmac_signed({"alg": "HS256", "kid": "ec"}, EC_JWK["x"].encode()),
    "HS256 with the JWKS": hmac_signed({"alg": "HS256", "kid": "ec"}, jwks()),
    "HS256 with nothing": hmac_signed({"alg": "HS256"}, b""),
    "HS256 with 'secret'": hmac_signed({"alg": "HS256"}, b"secret"),
    "HS384 with the secret": signed(SECRET, "HS384", None),
    "HS512 with the secret": signed(SECRET * 2, "HS512", None),
}
SIGNATURES = {
    "none at all": forged(ES256),
    "psychic": forged(ES256, signature=bytes(64)),
    "psychic, short": forged(ES256, signature=bytes(2)),
    "psychic, long": forged(ES256, signature=bytes(96)),
    "psychic in DER": forged(ES256, signature=bytes.fromhex("3006020100020100")),
    "r and s are the order": forged(ES256, signature=ORDER * 2),
    "r is zero, s is one": forged(ES256, signature=bytes(63) + b"\1"),
    "true, but in DER": der_signed(),
    "true, with a byte more": with_signature(es256(), lambda each: each + "AA"),
    "true, with a byte less": with_signature(es256(), lambda each: each[:-2]),
    "true, another last letter": with_signature(es256(), another_last_letter),
    "true, of the payload alone": forged(ES256, signature=plain_signature(b64(claims()))),
    "of another project's key with this kid": signed(OTHER_EC_KEY),
    "of another payload": with_payload(signed(), claims(sub=str(UUID(int=1)))),
}
HEADERS = {
    "own keys in jku": es256({**ES256, "jku": "https://evil.example/jwks"}),
    "own keys in jku, own kid": es256({**ES256, "kid": "me", "jku": "https://evil.example/jwks"}),
    "own key in jwk": es256({**ES256, "jwk": EC_JWK}),
    "own certificate in x5u": es256({**ES256, "x5u": "https://evil.example/x"}),
    "own certificate in x5c": es256({**ES256, "x5c": ["MIIB"]}),
    "critical extension": es256({**ES256, "crit": ["exp"], "exp": 1}),
    "critical, but empty": es256({**ES256, "crit": []}),
    "unencoded payload": es256({**ES256, "b64": False, "crit": ["b64"]}),
    "unencoded payload, not critical": es256({**ES256, "b64": False}),
    "compressed": es256({**ES256, "zip": "DEF"}),
    "nested token": es256({**ES256, "cty": "JWT"}, signed().encode()),
    "encrypted": es256({**ES256, "enc": "A256GCM"}),
    "type of a DPoP proof": es256({**ES256, "typ": "dpop+jwt"}),
    "type is a number": es256({**ES256, "typ": 1}),
    "kid unknown": signed(kid="nobody"),
    "kid missing": signed(kid=None),
    "kid null": es256({**ES256, "kid": None}),
    "kid empty": es256({**ES256, "kid": ""}),
    "kid in another case": es256({**ES256, "kid": "EC"}),
    "kid with a space": es256({**ES256, "kid": "ec "}),
    "kid of a file": es256({**ES256, "kid": "../../../dev/null"}),
    "kid of SQL": es256({**ES256, "kid": "ec' union select 'AA"}),
    "kid of a command": es256({**ES256, "kid": "ec|id"}),
    "kid with a null byte": es256({**ES256, "kid": "ec\0"}),
    "kid with a lone surrogate": es256({**ES256, "kid": "\ud800"}),
    "kid very long": es256({**ES256, "kid": "e" * 4000}),
    "kid a number": es256({**ES256, "kid": 1}),
    "kid an array": es256({**ES256, "kid": ["ec"]}),
    "kid an object": es256({**ES256, "kid": {"ec": 1}}),
    "algorithm twice": es256(b'{"alg":"none","kid":"ec","alg":"ES256"}'),
    "kid twice": es256(b'{"alg":"ES256","kid":"me","kid":"ec"}'),
    "an array": es256(b'["ES256"]'),
    "of great depth": es256(b"[" * 4000),
    "a great number": es256(b'{"alg":' + b"9" * 4400 + b"}"),
    "no UTF-8": es256(b"\xff\xfe"),
    "UTF-16": es256('{"alg":"ES256","kid":"ec"}'.encode("utf-16")),
    "with a byte order mark": es256(b'\xef\xbb\xbf{"alg":"ES256","kid":"ec"}'),
    "cut off": es256(b'{"alg":"ES256","kid":"ec"'),
}
CLAIMS = {
    "no exp": signed(exp=None),
    "no iat": signed(iat=None),
    "no sub": signed(sub=None),
    "no aud": signed(aud=None),
    "no iss": signed(iss=None),
    "no role": signed(role=None),
    "nothing": es256(payload={}),
    "exp null": es256(payload=said(exp="null")),
    "exp a word": signed(exp="soon"),
    "exp a text of digits": signed(exp=str(NOW + HOUR)),
    "exp a fraction": signed(exp=NOW + HOUR + 0.5),
    "exp with an exponent": es256(payload=said(exp="9e9")),
    "exp huge": es256(payload=said(exp="9" * 30)),
    "exp too huge to read": es256(payload=said(exp="9" * 4400)),
    "exp Infinity": es256(payload=said(exp="Infinity")),
    "exp 1e999": es256(payload=said(exp="1e999")),
    "exp NaN": es256(payload=said(exp="NaN")),
    "exp negative": signed(exp=-(NOW + HOUR)),
    "exp true": signed(exp=True),
    "exp a list": signed(exp=[NOW + HOUR]),
    "exp an object": signed(exp={"$gt": 0}),
    "exp in milliseconds": signed(exp=(NOW + HOUR) * 1000),
    "iat a text": signed(iat=str(NOW)),
    "iat a fraction": signed(iat=float(NOW)),
    "iat in the future": signed(iat=in_the_past(-HOUR)),
    "nbf in the future": signed(nbf=in_the_past(-HOUR)),
    "nbf a text": signed(nbf=str(NOW)),
    "nbf null": es256(payload=said(nbf="null")),
    "aud another": signed(aud="anon"),
    "aud in another case": signed(aud="Authenticated"),
    "aud that begins alike": signed(aud="authenticated-admin"),
    "aud a list of others": signed(aud=["anon", "service_role"]),
    "aud an empty list": signed(aud=[]),
    "aud a list in a list": signed(aud=[["authenticated"]]),
    "aud an object": signed(aud={"authenticated": 1}),
    "aud a number": signed(aud=1),
    "iss another": signed(iss="https://evil.example/auth/v1"),
    "iss with a slash more": signed(iss=ISSUER + "/"),
    "iss that begins alike": signed(iss=ISSUER + ".evil.example"),
    "iss in another case": signed(iss=ISSUER.upper()),
    "iss of API keys": signed(iss="supabase"),
    "iss a list": es256(payload=claims(iss=[ISSUER])),
    "service role": signed(role="service_role"),
    "anon key": signed(role="anon", sub=None),
    "role anon": signed(role="anon"),
    "role of the database": signed(role="postgres"),
    "role in another case": signed(role="AUTHENTICATED"),
    "role a list": signed(role=["authenticated"]),
    "role true": signed(role=True),
    "sub empty": signed(sub=""),
    "sub a word": signed(sub="admin"),
    "sub in upper case": signed(sub=str(USER).upper()),
    "sub as a URN": signed(sub=USER.urn),
    "sub in braces": signed(sub=f"{{{USER}}}"),
    "sub without hyphens": signed(sub=USER.hex),
    "sub with a space": signed(sub=f"{USER} "),
    "sub with a newline": signed(sub=f"{USER}\n"),
    "sub in other digits": signed(sub=str(USER).replace("5", "\u0665").replace("0", "\u0660")),
    "sub with a lone surrogate": es256(payload=said(sub='"\\ud800"')),
    "sub of SQL": signed(sub=f"{USER}' or '1'='1"),
    "sub a number": es256(payload=claims(sub=USER.int)),
    "sub a list": es256(payload=claims(sub=[str(USER)])),
    "sub an object": es256(payload=claims(sub={"id": str(USER)})),
    "aal odd": signed(aal="aal1; set role postgres"),
    "aal of two digits": signed(aal="aal10"),
    "aal in other digits": signed(aal="aal\u0662"),
    "aal a number": signed(aal=2),
    "aal a list": signed(aal=["aal2"]),
    "aal null": es256(payload=said(aal="null")),
    "is_anonymous a word": signed(is_anonymous="false"),
    "is_anonymous a number": signed(is_anonymous=0),
    "is_anonymous null": es256(payload=said(is_anonymous="null")),
    "sub twice": es256(payload=said()[:-1] + f',"sub":"{UUID(int=1)}"}}'.encode()),
    "role twice": es256(payload=b'{"role":"service_role",' + said()[1:]),
    "a name twice, deep inside": es256(payload=said(app_metadata='{"a":1,"a":2}')),
    "an array": es256(payload=b"[]"),
    "a number": es256(payload=b"7"),
    "null": es256(payload=b"null"),
    "a text": es256(payload=b'"authenticated"'),
    "another token": es256(payload=signed().encode()),
    "no UTF-8": es256(payload=said(email='"\xff"').decode().encode("latin-1")),
    "UTF-16": es256(payload=said().decode().encode("utf-16")),
    "of great depth": es256(payload=said(email="[" * 3000)),
    "with a comment": es256(payload=said() + b"//"),
}
FORMS = {
    "publishable key": "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH",
    "secret key": "sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz",
    "one part": "a",
    "two parts": "a.b",
    "two parts of a good one": signed().rpartition(".")[0],
    "four parts": signed() + ".x",
    "a trailing dot": signed() + ".",
    "a leading dot": "." + signed(),
    "empty parts": "..",
    "dots": "." * 100,
    "encrypted": "a.b.c.d.e",
    "JSON form": '{"payload":"e30","signatures":[]}',
    "no base64": "!!!.???.***",
    "padding": with_signature(es256(), lambda each: each + "=="),
    "padding in the header": es256().replace(".", "=.", 1),
    "standard alphabet": to_standard_alphabet(),
    "a newline inside": with_signature(es256(), lambda each: each[:40] + "\n" + each[40:]),
    "a newline at the end": signed() + "\n",
    "a space before": " " + signed(),
    "a tab after": signed() + "\t",
    "Bearer twice": "Bearer " + signed(),
    "two tokens": f"{signed()},{signed()}",
    "null bytes": "\0.\0.\0",
    "not ASCII": signed() + "é",
    "dots of another alphabet": signed().replace(".", "\u3002"),
    "lone surrogate": "\ud800" + signed(),
    "oversize": signed(email="x" * TOKEN_BYTES_MAX),
    "very oversize": "x" * 1_000_000,
}
TABLES = {
    "algorithm": ALGORITHMS, "signature": SIGNATURES, "header": HEADERS, "claims": CLAIMS, "form": FORMS,
}  # fmt: skip
ATTACKS = {f"{table}: {name}": token for table, each in TABLES.items() for name, token in each.items()}
GOOD = {
    "as Supabase makes it": signed(),
    "made by hand": es256(),
    "made by hand, from text": es256(payload=said()),
    "RS256": signed(RSA_KEY, "RS256", "rsa"),
    "RS256, made by hand": rs256(RSA_KEY, "rsa"),
    "no type": es256({"alg": "ES256", "kid": "ec"}),
    "type in lower case": es256({**ES256, "typ": "jwt"}),
    "thumbprint of a certificate, unused": es256({**ES256, "x5t": "AA"}),
    "audience in a list": signed(aud=["authenticated", "other"]),
    "not before, and it is after": signed(nbf=in_the_past(HOUR)),
    "long": signed(email="x" * 4000),
    "other letters": signed(email="žofie@example.org"),
    "expires in the year 9999": signed(exp=253_402_300_799),
}


def a_verifier(hs256_secret: str | None = None) -> JwtVerifier:
    async def fetch() -> bytes:
        return jwks()

    return JwtVerifier(Jwks(fetch), issuer=ISSUER, hs256_secret=hs256_secret)


@pytest.mark.parametrize("secret", [None, SECRET], ids=["jwks", "jwks+secret"])
@pytest.mark.parametrize("attack", ATTACKS)
async def test_an_attack_is_refused(attack, secret):
    with pytest.raises(Unauthenticated) as refused:
        await a_verifier(secret).verify(ATTACKS[attack])
    assert refused.value.reason is Reason.TOKEN_INVALID
    assert refused.value.message.startswith("The token is not valid here: ")
    assert str(USER) not in refused.value.message


@pytest.mark.parametrize("secret", [None, SECRET], ids=["jwks", "jwks+secret"])
@pytest.mark.parametrize("good", GOOD)
async def test_a_token_that_is_only_unusual_passes(good, secret):
    assert await a_verifier(secret).verify(GOOD[good]) == Caller(user_id=USER, aal="aal1")


@pytest.mark.parametrize("kid", [None, "a-kid-of-its-own", "ec"])
async def test_the_legacy_secret_is_good_where_it_is_set(kid):
    token = signed(SECRET, "HS256", kid)
    assert (await a_verifier(SECRET).verify(token)).user_id == USER
    with pytest.raises(Unauthenticated):
        await a_verifier().verify(token)


def test_there_are_more_than_sixty_attacks_and_no_two_are_the_same():
    assert len(set(ATTACKS.values())) == len(ATTACKS) > 60


@given(st.data())
async def test_a_letter_changed_anywhere_ends_a_token(data):
    good = GOOD["as Supabase makes it"]
    at = data.draw(st.integers(0, len(good) - 1))
    letter = data.draw(st.characters(max_codepoint=0x2FF).filter(lambda each: each != good[at]))
    with pytest.raises(Unauthenticated):
        await a_verifier(SECRET).verify(good[:at] + letter + good[at + 1 :])
