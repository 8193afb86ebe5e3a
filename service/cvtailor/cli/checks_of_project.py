"""Checks of the Supabase project: keys, tokens, Storage. Without a project, of what stands in for it."""

import hashlib
import json
import time
from contextlib import suppress
from email.utils import parsedate_to_datetime
from uuid import uuid4

import httpx

from cvtailor.adapters.auth.jwks import JWKS_BYTES_MAX, read_jwks
from cvtailor.adapters.auth.owner_tokens import OwnerTokens
from cvtailor.app.objects import objects_for
from cvtailor.app.parts import secret, verifier_for
from cvtailor.cli.check import Check, Patient
from cvtailor.cli.checks_of_database import told_of_clock
from cvtailor.cli.local_user import mint
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import InvalidInput, Unavailable, WeMustFix
from cvtailor.settings import Settings

_TIMEOUT_SECONDS = 5.0
_WELL_KNOWN = "/.well-known/jwks.json"


async def _tokens(patient: Patient) -> str:
    settings = patient.settings
    if settings.local_auth:
        await verifier_for(settings).verify(mint("", hours=0.1))
        return f"local development key in {settings.data_dir / 'auth'}"
    verifier_for(settings)
    return f"checked against {settings.token_keys_url or 'the shared secret'}"


async def _keys(patient: Patient) -> str:
    answer = await _get(patient.settings.token_keys_url)
    try:
        keys = read_jwks(answer.content[: JWKS_BYTES_MAX + 1])
    except ValueError as error:
        raise WeMustFix(f"{answer.url}: {error}") from error
    return f"{len(keys)} usable: {', '.join(sorted(keys))}"


async def _keys_clock(patient: Patient) -> str:
    answer = await _get(patient.settings.token_keys_url)
    try:
        theirs = parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (KeyError, ValueError):
        return "the keys' server does not tell its time"
    # It tells whole seconds.
    ahead_seconds = theirs - time.time()
    return told_of_clock(
        "the keys' server", min(0.0, ahead_seconds + 1) if ahead_seconds < 0 else ahead_seconds
    )


async def _issuer(patient: Patient) -> str:
    settings = patient.settings
    base = settings.token_keys_url.removesuffix(_WELL_KNOWN)
    expected = base
    with suppress(Unavailable, ValueError, KeyError, TypeError):
        described = await _get(f"{base}/.well-known/openid-configuration")
        expected = str(described.json()["issuer"])
    if settings.token_issuer != expected:
        raise WeMustFix(f"tokens must name {settings.token_issuer}, and the keys are those of {expected}")
    return expected


async def _publishable_key(patient: Patient) -> str:
    settings = patient.settings
    key = secret(settings.supabase_publishable_key)
    if not key:
        raise InvalidInput("CVTAILOR_SUPABASE_PUBLISHABLE_KEY is not set")
    if key.startswith("sb_secret_"):
        raise InvalidInput("CVTAILOR_SUPABASE_PUBLISHABLE_KEY is a secret key")
    url = f"{settings.supabase_url.rstrip('/')}/auth/v1/settings"
    await _get(url, {"apikey": key})
    return "accepted by the project"


async def _signing_key(patient: Patient) -> str:
    settings = patient.settings
    jwk = secret(settings.supabase_signing_key)
    OwnerTokens.from_jwk(jwk, settings.token_issuer)
    kid = json.loads(jwk)["kid"]
    if kid not in read_jwks((await _get(settings.token_keys_url)).content):
        raise WeMustFix(f"the project does not know the key {kid}")
    return f"{kid}, known to the project"


async def _files_owner(patient: Patient) -> str:
    settings = patient.settings
    if settings.supabase_signing_key or settings.jwt_secret:
        return "stored as their owner"
    if settings.supabase_secret_key:
        return "stored with the secret key, behind the service's own check of paths"
    raise InvalidInput("there is no key to store documents with")


async def _objects(patient: Patient) -> str:
    settings = patient.settings
    objects = objects_for(settings, await patient.sessions())
    if close := getattr(objects, "close", None):
        patient.stack.push_async_callback(close)
    content = f"cvtailor doctor {uuid4()}".encode()
    somebody = Caller(user_id=uuid4())
    path = f"{somebody.user_id}/{uuid4()}/{hashlib.sha256(content).hexdigest()}.txt"
    await objects.put(somebody, path, content, "text/plain")
    try:
        if b"".join([part async for part in objects.get(somebody, path)]) != content:
            raise WeMustFix("a stored file came back as another")
        if settings.objects_in_supabase:
            await _refuse_public(settings, path)
    finally:
        await objects.delete(somebody, path)
    where = "the private bucket" if settings.objects_in_supabase else str(settings.data_dir / "objects")
    return f"wrote, read and deleted a file in {where}"


async def _refuse_public(settings: Settings, path: str) -> None:
    url = f"{settings.supabase_url.rstrip('/')}/storage/v1/object/public/documents/{path}"
    with suppress(Unavailable):
        await _get(url)
        raise WeMustFix("the bucket documents is public: anybody may read a file whose path they know")


async def _get(url: str, headers: dict[str, str] | None = None) -> httpx.Response:
    """Asks once.

    Raises:
        Unavailable: There is no answer, or it is no success.
    """
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as client:
            answer = await client.get(url, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(f"{url} does not answer: {type(error).__name__}") from error
    if not answer.is_success:
        raise Unavailable(f"{url} answers with status {answer.status_code}")
    return answer


def _has_keys(settings: Settings) -> bool:
    return bool(settings.token_keys_url)


def _has_project(settings: Settings) -> bool:
    return bool(settings.supabase_url)


def _has_signing_key(settings: Settings) -> bool:
    return settings.supabase_signing_key is not None and _has_keys(settings)


PROJECT: tuple[Check, ...] = (
    Check("tokens", _tokens, "Remove the folder `auth` in CVTAILOR_DATA_DIR: new keys are made."),
    Check(
        "token keys",
        _keys,
        "Correct CVTAILOR_SUPABASE_URL (or CVTAILOR_JWKS_URL); in the project, Settings → JWT Keys, migrate "
        "the legacy secret to signing keys.",
        _has_keys,
    ),
    Check("token clock", _keys_clock, "Let this machine follow NTP.", _has_keys),
    Check(
        "token issuer",
        _issuer,
        "Unset CVTAILOR_JWT_ISSUER, or set it to what the project's tokens name as `iss`.",
        _has_keys,
    ),
    Check(
        "public key",
        _publishable_key,
        "Copy the publishable key from the project's Settings → API Keys.",
        _has_project,
    ),
    Check(
        "signing key",
        _signing_key,
        "Import the key in the project's Settings → JWT Keys as standby key, and rotate to it.",
        _has_signing_key,
    ),
    Check(
        "files' owner",
        _files_owner,
        "Set CVTAILOR_SUPABASE_SIGNING_KEY, or CVTAILOR_JWT_SECRET, or else CVTAILOR_SUPABASE_SECRET_KEY.",
        lambda settings: settings.objects_in_supabase,
    ),
    Check(
        "objects",
        _objects,
        "In Supabase: the bucket `documents` must be there and private (`cvtailor migrate`), and the project "
        "must know the key. In a folder: it must be writable, and the schema up to date.",
    ),
)
