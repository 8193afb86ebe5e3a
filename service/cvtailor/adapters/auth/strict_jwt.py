"""JSON Web Tokens in one form only: what two readers might read in two ways is no token here."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import jwt
from jwt.utils import base64url_decode

KID_CHARS_MAX = 255
TIME_MAX = 253_402_300_799
"""The last second of the year 9999."""

ALGORITHMS = ("ES256", "RS256", "HS256")

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_TIMES = ("exp", "iat", "nbf")

# They bring keys of their own, or change what the signature is over. RFC 7515 lets us ignore some of
# them; a token of Supabase has none.
_REFUSED_HEADERS = frozenset({"jku", "jwk", "x5u", "x5c", "crit", "b64", "zip", "cty", "enc"})


class StrictJwt(jwt.PyJWT):
    """PyJWT, with a payload of whole seconds and no name twice."""

    def _decode_payload(self, decoded: dict[str, Any]) -> dict[str, Any]:
        payload = _json_object(decoded["payload"])
        for name in _TIMES:
            if name in payload and not _is_time(payload[name]):
                raise jwt.DecodeError(f"'{name}' is no time in whole seconds")
        return payload


def unverified_header(token: str) -> Mapping[str, Any]:
    """Returns the header of a token in compact form: three parts of base64url, without padding.

    Its ``kid`` is a short text or not there, its ``alg`` one of ``ALGORITHMS``; the key still decides.

    Raises:
        jwt.PyJWTError: It has no such form, or its header asks for what is not done here.
    """
    if not _COMPACT.fullmatch(token):
        raise jwt.DecodeError("not three parts of base64url")
    try:
        header = _json_object(base64url_decode(token.partition(".")[0]))
    except ValueError as error:
        raise jwt.DecodeError("the header is no base64url") from error
    if header.get("alg") not in ALGORITHMS:
        raise jwt.InvalidAlgorithmError("not an algorithm of ours")
    if refused := _REFUSED_HEADERS & header.keys():
        raise jwt.DecodeError(f"the header has {', '.join(sorted(refused))}")
    if str(header.get("typ", "JWT")).upper() != "JWT":
        raise jwt.DecodeError("another type of token")
    kid = header.get("kid", "-")
    if not isinstance(kid, str) or not 0 < len(kid) <= KID_CHARS_MAX:
        raise jwt.DecodeError("'kid' is no short text")
    return header


def _json_object(content: bytes) -> dict[str, Any]:
    try:
        # Decoded here: from bytes, json would take UTF-16 and UTF-32 as well.
        document = json.loads(content.decode(), object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise jwt.DecodeError("no JSON of sane form") from error
    if not isinstance(document, dict):
        raise jwt.DecodeError("no JSON object")
    return document


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a name comes twice")
    return members


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _is_time(value: object) -> bool:
    # A bool is an int to isinstance; a text or a fraction would do for PyJWT.
    return type(value) is int and 0 <= value <= TIME_MAX
