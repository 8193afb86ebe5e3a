"""Tokens as Supabase makes them, and the means to forge others."""

import base64
import hmac
import json
import time
from uuid import UUID

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER = "https://project.supabase.co/auth/v1"
USER = UUID("5b0f8a0e-5a3e-4f64-9d7c-1f1c7a3f2b10")
SECRET = "the-legacy-secret-of-a-project-is-at-least-this-long"

EC_KEY, OTHER_EC_KEY = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(65537, 2048)
SMALL_RSA_KEY = rsa.generate_private_key(65537, 1024)  # noqa: S505  # what must be refused
EC_PEM, EC_DER = (
    EC_KEY.public_key().public_bytes(form, serialization.PublicFormat.SubjectPublicKeyInfo)
    for form in (serialization.Encoding.PEM, serialization.Encoding.DER)
)
EC_JWK = ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True)
ES256 = {"alg": "ES256", "kid": "ec", "typ": "JWT"}
HOUR = 3600


def jwks(**more: object) -> bytes:
    keys = [
        {**EC_JWK, "kid": "ec", "alg": "ES256", **more},
        {**RSAAlgorithm.to_jwk(RSA_KEY.public_key(), as_dict=True), "kid": "rsa", "use": "sig"},
        {**RSAAlgorithm.to_jwk(SMALL_RSA_KEY.public_key(), as_dict=True), "kid": "small"},
    ]
    return json.dumps({"keys": keys}).encode()


def claims(**changes: object) -> dict[str, object]:
    """Returns the claims of a good token; a change to None leaves the claim out."""
    now = int(time.time())
    good = {
        "iss": ISSUER,
        "sub": str(USER),
        "aud": "authenticated",
        "iat": now,
        "exp": now + 3600,
        "role": "authenticated",
        "aal": "aal1",
        "is_anonymous": False,
        "email": "ada@example.org",
        "session_id": str(USER),
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def signed(key: object = EC_KEY, algorithm: str = "ES256", kid: str | None = "ec", **changes: object) -> str:
    headers = {"kid": kid} if kid else {}
    return jwt.encode(claims(**changes), key, algorithm=algorithm, headers=headers)


def b64(content: bytes | dict) -> str:
    raw = json.dumps(content).encode() if isinstance(content, dict) else content
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forged(header: bytes | dict, payload: bytes | dict | None = None, signature: bytes = b"") -> str:
    """Returns a token of any header, payload and signature."""
    return f"{b64(header)}.{b64(claims() if payload is None else payload)}.{b64(signature)}"


def hmac_signed(header: dict, secret: bytes) -> str:
    """Returns a token signed by hand: libraries refuse to use a public key as a secret."""
    text = f"{b64(header)}.{b64(claims())}"
    return f"{text}.{b64(hmac.digest(secret, text.encode(), 'sha256'))}"


def es256(header: bytes | dict | None = None, payload: bytes | dict | None = None) -> str:
    """Returns a token of any header and payload, with the true signature of the project's key."""
    text = f"{b64(ES256 if header is None else header)}.{b64(claims() if payload is None else payload)}"
    return f"{text}.{b64(plain_signature(text))}"


def plain_signature(text: str) -> bytes:
    r, s = decode_dss_signature(EC_KEY.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def rs256(key: rsa.RSAPrivateKey, kid: str) -> str:
    """Returns a token signed by hand: PyJWT warns of small keys."""
    text = f"{b64({'alg': 'RS256', 'kid': kid})}.{b64(claims())}"
    return f"{text}.{b64(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def der_signed() -> str:
    """Returns a token whose signature is DER, not the two plain numbers of RFC 7518."""
    text = f"{b64(ES256)}.{b64(claims())}"
    return f"{text}.{b64(EC_KEY.sign(text.encode(), ec.ECDSA(hashes.SHA256())))}"


def said(**texts: str) -> bytes:
    """Returns a good payload with members written as JSON says them here, for what dumps would not write."""
    members = {name: json.dumps(value) for name, value in claims().items()} | texts
    return ("{" + ",".join(f'"{name}":{value}' for name, value in members.items()) + "}").encode()


def in_the_past(seconds: int) -> int:
    return int(time.time()) - seconds
