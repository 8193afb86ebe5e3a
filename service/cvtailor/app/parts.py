"""Adapters, made from settings."""

from pydantic import SecretStr

from cvtailor.adapters.auth.jwks import Jwks, jwks_at, jwks_in
from cvtailor.adapters.auth.local_keys import LocalKeys
from cvtailor.adapters.auth.verifier import JwtVerifier
from cvtailor.adapters.rendering import RendercvTypesetter
from cvtailor.domain.errors import InvalidInput
from cvtailor.rpc.tls import TlsFiles
from cvtailor.settings import Settings
from cvtailor.workflow.run_day import run_day


def typesetter_for(settings: Settings) -> RendercvTypesetter:
    """Returns the typesetter, not started."""
    return RendercvTypesetter(
        workers=settings.render_workers,
        render_deadline_seconds=settings.render_deadline_seconds,
        queue_max=settings.render_queue_max,
        renders_per_worker_max=settings.renders_per_worker_max,
        cache_dir=settings.data_dir / "typst",
        today=run_day,
        must_be_confined=settings.render_must_be_confined,
    )


def verifier_for(settings: Settings) -> JwtVerifier:
    """Returns the verifier of the project's tokens, or of those of the local development key."""
    return JwtVerifier(
        _jwks_for(settings),
        issuer=settings.token_issuer,
        audience=settings.jwt_audience,
        hs256_secret=secret(settings.jwt_secret) or None,
    )


def _jwks_for(settings: Settings) -> Jwks | None:
    if settings.local_auth:
        return Jwks(jwks_in(local_keys_for(settings).jwks_path))
    return Jwks(jwks_at(settings.token_keys_url)) if settings.token_keys_url else None


def local_keys_for(settings: Settings) -> LocalKeys:
    """Returns the local development keys, made if they are missing."""
    return LocalKeys(settings.data_dir / "auth", settings.token_issuer)


def secret(value: SecretStr | None) -> str:
    """Returns what a secret says; empty if it is not set."""
    return value.get_secret_value() if value else ""


def tls_files(settings: Settings) -> TlsFiles | None:
    """Returns where the server's key and certificate are; None: plain text.

    Raises:
        InvalidInput: Some are set and others not: it would speak plain where TLS was meant.
    """
    if settings.tls_certificate and settings.tls_key:
        return TlsFiles(settings.tls_certificate, settings.tls_key, settings.tls_client_ca)
    if settings.tls_certificate or settings.tls_key or settings.tls_client_ca:
        raise InvalidInput(
            "For TLS set both CVTAILOR_TLS_CERTIFICATE and CVTAILOR_TLS_KEY, "
            "also where CVTAILOR_TLS_CLIENT_CA is set.",
            field="tls",
        )
    return None
