"""Signing keys, as the Supabase CLI makes them for a project."""

import json
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm


def private_jwk(**changes: object) -> str:
    """Returns a new ES256 key as a private JWK; a change to None leaves the member out."""
    key = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()), as_dict=True)
    members = {**key, "kid": str(uuid4()), "alg": "ES256", "use": "sig", **changes}
    return json.dumps({name: value for name, value in members.items() if value is not None})


def public_half(jwk: str) -> dict[str, Any]:
    """Returns what a project publishes of a key."""
    return {name: value for name, value in json.loads(jwk).items() if name != "d"}
