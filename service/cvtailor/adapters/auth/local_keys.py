"""Keys of this machine: the same verifier and the same claims as Supabase's, with no account."""

import json
import time
from pathlib import Path
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from jwt.utils import base64url_encode

from cvtailor.domain.errors import InvalidInput
from cvtailor.private_file import others_can_read, write_aside

LOCAL_ISSUER = "cvtailor-local"
LIFETIME_SECONDS_MAX = 31 * 24 * 3600
_AUDIENCE = "authenticated"


class LocalKeys:
    """An ES256 key in a folder, made when it is first asked for, and the JWKS that verifies it.

    Several processes may open the same folder at once: one of them makes the key, all use it.

    Attributes:
        jwks_path: The JWKS file, for ``jwks_in``.
    """

    def __init__(self, folder: Path, issuer: str = LOCAL_ISSUER) -> None:
        """Opens the folder, and makes it, key and JWKS if they are missing.

        Raises:
            InvalidInput: The key file is damaged or readable by others.
            OSError: The folder can't be written.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._issuer = issuer
        self._key = _open_key(folder / "signing-key.pem")
        public = ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        self._kid = _thumbprint(public)
        self.jwks_path = folder / "jwks.json"
        jwks = {"keys": [{**public, "kid": self._kid, "alg": "ES256", "use": "sig"}]}
        # Derived from the key alone: whoever writes last writes the same.
        written = write_aside(self.jwks_path, json.dumps(jwks, sort_keys=True).encode())
        written.replace(self.jwks_path)

    def mint(self, user_id: UUID, lifetime_seconds: int) -> str:
        """Returns an access token of a user, with the claims that Supabase's have.

        Raises:
            InvalidInput: The lifetime is not between 1 s and 31 days.
        """
        if not 0 < lifetime_seconds <= LIFETIME_SECONDS_MAX:
            raise InvalidInput(
                f"A token may live 1 to {LIFETIME_SECONDS_MAX} s, not {lifetime_seconds}.",
                field="lifetime_seconds",
            )
        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "sub": str(user_id),
            "aud": _AUDIENCE,
            "iat": now,
            "exp": now + lifetime_seconds,
            "role": "authenticated",
            "aal": "aal1",
            "amr": [{"method": "password", "timestamp": now}],
            "session_id": str(uuid4()),
            "email": f"{user_id}@localhost",
            "phone": "",
            "is_anonymous": False,
            "app_metadata": {"provider": "local", "providers": ["local"]},
            "user_metadata": {},
        }
        return jwt.encode(claims, self._key, algorithm="ES256", headers={"kid": self._kid})


def _open_key(path: Path) -> ec.EllipticCurvePrivateKey:
    if not path.exists():
        made = write_aside(path, _new_pem())
        try:
            # Unlike a rename, a link never replaces a key that another process has just made.
            path.hardlink_to(made)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    if others_can_read(path):
        raise InvalidInput(f"Others can read the signing key: run 'chmod 600 {path}'.")
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as error:
        raise _damaged(path) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _damaged(path)
    return key


def _damaged(path: Path) -> InvalidInput:
    return InvalidInput(
        f"{path} holds no P-256 key. Remove it: a new one is made, and tokens of the old one end."
    )


def _new_pem() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _thumbprint(jwk: dict[str, str]) -> str:
    """Returns the RFC 7638 thumbprint of an EC key."""
    canonical = json.dumps(
        {name: jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"), sort_keys=True
    )
    digest = hashes.Hash(hashes.SHA256())
    digest.update(canonical.encode())
    return base64url_encode(digest.finalize()).decode()
